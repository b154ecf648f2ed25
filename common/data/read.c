/* Reading inputs into a table: what all formats share, and CSV and TSV. */
#include "data/source.h"
#include "data/table_inside.h"

#include <stdio.h>
#include <stdlib.h>

enum { PRIME_BYTES = 64 * 1024 };

/* --- the text and its rows --- */

static enum cs_status reserve(struct cs_table *table, size_t need, struct cs_error *err) {
  return cs_grow(&table->text, &table->capacity, need, 1, "the table's text", err);
}

/* Bare CRs outside quotes become line feeds. */
static void translate_cr(struct cs_reader *reader, size_t begin, size_t end) {
  for (char *at = reader->table->text + begin, *stop = reader->table->text + end; at < stop; at++) {
    if (*at == '"' && reader->segment->format != CS_FORMAT_TSV) reader->cr_quoted = !reader->cr_quoted;
    if (*at == '\r' && !reader->cr_quoted) *at = '\n';
  }
}

enum cs_status cs_reader_fill(struct cs_reader *reader, bool *more, struct cs_error *err) {
  struct cs_table *table = reader->table;
  struct cs_source *source = reader->source;
  size_t waits = reader->fill - reader->scan, got;
  if (reader->scan > table->len && waits)
    memmove(table->text + table->len, table->text + reader->scan, waits);
  reader->scan = table->len;
  reader->fill = reader->scan + waits;
  /* One byte more: the last line may have no line feed. */
  CS_TRY(reserve(table, reader->fill + CS_SOURCE_BLOCK + 1, err));
  CS_TRY(cs_source_read(source, table->text + reader->fill, CS_SOURCE_BLOCK, &got, err));
  if (reader->cr_only) translate_cr(reader, reader->fill, reader->fill + got);
  if (source->flaw)
    return cs_fail(err, CS_DATA, "%s:%llu: %s", source->name,
                   (unsigned long long)cs_reader_line(reader, reader->fill + source->flaw_at), source->flaw);
  reader->fill += got;
  *more = got > 0;
  return CS_OK;
}

enum cs_status cs_reader_keep(struct cs_reader *reader, size_t len, struct cs_error *err) {
  struct cs_table *table = reader->table;
  CS_TRY(cs_grow(&table->row, &table->row_capacity, table->rows + 2, sizeof *table->row, "rows", err));
  uint64_t skip = reader->skipped;
  if (skip > CS_ROW_SKIP_MAX) {
    CS_TRY(cs_grow(&table->skip, &table->skip_capacity, table->skips + 1, sizeof *table->skip, "rows", err));
    table->skip[table->skips++] = (struct cs_skip){table->rows, skip - CS_ROW_SKIP_MAX};
    skip = CS_ROW_SKIP_MAX;
  }
  table->row[table->rows++] = table->len | skip << CS_ROW_OFFSET_BITS;
  table->len += len;
  table->row[table->rows] = table->len;
  reader->skipped = 0;
  return CS_OK;
}

uint64_t cs_reader_line(const struct cs_reader *reader, size_t at) {
  const struct cs_table *table = reader->table;
  return cs_table_line(table, table->segments - 1, table->rows) + reader->skipped +
         cs_csv_count(table->text + reader->scan, at - reader->scan, '\n');
}

/* --- records --- */

struct delimited {
  struct cs_reader *reader;
  struct cs_csv_judge *judge; /* NULL for TSV */
  char *record;               /* in the table's text, a line feed behind it */
  size_t len;                 /* without CR and LF */
  size_t padded, cut, rejected;
};

static bool has_quotes(const struct delimited *input) {
  return input->reader->segment->format == CS_FORMAT_CSV;
}

static enum cs_status fail_at(const struct delimited *input, size_t at, const char *what,
                              struct cs_error *err) {
  const struct cs_reader *reader = input->reader;
  return cs_fail(err, CS_DATA, "%s:%llu: %s", reader->source->name,
                 (unsigned long long)cs_reader_line(reader, reader->scan + at), what);
}

