#include "prep/basis.h"

#include "algo/stats.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "data/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { REPEATED = 1024 };

static const double floor_quantile = 0.01, discount_least = 0.1;

static const char *const transform_name[] = {"none", "log1p", "log", "log_floor", "sqrt"};

void cs_basis_release(struct cs_basis *basis) {
  for (size_t i = 0; i < basis->count; i++) {
    free(basis->part[i].source);
    free(basis->part[i].value);
  }
  free(basis->part);
  *basis = (struct cs_basis)CS_BASIS_INIT;
}

static enum cs_transform transform_of(enum cs_feature feature) {
  switch (feature) {
  case CS_FEATURE_RECENCY:
  case CS_FEATURE_TENURE:
  case CS_FEATURE_INTERVAL: return CS_TRANSFORM_LOG1P;
  case CS_FEATURE_ORDERS:
  case CS_FEATURE_PURCHASE_DAYS: return CS_TRANSFORM_LOG;
  case CS_FEATURE_SPENT:
  case CS_FEATURE_GROSS:
  case CS_FEATURE_AVERAGE:
  case CS_FEATURE_ORDER_VALUE:
  case CS_FEATURE_CLV_SIMPLE:
  case CS_FEATURE_CLV_ADVANCED:
  case CS_FEATURE_SPENT_12M: return CS_TRANSFORM_LOG_FLOOR;
  case CS_FEATURE_REFUNDED:
  case CS_FEATURE_BT_X:
  case CS_FEATURE_BT_ZBAR:
  case CS_FEATURE_ORDERS_12M:
  case CS_FEATURE_REPEAT_MEAN: return CS_TRANSFORM_LOG1P;
  case CS_FEATURE_DISCOUNT:
  case CS_FEATURE_REFUND_SHARE: return CS_TRANSFORM_SQRT;
  default: return CS_TRANSFORM_NONE;
  }
}

static double transformed(const struct cs_basis_part *part, double value) {
  switch (part->transform) {
  case CS_TRANSFORM_LOG1P: return log1p(value > 0 ? value : 0);
  case CS_TRANSFORM_LOG: return log(value > 1 ? value : 1);
  case CS_TRANSFORM_LOG_FLOOR: return log(value > part->floor ? value : part->floor);
  case CS_TRANSFORM_SQRT: return sqrt(value > 0 ? value : 0);
  default: return value;
  }
}

/* Those that are missing stay so. Days and counts repeat themselves: each is transformed once. */
static void transform(const struct cs_basis_part *part, double *value, size_t n) {
  double found[REPEATED];
  bool known[REPEATED] = {false};
  if (part->transform == CS_TRANSFORM_NONE) return;
  for (size_t i = 0; i < n; i++) {
    double x = value[i];
    if (isnan(x)) continue;
    int whole = x >= 0 && x < REPEATED ? (int)x : -1;
    if (whole < 0 || x != whole) {
      value[i] = transformed(part, x);
      continue;
    }
    if (!known[whole]) found[whole] = transformed(part, x);
    known[whole] = true;
    value[i] = found[whole];
  }
}

/* --- values --- */

/* The values of a feature or a column, in the rows of the table; owned by the caller. */
static enum cs_status read_values(const struct cs_customers *customers, const struct cs_table *table,
                                  const char *source, double **value, struct cs_error *err) {
  struct cs_slice name = cs_slice_of(source);
  enum cs_feature feature = cs_feature_named(name);
  if (feature < CS_FEATURES && customers->value[feature]) {
    CS_TRY(cs_alloc(value, customers->n, sizeof **value, "features", err));
    if (customers->n) memcpy(*value, customers->value[feature], customers->n * sizeof **value);
    return CS_OK;
  }
  struct cs_decoded decoded = {.column = cs_table_find(table, name)};
  if (decoded.column == SIZE_MAX)
    return cs_fail(err, CS_DATA, "there is no '%s', which is to be clustered", source);
  CS_TRY(cs_table_decode(table, &decoded, 1, 1, err));
  *value = decoded.value;
  if (decoded.value) return CS_OK;
  if (decoded.bad_row != SIZE_MAX)
    return cs_table_fail(table, decoded.bad_row, decoded.column, err,
                         "a column to be clustered isn't numeric");
  CS_TRY(
      cs_alloc(value, cs_table_rows(table), sizeof **value, "features", err)); /* nothing but missing cells */
  for (size_t i = 0; i < cs_table_rows(table); i++) (*value)[i] = NAN;
  return CS_OK;
}

