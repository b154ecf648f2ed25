/* cs_table_decode() and its likes: columns as numbers, in blocks of a constant number of rows. */
#include "base/parallel.h"
#include "data/figures.h"
#include "data/table_inside.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { PIECE_ROWS = 8192 };

/* What one block of rows found out about one column. */
struct finding {
  size_t missing, missing_row, bad_row;
};

/* A cell of the row at hand. */
struct cell {
  struct cs_slice text;
  bool json, number; /* from a JSON row; of a kind that may be a number */
};

struct job {
  const struct cs_table *table;
  struct cs_decoded *decoded;
  size_t count, rows;
  size_t read;              /* how many columns that were read are wanted */
  size_t *wanted;           /* [columns_read], index into decoded, or SIZE_MAX */
  struct finding *finding;  /* [pieces][count] */
  atomic_size_t *bad_piece; /* [count], the least block that found a cell that is no number */
  atomic_bool out_of_memory;
  size_t step;          /* from the number of one row to that of the next */
  double *x;            /* [rows][count]; NULL: by column, or handed out */
  cs_rows_visit *visit; /* who they are handed out to, or NULL */
  void *context;
  double *part; /* [threads][PIECE_ROWS][count]: to be handed out */
};

struct work {
  struct job *job;
  size_t piece, begin, end; /* rows */
  struct cell *cell;        /* [count] */
  struct cs_slice *raw;     /* [cells] of the row at hand */
  struct cs_slice *simple;  /* [CS_SIMPLE_ROWS][cells] */
  size_t *at_cell;          /* [cells] of the segment at hand, index into decoded, or SIZE_MAX */
  struct cs_figure *open;   /* [count] */
  double *part;             /* [rows][count] */
  struct cs_str scratch, key;
};

static size_t pieces_of(const struct job *job) {
  return (job->rows + PIECE_ROWS - 1) / PIECE_ROWS;
}

static struct finding *finding_of(const struct work *work, size_t i) {
  return &work->job->finding[work->piece * work->job->count + i];
}

static double *number_at(const struct work *work, size_t i, size_t row) {
  const struct job *job = work->job;
  if (job->x) return job->x + row * job->count + i;
  if (job->visit) return work->part + (row - work->begin) * job->count + i;
  return job->decoded[i].value + row;
}

static void found_bad(struct work *work, size_t i, size_t row) {
  struct job *job = work->job;
  finding_of(work, i)->bad_row = row;
  size_t least = atomic_load(&job->bad_piece[i]);
  while (work->piece < least && !atomic_compare_exchange_weak(&job->bad_piece[i], &least, work->piece)) {
  }
}

static void found_missing(const struct work *work, size_t i, size_t row) {
  struct finding *finding = finding_of(work, i);
  if (finding->missing++ == 0) finding->missing_row = row;
}

/* Blocks before the first bad one are always finished, so the first bad row is found whoever comes first. */
static bool is_bad(const struct work *work, size_t i) {
  return atomic_load_explicit(&work->job->bad_piece[i], memory_order_relaxed) <= work->piece;
}

static void decode_cell(struct work *work, size_t i, size_t row) {
  const struct cs_table *table = work->job->table;
  const struct cell *cell = &work->cell[i];
  double *value = number_at(work, i, row);
  char decimal = cell->json ? '.' : table->decimal;
  /* Most cells are numbers; only a list of missing texts that holds a number has to be asked first. */
  bool number =
      cell->text.data && cell->number && cs_num_parse(cell->text.data, cell->text.len, decimal, value);
  if (number && !(table->missing_number && cs_table_is_missing(table, cell->text))) return;
  if (!cs_table_is_missing(table, cell->text)) {
    found_bad(work, i, row);
    return;
  }
  *value = NAN;
  found_missing(work, i, row);
}

/* --- rows one at a time --- */

/* The columns of a segment by the place of their cells. */
static size_t wanted_at(const struct job *job, const struct cs_segment *segment, size_t *at) {
  size_t last = 0;
  for (size_t cell = 0; cell < segment->cells; cell++) at[cell] = SIZE_MAX;
  for (size_t column = 0; column < job->table->columns_read; column++) {
    if (job->wanted[column] == SIZE_MAX) continue;
    size_t position = cs_segment_position(segment, column);
    at[position] = job->wanted[column];
    if (position >= last) last = position + 1;
  }
  return last;
}

