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
  size_t padded, cut, rejected, misquoted;
  bool mends;           /* misplaced quotes are mended, or cost their line */
  bool ended;           /* all of the input is there */
  bool is_misquoted;    /* the record: it is one line, and what was made of it is `mended` */
  struct cs_str mended; /* a good record */
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

/* The delimiter; of a header line that ends with the input the one that it will have. Before that none is known: how much of
 * the line is there depends on the blocks. */
static char delimiter_at(const struct cs_delimited *input, struct cs_slice record) {
  const struct cs_reader *reader = input->reader;
  char told = reader->options->delimiter, tie;
  if (reader->segment->delimiter || !input->ended) return reader->segment->delimiter;
  return told ? told : cs_csv_recognise(record, &tie);
}

/* What is wrong with the cells of the record at scan, which may go on behind `len`. */
static struct cs_csv_flaw diagnose(const struct cs_delimited *input, size_t len, bool whole) {
  const struct cs_reader *reader = input->reader;
  const char *record = reader->table->text + reader->scan;
  if (!whole && len && record[len - 1] == '\r') len--; /* perhaps half a line end */
  size_t max_field = reader->options->max_field;
  if (!has_quotes(input)) return cs_tsv_diagnose(record, len, max_field);
  char delimiter = delimiter_at(input, (struct cs_slice){record, len});
  return cs_csv_diagnose(record, len, whole, delimiter, max_field);
}

static enum cs_status fail_flaw(const struct cs_delimited *input, const struct cs_csv_flaw *flaw,
                                struct cs_error *err) {
  const struct cs_reader *reader = input->reader;
  unsigned long long opened = cs_reader_line(reader, reader->scan + flaw->cell);
  if (cs_reader_line(reader, reader->scan + flaw->at) == opened)
    return cs_reader_fail(reader, reader->scan + flaw->at, err, "%s", flaw->what);
  return cs_reader_fail(reader, reader->scan + flaw->at, err, "%s, in the cell that begins on line %llu",
                        flaw->what, opened);
}

/* Fails for what is wrong first with the record at scan, which may go on behind `len`: bytes that are no text, a cell
 * too long, misplaced quotes. Where those are mended, *by_line says that the record's first line is to be taken alone. */
static enum cs_status check(const struct cs_delimited *input, size_t len, bool whole, bool *by_line,
                            struct cs_error *err) {
  const struct cs_reader *reader = input->reader;
  const char *record = reader->table->text + reader->scan;
  struct cs_utf8 utf8 = {0};
  size_t at = cs_utf8_check(&utf8, record, len);
  bool is_text = at == len && !(whole && utf8.need);
  struct cs_csv_flaw flaw = diagnose(input, at, whole && is_text);
  bool mends = input->mends && !flaw.too_long;
  *by_line = flaw.what && mends && memchr(record, '\n', at);
  if (*by_line) return CS_OK;
  if (flaw.what && !mends) return fail_flaw(input, &flaw, err);
  if (is_text) return CS_OK;
  return cs_reader_fail(reader, reader->scan + at, err, "%s", cs_utf8_flaw(at < len ? record[at] : '\n'));
}

/* At the end of the input: what is left is the last record, without a line feed. */
static enum cs_status end_record(struct cs_delimited *input, bool odd, bool *by_line, struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  size_t len = reader->fill - reader->scan;
  input->ended = true;
  CS_TRY(check(input, len, false, by_line, err));
  if (*by_line) return CS_OK;
  if (reader->source->flaw) return cs_reader_fail(reader, reader->fill, err, "%s", reader->source->flaw);
  if (!len) return CS_OK;
  struct cs_utf8 utf8 = {0};
  cs_utf8_check(&utf8, reader->table->text + reader->scan, len);
  if (utf8.need) return cs_reader_fail(reader, reader->fill, err, "the text ends within a character");
  if (odd) CS_TRY(check(input, len, true, by_line, err));
  if (odd && !input->mends) return cs_reader_fail(reader, reader->scan, err, "a quote is never closed");
  *by_line = odd;
  if (reader->table->text[reader->fill - 1] != '\n') reader->table->text[reader->fill++] = '\n';
  return CS_OK;
}

