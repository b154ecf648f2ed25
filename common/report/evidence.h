/* evidence.h - what a model of cs-kmeans or cs-dbscan tells of its clustering: how it was chosen, and how sound it is.
 *
 * Ownership  all texts live in the model, which the evidence owns.
 */
#ifndef CS_REPORT_EVIDENCE_H
#define CS_REPORT_EVIDENCE_H

#include "base/str.h"
#include "data/document.h"

#include <stdbool.h>
#include <stddef.h>

/* A cluster, by the number that the table calls it, and its mean Jaccard similarity under resampling. */
struct cs_cluster_stability {
  double number, jaccard;
};

/* Texts are NULL and numbers NaN where the model doesn't tell. */
struct cs_evidence {
  struct cs_node *model; /* NULL: there is none */
  const char *tool, *rule, *reason;
  double k, runner_up, silhouette;
  double eps, min_points, knee;
  struct cs_cluster_stability *stability; /* [stability_count], by number */
  size_t stability_count;
};

#define CS_EVIDENCE_INIT                                                                                     \
  { NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, NULL, 0 }

CS_MUST_CHECK enum cs_status cs_evidence_read(struct cs_evidence *evidence, const char *path,
                                              struct cs_error *err);
void cs_evidence_release(struct cs_evidence *evidence);

/* "kmeans", "dbscan"; NULL without a model. */
const char *cs_evidence_kind(const struct cs_evidence *evidence);

/* Of the selection, the entry of this k; NULL: there is none. */
const struct cs_node *cs_evidence_of(const struct cs_evidence *evidence, double k);

/* Of an entry of the selection: the least of its clusters' stability; NaN where nothing was resampled. */
double cs_evidence_least(const struct cs_node *entry);

/* "well apart": Kaufman & Rousseeuw (1990), table of the silhouette coefficient. */
const char *cs_silhouette_words(double silhouette);

/* "highly stable": Hennig (2007), mean Jaccard similarity under resampling, which isn't NaN. */
const char *cs_stability_words(double jaccard);

/* "comes back": what that means for the cluster when rows are drawn anew. jaccard isn't NaN. */
const char *cs_stability_fate(double jaccard);

/* The least of the clusters'; NaN where nothing was resampled. */
double cs_evidence_stability(const struct cs_evidence *evidence);

/* Of the cluster that the table calls so; NaN where the model doesn't know it. */
double cs_evidence_stability_of(const struct cs_evidence *evidence, const char *label);

/* "k = 6 by silhouette and Calinski-Harabasz, 2 by Davies-Bouldin": what each criterion would have chosen. Adds nothing where
 * none was computed. */
void cs_evidence_votes(const struct cs_evidence *evidence, struct cs_str *out);

#endif