static void delimited_row(struct work *work, const struct cs_segment *segment, size_t row, size_t last) {
  cs_table_raw_cells(work->job->table, segment, row, 0, work->raw, last);
  for (size_t position = 0; position < last; position++) {
    size_t i = work->at_cell[position];
    if (i == SIZE_MAX) continue;
    work->cell[i] =
        (struct cell){cs_cell_text(segment->format, work->raw[position], &work->scratch), false, true};
  }
}

static void json_row(struct work *work, size_t row) {
  const struct job *job = work->job;
  struct cs_json_cursor cursor = cs_table_object(job->table, row);
  struct cs_json_member member;
  for (size_t i = 0; i < job->count; i++) work->cell[i] = (struct cell){{NULL, 0}, true, false};
  for (size_t left = job->read; left && cs_json_next(&cursor, &member) == CS_JSON_MEMBER;) {
    size_t column = cs_json_column(job->table, &cursor, &member, &work->key);
    if (column == SIZE_MAX || job->wanted[column] == SIZE_MAX) continue;
    left--;
    if (member.kind == CS_JSON_NULL) continue;
    work->cell[job->wanted[column]] =
        (struct cell){cs_json_value_text(&member, &work->scratch), true, member.kind == CS_JSON_NUMBER};
  }
}

static bool is_first(const struct job *job, size_t i) {
  size_t column = job->decoded[i].column;
  return column < job->table->columns_read && job->wanted[column] == i;
}

static void decode_row(struct work *work, const struct cs_segment *segment, size_t row, size_t last) {
  const struct job *job = work->job;
  bool json = cs_segment_is_json(segment);
  cs_str_clear(&work->scratch);
  /* So that it never moves within a row. */
  cs_str_reserve(&work->scratch, cs_table_record(job->table, row, json).len);
  if (json)
    json_row(work, row);
  else
    delimited_row(work, segment, row, last);
  for (size_t i = 0; i < job->count; i++) {
    if (!is_first(job, i) || is_bad(work, i)) continue;
    if (cs_table_edited(job->table, row, job->decoded[i].column, &work->cell[i].text))
      work->cell[i].json = !(work->cell[i].number = true);
    decode_cell(work, i, row);
  }
}

/* --- rows of which most need no more than cutting --- */

/* The columns that have no bad cell so far. */
static size_t open_columns(const struct work *work, size_t row, size_t last) {
  size_t open = 0;
  for (size_t position = 0; position < last; position++) {
    size_t i = work->at_cell[position];
    if (i != SIZE_MAX && !is_bad(work, i))
      work->open[open++] = (struct cs_figure){position, i, number_at(work, i, row)};
  }
  return open;
}

/* A row whose cells are cut, and number_at() of which is `offset` behind that of the first. */
static void decode_simple(struct work *work, const struct cs_slice *cell, size_t row, size_t open,
                          size_t offset) {
  const struct cs_table *table = work->job->table;
  for (size_t f = 0;; f++) {
    if (!table->missing_number) f = cs_figures_take(cell, work->open, f, open, offset, table->decimal);
    if (f == open) return;
    size_t i = work->open[f].i;
    if (is_bad(work, i)) continue;
    work->cell[i] = (struct cell){cell[work->open[f].position], false, true};
    decode_cell(work, i, row);
  }
}

static void decode_delimited(struct work *work, const struct cs_segment *segment, size_t row, size_t count,
                             size_t last) {
  const struct cs_table *table = work->job->table;
  const struct cs_scan scan = cs_segment_scan(segment);
  const char *readable = table->text + table->len;
  struct cs_slice record[CS_SIMPLE_ROWS];
  bool simple[CS_SIMPLE_ROWS];
  for (size_t r = 0; r < count; r++) record[r] = cs_table_record(table, row + r, false);
  cs_scan_simple_records(&scan, record, count, readable, work->simple, simple);
  size_t open = open_columns(work, row, last);
  for (size_t r = 0; r < count; r++) {
    if (simple[r] && readable - (record[r].data + record[r].len) >= CS_NUM_PADDED)
      decode_simple(work, work->simple + r * segment->cells, row + r, open, r * work->job->step);
    else
      decode_row(work, segment, row + r, last);
  }
}

