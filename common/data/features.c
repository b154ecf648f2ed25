#include "data/features.h"

#include "base/memory.h"
#include "data/traits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- candidates --- */

/* What is known of a column that may become a feature. */
struct candidate {
  struct cs_decoded decoded; /* the value is the choice's, see place */
  struct cs_traits traits;
  size_t place;       /* its column of the choice's matrix */
  const char *reason; /* why it is left out; NULL: it is a feature */
  uint64_t line;      /* of its first cell that isn't a number although others are; 0: none */
};

struct choice {
  const struct cs_table *table;
  const struct cs_features_options *options;
  struct candidate *candidate; /* [count], one for each column that was looked at */
  size_t count;
  bool named;              /* by -f */
  bool prepared;           /* pca__* or scaled__* */
  size_t passed;           /* columns not looked at since prepared ones are there */
  struct cs_matrix matrix; /* the numbers of the candidates, unless they are wanted by column */
  struct cs_error *err;
};

static struct cs_slice name_of(const struct choice *choice, const struct candidate *candidate) {
  return cs_table_name(choice->table, candidate->decoded.column);
}

static void release_choice(struct choice *choice) {
  for (size_t i = 0; i < choice->count; i++) free(choice->candidate[i].decoded.value);
  free(choice->candidate);
  cs_matrix_release(&choice->matrix);
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

enum { PROBE_ROWS = 512 };

/* A column whose first rows are no numbers takes no room in the matrix. */
static enum cs_status probe(const struct choice *choice, struct cs_decoded *decoded, size_t count) {
  size_t rows = cs_table_rows(choice->table);
  double *x;
  if (rows > PROBE_ROWS) rows = PROBE_ROWS;
  CS_TRY(cs_alloc(&x, rows, count * sizeof *x, "the first rows", choice->err));
  enum cs_status status =
      cs_table_decode_rows(choice->table, decoded, count, rows, x, choice->options->threads, choice->err);
  free(x);
  return status;
}

static enum cs_status decode_matrix(struct choice *choice, struct cs_decoded *decoded, size_t count) {
  size_t rows = cs_table_rows(choice->table), d = 0;
  CS_TRY(probe(choice, decoded, count));
  for (size_t i = 0, next = 0; i < choice->count; i++) {
    struct candidate *candidate = &choice->candidate[i];
    if (candidate->reason) continue;
    candidate->decoded = decoded[next++];
    candidate->place = d;
    if (candidate->decoded.bad_row == SIZE_MAX) decoded[d++] = candidate->decoded;
  }
  CS_TRY(cs_matrix_alloc(&choice->matrix, rows, d, choice->err));
  CS_TRY(cs_table_decode_rows(choice->table, decoded, d, rows, choice->matrix.x, choice->options->threads,
                              choice->err));
  for (size_t i = 0; i < choice->count; i++) {
    struct candidate *candidate = &choice->candidate[i];
    if (!candidate->reason && candidate->decoded.bad_row == SIZE_MAX)
      candidate->decoded = decoded[candidate->place];
  }
  return CS_OK;
}

static enum cs_status decode_columns(struct choice *choice, struct cs_decoded *decoded, size_t count) {
  CS_TRY(cs_table_decode(choice->table, decoded, count, choice->options->threads, choice->err));
  for (size_t i = 0, next = 0; i < choice->count; i++)
    if (!choice->candidate[i].reason) choice->candidate[i].decoded = decoded[next++];
  return CS_OK;
}

/* Decodes the candidates without a reason against them. */
static enum cs_status decode(struct choice *choice) {
  struct cs_decoded *decoded;
  size_t count = 0;
  CS_TRY(cs_alloc(&decoded, choice->count, sizeof *decoded, "columns", choice->err));
  for (size_t i = 0; i < choice->count; i++)
    if (!choice->candidate[i].reason) decoded[count++].column = choice->candidate[i].decoded.column;
  enum cs_status status = choice->options->by_column ? decode_columns(choice, decoded, count)
                                                     : decode_matrix(choice, decoded, count);
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
    if (candidate->reason || decoded->numeric) continue;
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

/* Tables so short that everything looks like a code aren't warned of. */
enum { ROWS_TO_WARN = 20 };

static bool warns(const struct choice *choice, const struct cs_notes *notes) {
  return notes && !choice->prepared && cs_table_rows(choice->table) >= ROWS_TO_WARN;
}

/* What is to be known of the candidates that are left. */
static enum cs_status find_traits(struct choice *choice, const struct cs_notes *notes) {
  const struct cs_features_options *options = choice->options;
  size_t count = 0;
  unsigned asked = options->raw_only ? 0 : CS_TRAIT_CONSTANT;
  if (warns(choice, notes)) asked |= CS_TRAIT_WHOLE | (options->raw_only ? 0 : CS_TRAIT_SKEWED);
  if (!asked) return CS_OK;
  struct cs_traits *traits;
  CS_TRY(cs_alloc(&traits, choice->count, sizeof *traits, "columns", choice->err));
  for (size_t i = 0; i < choice->count; i++) {
    const struct candidate *candidate = &choice->candidate[i];
    if (candidate->reason) continue;
    traits[count++].v = options->by_column ? candidate->decoded.value : choice->matrix.x + candidate->place;
  }
  enum cs_status status =
      cs_traits_find(traits, count, asked, cs_table_rows(choice->table),
                     options->by_column ? 1 : choice->matrix.d, options->threads, choice->err);
  for (size_t i = choice->count; i-- > 0;)
    if (!choice->candidate[i].reason) choice->candidate[i].traits = traits[--count];
  free(traits);
  return status;
}

static void drop_constants(struct choice *choice) {
  if (choice->options->raw_only) return;
  for (size_t i = 0; i < choice->count; i++) {
    struct candidate *candidate = &choice->candidate[i];
    if (!candidate->reason && candidate->traits.constant) candidate->reason = "constant";
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

static bool is_row_number(const struct choice *choice, const struct candidate *candidate) {
  (void)choice;
  return !candidate->reason && candidate->traits.row_number;
}

static bool is_code(const struct choice *choice, const struct candidate *candidate) {
  (void)choice;
  return !candidate->reason && candidate->traits.code;
}

static bool is_skewed(const struct choice *choice, const struct candidate *candidate) {
  (void)choice;
  return !candidate->reason && candidate->traits.skewed && !candidate->traits.code;
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

static void note_choice(const struct choice *choice, struct cs_notes *notes) {
  if (!notes) return;
  note_features(choice, notes);
  if (!warns(choice, notes)) return;
  warn_of(choice, notes, is_row_number,
          "consecutive integers, which looks like a row number; leave out with -x");
  warn_of(choice, notes, is_code,
          "integers of ten values or fewer; if they are codes, leave them out with -x");
  if (!choice->options->raw_only)
    warn_of(choice, notes, is_skewed,
            "skewness beyond 2, so few rows decide; cs-scale --method log draws the tail in");
}

/* --- the matrix --- */

/* The matrix changes hands, without the columns that are left out. */
static enum cs_status make_matrix(struct cs_features *features, struct choice *choice, struct cs_error *err) {
  size_t rows = cs_table_rows(choice->table), d = 0, *place;
  if (!choice->matrix.x) return cs_matrix_alloc(&features->matrix, rows, features->columns.count, err);
  struct cs_matrix *matrix = &choice->matrix;
  CS_TRY(cs_alloc(&place, choice->count, sizeof *place, "columns", err));
  for (size_t i = 0; i < choice->count; i++)
    if (!choice->candidate[i].reason) place[d++] = choice->candidate[i].place;
  for (size_t row = 0; d < matrix->d && row < rows; row++)
    for (size_t j = 0; j < d; j++) matrix->x[row * d + j] = matrix->x[row * matrix->d + place[j]];
  free(place);
  cs_forget(matrix->x + rows * d, rows * (matrix->d - d) * sizeof *matrix->x);
  features->matrix = (struct cs_matrix){rows, d, matrix->x};
  matrix->x = NULL;
  return CS_OK;
}

/* The decoded numbers change hands; a column without any has NaN in all rows. */
static enum cs_status make_vectors(struct cs_features *features, struct choice *choice,
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

static enum cs_status make_features(struct cs_features *features, struct choice *choice,
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
  CS_TRY(decode(choice));
  CS_TRY(check_numeric(choice));
  CS_TRY(find_traits(choice, notes));
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
    if (!decoded->numeric && decoded->bad_row != SIZE_MAX)
      return cs_table_fail(choice->table, decoded->bad_row, decoded->column, choice->err, "not a number");
  }
  return check_missing(choice);
}

static enum cs_status load(struct choice *choice, const char *const *names, size_t count) {
  CS_TRY(add_by_name(choice, names, count));
  if (cs_table_rows(choice->table) == 0) return CS_OK;
  CS_TRY(decode(choice));
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
