/* Records scanned by the stretch, held against libcsv: the same table from both, or a complaint about the same record,
 * whatever the text, the blocks that it comes in and the threads that read it. */
#include "data/scan.h"

#include "base/rng.h"
#include "base/str.h"
#include "data/csv.h"
#include "data/table.h"
#include "unit.h"

#include <csv.h>
#include <stdlib.h>
#include <unistd.h>

enum { COLUMNS_MAX = 4, ROWS_MAX = 4096 };

/* --- texts --- */

struct kind {
  const char *name;
  const char *const *piece;
  size_t pieces;
  const char *feed;
};

#define PIECES(...)                                                                                          \
  (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)

static const struct kind kinds[] = {
    {"plain", PIECES("a", "12.5", "x y", "long text that fills more than a quarter of a step"), "\n"},
    {"quoted",
     PIECES("\"a\"", "\"b,c\"", "\"d\ne\"", "\"f\"\"g\"", "\"\"", "\"\"\"\"", "h",
            "\"long text, quoted, \n\""),
     "\n"},
    {"crlf", PIECES("a", "\"b\"", "\"c\r\nd\"", "\r", "\"\"", "e\r"), "\r\n"},
    {"foreign", PIECES("\xc3\xa9", "\xe2\x82\xac\xf0\x9f\x98\x80", "\"\xd0\xb9,\"", "plain"), "\n"},
};

/* Bytes that mean something, and some that mustn't be there. */
static const char hostile[] = "\"\"\"\"\",,,,\n\n\n\r\raaaaaaaaaaaab\t;|";
static const char spoiled[] = "\xc3\xa9\xe2\x82\xff\xed\xa0\x80\xf4\x90";

static void add_feed(struct cs_rng *rng, struct cs_str *text, const char *feed) {
  cs_str_add_text(text, feed);
  if (cs_rng_below(rng, 30) == 0) cs_str_add_text(text, "\n");
}

static void add_rows(struct cs_rng *rng, struct cs_str *text, size_t columns, const struct kind *kind) {
  bool ragged = cs_rng_below(rng, 3) == 0;
  for (uint64_t rows = cs_rng_below(rng, 40); rows > 0; rows--) {
    size_t cells = columns;
    if (ragged && cs_rng_below(rng, 20) == 0) cells += cs_rng_below(rng, 3) - 1;
    for (size_t i = 0; i < cells; i++) {
      if (i) cs_str_add_byte(text, ',');
      if (cs_rng_below(rng, 5)) cs_str_add_text(text, kind->piece[cs_rng_below(rng, kind->pieces)]);
    }
    if (rows > 1 || cs_rng_below(rng, 2)) add_feed(rng, text, kind->feed);
  }
}

/* One byte anywhere is put there, taken away or another one. */
static void spoil(struct cs_rng *rng, struct cs_str *text, size_t header) {
  if (text->len == header) return;
  size_t at = header + cs_rng_below(rng, text->len - header);
  char byte = cs_rng_below(rng, 4) ? hostile[cs_rng_below(rng, sizeof hostile - 1)]
                                   : spoiled[cs_rng_below(rng, sizeof spoiled)];
  if (cs_rng_below(rng, 2)) {
    text->data[at] = byte;
  } else {
    memmove(text->data + at, text->data + at + 1, text->len - at - 1);
    text->len--;
  }
}

static void make_text(struct cs_rng *rng, struct cs_str *text, size_t columns) {
  cs_str_clear(text);
  cs_str_add(text, "a,b,c,d", 2 * columns - 1);
  cs_str_add_byte(text, '\n');
  size_t header = text->len;
  uint64_t kind = cs_rng_below(rng, 6);
  if (kind < 4)
    add_rows(rng, text, columns, &kinds[kind]);
  else
    for (uint64_t n = cs_rng_below(rng, 200); n > 0; n--)
      cs_str_add_byte(text, hostile[cs_rng_below(rng, sizeof hostile - 1)]);
  if (cs_rng_below(rng, 3) == 0) spoil(rng, text, header);
}