static void decode_rows(struct work *work) {
  const struct cs_table *table = work->job->table;
  size_t row = work->begin, count;
  for (size_t segment = cs_table_segment(table, row); row < work->end; segment++) {
    const struct cs_segment *from = &table->segment[segment];
    size_t stop = cs_segment_end(table, segment);
    if (stop > work->end) stop = work->end;
    bool cut = !cs_segment_is_json(from) && !table->edited;
    size_t last = cs_segment_is_json(from) ? 0 : wanted_at(work->job, from, work->at_cell);
    for (; row < stop; row += count) {
      count = !cut ? 1 : stop - row < CS_SIMPLE_ROWS ? stop - row : CS_SIMPLE_ROWS;
      if (cut)
        decode_delimited(work, from, row, count, last);
      else
        decode_row(work, from, row, last);
    }
  }
}

/* --- columns that aren't decoded --- */

/* Numbers of an appended column. */
static void copy_appended(struct work *work, size_t i) {
  const struct job *job = work->job;
  const struct cs_appended *column = &job->table->appended[job->decoded[i].column - job->table->columns_read];
  if (!column->value) {
    found_bad(work, i, work->begin);
    return;
  }
  for (size_t row = work->begin; row < work->end; row++) {
    *number_at(work, i, row) = column->value[row];
    if (isnan(column->value[row])) found_missing(work, i, row);
  }
}

/* A column that is asked for twice. */
static void copy_first(const struct work *work, size_t i, size_t first) {
  *finding_of(work, i) = *finding_of(work, first);
  if (finding_of(work, first)->bad_row != SIZE_MAX) return;
  for (size_t row = work->begin; row < work->end; row++)
    *number_at(work, i, row) = *number_at(work, first, row);
}

static void copy_others(struct work *work) {
  const struct job *job = work->job;
  for (size_t i = 0; i < job->count; i++) {
    size_t column = job->decoded[i].column;
    if (column >= job->table->columns_read)
      copy_appended(work, i);
    else if (!is_first(job, i))
      copy_first(work, i, job->wanted[column]);
  }
}

/* --- one block --- */

static size_t most_cells(const struct cs_table *table) {
  size_t most = 1;
  for (size_t i = 0; i < table->segments; i++)
    if (table->segment[i].cells > most) most = table->segment[i].cells;
  return most;
}

static size_t piece_end(const struct job *job, size_t piece) {
  size_t end = (piece + 1) * PIECE_ROWS;
  return end < job->rows ? end : job->rows;
}

static void decode_piece(void *context, size_t piece, int thread) {
  struct job *job = context;
  struct work work = {.job = job,
                      .piece = piece,
                      .begin = piece * PIECE_ROWS,
                      .end = piece_end(job, piece),
                      .scratch = CS_STR_INIT,
                      .key = CS_STR_INIT};
  size_t cells = most_cells(job->table);
  work.at_cell = malloc(cells * sizeof *work.at_cell);
  work.raw = malloc((1 + CS_SIMPLE_ROWS) * cells * sizeof *work.raw);
  work.cell = calloc(job->count + 1, sizeof *work.cell);
  work.open = malloc((job->count + 1) * sizeof *work.open);
  if (job->visit) work.part = job->part + (size_t)thread * PIECE_ROWS * job->count;
  for (size_t i = 0; i < job->count; i++) finding_of(&work, i)->bad_row = SIZE_MAX;
  bool failed = !work.at_cell || !work.raw || !work.cell || !work.open;
  if (!failed) {
    work.simple = work.raw + cells;
    if (job->read) decode_rows(&work);
    copy_others(&work);
  }
  if (failed || work.scratch.failed || work.key.failed) atomic_store(&job->out_of_memory, true);
  free(work.at_cell);
  free(work.raw);
  free(work.cell);
  free(work.open);
  cs_str_release(&work.scratch);
  cs_str_release(&work.key);
}

static void hand_out(void *context, size_t piece, int thread) {
  const struct job *job = context;
  size_t begin = piece * PIECE_ROWS;
  job->visit(job->context, begin, piece_end(job, piece) - begin,
             job->part + (size_t)thread * PIECE_ROWS * job->count);
}

/* --- the whole --- */