/* Measures the record that ends at scan + end. */
static enum cs_status set_record(struct cs_delimited *input, size_t end, struct cs_error *err) {
  const struct cs_reader *reader = input->reader;
  input->record = reader->table->text + reader->scan;
  for (;;) {
    struct cs_utf8 utf8 = {0};
    input->size = end + 1;
    input->len = end - (end && input->record[end - 1] == '\r');
    bool is_text = cs_utf8_check(&utf8, input->record, input->len) == input->len && !utf8.need, by_line;
    if (is_text && input->len <= reader->options->max_field) return CS_OK;
    CS_TRY(check(input, input->len, true, &by_line, err));
    if (!by_line) return CS_OK;
    end = (size_t)((const char *)memchr(input->record, '\n', end) - input->record);
  }
}

/* The line at scan, as a record. */
static enum cs_status set_line(struct cs_delimited *input, struct cs_error *err) {
  const struct cs_reader *reader = input->reader;
  const char *line = reader->table->text + reader->scan;
  const char *feed = memchr(line, '\n', reader->fill - reader->scan);
  return set_record(input, (size_t)(feed - line), err);
}

/* Finds the next record; *found is false at the end of the input. */
static enum cs_status next_record(struct cs_delimited *input, bool *found, struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  struct cs_csv_probe probe = {0, false};
  size_t check_above = reader->options->max_field;
  bool more = true, by_line;
  for (;;) {
    size_t len = reader->fill - reader->scan;
    size_t end = cs_csv_record_end(&probe, reader->table->text + reader->scan, len, has_quotes(input));
    *found = true;
    if (end < len) return set_record(input, end, err);
    if (len > check_above) {
      CS_TRY(check(input, len, false, &by_line, err));
      if (by_line) return set_line(input, err);
      check_above = 2 * len;
    }
    CS_TRY(cs_reader_fill(reader, &more, err));
    if (more) continue;
    CS_TRY(end_record(input, probe.odd, &by_line, err));
    *found = reader->fill > reader->scan;
    if (!*found) return CS_OK;
    if (by_line) return set_line(input, err);
  }
}

/* Makes a good record of the first line of one whose quotes are misplaced: what the next line is, its own quotes say. */
static enum cs_status mend(struct cs_delimited *input, size_t *cells, struct cs_error *err) {
  const struct cs_reader *reader = input->reader;
  const struct cs_segment *segment = reader->segment;
  cs_csv_judge_free(input->judge);
  input->judge = NULL;
  CS_TRY(cs_csv_judge_new(&input->judge, segment->delimiter, err));
  CS_TRY(set_line(input, err));
  cs_str_clear(&input->mended);
  struct cs_csv_mended mended = cs_csv_mend(&input->mended, (struct cs_slice){input->record, input->len},
                                            segment->delimiter, segment->cells ? segment->cells : SIZE_MAX);
  if (mended.longest > reader->options->max_field)
    return cs_reader_fail(reader, reader->scan, err, "a cell is longer than --max-field");
  input->is_misquoted = true;
  *cells = mended.cells;
  return cs_str_check(&input->mended, "a record", err);
}

static enum cs_status judge(struct cs_delimited *input, size_t *cells, struct cs_error *err) {
  if (!input->judge) {
    *cells = 1 + cs_csv_count(input->record, input->len, '\t');
    return CS_OK;
  }
  input->is_misquoted = false;
  char *end = input->record + input->len, kept = *end;
  *end = '\n'; /* the judge wants it behind the record */
  enum cs_csv_verdict verdict = cs_csv_judge_record(input->judge, input->record, input->len, cells);
  *end = kept;
  if (verdict == CS_CSV_GOOD) return CS_OK;
  if (verdict == CS_CSV_NO_MEMORY) return cs_fail_memory(err, (double)input->len, "a record");
  bool by_line;
  CS_TRY(check(input, input->len, true, &by_line, err));
  if (input->mends) return mend(input, cells, err);
  return cs_reader_fail(input->reader, input->reader->scan, err, "malformed record");
}

