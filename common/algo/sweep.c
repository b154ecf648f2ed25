#include "algo/sweep.h"

#include "algo/gap.h"
#include "algo/kneedle.h"
#include "algo/quality.h"
#include "algo/silhouette.h"
#include "algo/stability.h"
#include "base/memory.h"

#include <stdlib.h>

enum cs_status cs_sweep_begin(struct cs_sweep *sweep, const struct cs_matrix *matrix, const double *weight,
                              size_t room, int threads, struct cs_error *err) {
  *sweep = (struct cs_sweep)CS_SWEEP_INIT;
  sweep->matrix = matrix;
  sweep->room = room;
  enum cs_status status = cs_points_begin(&sweep->points, matrix, weight, threads, err);
  if (status == CS_OK) status = cs_alloc(&sweep->fit, room, sizeof *sweep->fit, "clusterings", err);
  if (status == CS_OK)
    status = cs_alloc(&sweep->candidate, room, sizeof *sweep->candidate, "clusterings", err);
  if (status != CS_OK) cs_sweep_release(sweep);
  return status;
}

void cs_sweep_release(struct cs_sweep *sweep) {
  for (size_t i = 0; i < sweep->count; i++) cs_kmeans_release(&sweep->fit[i]);
  cs_points_release(&sweep->points);
  free(sweep->fit);
  free(sweep->candidate);
  free(sweep->stability);
  *sweep = (struct cs_sweep)CS_SWEEP_INIT;
}

static size_t smallest_of(const struct cs_kmeans *fit) {
  size_t smallest = fit->size[0];
  for (size_t c = 1; c < fit->k; c++)
    if (fit->size[c] < smallest) smallest = fit->size[c];
  return smallest;
}

enum cs_status cs_sweep_fit(struct cs_sweep *sweep, const struct cs_kmeans_params *params,
                            struct cs_error *err) {
  struct cs_kmeans *fit = &sweep->fit[sweep->count];
  CS_TRY(cs_kmeans_fit(fit, &sweep->points, params, err));
  sweep->candidate[sweep->count++] = (struct cs_candidate){
      .k = fit->k,
      .rows = fit->n,
      .smallest = smallest_of(fit),
      .inertia = fit->inertia,
      .silhouette = NAN,
      .silhouette_error = NAN,
      .davies_bouldin = NAN,
      .calinski_harabasz = NAN,
      .gap = NAN,
      .gap_error = NAN,
  };
  sweep->restarts = cs_kmeans_starts_once(params) ? 1 : params->restarts;
  return CS_OK;
}

static enum cs_status score(struct cs_sweep *sweep, struct cs_silhouette *clustering, size_t most,
                            uint64_t seed, int threads, struct cs_error *err) {
  for (size_t i = 0; i < sweep->count; i++)
    clustering[i] = (struct cs_silhouette){.k = sweep->fit[i].k, .label = sweep->fit[i].label};
  CS_TRY(cs_silhouettes(sweep->matrix, clustering, sweep->count, most, seed, threads, err));
  for (size_t i = 0; i < sweep->count; i++) {
    sweep->candidate[i].silhouette = clustering[i].mean;
    sweep->candidate[i].silhouette_error = clustering[i].error;
    sweep->silhouette_rows = clustering[i].rows;
  }
  return CS_OK;
}

static enum cs_status find_elbow(struct cs_sweep *sweep, struct cs_error *err) {
  double *x;
  CS_TRY(cs_alloc(&x, sweep->count, 2 * sizeof *x, "clusterings", err));
  double *y = x + sweep->count;
  for (size_t i = 0; i < sweep->count; i++)
    x[i] = (double)sweep->candidate[i].k, y[i] = sweep->candidate[i].inertia;
  sweep->elbow = cs_kneedle(x, y, sweep->count, CS_CONVEX_DECREASING, CS_KNEEDLE_SENSITIVITY);
  free(x);
  return CS_OK;
}

enum cs_status cs_sweep_judge(struct cs_sweep *sweep, size_t most, uint64_t seed, int threads,
                              struct cs_error *err) {
  CS_TRY(find_elbow(sweep, err));
  struct cs_silhouette *clustering;
  CS_TRY(cs_alloc(&clustering, sweep->count, sizeof *clustering, "clusterings", err));
  enum cs_status status = score(sweep, clustering, most, seed, threads, err);
  free(clustering);
  struct cs_points points = CS_POINTS_INIT; /* without weights */
  bool weighed = sweep->points.weight != NULL;
  if (status == CS_OK && weighed) status = cs_points_begin(&points, sweep->matrix, NULL, threads, err);
  for (size_t i = 0; i < sweep->count && status == CS_OK; i++) {
    struct cs_quality quality;
    status = cs_quality(weighed ? &points : &sweep->points, sweep->fit[i].label, sweep->candidate[i].k,
                        threads, &quality, err);
    sweep->candidate[i].davies_bouldin = quality.davies_bouldin;
    sweep->candidate[i].calinski_harabasz = quality.calinski_harabasz;
  }
  cs_points_release(&points);
  return status;
}

enum cs_status cs_sweep_gap(struct cs_sweep *sweep, uint64_t seed, int threads, struct cs_error *err) {
  struct cs_gap_params params = CS_GAP_PARAMS_INIT;
  params.seed = seed;
  params.threads = threads;
  struct cs_gap *clustering;
  CS_TRY(cs_alloc(&clustering, sweep->count + 1, sizeof *clustering, "clusterings", err));
  clustering[0].k = 1;
  for (size_t i = 0; i < sweep->count; i++)
    clustering[i + 1] = (struct cs_gap){.k = sweep->fit[i].k, .label = sweep->fit[i].label};
  enum cs_status status = cs_gap(sweep->matrix, clustering, sweep->count + 1, &params, &sweep->gap_rows, err);
  sweep->gap_of_one = clustering[0].gap;
  for (size_t i = 0; i < sweep->count; i++) {
    sweep->candidate[i].gap = clustering[i + 1].gap;
    sweep->candidate[i].gap_error = clustering[i + 1].error;
  }
  free(clustering);
  return status;
}

enum cs_status cs_sweep_resample(struct cs_sweep *sweep, uint64_t seed, int threads, struct cs_error *err) {
  struct cs_stability_params params = CS_STABILITY_PARAMS_INIT;
  params.seed = seed;
  params.threads = threads;
  size_t total = 0;
  for (size_t i = 0; i < sweep->count; i++) total += sweep->candidate[i].k;
  struct cs_stability *clustering;
  CS_TRY(cs_alloc(&sweep->stability, 2 * total, sizeof *sweep->stability, "Jaccard coefficients", err));
  CS_TRY(cs_alloc(&clustering, sweep->count, sizeof *clustering, "clusterings", err));
  double *to = sweep->stability;
  for (size_t i = 0; i < sweep->count; i++) {
    size_t k = sweep->candidate[i].k;
    clustering[i] = (struct cs_stability){k, sweep->fit[i].label, to, to + k};
    sweep->candidate[i].jaccard = to;
    sweep->candidate[i].error = to + k;
    to += 2 * k;
  }
  enum cs_status status = cs_stability(sweep->matrix, sweep->points.weight, clustering, sweep->count, &params,
                                       &sweep->stability_rows, err);
  free(clustering);
  return status;
}
