/* Reading inputs into a table: what all formats share. */
#include "data/reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
  PRIME_BYTES = 64 * 1024,
  WIDER = 64 * 1024,
  SMALL_BLOCK = 256 * 1024,
  BLOCK = 1 << 20,
  BLOCKS_MAX = 4
};

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

void cs_reader_close_up(struct cs_reader *reader) {
  struct cs_table *table = reader->table;
  size_t waits = reader->fill - reader->scan;
  if (reader->scan > table->len && waits)
    memmove(table->text + table->len, table->text + reader->scan, waits);
  reader->scan = table->len;
  reader->fill = reader->scan + waits;
}

static size_t least_block(const struct cs_reader *reader) {
  return reader->source->begun && !reader->source->recoder ? 1 : CS_SOURCE_LEAST;
}

static size_t block_at_hand(const struct cs_reader *reader) {
  size_t least = least_block(reader);
  return reader->block < least ? least : reader->block;
}

enum cs_status cs_reader_reserve(struct cs_reader *reader, struct cs_error *err) {
  /* One byte more: the last line may have no line feed. And one for a blank before the block. */
  return reserve(reader->table, reader->fill + block_at_hand(reader) + 1 + reader->squeezes, err);
}

/* As much of a block as there is; *ended where there is no more. */
static enum cs_status read_block(struct cs_reader *reader, char *place, size_t *got, bool *ended,
                                 struct cs_error *err) {
  size_t block = block_at_hand(reader), more = 1;
  /* A pipe gives little at a time. */
  for (*got = 0; *got + least_block(reader) <= block && more > 0; *got += more)
    CS_TRY(cs_source_read(reader->source, place + *got, block - *got, &more, err));
  *ended = more == 0;
  return CS_OK;
}

enum cs_status cs_reader_ahead(struct cs_reader *reader, size_t *got, struct cs_error *err) {
  char *place = reader->table->text + reader->fill;
  bool ended = false;
  do {
    char *from = place + reader->blanks.pending;
    CS_TRY(read_block(reader, from, got, &ended, err));
    if (reader->squeezes) *got = cs_blanks_squeeze(&reader->blanks, place, from, *got);
  } while (*got == 0 && !ended);
  if (reader->cr_only) translate_cr(reader, reader->fill, reader->fill + *got);
  return CS_OK;
}

/* Where the text that waits from `begin` on isn't UTF-8, it ends there: what is wrong before that is told first, and the
 * flaw when more is asked for. */
static void check_text(struct cs_reader *reader, size_t begin) {
  const char *text = reader->table->text;
  size_t at = begin + cs_utf8_check(&reader->utf8, text + begin, reader->fill - begin);
  if (at < reader->fill) reader->text_flaw = cs_utf8_flaw(text[at]);
  reader->fill = at;
}

static enum cs_status end_text(const struct cs_reader *reader, struct cs_error *err) {
  const char *flaw = reader->text_flaw ? reader->text_flaw : reader->source->flaw;
  if (!flaw && reader->utf8.need) flaw = "the text ends within a character";
  return flaw ? cs_reader_fail(reader, reader->fill, err, "%s", flaw) : CS_OK;
}

enum cs_status cs_reader_fill(struct cs_reader *reader, bool *more, struct cs_error *err) {
  size_t got, begin;
  if (reader->text_flaw) return end_text(reader, err);
  cs_reader_close_up(reader);
  CS_TRY(cs_reader_reserve(reader, err));
  CS_TRY(cs_reader_ahead(reader, &got, err));
  begin = reader->fill;
  reader->fill += got;
  if (reader->check_text) check_text(reader, begin);
  *more = reader->fill > begin;
  return *more || !reader->check_text ? CS_OK : end_text(reader, err);
}