/* The values that take part: of rows that are kept, not missing. */
static size_t take_present(const struct cs_table *table, const double *value, size_t n, double *out) {
  size_t count = 0;
  for (size_t i = 0; i < n; i++)
    if (!isnan(value[i]) && !cs_table_dropped(table, i)) out[count++] = value[i];
  return count;
}

/* --- learning --- */

static enum cs_status fit_floor(struct cs_basis_part *part, double *present, size_t n, struct cs_error *err) {
  size_t count = 0;
  for (size_t i = 0; i < n; i++)
    if (present[i] > 0) present[count++] = present[i];
  part->floor = 1;
  return count ? cs_quantiles(present, count, &floor_quantile, 1, &part->floor, err) : CS_OK;
}

static double clamped(const struct cs_basis_part *part, double y) {
  return y < part->low ? part->low : y > part->high ? part->high : y;
}

static enum cs_status fit_present(struct cs_basis_part *part, double *present, size_t n,
                                  struct cs_error *err) {
  static const double p[] = {0.01, 0.5, 0.99}; /* low, fill, high */
  double quantile[3];
  if (n == 0) return CS_OK;
  CS_TRY(cs_quantiles(present, n, p, 3, quantile, err));
  part->low = quantile[0];
  part->fill = quantile[1];
  part->high = quantile[2];
  for (size_t i = 0; i < n; i++) present[i] = clamped(part, present[i]);
  double deviation = cs_deviation(present, n, 0);
  part->centre = cs_mean(present, n);
  part->scale = deviation > 0 ? deviation : 1;
  if (!isfinite(part->centre) || !isfinite(part->scale))
    return cs_fail(err, CS_DATA, "'%s' is too large to be standardised", part->source);
  return CS_OK;
}

/* value becomes t(x). */
static enum cs_status fit_values(struct cs_basis_part *part, double *value, double *present, size_t n,
                                 const struct cs_table *table, struct cs_error *err) {
  size_t count = take_present(table, value, n, present);
  if (!count && cs_table_kept(table))
    return cs_fail(err, CS_DATA, "'%s' has no value in any row: it can't be clustered", part->source);
  part->low = part->high = part->fill = part->centre = 0;
  part->scale = 1;
  if (part->transform == CS_TRANSFORM_LOG_FLOOR) CS_TRY(fit_floor(part, present, count, err));
  transform(part, value, n);
  return fit_present(part, present, take_present(table, value, n, present), err);
}

static enum cs_status fit_part(struct cs_basis_part *part, const struct cs_customers *customers,
                               const struct cs_table *table, struct cs_error *err) {
  double *present;
  CS_TRY(read_values(customers, table, part->source, &part->value, err));
  CS_TRY(cs_alloc(&present, customers->n, sizeof *present, "features", err));
  enum cs_status status = fit_values(part, part->value, present, customers->n, table, err);
  free(present);
  return status;
}

/* The parts, side by side. */
struct job {
  struct cs_basis *basis;
  const struct cs_customers *customers;
  const struct cs_table *table;
  struct outcome {
    enum cs_status status;
    struct cs_error err;
    size_t filled;
  } * outcome; /* [parts] */
};

