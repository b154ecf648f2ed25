/* Reading CSV and TSV: plain records by the stretch, on several threads, all others one at a time. */
#include "base/parallel.h"
#include "data/reader.h"
#include "data/scan.h"

#include <stdlib.h>

enum { PIECES_MAX = 4, MORE_RECORDS = 4096, STRETCH_MAX = 1 << 30 };

/* A stretch of whole records that one thread scans. */
struct piece {
  size_t begin, end; /* in the table's text */
  uint32_t *record;  /* [records], where each begins, from `begin` on */
  size_t capacity;
  struct cs_scan_run run;
  bool out_of_memory;
};

struct cs_delimited {
  struct cs_reader *reader;
  struct cs_csv_judge *judge; /* NULL for TSV */
  struct cs_scan scan;
  char *record; /* in the table's text, a line feed behind it */
  size_t len;   /* without CR and LF */
  size_t size;  /* with them */
  size_t padded, cut, rejected;
  struct piece piece[PIECES_MAX];
  size_t pieces;
  size_t ahead; /* bytes that were read while the pieces were scanned */
  enum cs_status ahead_status;
  struct cs_error ahead_err;
};

/* --- one record --- */

static bool has_quotes(const struct cs_delimited *input) {
  return input->reader->segment->format == CS_FORMAT_CSV;
}

/* Fails when text[scan .. scan + len) isn't UTF-8. `whole` says that the record ends there. */
static enum cs_status check_text(const struct cs_delimited *input, size_t len, bool whole,
                                 struct cs_error *err) {
  const struct cs_reader *reader = input->reader;
  const char *record = reader->table->text + reader->scan;
  struct cs_utf8 utf8 = {0};
  size_t at = cs_utf8_check(&utf8, record, len);
  if (at < len) return cs_reader_fail(reader, reader->scan + at, err, "%s", cs_utf8_flaw(record[at]));
  if (whole && utf8.need) return cs_reader_fail(reader, reader->scan + len, err, "%s", cs_utf8_flaw('\n'));
  return CS_OK;
}

/* Fails when a cell of the record at scan, which may go on behind `len`, is malformed or too long. */
static enum cs_status check_cells(const struct cs_delimited *input, size_t len, bool whole,
                                  struct cs_error *err) {
  const struct cs_reader *reader = input->reader;
  const char *record = reader->table->text + reader->scan;
  if (!whole && len && record[len - 1] == '\r') len--; /* perhaps half a line end */
  size_t max_field = reader->options->max_field;
  char delimiter = reader->segment->delimiter;
  struct cs_csv_flaw flaw = has_quotes(input) ? cs_csv_diagnose(record, len, whole, delimiter, max_field)
                                              : cs_tsv_diagnose(record, len, max_field);
  if (!flaw.what) return CS_OK;
  unsigned long long opened = cs_reader_line(reader, reader->scan + flaw.cell);
  if (cs_reader_line(reader, reader->scan + flaw.at) == opened)
    return cs_reader_fail(reader, reader->scan + flaw.at, err, "%s", flaw.what);
  return cs_reader_fail(reader, reader->scan + flaw.at, err, "%s, in the cell that begins on line %llu",
                        flaw.what, opened);
}

/* At the end of the input: what is left is the last record, without a line feed. */
static enum cs_status end_record(struct cs_delimited *input, bool odd, bool *found, struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  size_t len = reader->fill - reader->scan;
  *found = len > 0;
  CS_TRY(check_text(input, len, false, err));
  if (reader->source->flaw) return cs_reader_fail(reader, reader->fill, err, "%s", reader->source->flaw);
  if (!len) return CS_OK;
  struct cs_utf8 utf8 = {0};
  cs_utf8_check(&utf8, reader->table->text + reader->scan, len);
  if (utf8.need) return cs_reader_fail(reader, reader->fill, err, "the text ends within a character");
  if (odd) {
    CS_TRY(check_cells(input, len, true, err));
    return cs_reader_fail(reader, reader->scan, err, "a quote is never closed");
  }
  reader->table->text[reader->fill++] = '\n';
  return CS_OK;
}