/* The word of the next row, which begins at `offset`. */
static enum cs_status next_word(struct cs_reader *reader, size_t offset, uint64_t *word,
                                struct cs_error *err) {
  struct cs_table *table = reader->table;
  uint64_t skip = reader->skipped;
  if (skip > CS_ROW_SKIP_MAX) {
    CS_TRY(cs_grow(&table->skip, &table->skip_capacity, table->skips + 1, sizeof *table->skip, "rows", err));
    table->skip[table->skips++] = (struct cs_skip){table->rows, skip - CS_ROW_SKIP_MAX};
    skip = CS_ROW_SKIP_MAX;
  }
  *word = offset | skip << CS_ROW_OFFSET_BITS;
  reader->skipped = 0;
  return CS_OK;
}

enum cs_status cs_reader_keep(struct cs_reader *reader, size_t len, struct cs_error *err) {
  struct cs_table *table = reader->table;
  CS_TRY(cs_grow(&table->row, &table->row_capacity, table->rows + 2, sizeof *table->row, "rows", err));
  CS_TRY(next_word(reader, table->len, &table->row[table->rows], err));
  reader->segment->one_line = false;
  table->len += len;
  table->row[++table->rows] = table->len;
  return CS_OK;
}

enum cs_status cs_reader_keep_run(struct cs_reader *reader, const uint32_t *begin,
                                  const struct cs_scan_run *run, struct cs_error *err) {
  struct cs_table *table = reader->table;
  size_t count = run->records, len = run->end;
  if (count == 0) return CS_OK;
  CS_TRY(
      cs_grow(&table->row, &table->row_capacity, table->rows + count + 1, sizeof *table->row, "rows", err));
  uint64_t *row = table->row + table->rows;
  CS_TRY(next_word(reader, table->len, row, err));
  if (reader->scan > table->len) memmove(table->text + table->len, table->text + reader->scan, len);
  for (size_t i = 1; i < count; i++) row[i] = table->len + begin[i];
  table->len += len;
  row[count] = table->len;
  table->rows += count;
  reader->scan += len;
  reader->segment->one_line &= !run->quoted;
  return CS_OK;
}

enum cs_status cs_reader_widen(struct cs_reader *reader, size_t *at, size_t by, struct cs_error *err) {
  struct cs_table *table = reader->table;
  by += WIDER; /* for the next times */
  CS_TRY(reserve(table, reader->fill + by + 1, err));
  memmove(table->text + *at + by, table->text + *at, reader->fill - *at);
  reader->fill += by;
  *at += by;
  return CS_OK;
}

/* --- places --- */

uint64_t cs_reader_line(const struct cs_reader *reader, size_t at) {
  const struct cs_table *table = reader->table;
  return cs_table_line(table, table->segments - 1, table->rows) + reader->skipped +
         cs_csv_count(table->text + reader->scan, at - reader->scan, '\n');
}

enum cs_status cs_reader_fail(const struct cs_reader *reader, size_t at, struct cs_error *err,
                              const char *format, ...) {
  char what[512];
  va_list args;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  return cs_fail(err, CS_DATA, "%s:%llu: %s", reader->source->name,
                 (unsigned long long)cs_reader_line(reader, at), what);
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
    CS_TRY(cs_reader_fill(reader, &more, err));
    const char *text = reader->table->text + reader->scan;
    size_t len = reader->fill - reader->scan, at = 0;
    if (len >= PRIME_BYTES) break;
    if (len && next_dark(text, len, &at) && next_dark(text, len, &at) && memchr(text, '\n', len)) break;
  }
  if (reader->fill > reader->scan) return CS_OK;
  if (strcmp(reader->source->name, "-") == 0)
    return cs_fail(err, CS_DATA,
                   "-: empty input: no header line; did the command before it in the pipe fail?");
  return cs_fail(err, CS_DATA, "%s: empty file: no header line", reader->source->name);
}

/* --- parts --- */

struct cs_table_parts {
  struct cs_table *table;
  const char *const *paths;
  size_t count, next; /* inputs, and how many were begun */
  const struct cs_read_options *options;
  struct cs_notes *notes;
  struct cs_checksum *checksum;
  struct cs_source source;
  struct cs_reader reader;
  struct cs_delimited *delimited; /* of the open input, when it is CSV or TSV */
  struct cs_json_input *json;     /* or JSON */
  bool open;
  bool keep; /* the rows that are there, for the next part */
};

