/* table_inside.h - how a table is stored. Shared by the files that read, decode and write it; private to
 * data/.
 *
 * Rows lie end to end in one text: CSV and TSV rows with their LF or CR LF, JSON rows as the bare object. A
 * row is one 64-bit word: the offset of its first byte below, above it the number of physical lines that were
 * skipped before it (blank lines, headers, rejected rows), so that a row's line in its file can be counted
 * when a message needs it.
 */
#ifndef CS_DATA_TABLE_INSIDE_H
#define CS_DATA_TABLE_INSIDE_H

#include "base/map.h"
#include "base/memory.h"
#include "data/checksum.h"
#include "data/csv.h"
#include "data/jsonrow.h"
#include "data/scan.h"
#include "data/table.h"

enum { CS_ROW_OFFSET_BITS = 48, CS_ROW_SKIP_MAX = 0xffff };

#define CS_ROW_OFFSET_MASK (((uint64_t)1 << CS_ROW_OFFSET_BITS) - 1)

/* The part of a table that came from one input. */
struct cs_segment {
  size_t first_row;
  const char *source;
  enum cs_format format; /* CSV, TSV, or JSON for both kinds of JSON */
  char delimiter;
  size_t cells; /* in each record */
  size_t
      *position; /* [columns_read]: the cell of a record that holds the column; NULL when they are the same */
  size_t *column; /* [cells], the inverse of position, or NULL */
  bool uneven;    /* some records have fewer cells: the last ones are empty */
  bool one_line;  /* each record is one line */
  uint64_t lines; /* of the input before first_row, where rows were forgotten */
  size_t members; /* JSON: each object is that many columns in order, as it would be written; or 0 */
};

/* More lines skipped than a row's word holds. */
struct cs_skip {
  size_t row;
  uint64_t lines; /* beyond CS_ROW_SKIP_MAX */
};

struct cs_appended {
  enum cs_kind kind;
  double *value;         /* [rows], numbers */
  uint32_t *code;        /* [rows], texts */
  struct cs_slice *text; /* [texts] */
  size_t texts;
};

struct cs_table {
  char *text;
  size_t len, capacity;
  uint64_t *row; /* [rows + 1]; the last one is the end of the text */
  size_t rows, row_capacity;
  struct cs_skip *skip;
  size_t skips, skip_capacity;
  struct cs_segment *segment;
  size_t segments, segment_capacity;

  struct cs_map names; /* the index of a name is its column */
  size_t columns_read;
  struct cs_appended *appended;
  size_t appended_capacity;
  struct cs_str header; /* the header line of the first input as it stood there */
  struct cs_json_guide guide;

  uint64_t bytes;
  char sha256[CS_SHA256_TEXT];
  char decimal;             /* to read with */
  char written_decimal;     /* of computed numbers: a point, or what the options said */
  struct cs_slice *missing; /* texts that mean missing */
  size_t missings;
  uint64_t missing_first[4]; /* a bit for each byte that one of them begins with */
  bool missing_number;       /* one of them reads as a number */

  unsigned char *dropped; /* one bit a row; NULL while none is */
  size_t dropped_count;
  struct cs_map edits;   /* key: row and column */
  struct cs_slice *edit; /* [edits.count] */
  size_t edit_capacity;
  unsigned char *edited; /* one bit a row; NULL while none is */
  struct cs_arena arena;
};

static inline bool cs_bit_get(const unsigned char *bits, size_t at) {
  return bits && (bits[at >> 3] >> (at & 7) & 1);
}

/* The record of a row, without its line end. */
static inline struct cs_slice cs_table_record(const struct cs_table *table, size_t row, bool json) {
  size_t begin = table->row[row] & CS_ROW_OFFSET_MASK, end = table->row[row + 1] & CS_ROW_OFFSET_MASK;
  if (!json) end -= end - begin > 1 && table->text[end - 2] == '\r' ? 2 : 1;
  return (struct cs_slice){table->text + begin, end - begin};
}

static inline bool cs_segment_is_json(const struct cs_segment *segment) {
  return segment->format == CS_FORMAT_JSON;
}

static inline size_t cs_segment_end(const struct cs_table *table, size_t segment) {
  return segment + 1 < table->segments ? table->segment[segment + 1].first_row : table->rows;
}

/* Where a column stands in the records of a segment. */
static inline size_t cs_segment_position(const struct cs_segment *segment, size_t column) {
  return segment->position ? segment->position[column] : column;
}

static inline struct cs_scan cs_segment_scan(const struct cs_segment *segment) {
  return (struct cs_scan){
      .delimiter = segment->delimiter, .quotes = segment->format == CS_FORMAT_CSV, .cells = segment->cells};
}

/* The segment that holds a row. */
size_t cs_table_segment(const struct cs_table *table, size_t row);

/* The text that replaces a cell, or false. */
bool cs_table_edited(const struct cs_table *table, size_t row, size_t column, struct cs_slice *text);

/* The text of a raw cell of a segment in that format. Only when it has to be unescaped is it added to
 * scratch. */
struct cs_slice cs_cell_text(enum cs_format format, struct cs_slice raw, struct cs_str *scratch);

/* `count` raw cells of a CSV or TSV row, from the first-th on; "" for those that a short record doesn't have. */
void cs_table_raw_cells(const struct cs_table *table, const struct cs_segment *segment, size_t row,
                        size_t first, struct cs_slice *cell, size_t count);

/* The line on which `row` begins. For the row that is to come next, the lines skipped before it aren't
 * counted yet. */
uint64_t cs_table_line(const struct cs_table *table, size_t segment, size_t row);

/* The column that a member's key names, or SIZE_MAX. scratch is for a key with escapes. */
size_t cs_json_find(const struct cs_table *table, const struct cs_json_member *member,
                    struct cs_str *scratch);

/* The column of the member that the cursor has just passed, or SIZE_MAX. */
static inline size_t cs_json_column(const struct cs_table *table, struct cs_json_cursor *cursor,
                                    const struct cs_json_member *member, struct cs_str *scratch) {
  if (member->column != SIZE_MAX) return member->column;
  size_t column = cs_json_find(table, member, scratch);
  cs_json_found(cursor, column);
  return column;
}

/* A cursor on the object of a row that was read as JSON. What lies behind the object is never looked into. */
static inline struct cs_json_cursor cs_table_object(const struct cs_table *table, size_t row) {
  const char *text = table->text;
  return cs_json_begin(&table->guide, text + (table->row[row] & CS_ROW_OFFSET_MASK), text + table->len);
}

#endif