/* Fails when a cell of the record at scan, which may go on behind `len`, is malformed or too long. */
static enum cs_status check_long(const struct delimited *input, size_t len, bool whole,
                                 struct cs_error *err) {
  const struct cs_reader *reader = input->reader;
  const char *record = reader->table->text + reader->scan;
  if (!whole && len && record[len - 1] == '\r') len--; /* perhaps half a line end */
  size_t max_field = reader->options->max_field;
  char delimiter = reader->segment->delimiter;
  struct cs_csv_flaw flaw = has_quotes(input) ? cs_csv_diagnose(record, len, whole, delimiter, max_field)
                                              : cs_tsv_diagnose(record, len, max_field);
  if (!flaw.what) return CS_OK;
  unsigned long long line = cs_reader_line(reader, reader->scan + flaw.at);
  unsigned long long opened = cs_reader_line(reader, reader->scan + flaw.cell);
  if (line == opened) return fail_at(input, flaw.at, flaw.what, err);
  return cs_fail(err, CS_DATA, "%s:%llu: %s, in the cell that begins on line %llu", reader->source->name,
                 line, flaw.what, opened);
}

/* Finds the next record; *found is false at the end of the input. */
static enum cs_status next_record(struct delimited *input, bool *found, struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  struct cs_csv_probe probe = {0, false};
  size_t check_above = reader->options->max_field;
  bool more = true;
  for (;;) {
    size_t len = reader->fill - reader->scan;
    size_t end = cs_csv_record_end(&probe, reader->table->text + reader->scan, len, has_quotes(input));
    if (end < len) {
      input->record = reader->table->text + reader->scan;
      input->len = end;
      if (end > reader->options->max_field)
        CS_TRY(check_long(input, end - (input->record[end - 1] == '\r'), true, err));
      *found = true;
      return CS_OK;
    }
    if (len > check_above) {
      CS_TRY(check_long(input, len, false, err));
      check_above = 2 * len;
    }
    CS_TRY(cs_reader_fill(reader, &more, err));
    if (more) continue;
    len = reader->fill - reader->scan;
    *found = len > 0;
    if (!len) return CS_OK;
    if (probe.odd) {
      CS_TRY(check_long(input, len, true, err));
      return fail_at(input, 0, "a quote is never closed", err);
    }
    reader->table->text[reader->fill++] = '\n';
  }
}

/* Strips the CR of CR LF; the record is followed by a line feed then, too. */
static void strip_cr(struct delimited *input) {
  if (!input->len || input->record[input->len - 1] != '\r') return;
  input->record[--input->len] = '\n';
}

/* Moves past the record of `size` bytes at scan. */
static void pass(struct cs_reader *reader, size_t size) {
  reader->scan += size;
}

static enum cs_status judge(struct delimited *input, size_t *cells, struct cs_error *err) {
  if (!input->judge) {
    *cells = 1 + cs_csv_count(input->record, input->len, '\t');
    return CS_OK;
  }
  switch (cs_csv_judge_record(input->judge, input->record, input->len, cells)) {
  case CS_CSV_GOOD: return CS_OK;
  case CS_CSV_NO_MEMORY: return cs_fail_memory(err, (double)input->len, "a record");
  default: break;
  }
  CS_TRY(check_long(input, input->len, true, err));
  return fail_at(input, 0, "malformed record", err);
}

/* --- header --- */

static enum cs_status fail_header(const struct cs_reader *reader, const char *format, struct cs_slice name,
                                  struct cs_error *err) {
  const struct cs_table *table = reader->table;
  char what[256];
  snprintf(what, sizeof what, format, (int)(name.len < 100 ? name.len : 100), name.data,
           table->segment[0].source);
  return cs_fail(err, CS_DATA, "%s:%llu: %s", reader->source->name,
                 (unsigned long long)cs_reader_line(reader, reader->scan), what);
}

