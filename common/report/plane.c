#include "report/plane.h"

#include "algo/medoid.h"
#include "algo/pca.h"
#include "algo/sample.h"
#include "algo/silhouette.h"
#include "base/parallel.h"
#include "report/say.h"
#include "segment/inputs.h"
#include "segment/space_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_OF_SEGMENT = 50, AXIS_NAMES = 2 };

/* A column drives a component when its part of it is at least so large. */
static const double LOADING_LEAST = 0.4;

/* --- the space --- */

struct space {
  struct cs_matrix matrix;
  char **name; /* [d] */
};

static void space_release(struct space *space) {
  for (size_t j = 0; space->name && j < space->matrix.d; j++) free(space->name[j]);
  free(space->name);
  cs_matrix_release(&space->matrix);
}

/* As a reader would call a column that was clustered. */
static char *title_of(const char *name) {
  const char *plain = strncmp(name, "scaled__", 8) == 0 ? name + 8 : name;
  const char *title = cs_known_column(plain).title;
  return strdup(title ? title : plain);
}

static enum cs_status take_space(struct space *space, struct cs_features *features, const char *const *names,
                                 struct cs_error *err) {
  space->matrix = features->matrix;
  features->matrix = (struct cs_matrix)CS_MATRIX_INIT;
  CS_TRY(cs_alloc(&space->name, space->matrix.d, sizeof *space->name, "the names", err));
  for (size_t j = 0; j < space->matrix.d; j++)
    if (!(space->name[j] = title_of(names[j]))) return cs_fail_memory(err, 100, "a name");
  return CS_OK;
}

static enum cs_status space_of_model(struct space *space, const struct cs_table *table,
                                     const struct cs_plane_options *options, struct cs_error *err) {
  struct cs_space_model model = CS_SPACE_MODEL_INIT;
  struct cs_features features = CS_FEATURES_INIT;
  enum cs_status status = cs_space_model_read(&model, options->model, options->model_path, err);
  if (status == CS_OK)
    status = cs_inputs_load(&features, table, model.names, model.scaler, model.d, options->threads, err);
  if (status == CS_OK) status = take_space(space, &features, model.names, err);
  cs_features_release(&features);
  cs_space_model_release(&model);
  return status;
}

static enum cs_status space_of_table(struct space *space, const struct cs_table *table,
                                     const struct cs_plane_options *options, struct cs_error *err) {
  struct cs_inputs inputs = CS_INPUTS_INIT;
  const struct cs_inputs_options how = {.exclude = options->exclude,
                                        .id = options->id,
                                        .scale = CS_SCALE_STANDARD,
                                        .threads = options->threads};
  enum cs_status status = cs_inputs_find(&inputs, table, &how, NULL, err);
  if (status == CS_OK) status = take_space(space, &inputs.features, inputs.names, err);
  cs_inputs_release(&inputs);
  return status;
}

/* --- the plane --- */

static enum cs_status columns_of(const struct cs_matrix *matrix, struct cs_vectors *vectors,
                                 struct cs_error *err) {
  CS_TRY(cs_vectors_alloc(vectors, matrix->n, matrix->d, err));
  for (size_t i = 0; i < matrix->n; i++)
    for (size_t j = 0; j < matrix->d; j++) vectors->v[j][i] = cs_matrix_row(matrix, i)[j];
  return CS_OK;
}

/* The columns whose part of a component is largest, the first of equal ones: how many of at most AXIS_NAMES. */
static size_t drivers(const double *component, size_t d, size_t *driver) {
  size_t count = 0;
  for (size_t j = 0; j < d; j++) {
    size_t place = count;
    while (place > 0 && fabs(component[driver[place - 1]]) < fabs(component[j]) - 1e-9) place--;
    if (place == AXIS_NAMES) continue;
    if (count < AXIS_NAMES) count++;
    for (size_t i = count - 1; i > place; i--) driver[i] = driver[i - 1];
    driver[place] = j;
  }
  while (count > 1 && fabs(component[driver[count - 1]]) < LOADING_LEAST) count--;
  return count;
}

