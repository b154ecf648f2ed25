#include "data/features.h"

#include "base/memory.h"
#include "base/parallel.h"

#include <math.h>
#include <stdlib.h>

/* --- candidates --- */

/* What is known of a column that may become a feature. */
struct candidate {
  struct cs_decoded decoded;
  const char *reason;            /* why it is left out; NULL: it is a feature */
  uint64_t line;                 /* of its first cell that isn't a number although others are; 0: none */
  bool row_number, code, skewed; /* what looks like none, or like few rows decide */
};

struct choice {
  const struct cs_table *table;
  const struct cs_features_options *options;
  struct candidate *candidate; /* [count], one for each column that was looked at */
  size_t count;
  bool named;    /* by -f */
  bool prepared; /* pca__* or scaled__* */
  size_t passed; /* columns not looked at since prepared ones are there */
  struct cs_error *err;
};

static struct cs_slice name_of(const struct choice *choice, const struct candidate *candidate) {
  return cs_table_name(choice->table, candidate->decoded.column);
}

static void release_choice(struct choice *choice) {
  for (size_t i = 0; i < choice->count; i++) free(choice->candidate[i].decoded.value);
  free(choice->candidate);
}

static void drop_candidate(struct candidate *candidate, const char *reason) {
  free(candidate->decoded.value);
  candidate->decoded.value = NULL;
  candidate->reason = reason;
}

static void add_candidate(struct choice *choice, size_t column, const char *reason) {
  choice->candidate[choice->count++] = (struct candidate){.decoded = {.column = column}, .reason = reason};
}

/* Adds the columns of one kind that -x doesn't exclude. */
static void add_prepared(struct choice *choice, const struct cs_columns *excluded,
                         bool (*is_kind)(struct cs_slice name)) {
  for (size_t column = 0; column < cs_table_columns(choice->table); column++)
    if (is_kind(cs_table_name(choice->table, column)) && !cs_columns_has(excluded, column))
      add_candidate(choice, column, NULL);
  choice->prepared = choice->count > 0;
  if (choice->prepared) choice->passed = cs_table_columns(choice->table) - choice->count;
}

/* Every column, with the reason why it is no feature where its name alone says so. */
static void add_raw(struct choice *choice, const struct cs_columns *excluded, const struct cs_columns *id) {
  for (size_t column = 0; column < cs_table_columns(choice->table); column++) {
    struct cs_slice name = cs_table_name(choice->table, column);
    const char *reason = cs_role_of(name);
    if (cs_role_is_scaled(name) || cs_role_is_component(name)) reason = "prepared";
    if (cs_columns_has(id, column)) reason = "identity";
    if (cs_columns_has(excluded, column)) reason = "excluded";
    add_candidate(choice, column, reason);
  }
}

static enum cs_status add_named(struct choice *choice, const struct cs_columns *excluded) {
  struct cs_columns named = CS_COLUMNS_INIT;
  enum cs_status status =
      cs_columns_find_features(&named, choice->table, choice->options->features, choice->err);
  for (size_t i = 0; status == CS_OK && i < named.count; i++)
    add_candidate(choice, named.column[i], cs_columns_has(excluded, named.column[i]) ? "excluded" : NULL);
  cs_columns_release(&named);
  choice->named = true;
  choice->prepared = choice->count > 0;
  for (size_t i = 0; i < choice->count; i++) {
    struct cs_slice name = name_of(choice, &choice->candidate[i]);
    if (!cs_role_is_scaled(name) && !cs_role_is_component(name)) choice->prepared = false;
  }
  return status;
}

static enum cs_status add_candidates(struct choice *choice, const struct cs_columns *excluded,
                                     const struct cs_columns *id) {
  const struct cs_features_options *options = choice->options;
  size_t columns = cs_table_columns(choice->table);
  CS_TRY(cs_alloc(&choice->candidate, columns, sizeof *choice->candidate, "columns", choice->err));
  if (options->features) return add_named(choice, excluded);
  if (!options->raw_only) {
    add_prepared(choice, excluded, cs_role_is_component);
    if (!choice->count) add_prepared(choice, excluded, cs_role_is_scaled);
  }
  if (!choice->count) add_raw(choice, excluded, id);
  return CS_OK;
}