/* The names of the first input. */
static enum cs_status take_names(struct cs_reader *reader, const struct cs_slice *names, size_t count,
                                 struct cs_error *err) {
  struct cs_table *table = reader->table;
  for (size_t i = 0; i < count; i++) {
    uint32_t index;
    CS_TRY(cs_map_add(&table->names, names[i], &index, err));
    table->columns_read = table->names.count;
    if (index != i && names[i].len)
      return fail_header(reader, "column '%.*s' stands twice in the header", names[i], err);
    if (index != i)
      return cs_fail(err, CS_DATA,
                     "%s: columns %zu and %zu have no name (--no-header reads tables without names)",
                     reader->source->name, (size_t)index + 1, i + 1);
  }
  return CS_OK;
}

/* A further input has the same names in any order. */
static enum cs_status match_names(struct cs_reader *reader, const struct cs_slice *names, size_t count,
                                  struct cs_error *err) {
  struct cs_table *table = reader->table;
  size_t *position = cs_arena_alloc(&table->arena, (table->columns_read + 1) * sizeof *position);
  size_t *inverse = cs_arena_alloc(&table->arena, (count + 1) * sizeof *inverse);
  if (!position || !inverse)
    return cs_fail_memory(err, (double)table->columns_read * sizeof *position, "names");
  for (size_t column = 0; column < table->columns_read; column++) position[column] = SIZE_MAX;
  bool same = true;
  for (size_t i = 0; i < count; i++) {
    uint32_t column = cs_map_find(&table->names, names[i]);
    if (column == CS_MAP_NONE) return fail_header(reader, "column '%.*s' isn't in %s", names[i], err);
    if (position[column] != SIZE_MAX)
      return fail_header(reader, "column '%.*s' stands twice in the header", names[i], err);
    position[column] = i;
    inverse[i] = column;
    same = same && column == i;
  }
  for (size_t column = 0; column < table->columns_read; column++)
    if (position[column] == SIZE_MAX)
      return fail_header(reader, "column '%.*s' of %s is missing here",
                         cs_map_key(&table->names, (uint32_t)column), err);
  reader->segment->position = same ? NULL : position;
  reader->segment->column = same ? NULL : inverse;
  return CS_OK;
}

/* The cells of the header record, their text in scratch where it was escaped. */
static enum cs_status header_names(struct delimited *input, struct cs_slice **names, struct cs_str *scratch,
                                   struct cs_error *err) {
  struct cs_segment *segment = input->reader->segment;
  CS_TRY(cs_alloc(names, segment->cells, sizeof **names, "names", err));
  const char *at = input->record, *end = at + input->len;
  cs_str_reserve(scratch, input->len + segment->cells);
  for (size_t i = 0; i < segment->cells; i++)
    (*names)[i] =
        cs_cell_text(segment->format, cs_csv_next(&at, end, segment->delimiter, has_quotes(input)), scratch);
  return cs_str_check(scratch, "names", err);
}

static enum cs_status read_names(struct delimited *input, struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  struct cs_table *table = reader->table;
  struct cs_str scratch = CS_STR_INIT;
  struct cs_slice *names = NULL;
  enum cs_status status = header_names(input, &names, &scratch, err);
  if (status == CS_OK && table->segments == 1) {
    status = take_names(reader, names, reader->segment->cells, err);
    cs_str_add(&table->header, input->record, input->len);
  } else if (status == CS_OK) {
    status = match_names(reader, names, reader->segment->cells, err);
  }
  free(names);
  cs_str_release(&scratch);
  return status;
}

static enum cs_status make_names(struct cs_reader *reader, struct cs_error *err) {
  struct cs_table *table = reader->table;
  size_t cells = reader->segment->cells;
  if (table->segments > 1) {
    if (cells == table->columns_read) return CS_OK;
    return cs_fail(err, CS_DATA, "%s:%llu: %zu cells, but %s has %zu", reader->source->name,
                   (unsigned long long)cs_reader_line(reader, reader->scan), cells, table->segment[0].source,
                   table->columns_read);
  }
  for (size_t i = 0; i < cells; i++) {
    char name[32];
    uint32_t index;
    snprintf(name, sizeof name, "c%zu", i + 1);
    CS_TRY(cs_map_add(&table->names, cs_slice_of(name), &index, err));
    table->columns_read = table->names.count;
  }
  return CS_OK;
}

static const char *delimiter_name(char delimiter) {
  switch (delimiter) {
  case ',': return "comma";
  case ';': return "semicolon";
  case '\t': return "TAB";
  default: return "|";
  }
}