static enum cs_status run(struct job *job, int threads, void (*work)(void *context, size_t piece, int thread),
                          struct cs_error *err) {
  size_t count = job->basis->count;
  CS_TRY(cs_alloc(&job->outcome, count, sizeof *job->outcome, "features", err));
  for (size_t k = 0; k < count; k++) job->outcome[k].err = (struct cs_error)CS_ERROR_INIT;
  cs_parallel(threads, count, work, job);
  for (size_t k = 0; k < count; k++) {
    if (job->outcome[k].status == CS_OK) continue;
    if (err) *err = job->outcome[k].err;
    return job->outcome[k].status;
  }
  return CS_OK;
}

/* The last first: that is money, which takes longest. */
static void fit_piece(void *context, size_t piece, int thread) {
  struct job *job = context;
  size_t k = job->basis->count - 1 - piece;
  (void)thread;
  job->outcome[k].status = fit_part(&job->basis->part[k], job->customers, job->table, &job->outcome[k].err);
}

static bool has_part(const struct cs_basis *basis, struct cs_slice name) {
  for (size_t i = 0; i < basis->count; i++)
    if (cs_slice_is(name, basis->part[i].source)) return true;
  return false;
}

static enum cs_status add_part(struct cs_basis *basis, struct cs_slice name, enum cs_transform transform,
                               struct cs_error *err) {
  if (has_part(basis, name)) return CS_OK;
  CS_TRY(cs_grow(&basis->part, &basis->capacity, basis->count + 1, sizeof *basis->part, "features", err));
  struct cs_basis_part *part = &basis->part[basis->count];
  *part = (struct cs_basis_part){.transform = transform, .scale = 1};
  CS_TRY(cs_alloc(&part->source, name.len + 1, 1, "a name", err));
  memcpy(part->source, name.data, name.len);
  basis->count++;
  return CS_OK;
}

static enum cs_status add_feature(struct cs_basis *basis, enum cs_feature feature, struct cs_error *err) {
  return add_part(basis, cs_slice_of(cs_feature_name(feature)), transform_of(feature), err);
}

static bool discounts_matter(const struct cs_customers *customers, const struct cs_table *table) {
  const double *value = customers->value[CS_FEATURE_DISCOUNT];
  size_t having = 0, all = 0;
  for (size_t i = 0; value && i < customers->n; i++) {
    if (cs_table_dropped(table, i)) continue;
    all++;
    having += value[i] > 0;
  }
  return having > 0 && (double)having >= discount_least * (double)all;
}

static enum cs_status add_rfm(struct cs_basis *basis, const struct cs_customers *customers,
                              const struct cs_table *table, struct cs_error *err) {
  static const enum cs_feature rfm[] = {CS_FEATURE_RECENCY, CS_FEATURE_ORDERS, CS_FEATURE_SPENT};
  for (size_t i = 0; i < 3; i++)
    if (customers->value[rfm[i]]) CS_TRY(add_feature(basis, rfm[i], err));
  return discounts_matter(customers, table) ? add_feature(basis, CS_FEATURE_DISCOUNT, err) : CS_OK;
}

static enum cs_status add_named(struct cs_basis *basis, const struct cs_customers *customers,
                                const struct cs_table *table, struct cs_slice name, struct cs_error *err) {
  enum cs_feature feature = cs_feature_named(name);
  if (feature < CS_FEATURES && !cs_feature_is_number(feature))
    return cs_fail(err, CS_USAGE, "--basis: '%.*s' is no number", (int)name.len, name.data);
  if (feature < CS_FEATURES && customers->value[feature]) return add_feature(basis, feature, err);
  size_t column;
  CS_TRY(cs_column_named(table, name, "--basis", &column, err));
  return add_part(basis, name, CS_TRANSFORM_NONE, err);
}

/* Scores, and what models say, are learnt; all other names are there before. */
static bool is_learnt(struct cs_slice name) {
  enum cs_feature feature = cs_feature_named(name);
  return feature >= CS_FEATURE_SCORE_R && feature < CS_FEATURES;
}