/* "spend, low days since last purchase": what drives a component. */
static char *axis_of(const struct space *space, const double *component) {
  struct cs_str text = CS_STR_INIT;
  size_t driver[AXIS_NAMES], count = drivers(component, space->matrix.d, driver);
  for (size_t i = 0; i < count; i++)
    cs_str_add_format(&text, "%s%s%s", i ? ", " : "", component[driver[i]] < 0 ? "low " : "",
                      space->name[driver[i]]);
  char *axis = text.failed ? NULL : strdup(cs_str_text(&text));
  cs_str_release(&text);
  return axis;
}

static enum cs_status project(struct cs_plane *plane, const struct space *space, int threads,
                              struct cs_error *err) {
  struct cs_pca pca = CS_PCA_INIT;
  struct cs_vectors columns = CS_VECTORS_INIT, score = CS_VECTORS_INIT;
  size_t d = space->matrix.d, wanted = d > 1 ? 2 : 1;
  const struct cs_pca_params params = {.count = wanted, .threads = threads};
  enum cs_status status = columns_of(&space->matrix, &columns, err);
  if (status == CS_OK) status = cs_pca_fit(&pca, &columns, &params, err);
  if (status == CS_OK) status = cs_vectors_alloc(&score, plane->n, 2, err);
  if (status == CS_OK) {
    cs_pca_apply(&pca, &columns, &score, threads);
    for (size_t c = 0; c < wanted; c++) {
      plane->explained[c] = pca.explained[c];
      plane->axis[c] = axis_of(space, pca.component + c * d);
      if (!plane->axis[c]) status = cs_fail_memory(err, 100, "a name");
    }
    plane->x = score.v[0];
    plane->y = score.v[1];
    score.v[0] = score.v[1] = NULL;
  }
  cs_pca_release(&pca);
  cs_vectors_release(&columns);
  cs_vectors_release(&score);
  return status;
}

/* --- borders --- */

static void find_means(const struct cs_matrix *matrix, const struct cs_labels *labels, double *mean,
                       size_t *size) {
  for (size_t i = 0; i < matrix->n; i++) {
    uint32_t s = labels->group[i];
    size[s]++;
    for (size_t j = 0; j < matrix->d; j++) mean[s * matrix->d + j] += cs_matrix_row(matrix, i)[j];
  }
  for (size_t s = 0; s < labels->k; s++)
    for (size_t j = 0; j < matrix->d; j++)
      if (size[s]) mean[s * matrix->d + j] /= (double)size[s];
}

static double distance(const double *a, const double *b, size_t d) {
  double sum = 0;
  for (size_t j = 0; j < d; j++) sum += (a[j] - b[j]) * (a[j] - b[j]);
  return sqrt(sum);
}

/* The other segment at whose border the row lies; SIZE_MAX: at none. */
static size_t bordered(const struct cs_labels *labels, const double *x, size_t own, const double *mean,
                       size_t d) {
  size_t nearest = SIZE_MAX;
  double least = INFINITY, within = distance(x, mean + own * d, d);
  for (size_t s = 0; s < labels->k; s++) {
    if (s == own || labels->segment[s].noise) continue;
    double away = distance(x, mean + s * d, d);
    if (away < least) least = away, nearest = s;
  }
  return nearest != SIZE_MAX && least - within < CS_BORDER * least ? nearest : SIZE_MAX;
}

enum { BORDER_ROWS = 65536 };

struct borders {
  const struct cs_matrix *matrix;
  const struct cs_labels *labels;
  double *mean;  /* [k][d] */
  size_t *size;  /* [k] */
  size_t *meets; /* [threads][k][k]: rows of one that lie at the border of another */
};