static void skip_record(struct cs_delimited *input) {
  input->reader->skipped += cs_csv_count(input->record, input->size, '\n');
  input->reader->scan += input->size;
}

/* --- the header line --- */

/* The text of the record at hand, as it stands or mended. */
static struct cs_slice record_text(const struct cs_delimited *input) {
  return input->is_misquoted ? (struct cs_slice){input->mended.data, input->mended.len}
                             : (struct cs_slice){input->record, input->len};
}

/* The cells of the header record, their text in scratch where it was escaped. */
static enum cs_status header_names(struct cs_delimited *input, struct cs_slice **names,
                                   struct cs_str *scratch, struct cs_error *err) {
  struct cs_segment *segment = input->reader->segment;
  CS_TRY(cs_alloc(names, segment->cells, sizeof **names, "names", err));
  struct cs_slice record = record_text(input);
  const char *at = record.data, *end = at + record.len;
  cs_str_reserve(scratch, record.len + segment->cells);
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
  struct cs_slice record = record_text(input);
  if (status == CS_OK && reader->table->segments == 1)
    cs_str_add(&reader->table->header, record.data, record.len);
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
  size_t cells;
  CS_TRY(judge(input, &cells, err));
  reader->segment->cells = cells;
  if (reader->options->no_header) return cs_reader_make_names(reader, reader->segment->cells, err);
  CS_TRY(read_names(input, err));
  input->misquoted += input->is_misquoted;
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

/* What was made of a line takes its place, which may be too narrow for it. */
static enum cs_status keep_mended(struct cs_delimited *input, struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  struct cs_table *table = reader->table;
  size_t len = input->mended.len, behind = reader->scan + input->size;
  if (table->len + len + 1 > behind) CS_TRY(cs_reader_widen(reader, &behind, len + 1, err));
  memcpy(table->text + table->len, input->mended.data, len);
  table->text[table->len + len] = '\n';
  CS_TRY(cs_reader_keep(reader, len + 1, err));
  reader->scan = behind;
  input->misquoted++;
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
  if (cells == expected && !input->is_misquoted) return keep_record(input, err);
  switch (reader->options->ragged) {
  case CS_RAGGED_ERROR:
    return cs_reader_fail(reader, reader->scan, err, "expected %zu cells, found %zu", expected, cells);
  case CS_RAGGED_REJECT:
    input->misquoted += input->is_misquoted;
    input->rejected += !input->is_misquoted;
    skip_record(input);
    return CS_OK;
  case CS_RAGGED_PAD: break;
  }
  input->cut += cells > expected;
  input->padded += cells < expected;
  reader->segment->uneven |= cells < expected;
  if (input->is_misquoted) return keep_mended(input, err);
  return cells > expected ? keep_cut(input, err) : keep_record(input, err);
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
  if (input->misquoted)
    cs_note(notes, CS_NOTE_WARNING, "%s: %zu line%s with misplaced quotes %s", name, input->misquoted,
            plural(input->misquoted),
            input->reader->options->ragged == CS_RAGGED_PAD ? "mended" : "rejected");
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

/* Cuts [scan, fill) into pieces at line feeds. One that lies within a cell shows when the piece before it was scanned: its last
 * record doesn't end. */
static void cut_pieces(struct cs_delimited *input) {
  const struct cs_reader *reader = input->reader;
  const char *text = reader->table->text;
  size_t len = reader->fill - reader->scan, begin = reader->scan;
  if (len > STRETCH_MAX) len = STRETCH_MAX;
  size_t stop = begin + len;
  size_t most = len / piece_size(reader) + 1;
  if (most > PIECES_MAX) most = PIECES_MAX;
  if (reader->options->threads <= 1) most = 1;
  input->pieces = 0;
  for (size_t i = 1; i < most; i++) {
    size_t at = reader->scan + len / most * i;
    if (at < begin) continue;
    const char *feed = memchr(text + at, '\n', stop - at);
    if (!feed) break;
    input->piece[input->pieces].begin = begin;
    input->piece[input->pieces++].end = begin = (size_t)(feed - text) + 1;
  }
  input->piece[input->pieces].begin = begin;
  input->piece[input->pieces++].end = stop;
}

static void scan_piece(const struct cs_delimited *input, struct piece *piece) {
  const char *text = input->reader->table->text + piece->begin;
  struct cs_scan_run *whole = &piece->run;
  *whole = (struct cs_scan_run){0, 0, CS_SCAN_FULL, false};
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
    *whole = (struct cs_scan_run){whole->records + run.records, whole->end + run.end, run.stop,
                                  whole->quoted || run.quoted};
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

static bool is_last(const struct cs_delimited *input, const struct piece *piece) {
  return piece == &input->piece[input->pieces - 1];
}

/* Where a piece was cut within a cell, and behind a line whose quotes are misplaced, the rest is one. Mending has moved it by so
 * much. */
static void join_pieces(struct cs_delimited *input, struct piece *piece, size_t moved) {
  piece->end = input->piece[input->pieces - 1].end + moved;
  input->pieces = (size_t)(piece - input->piece) + 1;
}

/* Takes the record that isn't plain, if there is one. *on is whether what is left of the piece is to be scanned. */
static enum cs_status take_odd(struct cs_delimited *input, struct piece *piece, bool *on,
                               struct cs_error *err) {
  const struct cs_reader *reader = input->reader;
  size_t fill = reader->fill;
  bool found;
  input->is_misquoted = false;
  CS_TRY(next_record(input, &found, err));
  size_t filled = reader->fill;
  if (found) CS_TRY(take_record(input, err));
  /* Where it went on in the next block, all that waits has moved. */
  if (input->is_misquoted || filled != fill || reader->scan > piece->end)
    join_pieces(input, piece, reader->fill - filled);
  *on = filled == fill && reader->scan < piece->end;
  return CS_OK;
}

/* Takes the records of a piece, those that aren't plain one at a time. *any is set when there are some. */
static enum cs_status take_piece(struct cs_delimited *input, struct piece *piece, bool *any,
                                 struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  bool on;
  for (;;) {
    if (piece->out_of_memory) return cs_fail_memory(err, (double)piece->capacity * 4, "records");
    CS_TRY(cs_reader_keep_run(reader, piece->record, &piece->run, err));
    *any |= piece->run.records > 0;
    if (piece->run.stop == CS_SCAN_ODD) {
      CS_TRY(take_odd(input, piece, &on, err));
      *any = true;
    } else {
      on = reader->scan < piece->end && !is_last(input, piece);
      if (on) join_pieces(input, piece, 0);
    }
    if (!on) return CS_OK;
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
  input->mends =
      has_quotes(input) && reader->options->ragged == CS_RAGGED_PAD; /* no header can be rejected */
  CS_TRY(read_header(input, err));
  input->mends = has_quotes(input) && reader->options->ragged != CS_RAGGED_ERROR;
  input->scan = (struct cs_scan){reader->segment->delimiter, has_quotes(input), reader->segment->cells,
                                 reader->options->max_field};
  return CS_OK;
}

void cs_delimited_free(struct cs_delimited *input) {
  if (!input) return;
  cs_csv_judge_free(input->judge);
  cs_str_release(&input->mended);
  for (size_t i = 0; i < PIECES_MAX; i++) free(input->piece[i].record);
  free(input);
}