static enum cs_status list_candidates(struct choice *choice) {
  struct cs_columns excluded = CS_COLUMNS_INIT, id = CS_COLUMNS_INIT;
  const struct cs_features_options *options = choice->options;
  enum cs_status status = CS_OK;
  if (options->exclude)
    status = cs_columns_find(&excluded, choice->table, options->exclude, "-x", choice->err);
  if (status == CS_OK && options->weights)
    status =
        cs_columns_add(&excluded, cs_table_find(choice->table, cs_slice_of(options->weights)), choice->err);
  if (status == CS_OK && options->id)
    status = cs_columns_find(&id, choice->table, options->id, "--id", choice->err);
  if (status == CS_OK) status = add_candidates(choice, &excluded, &id);
  cs_columns_release(&excluded);
  cs_columns_release(&id);
  return status;
}

/* --- decoding --- */

/* Decodes the candidates without a reason against them, in one pass. */
static enum cs_status decode(struct choice *choice, int threads) {
  struct cs_decoded *decoded;
  size_t count = 0;
  CS_TRY(cs_alloc(&decoded, choice->count, sizeof *decoded, "columns", choice->err));
  for (size_t i = 0; i < choice->count; i++)
    if (!choice->candidate[i].reason) decoded[count++].column = choice->candidate[i].decoded.column;
  enum cs_status status = cs_table_decode(choice->table, decoded, count, threads, choice->err);
  for (size_t i = 0, next = 0; status == CS_OK && i < choice->count; i++)
    if (!choice->candidate[i].reason) choice->candidate[i].decoded = decoded[next++];
  free(decoded);
  return status;
}

/* Whether a cell before the bad one holds a value, and so a number. */
static bool has_number_before(const struct cs_table *table, size_t column, size_t bad_row) {
  enum { LOOK = 100 };
  if (column >= cs_table_columns_read(table)) return false;
  struct cs_str scratch = CS_STR_INIT;
  bool found = false;
  for (size_t row = 0; row < bad_row && row < LOOK && !found; row++) {
    struct cs_slice cell;
    cs_str_clear(&scratch);
    if (cs_table_cells(table, row, &column, 1, &cell, &scratch, NULL) != CS_OK) break;
    found = !cs_table_is_missing(table, cell);
  }
  cs_str_release(&scratch);
  return found;
}

/* What was asked for by name (or made by cs itself) must be numbers; of the rest the numeric columns are
 * taken. */
static enum cs_status check_numeric(struct choice *choice) {
  bool must = choice->named || choice->prepared;
  for (size_t i = 0; i < choice->count; i++) {
    struct candidate *candidate = &choice->candidate[i];
    const struct cs_decoded *decoded = &candidate->decoded;
    if (candidate->reason || decoded->value) continue;
    if (decoded->bad_row == SIZE_MAX) {
      if (choice->named && !choice->options->allow_missing)
        return cs_table_fail(choice->table, SIZE_MAX, decoded->column, choice->err, "every cell is missing");
      candidate->reason = "no values";
    } else if (must) {
      return cs_table_fail(choice->table, decoded->bad_row, decoded->column, choice->err, "not a number");
    } else {
      const char *source;
      candidate->reason = "text";
      if (has_number_before(choice->table, decoded->column, decoded->bad_row))
        cs_table_where(choice->table, decoded->bad_row, &source, &candidate->line);
    }
  }
  return CS_OK;
}

static bool is_constant(const double *v, size_t n) {
  double first = NAN;
  for (size_t i = 0; i < n; i++) {
    if (isnan(v[i])) continue;
    if (isnan(first)) first = v[i];
    if (v[i] != first) return false;
  }
  return true;
}

static void drop_constants(struct choice *choice) {
  if (choice->options->raw_only) return;
  for (size_t i = 0; i < choice->count; i++) {
    struct candidate *candidate = &choice->candidate[i];
    if (!candidate->reason && is_constant(candidate->decoded.value, cs_table_rows(choice->table)))
      drop_candidate(candidate, "constant");
  }
}