static enum cs_status fit_list(struct cs_basis *basis, const struct cs_customers *customers,
                               const struct cs_table *table, const char *list, bool learnt, int threads,
                               struct cs_error *err) {
  struct cs_slice rest = cs_slice_of(list), item;
  while (cs_list_next(&rest, ',', &item)) {
    if (!item.len || (!learnt && is_learnt(item))) continue;
    CS_TRY(cs_slice_is(item, "rfm") ? add_rfm(basis, customers, table, err)
                                    : add_named(basis, customers, table, item, err));
  }
  struct job job = {basis, customers, table, NULL};
  enum cs_status status = run(&job, threads, fit_piece, err);
  free(job.outcome);
  return status;
}

enum cs_status cs_basis_fit_totals(struct cs_basis *basis, const struct cs_customers *customers,
                                   const struct cs_table *table, const char *list, struct cs_error *err) {
  enum cs_status status = fit_list(basis, customers, table, list, false, 1, err);
  for (size_t i = 0; i < basis->count; i++) {
    free(basis->part[i].value); /* these are never applied */
    basis->part[i].value = NULL;
  }
  return status;
}

enum cs_status cs_basis_fit(struct cs_basis *basis, const struct cs_customers *customers,
                            const struct cs_table *table, const char *list, int threads,
                            struct cs_notes *notes, struct cs_error *err) {
  CS_TRY(fit_list(basis, customers, table, list, true, threads, err));
  if (!basis->count)
    return cs_fail(err, CS_DATA,
                   "there is nothing to cluster: neither recency nor orders nor spend is known");
  if (!customers->value[CS_FEATURE_SPENT])
    cs_note(notes, CS_NOTE_INFO, "no amounts: the features of money and rfm_segment are left out");
  return CS_OK;
}

/* --- applying --- */

enum cs_status cs_basis_values(const struct cs_basis_part *part, const struct cs_customers *customers,
                               const struct cs_table *table, double **value, struct cs_error *err) {
  CS_TRY(read_values(customers, table, part->source, value, err));
  transform(part, *value, customers->n);
  return CS_OK;
}

static enum cs_status scale_part(struct cs_basis_part *part, const struct job *job, struct outcome *outcome) {
  if (!part->value) CS_TRY(cs_basis_values(part, job->customers, job->table, &part->value, &outcome->err));
  double *value = part->value;
  for (size_t i = 0; i < job->customers->n; i++) {
    bool missing = isnan(value[i]);
    outcome->filled += missing && !cs_table_dropped(job->table, i);
    value[i] = (clamped(part, missing ? part->fill : value[i]) - part->centre) / part->scale;
  }
  return CS_OK;
}

static void scale_piece(void *context, size_t piece, int thread) {
  struct job *job = context;
  (void)thread;
  job->outcome[piece].status = scale_part(&job->basis->part[piece], job, &job->outcome[piece]);
}

/* The values become the table's. */
static enum cs_status append_parts(struct cs_basis *basis, struct cs_table *table, struct cs_error *err) {
  struct cs_str name = CS_STR_INIT;
  enum cs_status status = CS_OK;
  for (size_t k = 0; k < basis->count && status == CS_OK; k++) {
    struct cs_basis_part *part = &basis->part[k];
    cs_str_clear(&name);
    cs_str_add_format(&name, "scaled__%s", part->source);
    status = cs_str_check(&name, "a name", err);
    if (status != CS_OK) break;
    double *value = part->value;
    part->value = NULL;
    status = cs_table_add_number(table, cs_str_text(&name), CS_KIND_RATIO, value, err);
  }
  cs_str_release(&name);
  return status;
}

enum cs_status cs_basis_apply(struct cs_basis *basis, const struct cs_customers *customers,
                              struct cs_table *table, int threads, size_t *filled, struct cs_error *err) {
  struct job job = {basis, customers, table, NULL};
  enum cs_status status = run(&job, threads, scale_piece, err);
  *filled = 0;
  for (size_t k = 0; k < basis->count && status == CS_OK; k++) *filled += job.outcome[k].filled;
  free(job.outcome);
  return status == CS_OK ? append_parts(basis, table, err) : status;
}