/* Measures the record that ends at scan + end. */
static enum cs_status set_record(struct cs_delimited *input, size_t end, struct cs_error *err) {
  const struct cs_reader *reader = input->reader;
  input->record = reader->table->text + reader->scan;
  input->size = end + 1;
  input->len = end - (end && input->record[end - 1] == '\r');
  CS_TRY(check_text(input, end, true, err));
  return input->len > reader->options->max_field ? check_cells(input, input->len, true, err) : CS_OK;
}

/* Finds the next record; *found is false at the end of the input. */
static enum cs_status next_record(struct cs_delimited *input, bool *found, struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  struct cs_csv_probe probe = {0, false};
  size_t check_above = reader->options->max_field;
  bool more = true;
  for (;;) {
    size_t len = reader->fill - reader->scan;
    size_t end = cs_csv_record_end(&probe, reader->table->text + reader->scan, len, has_quotes(input));
    *found = true;
    if (end < len) return set_record(input, end, err);
    if (len > check_above) {
      CS_TRY(check_text(input, len, false, err));
      CS_TRY(check_cells(input, len, false, err));
      check_above = 2 * len;
    }
    CS_TRY(cs_reader_fill(reader, &more, err));
    if (more) continue;
    CS_TRY(end_record(input, probe.odd, found, err));
    if (!*found) return CS_OK;
  }
}

static enum cs_status judge(struct cs_delimited *input, size_t *cells, struct cs_error *err) {
  if (!input->judge) {
    *cells = 1 + cs_csv_count(input->record, input->len, '\t');
    return CS_OK;
  }
  char *end = input->record + input->len, kept = *end;
  *end = '\n'; /* the judge wants it behind the record */
  enum cs_csv_verdict verdict = cs_csv_judge_record(input->judge, input->record, input->len, cells);
  *end = kept;
  if (verdict == CS_CSV_GOOD) return CS_OK;
  if (verdict == CS_CSV_NO_MEMORY) return cs_fail_memory(err, (double)input->len, "a record");
  CS_TRY(check_cells(input, input->len, true, err));
  return cs_reader_fail(input->reader, input->reader->scan, err, "malformed record");
}

static void skip_record(struct cs_delimited *input) {
  input->reader->skipped += cs_csv_count(input->record, input->size, '\n');
  input->reader->scan += input->size;
}

/* --- the header line --- */

/* The cells of the header record, their text in scratch where it was escaped. */
static enum cs_status header_names(struct cs_delimited *input, struct cs_slice **names,
                                   struct cs_str *scratch, struct cs_error *err) {
  struct cs_segment *segment = input->reader->segment;
  CS_TRY(cs_alloc(names, segment->cells, sizeof **names, "names", err));
  const char *at = input->record, *end = at + input->len;
  cs_str_reserve(scratch, input->len + segment->cells);
  for (size_t i = 0; i < segment->cells; i++)
    (*names)[i] =
        cs_cell_text(segment->format, cs_csv_next(&at, end, segment->delimiter, has_quotes(input)), scratch);
  return cs_str_check(scratch, "names", err);
}

static enum cs_status read_names(struct cs_delimited *input, struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  struct cs_str scratch = CS_STR_INIT;
  struct cs_slice *names = NULL;
  enum cs_status status = header_names(input, &names, &scratch, err);
  if (status == CS_OK) status = cs_reader_names(reader, names, reader->segment->cells, err);
  if (status == CS_OK && reader->table->segments == 1)
    cs_str_add(&reader->table->header, input->record, input->len);
  free(names);
  cs_str_release(&scratch);
  return status;
}

static const char *delimiter_name(char delimiter) {
  switch (delimiter) {
  case ',': return "comma";
  case ';': return "semicolon";
  case '\t': return "TAB";
  default: return "|";
  }
}

