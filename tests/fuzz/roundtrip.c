#include "roundtrip.h"

#include "data/document.h"
#include "data/encode.h"
#include "data/output.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 2 };

/* One reading of a text. */
struct reading {
  struct cs_table *table;
  struct cs_notes notes;
  struct cs_error err;
  enum cs_status status;
};

/* How the bytes come, on which nothing depends. */
struct way {
  size_t piece, block;
  int threads;
};

static void read_text(struct reading *reading, struct cs_slice text, struct cs_read_options options,
                      const struct way *way) {
  static const char *const path[] = {FUZZ_PATH};
  options.block = way->block;
  options.threads = way->threads;
  *reading = (struct reading){.table = cs_table_new(), .notes = CS_NOTES_INIT, .err = CS_ERROR_INIT};
  fuzz_feed(text, way->piece);
  reading->status = cs_table_read(reading->table, path, 1, &options, &reading->notes, &reading->err);
  fuzz_check_error(reading->status, &reading->err);
}

static void release(struct reading *reading) {
  cs_table_free(reading->table);
  cs_notes_release(&reading->notes);
}

static void write_table(const struct cs_table *table, const struct cs_write_options *options,
                        struct cs_str *text) {
  struct cs_output *output;
  struct cs_error err = CS_ERROR_INIT;
  cs_str_clear(text);
  fuzz_keep(text);
  if (cs_output_open(&output, FUZZ_PATH, &err) != CS_OK ||
      cs_table_write(table, output, options, &err) != CS_OK || cs_output_commit(&output, &err) != CS_OK)
    fuzz_stop("writing fails: %s", err.text);
  fuzz_keep(NULL);
}

static bool is_json(enum cs_format format) {
  return format == CS_FORMAT_JSON || format == CS_FORMAT_JSONL;
}

/* --- what must hold --- */

/* Texts are the same; through JSON, all that means missing is null. */
static bool same_cell(const struct cs_table *before, struct cs_slice was, const struct cs_table *after,
                      struct cs_slice is, bool json) {
  if (json && cs_table_is_missing(before, was) && cs_table_is_missing(after, is)) return true;
  return cs_slice_equal(was, is);
}

struct row {
  struct cs_slice *cell;
  struct cs_str scratch;
};

static void get_row(const struct cs_table *table, size_t at, const size_t *columns, size_t count,
                    struct row *row) {
  cs_str_clear(&row->scratch);
  if (cs_table_cells(table, at, columns, count, row->cell, &row->scratch, NULL) != CS_OK)
    fuzz_stop("row %zu can't be read", at);
}

static void check_names(const struct cs_table *before, const struct cs_table *after) {
  if (cs_table_columns(before) != cs_table_columns(after))
    fuzz_stop("%zu columns, not %zu", cs_table_columns(after), cs_table_columns(before));
  for (size_t column = 0; column < cs_table_columns(before); column++)
    if (!cs_slice_equal(cs_table_name(before, column), cs_table_name(after, column)))
      fuzz_stop("another name of column %zu", column);
}

static void check_same(const struct cs_table *before, const struct cs_table *after, bool json) {
  size_t count = cs_table_columns(before), rows = cs_table_rows(before);
  if (cs_table_rows(after) != rows) fuzz_stop("%zu rows, not %zu", cs_table_rows(after), rows);
  check_names(before, after);
  size_t *columns = calloc(count + 1, sizeof *columns);
  struct row was = {calloc(count + 1, sizeof(struct cs_slice)), CS_STR_INIT};
  struct row is = {calloc(count + 1, sizeof(struct cs_slice)), CS_STR_INIT};
  for (size_t i = 0; i < count; i++) columns[i] = i;
  for (size_t row = 0; row < rows; row++) {
    get_row(before, row, columns, count, &was);
    get_row(after, row, columns, count, &is);
    for (size_t i = 0; i < count; i++)
      if (!same_cell(before, was.cell[i], after, is.cell[i], json))
        fuzz_stop("row %zu, column %zu: '%.*s' became '%.*s'", row, i, (int)was.cell[i].len, was.cell[i].data,
                  (int)is.cell[i].len, is.cell[i].data);
  }
  free(columns);
  free(was.cell);
  free(is.cell);
  cs_str_release(&was.scratch);
  cs_str_release(&is.scratch);
}

/* A decoded column says of each cell what cs_table_number() says. */
static void check_decoded(const struct cs_table *table, const struct cs_decoded *decoded) {
  struct cs_slice cell;
  struct cs_str scratch = CS_STR_INIT;
  size_t missing = 0;
  for (size_t row = 0; decoded->value && row < cs_table_rows(table); row++) {
    double value = 0;
    cs_str_clear(&scratch);
    if (cs_table_cells(table, row, &decoded->column, 1, &cell, &scratch, NULL) != CS_OK) fuzz_stop("no cell");
    if (cs_table_is_missing(table, cell)) {
      FUZZ_CHECK(isnan(decoded->value[row]));
      missing++;
    } else {
      FUZZ_CHECK(cs_table_number(table, cell, &value));
      FUZZ_CHECK(value == decoded->value[row]);
    }
  }
  if (decoded->value) FUZZ_CHECK(missing == decoded->missing);
  cs_str_release(&scratch);
}