static enum cs_status choose_delimiter(struct delimited *input, struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  struct cs_segment *segment = reader->segment;
  if (segment->format == CS_FORMAT_TSV) {
    segment->delimiter = '\t';
    return CS_OK;
  }
  segment->delimiter = reader->options->delimiter;
  if (!segment->delimiter) {
    char tie;
    segment->delimiter = cs_csv_recognise((struct cs_slice){input->record, input->len}, &tie);
    if (tie)
      cs_note(reader->notes, CS_NOTE_WARNING,
              "%s: %s and %s split the header alike; the %s was taken (-d names the right one)",
              reader->source->name, delimiter_name(segment->delimiter), delimiter_name(tie),
              delimiter_name(segment->delimiter));
  }
  return cs_csv_judge_new(&input->judge, segment->delimiter, err);
}

/* Finds the header line, which settles delimiter and columns. Without a header the first record stays to be
 * read. */
static enum cs_status read_header(struct delimited *input, struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  bool found, blank;
  do {
    CS_TRY(next_record(input, &found, err));
    if (!found) return cs_fail(err, CS_DATA, "%s: no header line: all lines are blank", reader->source->name);
    size_t size = input->len + 1;
    blank = input->len == 0 || (input->len == 1 && input->record[0] == '\r');
    if (!blank) break;
    pass(reader, size);
    reader->skipped++;
  } while (blank);
  size_t size = input->len + 1;
  strip_cr(input);
  CS_TRY(choose_delimiter(input, err));
  CS_TRY(judge(input, &reader->segment->cells, err));
  if (reader->options->no_header) {
    CS_TRY(make_names(reader, err));
    return CS_OK;
  }
  CS_TRY(read_names(input, err));
  reader->skipped += 1 + cs_csv_count(input->record, input->len, '\n');
  pass(reader, size);
  return CS_OK;
}

/* --- rows --- */

/* Cuts the record behind its first `cells` cells; returns how many lines went with the rest. */
static size_t cut_record(struct delimited *input) {
  const struct cs_segment *segment = input->reader->segment;
  const char *at = input->record, *end = at + input->len;
  for (size_t i = 0; i < segment->cells; i++) cs_csv_next(&at, end, segment->delimiter, has_quotes(input));
  size_t len = (size_t)(at - input->record) - 1;
  size_t lines = cs_csv_count(input->record + len, input->len - len, '\n');
  input->len = len;
  return lines;
}

static enum cs_status keep_record(struct delimited *input, size_t size, size_t lines_behind,
                                  struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  char *place = reader->table->text + reader->table->len;
  if (place != input->record) memmove(place, input->record, input->len);
  place[input->len] = '\n';
  CS_TRY(cs_reader_keep(reader, input->len + 1, err));
  pass(reader, size);
  reader->skipped = lines_behind;
  return CS_OK;
}

static void skip_record(struct delimited *input, size_t size) {
  input->reader->skipped += 1 + cs_csv_count(input->record, input->len, '\n');
  pass(input->reader, size);
}

static enum cs_status read_row(struct delimited *input, struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  size_t expected = reader->segment->cells, cells, size = input->len + 1, lines_behind = 0;
  strip_cr(input);
  if (input->len == 0 && expected > 1) {
    skip_record(input, size);
    return CS_OK;
  }
  CS_TRY(judge(input, &cells, err));
  if (cells != expected) {
    switch (reader->options->ragged) {
    case CS_RAGGED_ERROR:
      return cs_fail(err, CS_DATA, "%s:%llu: expected %zu cells, found %zu", reader->source->name,
                     (unsigned long long)cs_reader_line(reader, reader->scan), expected, cells);
    case CS_RAGGED_REJECT:
      input->rejected++;
      skip_record(input, size);
      return CS_OK;
    case CS_RAGGED_PAD: break;
    }
    if (cells < expected) {
      input->padded++;
      reader->segment->uneven = true;
    } else {
      input->cut++;
      lines_behind = cut_record(input);
    }
  }
  return keep_record(input, size, lines_behind, err);
}