static enum cs_status choose_delimiter(struct cs_delimited *input, struct cs_error *err) {
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
static enum cs_status read_header(struct cs_delimited *input, struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  bool found;
  for (;;) {
    CS_TRY(next_record(input, &found, err));
    if (!found) return cs_fail(err, CS_DATA, "%s: no header line: all lines are blank", reader->source->name);
    if (input->len) break;
    skip_record(input);
  }
  CS_TRY(choose_delimiter(input, err));
  CS_TRY(judge(input, &reader->segment->cells, err));
  if (reader->options->no_header) return cs_reader_make_names(reader, reader->segment->cells, err);
  CS_TRY(read_names(input, err));
  skip_record(input);
  return CS_OK;
}

/* --- rows, one at a time --- */

static enum cs_status keep_record(struct cs_delimited *input, struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  char *place = reader->table->text + reader->table->len;
  if (place != input->record) memmove(place, input->record, input->size);
  CS_TRY(cs_reader_keep(reader, input->size, err));
  reader->scan += input->size;
  return CS_OK;
}

/* Keeps as many cells as there are columns; the lines of the others count as skipped. */
static enum cs_status keep_cut(struct cs_delimited *input, struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  const struct cs_segment *segment = reader->segment;
  const char *at = input->record, *end = at + input->len;
  struct cs_slice last = {input->record, 0};
  for (size_t i = 0; i < segment->cells; i++)
    last = cs_csv_next(&at, end, segment->delimiter, has_quotes(input));
  size_t len = (size_t)(last.data - input->record) + last.len;
  size_t lines_behind = cs_csv_count(input->record + len, input->len - len, '\n');
  char *place = reader->table->text + reader->table->len;
  memmove(place, input->record, len);
  /* A CR at the cell's end would be taken for a part of the line end; there is room for one that is. */
  if (len && place[len - 1] == '\r') place[len++] = '\r';
  place[len] = '\n';
  CS_TRY(cs_reader_keep(reader, len + 1, err));
  reader->scan += input->size;
  reader->skipped = lines_behind;
  return CS_OK;
}

static enum cs_status take_record(struct cs_delimited *input, struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  size_t expected = reader->segment->cells, cells;
  if (input->len == 0 && expected > 1) {
    skip_record(input);
    return CS_OK;
  }
  CS_TRY(judge(input, &cells, err));
  if (cells == expected) return keep_record(input, err);
  switch (reader->options->ragged) {
  case CS_RAGGED_ERROR:
    return cs_reader_fail(reader, reader->scan, err, "expected %zu cells, found %zu", expected, cells);
  case CS_RAGGED_REJECT:
    input->rejected++;
    skip_record(input);
    return CS_OK;
  case CS_RAGGED_PAD: break;
  }
  if (cells > expected) {
    input->cut++;
    return keep_cut(input, err);
  }
  input->padded++;
  reader->segment->uneven = true;
  return keep_record(input, err);
}

static const char *plural(size_t count) {
  return count == 1 ? "" : "s";
}

static void note_ragged(const struct cs_delimited *input) {
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

/* --- rows by the stretch --- */

/* Less isn't worth a thread. */
static size_t piece_size(const struct cs_reader *reader) {
  return reader->block / PIECES_MAX + 1;
}

/* Cuts [scan, fill) into pieces at the ends of records. Quotes are counted exactly, so that a line feed is known to lie
 * within a cell or not. */
static void cut_pieces(struct cs_delimited *input) {
  const struct cs_reader *reader = input->reader;
  const char *text = reader->table->text;
  size_t len = reader->fill - reader->scan, begin = reader->scan, counted = begin;
  if (len > STRETCH_MAX) len = STRETCH_MAX;
  size_t stop = begin + len;
  size_t most = len / piece_size(reader) + 1;
  if (most > PIECES_MAX) most = PIECES_MAX;
  if (reader->options->threads <= 1) most = 1;
  struct cs_csv_probe probe = {0, false};
  input->pieces = 0;
  for (size_t i = 1; i < most; i++) {
    size_t at = reader->scan + len / most * i;
    if (at < counted) continue;
    if (has_quotes(input)) probe.odd ^= cs_csv_count(text + counted, at - counted, '"') & 1;
    probe.at = 0;
    size_t end = at + cs_csv_record_end(&probe, text + at, stop - at, has_quotes(input));
    counted = end < stop ? end + 1 : end;
    if (end == stop) break;
    input->piece[input->pieces].begin = begin;
    input->piece[input->pieces++].end = begin = end + 1;
  }
  input->piece[input->pieces].begin = begin;
  input->piece[input->pieces++].end = stop;
}

static void scan_piece(const struct cs_delimited *input, struct piece *piece) {
  const char *text = input->reader->table->text + piece->begin;
  struct cs_scan_run *whole = &piece->run;
  *whole = (struct cs_scan_run){0, 0, CS_SCAN_FULL};
  while (whole->stop == CS_SCAN_FULL) {
    piece->out_of_memory = whole->records == piece->capacity &&
                           cs_grow(&piece->record, &piece->capacity, piece->capacity + MORE_RECORDS,
                                   sizeof *piece->record, "records", NULL) != CS_OK;
    if (piece->out_of_memory) return;
    struct cs_scan_run run =
        cs_scan_records(&input->scan, text + whole->end, piece->end - piece->begin - whole->end,
                        piece->record + whole->records, piece->capacity - whole->records);
    for (size_t i = 0; i < run.records && whole->end; i++)
      piece->record[whole->records + i] += (uint32_t)whole->end;
    *whole = (struct cs_scan_run){whole->records + run.records, whole->end + run.end, run.stop};
  }
}

/* Piece 0 of the work is to read the next block. */
static void scan_or_read(void *context, size_t index, int thread) {
  struct cs_delimited *input = context;
  (void)thread;
  if (index > 0)
    scan_piece(input, &input->piece[index - 1]);
  else
    input->ahead_status = cs_reader_ahead(input->reader, &input->ahead, &input->ahead_err);
}

/* Takes the records of a piece, those that aren't plain one at a time. *any is set when there are some. */
static enum cs_status take_piece(struct cs_delimited *input, struct piece *piece, bool *any,
                                 struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  for (;;) {
    if (piece->out_of_memory) return cs_fail_memory(err, (double)piece->capacity * 4, "records");
    CS_TRY(cs_reader_keep_run(reader, piece->record, piece->run.records, piece->run.end, err));
    *any |= piece->run.records > 0;
    if (piece->run.stop == CS_SCAN_MORE) return CS_OK;
    size_t fill = reader->fill;
    bool found;
    CS_TRY(next_record(input, &found, err));
    if (found) CS_TRY(take_record(input, err));
    *any = true;
    /* The last record of a block may have gone on in the next one, and all that waits has moved. */
    if (reader->fill != fill || reader->scan >= piece->end) return CS_OK;
    piece->begin = reader->scan;
    scan_piece(input, piece);
  }
}

/* Takes the records that end in what waits, and reads the next block meanwhile. */
static enum cs_status take_block(struct cs_delimited *input, bool *any, struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  cs_reader_close_up(reader);
  CS_TRY(cs_reader_reserve(reader, err));
  cut_pieces(input);
  bool small = reader->fill - reader->scan < piece_size(reader);
  cs_parallel(small ? 1 : reader->options->threads, input->pieces + 1, scan_or_read, input);
  if (input->ahead_status == CS_OK) reader->fill += input->ahead;
  *any = false;
  for (size_t i = 0; i < input->pieces; i++) CS_TRY(take_piece(input, &input->piece[i], any, err));
  if (input->ahead_status != CS_OK && err) *err = input->ahead_err;
  return input->ahead_status;
}

enum cs_status cs_delimited_read(struct cs_delimited *input, struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  while (reader->table->len < reader->limit) {
    bool any, waits = reader->fill > reader->scan;
    CS_TRY(take_block(input, &any, err));
    if (any || (!waits && input->ahead)) continue;
    /* The end of the input, or a record longer than a block. */
    CS_TRY(next_record(input, &any, err));
    if (!any) {
      note_ragged(input);
      reader->done = true;
      return CS_OK;
    }
    CS_TRY(take_record(input, err));
  }
  return CS_OK;
}

enum cs_status cs_delimited_begin(struct cs_delimited **delimited, struct cs_reader *reader,
                                  struct cs_error *err) {
  CS_TRY(cs_alloc(delimited, 1, sizeof **delimited, "the reading of CSV", err));
  struct cs_delimited *input = *delimited;
  input->reader = reader;
  CS_TRY(read_header(input, err));
  input->scan = (struct cs_scan){reader->segment->delimiter, has_quotes(input), reader->segment->cells,
                                 reader->options->max_field};
  return CS_OK;
}

void cs_delimited_free(struct cs_delimited *input) {
  if (!input) return;
  cs_csv_judge_free(input->judge);
  for (size_t i = 0; i < PIECES_MAX; i++) free(input->piece[i].record);
  free(input);
}