static void count_borders(void *context, size_t piece, int thread) {
  const struct borders *borders = context;
  const struct cs_labels *labels = borders->labels;
  size_t k = labels->k, d = borders->matrix->d, n = borders->matrix->n;
  size_t end = (piece + 1) * BORDER_ROWS < n ? (piece + 1) * BORDER_ROWS : n;
  size_t *meets = borders->meets + (size_t)thread * k * k;
  for (size_t i = piece * BORDER_ROWS; i < end; i++) {
    size_t own = labels->group[i];
    if (labels->segment[own].noise) continue;
    size_t other = bordered(labels, cs_matrix_row(borders->matrix, i), own, borders->mean, d);
    if (other != SIZE_MAX) meets[own * k + other]++;
  }
}

static void judge_borders(struct cs_plane *plane, const struct borders *borders, int threads) {
  size_t k = borders->labels->k;
  for (size_t s = 0; s < k; s++) {
    size_t all = 0, most = SIZE_MAX, most_rows = 0;
    for (size_t t = 0; t < k; t++) {
      size_t rows = 0;
      for (int thread = 0; thread < threads; thread++)
        rows += borders->meets[((size_t)thread * k + s) * k + t];
      all += rows;
      if (rows > most_rows) most = t, most_rows = rows;
    }
    plane->neighbour[s] = most;
    plane->border[s] =
        k < 2 || borders->labels->segment[s].noise ? NAN : (double)all / (double)borders->size[s];
  }
}

static enum cs_status find_borders(struct cs_plane *plane, const struct cs_matrix *matrix,
                                   const struct cs_labels *labels, int threads, struct cs_error *err) {
  struct borders borders = {.matrix = matrix, .labels = labels};
  size_t k = labels->k;
  threads = threads > 1 ? threads : 1;
  enum cs_status status = cs_alloc(&borders.mean, k * matrix->d, sizeof *borders.mean, "the means", err);
  if (status == CS_OK) status = cs_alloc(&borders.size, k, sizeof *borders.size, "the means", err);
  if (status == CS_OK)
    status = cs_alloc(&borders.meets, (size_t)threads * k * k, sizeof *borders.meets, "the borders", err);
  if (status == CS_OK) {
    find_means(matrix, labels, borders.mean, borders.size);
    cs_parallel(threads, (matrix->n + BORDER_ROWS - 1) / BORDER_ROWS, count_borders, &borders);
    judge_borders(plane, &borders, threads);
  }
  free(borders.mean);
  free(borders.size);
  free(borders.meets);
  return status;
}

/* --- rows that stand for all --- */

/* Of each segment rows at equal distances in the table. */
static enum cs_status choose_rows(struct cs_plane *plane, const struct cs_labels *labels, size_t points,
                                  struct cs_error *err) {
  size_t *size = NULL, *wanted = NULL, *seen = NULL, k = labels->k;
  enum cs_status status = cs_alloc(&size, k, sizeof *size, "the sample", err);
  if (status == CS_OK) status = cs_alloc(&wanted, k, sizeof *wanted, "the sample", err);
  if (status == CS_OK) status = cs_alloc(&seen, k, sizeof *seen, "the sample", err);
  if (status == CS_OK) {
    for (size_t i = 0; i < plane->n; i++) size[labels->group[i]]++;
    size_t all = 0;
    for (size_t s = 0; s < k; s++) {
      double share = (double)size[s] * fmin(1, (double)points / (double)plane->n);
      wanted[s] = (size_t)fmin((double)size[s], fmax(floor(share + 0.5), LEAST_OF_SEGMENT));
      all += wanted[s];
    }
    status = cs_alloc(&plane->row, all, sizeof *plane->row, "the sample", err);
    for (size_t i = 0; status == CS_OK && i < plane->n; i++) {
      uint32_t s = labels->group[i];
      size_t before = seen[s] * wanted[s] / size[s], after = ++seen[s] * wanted[s] / size[s];
      if (after > before) plane->row[plane->count++] = i;
    }
  }
  free(size);
  free(wanted);
  free(seen);
  return status;
}