static const char *plural(size_t count) {
  return count == 1 ? "" : "s";
}

static void note_ragged(const struct delimited *input) {
  struct cs_notes *notes = input->reader->notes;
  const char *name = input->reader->source->name;
  size_t cells = input->reader->segment->cells;
  if (input->rejected)
    cs_note(notes, CS_NOTE_WARNING, "%s: %zu row%s rejected that had not %zu cells", name, input->rejected,
            plural(input->rejected), cells);
  if (input->padded)
    cs_note(notes, CS_NOTE_WARNING, "%s: %zu row%s with fewer than %zu cells padded", name, input->padded,
            plural(input->padded), cells);
  if (input->cut)
    cs_note(notes, CS_NOTE_WARNING, "%s: %zu row%s with more than %zu cells cut", name, input->cut,
            plural(input->cut), cells);
}

static enum cs_status read_records(struct delimited *input, struct cs_error *err) {
  CS_TRY(read_header(input, err));
  for (;;) {
    bool found;
    CS_TRY(next_record(input, &found, err));
    if (!found) break;
    CS_TRY(read_row(input, err));
  }
  note_ragged(input);
  return CS_OK;
}

enum cs_status cs_read_delimited(struct cs_reader *reader, struct cs_error *err) {
  struct delimited input = {.reader = reader};
  enum cs_status status = read_records(&input, err);
  cs_csv_judge_free(input.judge);
  return status;
}

/* --- inputs --- */

/* The first byte at or behind *at that isn't white space, or 0; *at moves behind it. */
static char next_dark(const char *text, size_t len, size_t *at) {
  while (*at < len) {
    char byte = text[(*at)++];
    if (byte != ' ' && byte != '\t' && byte != '\n' && byte != '\r') return byte;
  }
  return 0;
}

/* An SQL Server export begins with [, too: "[id],[name]". */
static bool begins_json(const char *text, size_t len) {
  size_t at = 0;
  char first = next_dark(text, len, &at), second = next_dark(text, len, &at);
  if (first == '{') return true;
  return first == '[' && (!second || strchr("{[]\"-0123456789", second));
}

/* Reads enough to recognise the format: two bytes that aren't white space and a line end, if there are any.
 */
static enum cs_status prime(struct cs_reader *reader, struct cs_error *err) {
  bool more = true;
  while (more) {
    const char *text = reader->table->text + reader->scan;
    size_t len = reader->fill - reader->scan, at = 0;
    if (len >= PRIME_BYTES) break;
    if (len && next_dark(text, len, &at) && next_dark(text, len, &at) && memchr(text, '\n', len)) break;
    CS_TRY(cs_reader_fill(reader, &more, err));
  }
  if (reader->fill > reader->scan) return CS_OK;
  if (strcmp(reader->source->name, "-") == 0)
    return cs_fail(err, CS_DATA,
                   "-: empty input: no header line; did the command before it in the pipe fail?");
  return cs_fail(err, CS_DATA, "%s: empty file: no header line", reader->source->name);
}

static enum cs_status read_source(struct cs_reader *reader, struct cs_error *err) {
  struct cs_table *table = reader->table;
  /* Only a hint: a size that can't be had is no error yet. */
  if (reader->source->size < SIZE_MAX / 4)
    (void)!reserve(table, table->len + (size_t)reader->source->size + CS_SOURCE_BLOCK + 1, NULL);
  CS_TRY(prime(reader, err));
  const char *text = table->text + reader->scan;
  size_t len = reader->fill - reader->scan;
  enum cs_format format = reader->options->format;
  if (format == CS_FORMAT_AUTO)
    format = !reader->options->delimiter && begins_json(text, len) ? CS_FORMAT_JSON : CS_FORMAT_CSV;
  if (format == CS_FORMAT_JSONL) format = CS_FORMAT_JSON;
  reader->segment->format = format;
  if (format == CS_FORMAT_JSON) return cs_read_json(reader, err);
  if (!memchr(text, '\n', len) && memchr(text, '\r', len)) {
    reader->cr_only = true;
    translate_cr(reader, reader->scan, reader->fill);
  }
  return cs_read_delimited(reader, err);
}