/* --- the reference: libcsv, byte by byte --- */

struct reference {
  size_t columns;
  enum cs_ragged ragged;
  char *cell[ROWS_MAX][COLUMNS_MAX]; /* owned */
  unsigned line[ROWS_MAX];
  size_t rows;

  char *record[256]; /* cells of the record at hand, owned */
  size_t cells;
  unsigned at, begin; /* lines: of the byte at hand, and of the record's first */
  unsigned bad;       /* the line of the first record that is refused, or 0 */
  bool header;
};

static void take_cell(void *text, size_t len, void *context) {
  struct reference *reference = context;
  char *copy = calloc(1, len + 1);
  if (copy && len) memcpy(copy, text, len);
  if (reference->cells < 256)
    reference->record[reference->cells++] = copy;
  else
    free(copy);
}

static void take_row(struct reference *reference) {
  size_t columns = reference->columns, row = reference->rows;
  for (size_t i = 0; i < columns && row < ROWS_MAX; i++) {
    reference->cell[row][i] = i < reference->cells ? reference->record[i] : calloc(1, 1);
    if (i < reference->cells) reference->record[i] = NULL;
  }
  if (row < ROWS_MAX) reference->line[reference->rows++] = reference->begin;
}

static void take_record(int terminator, void *context) {
  struct reference *reference = context;
  bool blank = reference->cells == 0;
  if (blank) take_cell("", 0, reference); /* libcsv says that a blank line has no cell */
  (void)terminator;
  if (reference->bad) {
  } else if (reference->header) {
    reference->header = false;
  } else if (reference->cells == reference->columns || (reference->ragged == CS_RAGGED_PAD && !blank)) {
    take_row(reference);
  } else if (reference->ragged == CS_RAGGED_ERROR && !(blank && reference->columns > 1)) {
    reference->bad = reference->begin;
  }
  for (size_t i = 0; i < reference->cells; i++) free(reference->record[i]);
  reference->cells = 0;
}

static int never(unsigned char byte) {
  (void)byte;
  return 0;
}

static int is_feed(unsigned char byte) {
  return byte == '\n';
}

static void refer(struct reference *reference, const struct cs_str *text) {
  struct csv_parser parser;
  bool inside = false, failed = false;
  csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL);
  csv_set_space_func(&parser, never);
  csv_set_term_func(&parser, is_feed);
  reference->header = true;
  reference->at = reference->begin = 1;
  for (size_t i = 0; i < text->len && !failed && !reference->bad; i++) {
    inside ^= text->data[i] == '"';
    bool line_end = text->data[i] == '\r' && (i + 1 == text->len || text->data[i + 1] == '\n');
    if (!inside && line_end) continue;
    failed = csv_parse(&parser, text->data + i, 1, take_cell, take_record, reference) != 1;
    if (text->data[i] != '\n') continue;
    reference->at++;
    if (!inside) reference->begin = reference->at;
  }
  /* The last line may have no line feed. */
  if (!failed && !reference->bad && text->len > 0 && text->data[text->len - 1] != '\n')
    failed = csv_parse(&parser, "\n", 1, take_cell, take_record, reference) != 1;
  if (!failed && !reference->bad) failed = csv_fini(&parser, take_cell, take_record, reference) != 0;
  if (failed && !reference->bad) reference->bad = reference->begin;
  csv_free(&parser);
  for (size_t i = 0; i < reference->cells; i++) free(reference->record[i]);
}

static void forget(struct reference *reference) {
  for (size_t row = 0; row < reference->rows; row++)
    for (size_t i = 0; i < reference->columns; i++) free(reference->cell[row][i]);
}