/* Among the rows that were chosen, noise left out. */
static enum cs_status find_silhouettes(struct cs_plane *plane, const struct cs_matrix *matrix,
                                       const struct cs_labels *labels, int threads, struct cs_error *err) {
  struct cs_matrix part = CS_MATRIX_INIT;
  size_t *row = NULL, count = 0;
  uint32_t *label = NULL;
  double *value = NULL;
  enum cs_status status = cs_alloc(&row, plane->count, sizeof *row, "the silhouettes", err);
  if (status == CS_OK) status = cs_alloc(&label, plane->count, sizeof *label, "the silhouettes", err);
  if (status == CS_OK) status = cs_alloc(&value, plane->count, sizeof *value, "the silhouettes", err);
  if (status == CS_OK)
    status = cs_alloc(&plane->silhouette, plane->count, sizeof(double), "the silhouettes", err);
  for (size_t i = 0; status == CS_OK && i < plane->count; i++) {
    uint32_t s = labels->group[plane->row[i]];
    plane->silhouette[i] = NAN;
    if (labels->segment[s].noise) continue;
    label[count] = s;
    row[count++] = plane->row[i];
  }
  if (status == CS_OK && count) status = cs_sample_take(matrix, row, count, &part, err);
  if (status == CS_OK && count) status = cs_silhouette_rows(&part, label, labels->k, threads, value, err);
  for (size_t i = 0, next = 0; status == CS_OK && i < plane->count; i++)
    if (next < count && row[next] == plane->row[i]) plane->silhouette[i] = value[next++];
  cs_matrix_release(&part);
  free(row);
  free(label);
  free(value);
  return status;
}

/* --- the whole --- */

static enum cs_status find_typical(struct cs_plane *plane, const struct cs_matrix *matrix,
                                   const struct cs_labels *labels, int threads, struct cs_error *err) {
  CS_TRY(cs_alloc(&plane->medoid, labels->k, sizeof *plane->medoid, "the typical rows", err));
  return cs_medoids_find(matrix, NULL, labels->group, labels->k, threads, plane->medoid, err);
}

static enum cs_status look(struct cs_plane *plane, const struct space *space, const struct cs_labels *labels,
                           const struct cs_plane_options *options, struct cs_error *err) {
  CS_TRY(project(plane, space, options->threads, err));
  CS_TRY(cs_alloc(&plane->border, labels->k, sizeof *plane->border, "the borders", err));
  CS_TRY(cs_alloc(&plane->neighbour, labels->k, sizeof *plane->neighbour, "the borders", err));
  CS_TRY(find_borders(plane, &space->matrix, labels, options->threads, err));
  if (options->typical) CS_TRY(find_typical(plane, &space->matrix, labels, options->threads, err));
  CS_TRY(choose_rows(plane, labels, options->points, err));
  return find_silhouettes(plane, &space->matrix, labels, options->threads, err);
}

enum cs_status cs_plane_find(struct cs_plane *plane, const struct cs_table *table,
                             const struct cs_labels *labels, const struct cs_plane_options *options,
                             struct cs_notes *notes, struct cs_error *err) {
  struct space space = {CS_MATRIX_INIT, NULL};
  enum cs_status status = options->model ? space_of_model(&space, table, options, err)
                                         : space_of_table(&space, table, options, err);
  plane->n = space.matrix.n;
  plane->d = space.matrix.d;
  if (status == CS_OK) status = look(plane, &space, labels, options, err);
  space_release(&space);
  if (status == CS_OK) return CS_OK;
  cs_plane_release(plane);
  if (status != CS_DATA && status != CS_USAGE) return status;
  cs_note(notes, CS_NOTE_WARNING, "the rows aren't shown on a plane: %s", err->text);
  return CS_OK;
}

void cs_plane_release(struct cs_plane *plane) {
  free(plane->x);
  free(plane->y);
  for (int c = 0; c < 2; c++) free(plane->axis[c]);
  free(plane->border);
  free(plane->neighbour);
  free(plane->medoid);
  free(plane->row);
  free(plane->silhouette);
  *plane = (struct cs_plane)CS_PLANE_INIT;
}
