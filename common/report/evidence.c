#include "report/evidence.h"

#include "base/memory.h"
#include "data/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct cs_node *selection(const struct cs_evidence *evidence) {
  return cs_node_first(cs_node_get(evidence->model, "selection"));
}

const struct cs_node *cs_evidence_of(const struct cs_evidence *evidence, double k) {
  for (const struct cs_node *s = selection(evidence); s; s = cs_node_next(s))
    if (cs_node_number(cs_node_get(s, "k"), NAN) == k) return s;
  return NULL;
}

static int by_number(const void *left, const void *right) {
  const struct cs_cluster_stability *a = left, *b = right;
  return (a->number > b->number) - (a->number < b->number);
}

/* The selection tells of clusters in the order of the fit: their numbers stand in `numbers`, which may be those of an older model. */
static enum cs_status take_stability(struct cs_evidence *evidence, const struct cs_node *array,
                                     struct cs_error *err) {
  const struct cs_node *number = cs_node_first(cs_node_get(evidence->model, "numbers"));
  size_t count = array && cs_node_is_array(array) ? cs_node_size(array) : 0, c = 0;
  if (count == 0) return CS_OK;
  CS_TRY(cs_alloc(&evidence->stability, count, sizeof *evidence->stability, "the stability", err));
  for (const struct cs_node *s = cs_node_first(array); s; s = cs_node_next(s), c++) {
    const struct cs_cluster_stability own = {cs_node_number(number, (double)(c + 1)), cs_node_number(s, NAN)};
    if (!isnan(own.jaccard)) evidence->stability[evidence->stability_count++] = own;
    number = number ? cs_node_next(number) : NULL;
  }
  qsort(evidence->stability, evidence->stability_count, sizeof *evidence->stability, by_number);
  return CS_OK;
}

enum cs_status cs_evidence_read(struct cs_evidence *evidence, const char *path, struct cs_error *err) {
  CS_TRY(cs_model_read(&evidence->model, path, NULL, err));
  const struct cs_node *model = evidence->model, *choice = cs_node_get(model, "choice");
  evidence->tool = cs_node_text(cs_node_get(model, "tool"), NULL);
  evidence->rule = cs_node_text(cs_node_get(choice, "rule"), NULL);
  evidence->reason = cs_node_text(cs_node_get(choice, "reason"), NULL);
  evidence->k = cs_node_number(cs_node_get(model, "k"), NAN);
  evidence->runner_up = cs_node_number(cs_node_get(choice, "runner_up"), NAN);
  evidence->silhouette = cs_node_number(cs_node_get(cs_node_get(model, "metrics"), "silhouette"), NAN);
  evidence->eps = cs_node_number(cs_node_get(model, "eps"), NAN);
  evidence->min_points = cs_node_number(cs_node_get(model, "min_points"), NAN);
  evidence->knee = cs_node_number(cs_node_get(choice, "knee"), NAN);
  return take_stability(evidence, cs_node_get(cs_evidence_of(evidence, evidence->k), "stability"), err);
}

void cs_evidence_release(struct cs_evidence *evidence) {
  cs_node_free(evidence->model);
  free(evidence->stability);
  *evidence = (struct cs_evidence)CS_EVIDENCE_INIT;
}

const char *cs_evidence_kind(const struct cs_evidence *evidence) {
  if (!evidence->tool) return NULL;
  return strcmp(evidence->tool, "cs-dbscan") == 0   ? "dbscan"
         : strcmp(evidence->tool, "cs-kmeans") == 0 ? "kmeans"
                                                    : NULL;
}

const char *cs_silhouette_words(double silhouette) {
  return silhouette > 0.7    ? "well apart"
         : silhouette > 0.5  ? "reasonably apart"
         : silhouette > 0.25 ? "close to each other, with soft borders"
                             : "hardly apart: cuts through a continuum";
}

static const struct grade {
  double least;
  const char *words, *fate;
} grades[] = {
    {0.85, "highly stable", "comes back nearly the same"},
    {0.75, "stable", "comes back"},
    {0.6, "doubtful", "comes back with others in it"},
    {-INFINITY, "not to be trusted", "dissolves"},
};

static const struct grade *grade_of(double jaccard) {
  const struct grade *grade = grades;
  while (!(jaccard >= grade->least)) grade++;
  return grade;
}

const char *cs_stability_words(double jaccard) {
  return grade_of(jaccard)->words;
}

const char *cs_stability_fate(double jaccard) {
  return grade_of(jaccard)->fate;
}

double cs_evidence_least(const struct cs_node *entry) {
  double least = NAN;
  for (const struct cs_node *s = cs_node_first(cs_node_get(entry, "stability")); s; s = cs_node_next(s))
    least = fmin(least, cs_node_number(s, NAN));
  return least;
}

double cs_evidence_stability(const struct cs_evidence *evidence) {
  return cs_evidence_least(cs_evidence_of(evidence, evidence->k));
}

double cs_evidence_stability_of(const struct cs_evidence *evidence, const char *label) {
  char *end;
  double number = strtod(label, &end);
  if (end == label || *end) return NAN;
  for (size_t i = 0; i < evidence->stability_count; i++)
    if (evidence->stability[i].number == number) return evidence->stability[i].jaccard;
  return NAN;
}

/* --- votes --- */

static const struct criterion {
  const char *key, *name;
  double sign; /* 1: the higher the better */
} criteria[] = {
    {"silhouette", "silhouette", 1},
    {"davies_bouldin", "Davies-Bouldin", -1},
    {"calinski_harabasz", "Calinski-Harabasz", 1},
};

enum { CRITERIA = sizeof criteria / sizeof *criteria };

/* The k that a criterion likes best, the smallest of several; NaN: it wasn't computed. */
static double favourite(const struct cs_evidence *evidence, const struct criterion *criterion) {
  double best = -INFINITY, k = NAN;
  for (const struct cs_node *s = selection(evidence); s; s = cs_node_next(s)) {
    double value = criterion->sign * cs_node_number(cs_node_get(s, criterion->key), NAN);
    if (value > best) best = value, k = cs_node_number(cs_node_get(s, "k"), NAN);
  }
  return k;
}

static void add_names(struct cs_str *out, const double *voted, double k) {
  size_t named = 0, of = 0;
  for (size_t c = 0; c < CRITERIA; c++) of += voted[c] == k;
  for (size_t c = 0; c < CRITERIA; c++) {
    if (voted[c] != k) continue;
    cs_str_add_text(out, named == 0 ? "" : named + 1 == of ? " and " : ", ");
    cs_str_add_text(out, criteria[c].name);
    named++;
  }
}

void cs_evidence_votes(const struct cs_evidence *evidence, struct cs_str *out) {
  double voted[CRITERIA];
  size_t said = 0;
  for (size_t c = 0; c < CRITERIA; c++) voted[c] = favourite(evidence, &criteria[c]);
  for (size_t c = 0; c < CRITERIA; c++) {
    bool before = isnan(voted[c]);
    for (size_t b = 0; b < c; b++) before = before || voted[b] == voted[c];
    if (before) continue;
    cs_str_add_format(out, "%s%.0f by ", said++ ? ", " : "", voted[c]);
    add_names(out, voted, voted[c]);
  }
}
