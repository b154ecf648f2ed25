/* report.h - what a clustered table says about its groups: which rows form a segment, which columns describe it, what they are on average, where
 * the rows lie, and, from the model, how the number of clusters was chosen and how sound the result is. All outputs take their
 * figures from here.
 *
 * Columns  described are the numeric columns in the data's own units: no ids, truth, labels, row-fit columns,
 *          scaled__* and pca__*. With total_spent, total_transactions and days_since_last_purchase among them the
 *          table is one of customers.
 */
#ifndef CS_REPORT_REPORT_H
#define CS_REPORT_REPORT_H

#include "base/error.h"
#include "base/memory.h"
#include "base/notes.h"
#include "data/table.h"
#include "report/categories.h"
#include "report/distribution.h"
#include "report/evidence.h"
#include "report/insights.h"
#include "report/labels.h"
#include "report/plane.h"
#include "report/profile.h"
#include "report/say.h"

#include <stdbool.h>
#include <stddef.h>

enum { CS_KEYS_MOST = 12, CS_SCORES = 5 };

struct cs_report_column {
  const char *name;
  const char *title;             /* as a reader calls it; the name where nothing better is known */
  struct cs_saying mean, median; /* how its figures are written */
  double *value;                 /* [n], of key columns only, else NULL; NaN is a missing cell */
};

/* Customers by recency and frequency score. */
struct cs_rfm_counts {
  bool there;
  size_t count[CS_SCORES][CS_SCORES];
  double spend[CS_SCORES][CS_SCORES]; /* in all */
};

struct cs_report {
  struct cs_labels labels;
  struct cs_profile profile;       /* of labels.k groups and the columns */
  struct cs_report_column *column; /* [profile.d] */
  size_t key[CS_KEYS_MOST], keys;  /* columns that people look at first, as places in column */
  struct cs_distribution distribution[CS_KEYS_MOST];
  bool customers;                  /* the three columns below are there */
  size_t revenue, orders, recency; /* places in column */
  struct cs_insights insights;     /* of customers */
  struct cs_rfm_counts rfm;
  struct cs_categories categories;
  struct cs_plane plane;
  const char **id; /* [plane.count], of an id that may be shown; else NULL */
  struct cs_evidence evidence;
  const char *currency; /* as the options have it */
  struct cs_arena texts;
};

#define CS_REPORT_INIT                                                                                       \
  {                                                                                                          \
    .labels = CS_LABELS_INIT, .categories = CS_CATEGORIES_INIT, .plane = CS_PLANE_INIT,                      \
    .evidence = CS_EVIDENCE_INIT, .texts = CS_ARENA_INIT                                                     \
  }

struct cs_report_options {
  const char *label;                   /* the column of labels, or NULL: cluster */
  const char *features, *exclude, *id; /* lists as in -f, -x, --id, or NULL */
  const char *include;  /* list of personal columns, and ids, that may be shown all the same, or NULL */
  const char *model;    /* a model's file, or NULL */
  const char *currency; /* stands before amounts, or NULL */
  bool typical;         /* whether each segment's typical row is wanted */
  size_t points;        /* rows that stand for all; 0: the rows' places aren't wanted */
  int threads;
};

/* report is CS_REPORT_INIT. CS_DATA: no column of labels, a row without a label, no
 * rows, more than 1,000 labels; errors of the model. */
CS_MUST_CHECK enum cs_status cs_report_make(struct cs_report *report, const struct cs_table *table,
                                            const struct cs_report_options *options, struct cs_notes *notes,
                                            struct cs_error *err);
void cs_report_release(struct cs_report *report);

/* The place of a described column, SIZE_MAX: there is none of that name. */
size_t cs_report_column(const struct cs_report *report, const char *name);

/* --- what is said in several outputs --- */

/* "no pattern" of noise, "" where there is none. */
const char *cs_segment_name(const struct cs_segment *segment);

/* Its name, else "segment 3", or the label where that is a word. */
void cs_segment_call(const struct cs_segment *segment, struct cs_str *out);

size_t cs_report_clusters(const struct cs_report *report); /* without noise */
double cs_report_share(const struct cs_report *report, size_t segment);

/* "customers", "rows" */
const char *cs_report_noun(const struct cs_report *report);
/* "customer" of one. */
const char *cs_report_noun_of(const struct cs_report *report, size_t count);

/* The columns that set a segment apart in words: "high spend, many orders". Nothing is added where none does. */
void cs_report_traits(const struct cs_report *report, size_t segment, struct cs_str *out);

/* Whether so few rows were read that nothing but their number may be told of them. */
bool cs_report_is_small(const struct cs_report *report);

/* Whether a density clustering made the segments. */
bool cs_report_is_density(const struct cs_report *report);

/* "The customers who fit no pattern", "Customer segments": the title where none is given. */
const char *cs_report_title(const struct cs_report *report);

/* "14 % of customers bring 63 % of revenue; ...": the whole in a sentence. small: of segments of few customers, too, as on the
 * terminal; not in what is passed on. */
void cs_report_sentence(const struct cs_report *report, bool small, struct cs_str *out);

#endif