static enum cs_status fail_missing(const struct cs_table *table, const struct cs_decoded *decoded,
                                   const char *advice, struct cs_error *err) {
  return cs_table_fail(table, decoded->missing_row, decoded->column, err,
                       "missing value (%zu in this column); %s", decoded->missing, advice);
}

static enum cs_status check_missing(const struct choice *choice) {
  if (choice->options->allow_missing) return CS_OK;
  const char *advice = choice->options->raw_only ? "use --impute median, mean or drop"
                                                 : "use cs-prep, or cs-scale --impute median";
  const struct cs_decoded *first = NULL;
  for (size_t i = 0; i < choice->count; i++) {
    const struct candidate *candidate = &choice->candidate[i];
    if (candidate->reason || !candidate->decoded.missing) continue;
    if (!first || candidate->decoded.missing_row < first->missing_row) first = &candidate->decoded;
  }
  return first ? fail_missing(choice->table, first, advice, choice->err) : CS_OK;
}

/* --- notes --- */

enum { NAMES_SHOWN = 8 };

/* Adds the names of the candidates that `wanted` accepts: "a, b and 3 more". Returns how many there are. */
static size_t add_names(struct cs_str *line, const struct choice *choice,
                        bool (*wanted)(const struct choice *choice, const struct candidate *candidate)) {
  size_t count = 0;
  for (size_t i = 0; i < choice->count; i++) {
    const struct candidate *candidate = &choice->candidate[i];
    if (!wanted(choice, candidate) || ++count > NAMES_SHOWN) continue;
    struct cs_slice name = name_of(choice, candidate);
    cs_str_add_format(line, "%s%.*s", count > 1 ? ", " : "", cs_columns_shown(name), name.data);
    if (candidate->line)
      cs_str_add_format(line, " (not a number at line %llu)", (unsigned long long)candidate->line);
    else if (candidate->reason)
      cs_str_add_format(line, " (%s)", candidate->reason);
  }
  if (count > NAMES_SHOWN) cs_str_add_format(line, " and %zu more", count - NAMES_SHOWN);
  return count;
}

static bool is_feature(const struct choice *choice, const struct candidate *candidate) {
  (void)choice;
  return !candidate->reason;
}

static bool is_left_out(const struct choice *choice, const struct candidate *candidate) {
  (void)choice;
  return candidate->reason;
}

static void note_features(const struct choice *choice, struct cs_notes *notes) {
  struct cs_str line = CS_STR_INIT, left = CS_STR_INIT;
  const struct cs_features_options *options = choice->options;
  cs_str_add_text(&line, options->raw_only ? "columns: " : "features: ");
  if (!add_names(&line, choice, is_feature)) cs_str_add_text(&line, "none");
  if (choice->prepared && !options->raw_only)
    cs_str_add_text(&line, " (taken as they are)");
  else if (!options->raw_only && options->scaled)
    cs_str_add_format(&line, " (scaled inside: %s)", options->scaled);
  else if (!options->raw_only)
    cs_str_add_text(&line, " (not scaled)");
  if (add_names(&left, choice, is_left_out)) cs_str_add_format(&line, "; left out: %s", cs_str_text(&left));
  if (choice->passed)
    cs_str_add_format(&line, "; left out: the %zu other column%s, as prepared ones are there", choice->passed,
                      choice->passed == 1 ? "" : "s");
  cs_str_inherit(&line, &left);
  if (!line.failed) cs_note(notes, CS_NOTE_INFO, "%s", cs_str_text(&line));
  cs_str_release(&line);
  cs_str_release(&left);
}

/* Tables so short that everything looks like a code aren't warned of. */
enum { ROWS_TO_WARN = 20, CODES = 10 };

static bool all_integers(const double *v, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!isnan(v[i]) && (v[i] != floor(v[i]) || fabs(v[i]) > 0x1p53)) return false;
  return true;
}