static void check_decoding(const struct cs_table *table) {
  size_t count = cs_table_columns_read(table);
  struct cs_decoded *decoded = calloc(count + 1, sizeof *decoded);
  for (size_t i = 0; i < count; i++) decoded[i].column = i;
  if (cs_table_decode(table, decoded, count, THREADS, NULL) != CS_OK) fuzz_stop("decoding fails");
  for (size_t i = 0; i < count; i++) {
    check_decoded(table, &decoded[i]);
    free(decoded[i].value);
  }
  free(decoded);
}

/* What is written as JSON is JSON to a parser that isn't ours. */
static void check_json(struct cs_slice text, enum cs_format format) {
  const char *at = text.data, *end = at + text.len;
  while (at < end) {
    const char *stop = format == CS_FORMAT_JSONL ? memchr(at, '\n', (size_t)(end - at)) : end;
    struct cs_node *root;
    struct cs_error err = CS_ERROR_INIT;
    if (!stop) fuzz_stop("a line without an end");
    enum cs_status status = cs_node_parse(&root, (struct cs_slice){at, (size_t)(stop - at)}, "written", &err);
    /* Rows keep the text of numbers, documents refuse those that are no doubles, or very long. */
    if (status != CS_OK && !strstr(err.text, "number out of range") &&
        !strstr(err.text, "a number of more than"))
      fuzz_stop("%s", err.text);
    if (status == CS_OK) cs_node_free(root);
    at = stop + (format == CS_FORMAT_JSONL);
  }
}

/* The same text that comes in another way gives the same table, or the same error. */
static void check_way(const struct reading *whole, struct cs_slice text,
                      const struct cs_read_options *options, const struct way *way) {
  struct reading other;
  read_text(&other, text, *options, way);
  if (other.status != whole->status || strcmp(other.err.text, whole->err.text) != 0)
    fuzz_stop("pieces of %zu, blocks of %zu, %d threads: '%s', not '%s'", way->piece, way->block,
              way->threads, other.err.text, whole->err.text);
  if (whole->status == CS_OK) {
    FUZZ_CHECK(other.notes.count == whole->notes.count);
    check_same(whole->table, other.table, false);
  }
  release(&other);
}

/* JSON without rows says nothing of columns. In TSV a lone column without a name is a blank line, and nothing keeps a
 * first name from looking like a byte order mark. */
static bool reads_back(const struct cs_table *table, enum cs_format format) {
  struct cs_slice name = cs_table_name(table, 0);
  if (is_json(format)) return cs_table_rows(table) > 0;
  if (format != CS_FORMAT_TSV) return true;
  return (cs_table_columns(table) > 1 || name.len > 0) && !cs_begins_with_mark(name);
}

/* A first name may look like the first bytes of an archive. */
static bool is_taken_for_another(const struct reading *reading) {
  return reading->status == CS_DATA && strstr(reading->err.text, "the input is ");
}

static void check_written(const struct reading *reading, const struct cs_read_options *options,
                          const struct cs_write_options *write, const struct way *way) {
  struct cs_str text = CS_STR_INIT;
  struct reading again;
  write_table(reading->table, write, &text);
  struct cs_slice written = {cs_str_text(&text), text.len};
  struct cs_read_options back = CS_READ_OPTIONS_INIT;
  back.format = write->format;
  back.delimiter = write->format == CS_FORMAT_CSV ? write->delimiter : 0;
  back.decimal = options->decimal;
  if (is_json(write->format)) check_json(written, write->format);
  if (reads_back(reading->table, write->format)) {
    read_text(&again, written, back, way);
    if (again.status == CS_OK) {
      FUZZ_CHECK(again.notes.count == 0);
      check_same(reading->table, again.table, is_json(write->format));
    } else if (!is_taken_for_another(&again)) {
      fuzz_stop("what was written can't be read: %s", again.err.text);
    }
    release(&again);
  }
  cs_str_release(&text);
}

void fuzz_roundtrip(struct fuzz_input *input, const struct cs_read_options *options) {
  static const enum cs_format formats[] = {CS_FORMAT_CSV, CS_FORMAT_TSV, CS_FORMAT_JSON, CS_FORMAT_JSONL};
  /* No blank: nothing writes with it, and any number of them is read as one. */
  static const char delimiters[] = ",;\t|:~x0";
  static const size_t pieces[] = {0, 1, 2, 3, 7, 16, 31, 64};
  static const size_t blocks[] = {0, 1, 5, 16, 64, 100, 250, 4096};
  struct cs_write_options write = {.format = formats[fuzz_choice(input, 4)]};
  write.delimiter = delimiters[fuzz_choice(input, sizeof delimiters - 1)];
  struct way at_once = {0, 0, 1}, way = {pieces[fuzz_choice(input, 8)], blocks[fuzz_choice(input, 8)], 1};
  way.threads = 1 + (int)fuzz_choice(input, 3);
  write.threads = way.threads;
  struct cs_slice text = fuzz_rest(input);
  struct reading whole;
  read_text(&whole, text, *options, &at_once);
  check_way(&whole, text, options, &way);
  if (whole.status == CS_OK) {
    check_decoding(whole.table);
    check_written(&whole, options, &write, &way);
  }
  release(&whole);
}