/* Adds up what the blocks found. */
static void conclude(const struct job *job, size_t i) {
  struct cs_decoded *decoded = &job->decoded[i];
  for (size_t piece = 0; piece < pieces_of(job) && decoded->bad_row == SIZE_MAX; piece++) {
    const struct finding *finding = &job->finding[piece * job->count + i];
    if (finding->missing && decoded->missing == 0) decoded->missing_row = finding->missing_row;
    decoded->missing += finding->missing;
    decoded->bad_row = finding->bad_row;
  }
  decoded->numeric = decoded->bad_row == SIZE_MAX && decoded->missing < job->rows;
}

static void begin_columns(struct job *job) {
  const struct cs_table *table = job->table;
  for (size_t column = 0; column < table->columns_read; column++) job->wanted[column] = SIZE_MAX;
  for (size_t i = job->count; i-- > 0;) {
    struct cs_decoded *decoded = &job->decoded[i];
    decoded->missing_row = decoded->bad_row = SIZE_MAX;
    atomic_store(&job->bad_piece[i], SIZE_MAX);
    if (decoded->column >= table->columns_read) continue;
    job->read += job->wanted[decoded->column] == SIZE_MAX;
    job->wanted[decoded->column] = i; /* the first, when a column is asked for twice */
  }
}

static enum cs_status run(struct job *job, int threads, struct cs_error *err) {
  begin_columns(job);
  cs_parallel_in_turn(threads, pieces_of(job), decode_piece, job->visit ? hand_out : NULL, job);
  if (atomic_load(&job->out_of_memory))
    return cs_fail_memory(err, (double)job->count * sizeof(struct cell), "cells");
  for (size_t i = 0; i < job->count; i++) conclude(job, i);
  return CS_OK;
}

static enum cs_status decode(struct job *job, int threads, struct cs_error *err) {
  size_t pieces = pieces_of(job);
  job->step = job->x || job->visit ? job->count : 1;
  enum cs_status status =
      cs_alloc(&job->wanted, job->table->columns_read, sizeof *job->wanted, "columns", err);
  if (status == CS_OK)
    status = cs_alloc(&job->finding, pieces * job->count, sizeof *job->finding, "columns", err);
  if (status == CS_OK) status = cs_alloc(&job->bad_piece, job->count, sizeof *job->bad_piece, "columns", err);
  if (status == CS_OK) status = run(job, threads, err);
  free(job->wanted);
  free(job->finding);
  free(job->bad_piece);
  return status;
}

enum cs_status cs_table_decode(const struct cs_table *table, struct cs_decoded *decoded, size_t count,
                               int threads, struct cs_error *err) {
  struct job job = {.table = table, .decoded = decoded, .count = count, .rows = table->rows};
  enum cs_status status = CS_OK;
  for (size_t i = 0; i < count; i++) decoded[i] = (struct cs_decoded){.column = decoded[i].column};
  for (size_t i = 0; i < count && status == CS_OK; i++)
    status = cs_alloc(&decoded[i].value, table->rows, sizeof(double), "a column of numbers", err);
  if (status == CS_OK) status = decode(&job, threads, err);
  for (size_t i = 0; i < count; i++) {
    if (status == CS_OK && decoded[i].numeric) continue;
    free(decoded[i].value);
    decoded[i].value = NULL;
  }
  return status;
}

enum cs_status cs_table_decode_rows(const struct cs_table *table, struct cs_decoded *decoded, size_t count,
                                    size_t rows, double *x, int threads, struct cs_error *err) {
  struct job job = {.table = table, .decoded = decoded, .count = count, .rows = rows, .x = x};
  for (size_t i = 0; i < count; i++) decoded[i] = (struct cs_decoded){.column = decoded[i].column};
  return decode(&job, threads, err);
}

enum cs_status cs_table_visit_rows(const struct cs_table *table, struct cs_decoded *decoded, size_t count,
                                   cs_rows_visit *visit, void *context, int threads, struct cs_error *err) {
  struct job job = {.table = table,
                    .decoded = decoded,
                    .count = count,
                    .rows = table->rows,
                    .visit = visit,
                    .context = context};
  size_t workers = threads > 1 ? (size_t)threads : 1;
  if (workers > pieces_of(&job)) workers = pieces_of(&job);
  for (size_t i = 0; i < count; i++) decoded[i] = (struct cs_decoded){.column = decoded[i].column};
  CS_TRY(cs_alloc(&job.part, workers * PIECE_ROWS, count * sizeof *job.part, "a part of the rows", err));
  enum cs_status status = decode(&job, (int)workers, err);
  free(job.part);
  return status;
}