/* n different whole numbers without a gap, in any order. */
static bool is_row_number(const double *v, size_t n) {
  double least = v[0], most = v[0];
  for (size_t i = 1; i < n; i++) {
    if (v[i] < least) least = v[i];
    if (v[i] > most) most = v[i];
  }
  if (most - least != (double)(n - 1)) return false;
  unsigned char *seen = calloc(n / 8 + 1, 1);
  if (!seen) return false;
  bool distinct = true;
  for (size_t i = 0; i < n && distinct; i++) {
    size_t at = (size_t)(v[i] - least);
    distinct = !(seen[at / 8] >> at % 8 & 1);
    seen[at / 8] |= (unsigned char)(1 << at % 8);
  }
  free(seen);
  return distinct;
}

static bool is_code(const double *v, size_t n) {
  size_t count = 0;
  double value[CODES];
  for (size_t i = 0; i < n; i++) {
    size_t at = 0;
    while (at < count && value[at] != v[i]) at++;
    if (at < count || isnan(v[i])) continue;
    if (count == CODES) return false;
    value[count++] = v[i];
  }
  return true;
}

/* g1 = m3 / m2^1.5 beyond 2 to either side; values are scaled first, so that a cube can't overflow. */
static bool is_skewed(const double *v, size_t n) {
  size_t count = 0;
  double most = 0, mean = 0, m2 = 0, m3 = 0;
  for (size_t i = 0; i < n; i++)
    if (fabs(v[i]) > most) most = fabs(v[i]);
  for (size_t i = 0; i < n; i++)
    if (!isnan(v[i])) mean += v[i] / most, count++;
  mean /= (double)count;
  for (size_t i = 0; i < n; i++) {
    double gap = isnan(v[i]) ? 0 : v[i] / most - mean;
    m2 += gap * gap;
    m3 += gap * gap * gap;
  }
  m2 /= (double)count;
  m3 /= (double)count;
  return m2 > 0 && fabs(m3) > 2 * m2 * sqrt(m2);
}

/* What is to be warned of in one column. */
static void look_at_column(void *context, size_t i, int thread) {
  const struct choice *choice = context;
  struct candidate *candidate = &choice->candidate[i];
  const double *v = candidate->decoded.value;
  size_t n = cs_table_rows(choice->table);
  (void)thread;
  if (candidate->reason || !v) return;
  bool integers = all_integers(v, n);
  candidate->row_number = integers && !candidate->decoded.missing && is_row_number(v, n);
  candidate->code = integers && is_code(v, n);
  candidate->skewed = !choice->options->raw_only && !candidate->code && is_skewed(v, n);
}

static bool looks_like_row_number(const struct choice *choice, const struct candidate *candidate) {
  (void)choice;
  return candidate->row_number;
}

static bool looks_like_code(const struct choice *choice, const struct candidate *candidate) {
  (void)choice;
  return candidate->code;
}

static bool looks_skewed(const struct choice *choice, const struct candidate *candidate) {
  (void)choice;
  return candidate->skewed;
}

static void warn_of(const struct choice *choice, struct cs_notes *notes,
                    bool (*wanted)(const struct choice *choice, const struct candidate *candidate),
                    const char *fact) {
  struct cs_str line = CS_STR_INIT;
  size_t count = add_names(&line, choice, wanted);
  if (count && !line.failed)
    cs_note(notes, CS_NOTE_WARNING, "%s %s: %s", count > 1 ? "columns" : "column", cs_str_text(&line), fact);
  cs_str_release(&line);
}

static void note_choice(struct choice *choice, struct cs_notes *notes) {
  if (!notes) return;
  note_features(choice, notes);
  if (choice->prepared || cs_table_rows(choice->table) < ROWS_TO_WARN) return;
  cs_parallel(choice->options->threads, choice->count, look_at_column, choice);
  warn_of(choice, notes, looks_like_row_number,
          "consecutive integers, which looks like a row number; leave out with -x");
  warn_of(choice, notes, looks_like_code,
          "integers of ten values or fewer; if they are codes, leave them out with -x");
  warn_of(choice, notes, looks_skewed,
          "skewness beyond 2, so few rows decide; cs-scale --method log draws the tail in");
}

