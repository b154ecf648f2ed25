/* report.h - what a clustered table says about its groups: which rows form a segment, which columns describe it, what
 * they are on average, and, from the model, how the number of clusters was chosen and how sound the result is.
 *
 * Ownership  the report owns all its text.
 * Columns    described are the numeric columns in the data's own units: no ids, truth, labels, row-fit columns,
 *            scaled__* and pca__*. With total_spent, total_transactions and days_since_last_purchase among them the
 *            table is one of customers.
 */
#ifndef CS_REPORT_REPORT_H
#define CS_REPORT_REPORT_H

#include "base/error.h"
#include "base/memory.h"
#include "base/notes.h"
#include "data/document.h"
#include "data/table.h"
#include "report/profile.h"

#include <stdbool.h>
#include <stddef.h>

struct cs_segment {
  const char *label; /* as it stands in the table */
  const char *name;  /* of cluster_name, or NULL */
  bool noise;        /* label -1 */
};

/* What a model tells; texts are NULL and numbers NaN where it doesn't. */
struct cs_evidence {
  const char *tool, *rule, *reason;
  double k, runner_up, silhouette;
  double eps, min_points;
  double *stability; /* [stability_count], the mean Jaccard of each cluster under resampling */
  size_t stability_count;
};

struct cs_report {
  struct cs_segment
      *segment;        /* [profile.k], numbers ascending with noise last, other labels by decreasing size */
  const char **column; /* [profile.d] names */
  struct cs_profile profile;
  bool customers;                  /* the three columns below are there */
  size_t revenue, orders, recency; /* positions in column */
  struct cs_evidence evidence;     /* tool is NULL without a model */
  struct cs_arena texts;
};

#define CS_REPORT_INIT                                                                                       \
  { .texts = CS_ARENA_INIT }

struct cs_report_options {
  const char *label;                   /* the column of labels, or NULL: cluster */
  const char *features, *exclude, *id; /* lists as in -f, -x, --id, or NULL */
  int threads;
};

/* report is CS_REPORT_INIT, or has its model's evidence already. CS_DATA: no column of labels, a row without a label, no
 * rows, more than 1,000 labels. */
CS_MUST_CHECK enum cs_status cs_report_make(struct cs_report *report, const struct cs_table *table,
                                            const struct cs_report_options *options, struct cs_notes *notes,
                                            struct cs_error *err);

/* Adds the evidence of a model of cs-kmeans or cs-dbscan. */
CS_MUST_CHECK enum cs_status cs_report_add_model(struct cs_report *report, const char *path,
                                                 struct cs_error *err);

/* The profile as a document; the caller frees it. */
struct cs_node *cs_report_document(const struct cs_report *report);

void cs_report_release(struct cs_report *report);

#endif