/* --- models --- */

void cs_basis_add_parts(const struct cs_basis *basis, struct cs_node *object, const char *key) {
  struct cs_node *parts = cs_node_add_array(object, key);
  for (size_t i = 0; i < basis->count; i++) {
    const struct cs_basis_part *part = &basis->part[i];
    struct cs_node *node = cs_node_add_object(parts, NULL);
    cs_node_add_text(node, "source", part->source);
    cs_node_add_text(node, "transform", transform_name[part->transform]);
    cs_node_add_number(node, "floor", part->floor);
    cs_node_add_number(node, "low", part->low);
    cs_node_add_number(node, "high", part->high);
    cs_node_add_number(node, "fill", part->fill);
    cs_node_add_number(node, "centre", part->centre);
    cs_node_add_number(node, "scale", part->scale);
  }
}

void cs_basis_add(const struct cs_basis *basis, struct cs_node *model) {
  struct cs_node *features = cs_node_add_array(model, "features"),
                 *scaling = cs_node_add_array(model, "scaling");
  struct cs_str name = CS_STR_INIT;
  for (size_t i = 0; i < basis->count; i++) {
    const struct cs_basis_part *part = &basis->part[i];
    cs_str_clear(&name);
    cs_str_add_format(&name, "scaled__%s", part->source);
    cs_node_add_str(features, NULL, &name);
    struct cs_node *scale = cs_node_add_object(scaling, NULL);
    cs_node_add_str(scale, "name", &name);
    cs_node_add_number(scale, "centre", part->centre);
    cs_node_add_number(scale, "scale", part->scale);
  }
  cs_str_release(&name);
  cs_basis_add_parts(basis, model, "basis");
}

static enum cs_status get_part(struct cs_basis *basis, const struct cs_node *node, const char *path,
                               struct cs_error *err) {
  const char *source = cs_node_text(cs_node_get(node, "source"), NULL);
  const char *word = cs_node_text(cs_node_get(node, "transform"), "");
  size_t transform = 0, transforms = sizeof transform_name / sizeof *transform_name;
  while (transform < transforms && strcmp(word, transform_name[transform]) != 0) transform++;
  if (!source || transform == transforms)
    return cs_fail(err, CS_DATA, "%s: basis[] isn't that of a model", path);
  CS_TRY(add_part(basis, cs_slice_of(source), (enum cs_transform)transform, err));
  struct cs_basis_part *part = &basis->part[basis->count - 1];
  CS_TRY(cs_model_number(node, path, "floor", &part->floor, err));
  CS_TRY(cs_model_number(node, path, "low", &part->low, err));
  CS_TRY(cs_model_number(node, path, "high", &part->high, err));
  CS_TRY(cs_model_number(node, path, "fill", &part->fill, err));
  CS_TRY(cs_model_number(node, path, "centre", &part->centre, err));
  CS_TRY(cs_model_number(node, path, "scale", &part->scale, err));
  bool sound = part->scale > 0 && part->low <= part->high &&
               (part->transform != CS_TRANSFORM_LOG_FLOOR || part->floor > 0);
  return sound ? CS_OK : cs_fail(err, CS_DATA, "%s: basis[]: floor, low, high or scale can't be", path);
}

enum cs_status cs_basis_get_parts(struct cs_basis *basis, const struct cs_node *object, const char *key,
                                  const char *path, struct cs_error *err) {
  const struct cs_node *parts = cs_node_get(object, key);
  if (!cs_node_is_array(parts) || !cs_node_first(parts))
    return cs_fail(err, CS_DATA, "%s: no %s[]", path, key);
  for (const struct cs_node *node = cs_node_first(parts); node; node = cs_node_next(node))
    CS_TRY(get_part(basis, node, path, err));
  return CS_OK;
}

enum cs_status cs_basis_get(struct cs_basis *basis, const struct cs_node *model, const char *path,
                            struct cs_error *err) {
  return cs_basis_get_parts(basis, model, "basis", path, err);
}