/* --- the matrix --- */

/* Columns are given back part by part while the matrix grows, so that memory doesn't hold all numbers twice. */
enum { BLOCK_ROWS = 512, PART_ROWS = 512 * 1024 };

struct gather {
  const struct cs_decoded *const *decoded; /* [matrix->d] */
  struct cs_matrix *matrix;
  size_t first; /* row of the part at hand */
};

static void gather_block(void *context, size_t piece, int thread) {
  (void)thread;
  const struct gather *gather = context;
  struct cs_matrix *matrix = gather->matrix;
  size_t from = gather->first + piece * BLOCK_ROWS,
         to = from + BLOCK_ROWS < matrix->n ? from + BLOCK_ROWS : matrix->n;
  for (size_t j = 0; j < matrix->d; j++) {
    const double *v = gather->decoded[j]->value;
    for (size_t i = from; i < to; i++) matrix->x[i * matrix->d + j] = v ? v[i] : NAN;
  }
}

static enum cs_status make_matrix(struct cs_features *features, const struct choice *choice,
                                  struct cs_error *err) {
  const struct cs_decoded **decoded;
  size_t n = cs_table_rows(choice->table), d = 0;
  CS_TRY(cs_alloc(&decoded, choice->count, sizeof *decoded, "columns", err));
  for (size_t i = 0; i < choice->count; i++)
    if (!choice->candidate[i].reason) decoded[d++] = &choice->candidate[i].decoded;
  enum cs_status status = cs_matrix_alloc(&features->matrix, n, d, err);
  for (size_t first = 0; status == CS_OK && first < n; first += PART_ROWS) {
    size_t rows = n - first < PART_ROWS ? n - first : PART_ROWS;
    cs_parallel(choice->options->threads, (rows + BLOCK_ROWS - 1) / BLOCK_ROWS, gather_block,
                &(struct gather){decoded, &features->matrix, first});
    for (size_t j = 0; j < d; j++)
      if (decoded[j]->value) cs_forget(decoded[j]->value + first, rows * sizeof(double));
  }
  free(decoded);
  return status;
}

/* The decoded numbers change hands; a column without any has NaN in all rows. */
static enum cs_status make_vectors(struct cs_features *features, const struct choice *choice,
                                   struct cs_error *err) {
  size_t n = cs_table_rows(choice->table), j = 0;
  CS_TRY(cs_vectors_begin(&features->vectors, n, features->columns.count, err));
  for (size_t i = 0; i < choice->count; i++) {
    struct candidate *candidate = &choice->candidate[i];
    if (candidate->reason) continue;
    double **v = &features->vectors.v[j++];
    *v = candidate->decoded.value;
    candidate->decoded.value = NULL;
    if (*v) continue;
    CS_TRY(cs_alloc(v, n, sizeof **v, "a column of numbers", err));
    for (size_t row = 0; row < n; row++) (*v)[row] = NAN;
  }
  return CS_OK;
}

static enum cs_status make_features(struct cs_features *features, const struct choice *choice,
                                    struct cs_error *err) {
  features->prepared = choice->prepared;
  for (size_t i = 0; i < choice->count; i++)
    if (!choice->candidate[i].reason)
      CS_TRY(cs_columns_add(&features->columns, choice->candidate[i].decoded.column, err));
  return choice->options->by_column ? make_vectors(features, choice, err)
                                    : make_matrix(features, choice, err);
}

static enum cs_status fail_no_feature(const struct choice *choice) {
  struct cs_str left = CS_STR_INIT;
  add_names(&left, choice, is_left_out);
  enum cs_status status =
      cs_table_fail(choice->table, SIZE_MAX, SIZE_MAX, choice->err, "no numeric column to %s: %s",
                    choice->options->raw_only ? "scale" : "cluster", cs_str_text(&left));
  cs_str_release(&left);
  return status;
}