/* A file is read so much at once that several threads find work; from a pipe nothing comes faster. */
static size_t block_size(const struct cs_table_parts *parts) {
  if (parts->options->block) return parts->options->block;
  if (parts->options->threads <= 1) return SMALL_BLOCK;
  return parts->source.size ? (size_t)BLOCKS_MAX * BLOCK : BLOCK;
}

/* Recognises the format, and reads the header of CSV and TSV. */
static enum cs_status begin_format(struct cs_table_parts *parts, struct cs_error *err) {
  struct cs_reader *reader = &parts->reader;
  struct cs_table *table = parts->table;
  CS_TRY(prime(reader, err));
  const char *text = table->text + reader->scan;
  size_t len = reader->fill - reader->scan;
  enum cs_format format = reader->options->format;
  if (format == CS_FORMAT_AUTO)
    format = !reader->options->delimiter && begins_json(text, len) ? CS_FORMAT_JSON : CS_FORMAT_CSV;
  if (format == CS_FORMAT_JSONL) format = CS_FORMAT_JSON;
  reader->segment->format = format;
  if (format == CS_FORMAT_JSON) {
    reader->check_text = true;
    check_text(reader, reader->scan);
    return cs_json_input_new(&parts->json, reader, err);
  }
  if (!memchr(text, '\n', len) && memchr(text, '\r', len)) {
    reader->cr_only = true;
    translate_cr(reader, reader->scan, reader->fill);
  }
  return cs_delimited_begin(&parts->delimited, reader, err);
}

static void close_input(struct cs_table_parts *parts) {
  if (!parts->open) return;
  parts->table->bytes += parts->source.bytes;
  cs_delimited_free(parts->delimited);
  cs_json_input_free(parts->json);
  parts->delimited = NULL;
  parts->json = NULL;
  cs_source_close(&parts->source);
  parts->open = false;
}

/* TSV and JSON have no use for a delimiter. */
static bool is_squeezed(const struct cs_read_options *options) {
  return options->delimiter == ' ' && (options->format == CS_FORMAT_AUTO || options->format == CS_FORMAT_CSV);
}

static enum cs_status open_input(struct cs_table_parts *parts, struct cs_error *err) {
  struct cs_table *table = parts->table;
  const char *path = parts->paths[parts->next++];
  CS_TRY(cs_grow(&table->segment, &table->segment_capacity, table->segments + 1, sizeof *table->segment,
                 "inputs", err));
  const char *name = cs_arena_copy(&table->arena, path, strlen(path));
  if (!name) return cs_fail_memory(err, (double)strlen(path), "names");
  struct cs_segment *segment = &table->segment[table->segments++];
  *segment = (struct cs_segment){.first_row = table->rows, .source = name, .one_line = true};
  CS_TRY(cs_source_open(&parts->source, name, parts->options->encoding, parts->checksum, err));
  parts->open = true;
  parts->reader = (struct cs_reader){.table = table,
                                     .source = &parts->source,
                                     .options = parts->options,
                                     .notes = parts->notes,
                                     .segment = segment,
                                     .scan = table->len,
                                     .fill = table->len,
                                     .squeezes = is_squeezed(parts->options),
                                     .block = block_size(parts)};
  return begin_format(parts, err);
}

/* Room for the whole of a file, so that it need not grow. */
static void expect(const struct cs_table_parts *parts, size_t bytes) {
  struct cs_table *table = parts->table;
  uint64_t size = parts->source.size;
  if (size > bytes) size = bytes;
  /* Only a hint: a size that can't be had is no error yet. */
  if (size == 0 || size >= SIZE_MAX / 4) return;
  (void)reserve(table, table->len + (size_t)size + parts->reader.block + 1, NULL);
}