static enum cs_status read_path(struct cs_table *table, const char *path,
                                const struct cs_read_options *options, struct cs_checksum *checksum,
                                struct cs_notes *notes, struct cs_error *err) {
  CS_TRY(cs_grow(&table->segment, &table->segment_capacity, table->segments + 1, sizeof *table->segment,
                 "inputs", err));
  const char *name = cs_arena_copy(&table->arena, path, strlen(path));
  if (!name) return cs_fail_memory(err, (double)strlen(path), "names");
  struct cs_segment *segment = &table->segment[table->segments++];
  *segment = (struct cs_segment){.first_row = table->rows, .source = name};
  struct cs_source source;
  CS_TRY(cs_source_open(&source, name, options->encoding, checksum, err));
  struct cs_reader reader = {.table = table,
                             .source = &source,
                             .options = options,
                             .notes = notes,
                             .segment = segment,
                             .scan = table->len,
                             .fill = table->len};
  enum cs_status status = read_source(&reader, err);
  table->bytes += source.bytes;
  cs_source_close(&source);
  return status;
}

/* --- the table --- */

static enum cs_status add_missing_text(struct cs_table *table, struct cs_slice text, struct cs_error *err) {
  double value;
  const char *copy = cs_arena_copy(&table->arena, text.data, text.len);
  if (!copy) return cs_fail_memory(err, (double)text.len, "texts of missing cells");
  table->missing[table->missings++] = (struct cs_slice){copy, text.len};
  table->missing_number |= cs_table_number(table, text, &value);
  return CS_OK;
}

/* The comma list of texts that mean missing. */
static enum cs_status set_missing(struct cs_table *table, const char *list, struct cs_error *err) {
  if (!list) return CS_OK;
  table->missing =
      cs_arena_alloc(&table->arena, (1 + cs_csv_count(list, strlen(list), ',')) * sizeof *table->missing);
  if (!table->missing) return cs_fail_memory(err, (double)strlen(list), "texts of missing cells");
  for (const char *at = list; at;) {
    const char *comma = strchr(at, ',');
    struct cs_slice text = cs_slice_trim((struct cs_slice){at, comma ? (size_t)(comma - at) : strlen(at)});
    if (text.len) CS_TRY(add_missing_text(table, text, err));
    at = comma ? comma + 1 : NULL;
  }
  return CS_OK;
}

static enum cs_status check_options(const struct cs_read_options *options, struct cs_error *err) {
  char delimiter = options->delimiter;
  if (delimiter == '"' || delimiter == '\n' || delimiter == '\r' || (unsigned char)delimiter >= 0x80)
    return cs_fail(err, CS_USAGE,
                   "the delimiter must be one ASCII character, neither a quote nor a line end");
  return CS_OK;
}

static enum cs_status read_all(struct cs_table *table, const char *const *paths, size_t count,
                               const struct cs_read_options *options, struct cs_checksum *checksum,
                               struct cs_notes *notes, struct cs_error *err) {
  static const char *const input[] = {"-"};
  if (count == 0) {
    paths = input;
    count = 1;
  }
  CS_TRY(cs_grow(&table->row, &table->row_capacity, 1, sizeof *table->row, "rows", err));
  table->row[0] = 0;
  for (size_t i = 0; i < count; i++) CS_TRY(read_path(table, paths[i], options, checksum, notes, err));
  if (checksum) cs_checksum_text(checksum, table->sha256);
  return cs_str_check(&table->header, "the header", err);
}

enum cs_status cs_table_read(struct cs_table *table, const char *const *paths, size_t count,
                             const struct cs_read_options *options, struct cs_notes *notes,
                             struct cs_error *err) {
  CS_TRY(check_options(options, err));
  table->decimal = options->decimal;
  CS_TRY(set_missing(table, options->missing, err));
  struct cs_checksum *checksum = NULL;
  if (options->checksum) CS_TRY(cs_checksum_new(&checksum, err));
  enum cs_status status = read_all(table, paths, count, options, checksum, notes, err);
  cs_checksum_free(checksum);
  return status;
}