/* A table without rows: nothing can be decoded. */
static enum cs_status choose_from_header(struct choice *choice) {
  if (!choice->options->raw_only)
    return cs_table_fail(choice->table, SIZE_MAX, SIZE_MAX, choice->err, "no rows, so nothing to cluster");
  for (size_t i = 0; i < choice->count; i++)
    if (!choice->named && !choice->candidate[i].reason) choice->candidate[i].reason = "no values";
  return CS_OK;
}

static enum cs_status choose(struct choice *choice, struct cs_notes *notes) {
  CS_TRY(list_candidates(choice));
  if (cs_table_rows(choice->table) == 0) return choose_from_header(choice);
  CS_TRY(decode(choice, choice->options->threads));
  CS_TRY(check_numeric(choice));
  drop_constants(choice);
  size_t count = 0;
  for (size_t i = 0; i < choice->count; i++) count += !choice->candidate[i].reason;
  if (count == 0) return fail_no_feature(choice);
  CS_TRY(check_missing(choice));
  note_choice(choice, notes);
  return CS_OK;
}

enum cs_status cs_features_find(struct cs_features *features, const struct cs_table *table,
                                const struct cs_features_options *options, struct cs_notes *notes,
                                struct cs_error *err) {
  *features = (struct cs_features)CS_FEATURES_INIT;
  struct choice choice = {.table = table, .options = options, .err = err};
  enum cs_status status = choose(&choice, notes);
  if (status == CS_OK) status = make_features(features, &choice, err);
  release_choice(&choice);
  if (status != CS_OK) cs_features_release(features);
  return status;
}

/* --- by the names of a model --- */

static enum cs_status add_by_name(struct choice *choice, const char *const *names, size_t count) {
  choice->prepared = count > 0;
  CS_TRY(cs_alloc(&choice->candidate, count, sizeof *choice->candidate, "columns", choice->err));
  for (size_t i = 0; i < count; i++) {
    struct cs_slice name = cs_slice_of(names[i]);
    size_t column = cs_table_find(choice->table, name);
    if (column == SIZE_MAX)
      return cs_table_fail(choice->table, SIZE_MAX, SIZE_MAX, choice->err,
                           "no column '%.*s', which is needed", cs_columns_shown(name), name.data);
    for (size_t j = 0; j < i; j++)
      if (choice->candidate[j].decoded.column == column)
        return cs_table_fail(choice->table, SIZE_MAX, column, choice->err, "the model names it twice");
    add_candidate(choice, column, NULL);
    if (!cs_role_is_scaled(name) && !cs_role_is_component(name)) choice->prepared = false;
  }
  return CS_OK;
}

static enum cs_status check_loaded(const struct choice *choice) {
  for (size_t i = 0; i < choice->count; i++) {
    const struct cs_decoded *decoded = &choice->candidate[i].decoded;
    if (!decoded->value && decoded->bad_row != SIZE_MAX)
      return cs_table_fail(choice->table, decoded->bad_row, decoded->column, choice->err, "not a number");
  }
  return check_missing(choice);
}

static enum cs_status load(struct choice *choice, const char *const *names, size_t count) {
  CS_TRY(add_by_name(choice, names, count));
  if (cs_table_rows(choice->table) == 0) return CS_OK;
  CS_TRY(decode(choice, choice->options->threads));
  return check_loaded(choice);
}

enum cs_status cs_features_load(struct cs_features *features, const struct cs_table *table,
                                const char *const *names, size_t count,
                                const struct cs_features_options *options, struct cs_error *err) {
  *features = (struct cs_features)CS_FEATURES_INIT;
  struct choice choice = {.table = table, .options = options, .err = err};
  enum cs_status status = load(&choice, names, count);
  if (status == CS_OK) status = make_features(features, &choice, err);
  release_choice(&choice);
  if (status != CS_OK) cs_features_release(features);
  return status;
}

void cs_features_release(struct cs_features *features) {
  cs_columns_release(&features->columns);
  cs_matrix_release(&features->matrix);
  cs_vectors_release(&features->vectors);
  features->prepared = false;
}