/* The line of the first byte that is no text, or 0. Decodes and encodes again. */
static unsigned first_spoiled(const struct cs_str *text) {
  static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
  const unsigned char *at = (const unsigned char *)text->data, *end = at + text->len;
  for (unsigned line = 1; at < end;) {
    unsigned len = *at < 0x80 ? 1 : *at >> 5 == 6 ? 2 : *at >> 4 == 14 ? 3 : *at >> 3 == 30 ? 4 : 0;
    unsigned code = len == 1 ? *at : *at & (0x7f >> len);
    if (len == 0 || *at == 0) return line;
    for (unsigned i = 1; i < len; i++) {
      if (at + i >= end || at[i] >> 6 != 2) return line;
      code = code << 6 | (at[i] & 0x3f);
    }
    if (code < least[len] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return line;
    line += *at == '\n';
    at += len;
  }
  return 0;
}

/* --- the comparison --- */

struct reading {
  struct cs_table *table;
  struct cs_error err;
  enum cs_status status;
};

/* Makes the text the standard input. */
static bool put(const struct cs_str *text) {
  int end[2];
  if (pipe(end) != 0) return false;
  bool done = write(end[1], text->data, text->len) == (ssize_t)text->len;
  close(end[1]);
  done = dup2(end[0], STDIN_FILENO) == STDIN_FILENO && done;
  close(end[0]);
  return done;
}

static void read_text(struct reading *reading, const struct cs_str *text, enum cs_ragged ragged, size_t block,
                      int threads) {
  struct cs_read_options options = CS_READ_OPTIONS_INIT;
  options.format = CS_FORMAT_CSV;
  options.delimiter = ',';
  options.ragged = ragged;
  options.block = block;
  options.threads = threads;
  reading->err = (struct cs_error)CS_ERROR_INIT;
  reading->table = cs_table_new();
  reading->status = put(text) ? cs_table_read(reading->table, NULL, 0, &options, NULL, &reading->err) : CS_IO;
}

static unsigned line_of(const struct cs_error *err) {
  const char *colon = strchr(err->text, ':');
  return colon ? (unsigned)strtoul(colon + 1, NULL, 10) : 0;
}

static bool same_row(const struct cs_table *table, const struct reference *reference, size_t row) {
  static const size_t columns[COLUMNS_MAX] = {0, 1, 2, 3};
  struct cs_slice cells[COLUMNS_MAX];
  struct cs_str scratch = CS_STR_INIT;
  const char *source;
  uint64_t line;
  bool same = cs_table_cells(table, row, columns, reference->columns, cells, &scratch, NULL) == CS_OK;
  for (size_t i = 0; i < reference->columns && same; i++)
    same = cs_slice_is(cells[i].data ? cells[i] : cs_slice_of(""), reference->cell[row][i]);
  cs_table_where(table, row, &source, &line);
  cs_str_release(&scratch);
  return same && line == reference->line[row];
}

/* Where both refuse the text, it is for the same record; a record with two faults may be blamed for either. What libcsv
 * refuses is mended or rejected where ragged rows are: then the rows before it are the same. */
static bool agrees(const struct reading *reading, const struct reference *reference, unsigned spoiled_line) {
  unsigned bad = reference->bad;
  if (reading->status == CS_DATA) {
    unsigned line = line_of(&reading->err);
    if (line == 0 || (!bad && !spoiled_line)) return false;
    return (bad && line >= bad) || (spoiled_line && line <= spoiled_line + 1);
  }
  bool lenient = bad && reference->ragged != CS_RAGGED_ERROR;
  size_t rows = cs_table_rows(reading->table);
  if (reading->status != CS_OK || spoiled_line) return false;
  if (lenient ? rows < reference->rows : bad || rows != reference->rows) return false;
  for (size_t row = 0; row < reference->rows; row++)
    if (!same_row(reading->table, reference, row)) return false;
  return true;
}

static void show(const struct cs_str *text, const struct reading *reading, const struct reference *reference,
                 size_t block, int threads) {
  printf("# block %zu, %d threads: '%s', libcsv: %zu rows, refused on line %u:\n# ", block, threads,
         reading->err.text, reference->rows, reference->bad);
  for (size_t i = 0; i < text->len; i++) {
    unsigned char byte = (unsigned char)text->data[i];
    if (byte < 0x20 || byte > 0x7e)
      printf("\\x%02x", byte);
    else
      putchar(byte);
  }
  printf("\n");
}

/* `whole`: read in one block only. */
static bool same_from_both(const struct cs_str *text, size_t columns, enum cs_ragged ragged, bool whole) {
  static const size_t blocks[] = {1, 2, 3, 7, 16, 63, 64, 65, 100, 333, 1000, 0};
  struct reference *reference = calloc(1, sizeof *reference);
  bool same = reference != NULL;
  if (!reference) return false;
  reference->columns = columns;
  reference->ragged = ragged;
  refer(reference, text);
  unsigned spoiled_line = first_spoiled(text);
  char first[sizeof((struct cs_error *)0)->text] = "";
  size_t count = sizeof blocks / sizeof *blocks, from = whole ? count - 1 : 0;
  for (size_t i = from; i < count && same; i++)
    for (int threads = 1; threads <= (whole ? 1 : 3) && same; threads += 2) {
      struct reading reading;
      read_text(&reading, text, ragged, blocks[i], threads);
      if (i == from && threads == 1) memcpy(first, reading.err.text, sizeof first);
      same = agrees(&reading, reference, spoiled_line) && strcmp(first, reading.err.text) == 0;
      if (!same) show(text, &reading, reference, blocks[i], threads);
      cs_table_free(reading.table);
    }
  forget(reference);
  free(reference);
  return same;
}

static bool differ(uint64_t seed, int count) {
  struct cs_rng rng;
  struct cs_str text = CS_STR_INIT;
  bool same = true;
  cs_rng_init(&rng, seed, 0);
  for (int i = 0; i < count && same; i++) {
    size_t columns = 1 + cs_rng_below(&rng, COLUMNS_MAX);
    make_text(&rng, &text, columns);
    same = same_from_both(&text, columns, (enum cs_ragged)cs_rng_below(&rng, 3), false);
  }
  cs_str_release(&text);
  return same;
}

/* Puts `fault` into the text, over what is there or before it. */
static void put_fault(struct cs_str *text, size_t at, const char *fault, bool over) {
  size_t len = strlen(fault);
  if (!over) memmove(text->data + at + len, text->data + at, text->len - at - len);
  memcpy(text->data + at, fault, len);
}

/* Rows with every kind of quoting, shifted over the border of two steps, with a fault near the border. */
static bool same_at_border(void) {
  static const char quoted[] = "\"\",\"a\"\"b\",c\r\n\"d,\"\r\n,\"\"\"\"\n\xc3\xa9,\"\n\"\n";
  static const char unquoted[] = "ab,cd\nef,gh\nij,kl\nmn,op\n";
  static const char *const faults[] = {"\"",   ",",     "\n",   "\r",  "x",  "\xa9",
                                       "\xc3", "\"x\"", "\"\"", "\",", ",\""};
  struct cs_str text = CS_STR_INIT;
  bool same = true;
  for (size_t shift = 0; shift < 64 && same; shift++)
    for (size_t at = 60; at < 70 && same; at++)
      for (size_t i = 0; i < 4 * sizeof faults / sizeof *faults && same; i++) {
        const char *rows = i & 2 ? quoted : unquoted;
        cs_str_clear(&text);
        cs_str_add_text(&text, "a,b\n");
        for (size_t n = 0; n < shift; n++) cs_str_add_byte(&text, 'x');
        cs_str_add_text(&text, ",\n");
        for (int n = 0; n < 4; n++) cs_str_add_text(&text, rows);
        put_fault(&text, 4 + at, faults[i / 4], i & 1);
        same = same_from_both(&text, 2, CS_RAGGED_ERROR, true);
      }
  cs_str_release(&text);
  return same;
}

/* --- the scan itself --- */

static bool same_run(const struct cs_scan *scan, const struct cs_str *text, size_t len, size_t room) {
  uint32_t fast[256], plain[256];
  struct cs_scan_run a = cs_scan_records(scan, text->data, len, fast, room);
  struct cs_scan_run b = cs_scan_records_plain(scan, text->data, len, plain, room);
  return a.records == b.records && a.end == b.end && a.stop == b.stop &&
         memcmp(fast, plain, a.records * sizeof *fast) == 0;
}

/* Every instruction set, at every length and with every room. */
static bool same_everywhere(uint64_t seed) {
  struct cs_rng rng;
  struct cs_str text = CS_STR_INIT;
  bool same = true;
  cs_rng_init(&rng, seed, 1);
  for (int i = 0; i < 400 && same; i++) {
    size_t columns = 1 + cs_rng_below(&rng, COLUMNS_MAX);
    const struct cs_scan scan = {',', cs_rng_below(&rng, 8) > 0, columns, 1 + cs_rng_below(&rng, 100)};
    make_text(&rng, &text, columns);
    for (size_t len = 0; len <= text.len && same; len++)
      same = same_run(&scan, &text, len, cs_rng_below(&rng, 2) ? 256 : cs_rng_below(&rng, 4));
  }
  cs_str_release(&text);
  return same;
}

/* The cells of a record in one go, held against the same one by one: found where no quote stands in the record, and where a
 * step and eight bytes can be read. */
static bool same_simple(const struct cs_scan *scan, struct cs_slice record, const char *readable,
                        const struct cs_slice *expected) {
  struct cs_slice cell[8], plain[8];
  size_t steps = record.len / 64 + (record.len % 64 > 0 || !record.len);
  bool quoted = record.len && memchr(record.data, '"', record.len);
  bool there = (size_t)(readable - record.data) >= 64 * steps + 8;
  struct cs_scan more = *scan;
  more.cells++;
  bool found, other;
  cs_scan_simple_records(scan, &record, 1, readable, cell, &found);
  if (found != (there && !quoted)) return false;
  cs_scan_simple_records(&more, &record, 1, readable, plain, &other);
  if (other) return false;
  cs_scan_simple_records_plain(scan, &record, 1, readable, plain, &other);
  if (other != found) return false;
  return !found || (memcmp(cell, expected, scan->cells * sizeof *cell) == 0 &&
                    memcmp(plain, expected, scan->cells * sizeof *plain) == 0);
}

/* Every record's cells from every first one on, held against the walk from cell to cell. */
static bool same_cells(const struct cs_str *text, size_t columns) {
  const struct cs_scan scan = {',', true, columns, 1 << 20};
  const char *readable = text->data + text->len;
  uint32_t begin[256];
  struct cs_scan_run run = cs_scan_records(&scan, text->data, text->len, begin, 256);
  for (size_t i = 0; i < run.records; i++) {
    size_t end = (i + 1 < run.records ? begin[i + 1] : run.end) - 1;
    if (end > begin[i] && text->data[end - 1] == '\r') end--;
    struct cs_slice record = {text->data + begin[i], end - begin[i]}, cell[8], plain[8];
    const char *at = record.data;
    for (size_t first = 0; first <= columns; first++) {
      size_t found = cs_scan_cells(&scan, record, readable, first, cell, 8);
      if (found != columns - first || cs_scan_cells_plain(&scan, record, readable, first, plain, 8) != found)
        return false;
      if (memcmp(cell, plain, found * sizeof *cell) != 0) return false;
      if (first == 0 && !same_simple(&scan, record, readable, cell)) return false;
      for (size_t room = 0; room < found; room++) {
        plain[room].data = NULL;
        if (cs_scan_cells(&scan, record, readable, first, plain, room) != room || plain[room].data)
          return false;
      }
      struct cs_slice expected = at ? cs_csv_next(&at, record.data + record.len, ',', true) : cell[0];
      if (found && (cell[0].data != expected.data || cell[0].len != expected.len)) return false;
    }
  }
  return true;
}

static bool cells_everywhere(uint64_t seed) {
  struct cs_rng rng;
  struct cs_str text = CS_STR_INIT;
  bool same = true;
  cs_rng_init(&rng, seed, 2);
  for (int i = 0; i < 5000 && same; i++) {
    size_t columns = 1 + cs_rng_below(&rng, COLUMNS_MAX);
    make_text(&rng, &text, columns);
    same = same_cells(&text, columns);
  }
  cs_str_release(&text);
  return same;
}

/* Whether rows of a kind, all well formed, are all taken: the scan must not be right by refusing. */
static bool takes_all(struct cs_rng *rng, const struct kind *kind) {
  const struct cs_scan scan = {',', true, 3, 1000};
  struct cs_str text = CS_STR_INIT;
  uint32_t begin[300];
  for (int row = 0; row < 200; row++) {
    for (size_t i = 0; i < 3; i++) {
      if (i) cs_str_add_byte(&text, ',');
      cs_str_add_text(&text, kind->piece[cs_rng_below(rng, kind->pieces)]);
    }
    cs_str_add_text(&text, kind->feed);
  }
  struct cs_scan_run fast = cs_scan_records(&scan, text.data, text.len, begin, 300);
  struct cs_scan_run plain = cs_scan_records_plain(&scan, text.data, text.len, begin, 300);
  bool all = fast.records == 200 && fast.end == text.len && plain.records == 200 && plain.end == text.len;
  cs_str_release(&text);
  return all;
}

int main(void) {
  UNIT_BEGIN;
  TEST("scan: all instruction sets take the same records, at every length") {
    CHECK(same_everywhere(1));
  }
  TEST("scan: 1,500 texts give the table that libcsv gives, at 12 sizes of blocks, on 1 and 3 threads") {
    CHECK(differ(2, 1500));
  }
  TEST("scan: no border between two steps hides a byte from libcsv's eye") {
    CHECK(same_at_border());
  }
  TEST("scan: the cells of a record are those that one meets walking") {
    CHECK(cells_everywhere(3));
  }
  TEST("scan: well formed records are plain") {
    struct cs_rng rng;
    cs_rng_init(&rng, 4, 3);
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
      for (int i = 0; i < 50; i++) CHECK(takes_all(&rng, &kinds[kind]));
  }
  TEST("scan: quoted cells before CR LF, and ones that end with the text, are plain") {
    const struct cs_scan scan = {',', true, 2, 100};
    const char text[] = "\"a\",\"b\"\r\n\"c\",\"d\"";
    uint32_t begin[8];
    for (size_t len = 9; len < sizeof text; len++) {
      struct cs_scan_run run = cs_scan_records(&scan, text, len, begin, 8);
      CHECK(run.records == 1 && run.end == 9 && run.stop == CS_SCAN_MORE);
    }
  }
  TEST("scan: a record that isn't plain is left where it begins") {
    const struct cs_scan scan = {',', true, 2, 100};
    const char text[] = "a,b\n\"c\",\"d,\n\"\ne\n";
    uint32_t begin[8];
    struct cs_scan_run run = cs_scan_records(&scan, text, sizeof text - 1, begin, 8);
    CHECK(run.records == 2 && run.end == 14 && run.stop == CS_SCAN_ODD);
    CHECK(begin[0] == 0 && begin[1] == 4);
    run = cs_scan_records(&scan, text, 10, begin, 8);
    CHECK(run.records == 1 && run.end == 4 && run.stop == CS_SCAN_MORE);
    run = cs_scan_records(&scan, text, sizeof text - 1, begin, 1);
    CHECK(run.records == 1 && run.end == 4 && run.stop == CS_SCAN_FULL);
  }
  UNIT_END;
}