/* Keeps what waits, the first input for its names and the newest for its places. */
static void forget(struct cs_table_parts *parts) {
  struct cs_table *table = parts->table;
  struct cs_reader *reader = &parts->reader;
  if (table->segments == 0) return;
  struct cs_segment *newest = &table->segment[table->segments - 1];
  newest->lines = cs_table_line(table, table->segments - 1, table->rows) - 1;
  newest->first_row = 0;
  newest->uneven = false;
  newest->one_line = true;
  if (table->segments > 2) table->segment[1] = *newest;
  if (table->segments > 2) table->segments = 2;
  table->segment[0].first_row = 0;
  reader->segment = &table->segment[table->segments - 1];
  table->len = table->rows = table->skips = 0;
  table->row[0] = 0;
  free(table->dropped);
  free(table->edited);
  table->dropped = table->edited = NULL;
  table->dropped_count = 0;
  cs_map_release(&table->edits);
  if (parts->open) cs_reader_close_up(reader);
}

void cs_table_parts_keep(struct cs_table_parts *parts) {
  parts->keep = true;
}

enum cs_status cs_table_parts_next(struct cs_table_parts *parts, size_t bytes, bool *more,
                                   struct cs_error *err) {
  struct cs_table *table = parts->table;
  if (!parts->keep) forget(parts);
  parts->keep = false;
  size_t kept = table->rows, limit = bytes < SIZE_MAX - table->len ? table->len + bytes : SIZE_MAX;
  while (table->rows == kept || table->len < limit) {
    if (!parts->open && parts->next == parts->count) break;
    if (!parts->open) CS_TRY(open_input(parts, err));
    expect(parts, bytes);
    parts->reader.limit = limit;
    CS_TRY(parts->json ? cs_json_read(parts->json, err) : cs_delimited_read(parts->delimited, err));
    if (parts->reader.done) close_input(parts);
  }
  *more = table->rows > kept;
  if (parts->checksum && !parts->open && parts->next == parts->count)
    cs_checksum_text(parts->checksum, table->sha256);
  return cs_str_check(&table->header, "the header", err);
}

/* --- the table --- */

static enum cs_status add_missing_text(struct cs_table *table, struct cs_slice text, struct cs_error *err) {
  double value;
  const char *copy = cs_arena_copy(&table->arena, text.data, text.len);
  if (!copy) return cs_fail_memory(err, (double)text.len, "texts of missing cells");
  unsigned char first = (unsigned char)*copy;
  table->missing_first[first / 64] |= (uint64_t)1 << first % 64;
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

static enum cs_status begin_parts(struct cs_table_parts *parts, struct cs_error *err) {
  static const char *const input[] = {"-"};
  struct cs_table *table = parts->table;
  if (parts->count == 0) {
    parts->paths = input;
    parts->count = 1;
  }
  CS_TRY(check_options(parts->options, err));
  table->decimal = table->written_decimal = parts->options->decimal;
  CS_TRY(set_missing(table, parts->options->missing, err));
  if (parts->options->checksum) CS_TRY(cs_checksum_new(&parts->checksum, err));
  CS_TRY(cs_grow(&table->row, &table->row_capacity, 1, sizeof *table->row, "rows", err));
  table->row[0] = 0;
  return CS_OK;
}

enum cs_status cs_table_parts_begin(struct cs_table_parts **parts, struct cs_table *table,
                                    const char *const *paths, size_t count,
                                    const struct cs_read_options *options, struct cs_notes *notes,
                                    struct cs_error *err) {
  CS_TRY(cs_alloc(parts, 1, sizeof **parts, "the reading of tables", err));
  **parts = (struct cs_table_parts){
      .table = table, .paths = paths, .count = count, .options = options, .notes = notes};
  enum cs_status status = begin_parts(*parts, err);
  if (status != CS_OK) {
    cs_table_parts_free(*parts);
    *parts = NULL;
  }
  return status;
}

void cs_table_parts_free(struct cs_table_parts *parts) {
  if (!parts) return;
  close_input(parts);
  cs_checksum_free(parts->checksum);
  free(parts);
}

enum cs_status cs_table_read(struct cs_table *table, const char *const *paths, size_t count,
                             const struct cs_read_options *options, struct cs_notes *notes,
                             struct cs_error *err) {
  struct cs_table_parts *parts;
  bool more;
  CS_TRY(cs_table_parts_begin(&parts, table, paths, count, options, notes, err));
  enum cs_status status = cs_table_parts_next(parts, SIZE_MAX, &more, err);
  cs_table_parts_free(parts);
  return status;
}
