/* cs_table_decode(): columns as numbers, in blocks of a constant number of rows. */
#include "base/num.h"
#include "base/parallel.h"
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
  size_t count;
  size_t read;              /* how many columns that were read are wanted */
  const size_t *wanted;     /* [columns_read], index into decoded, or SIZE_MAX */
  struct finding *finding;  /* [pieces][count] */
  atomic_size_t *bad_piece; /* [count], the least block that found a cell that is no number */
  atomic_bool out_of_memory;
};

struct work {
  struct job *job;
  size_t piece;
  struct cell *cell;    /* [count] */
  struct cs_slice *raw; /* [cells] of the row at hand */
  struct cs_str scratch, key;
};

static void found_bad(struct work *work, size_t i, size_t row) {
  struct job *job = work->job;
  job->finding[work->piece * job->count + i].bad_row = row;
  size_t least = atomic_load(&job->bad_piece[i]);
  while (work->piece < least && !atomic_compare_exchange_weak(&job->bad_piece[i], &least, work->piece)) {
  }
}

static void decode_cell(struct work *work, size_t i, size_t row) {
  struct job *job = work->job;
  const struct cs_table *table = job->table;
  const struct cell *cell = &work->cell[i];
  double *value = &job->decoded[i].value[row];
  char decimal = cell->json ? '.' : table->decimal;
  /* Most cells are numbers; only a list of missing texts that holds a number has to be asked first. */
  bool number =
      cell->text.data && cell->number && cs_num_parse(cell->text.data, cell->text.len, decimal, value);
  if (number && !(table->missing_number && cs_table_is_missing(table, cell->text))) return;
  if (!cs_table_is_missing(table, cell->text)) {
    found_bad(work, i, row);
    return;
  }
  struct finding *finding = &job->finding[work->piece * job->count + i];
  *value = NAN;
  if (finding->missing++ == 0) finding->missing_row = row;
}

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

static void delimited_row(struct work *work, const struct cs_segment *segment, size_t row,
                          const size_t *at_cell, size_t last) {
  cs_table_raw_cells(work->job->table, segment, row, 0, work->raw, last);
  for (size_t position = 0; position < last; position++) {
    size_t i = at_cell[position];
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

static void decode_row(struct work *work, size_t row) {
  const struct job *job = work->job;
  for (size_t i = 0; i < job->count; i++) {
    const struct cs_decoded *decoded = &job->decoded[i];
    if (!decoded->value || decoded->column >= job->table->columns_read) continue;
    /* Blocks before the first bad one are always finished, so the first bad row is found whoever comes first.
     */
    if (atomic_load_explicit(&job->bad_piece[i], memory_order_relaxed) <= work->piece) continue;
    if (cs_table_edited(job->table, row, decoded->column, &work->cell[i].text))
      work->cell[i].json = !(work->cell[i].number = true);
    decode_cell(work, i, row);
  }
}

static void decode_rows(struct work *work, size_t *at_cell, size_t row, size_t end) {
  const struct cs_table *table = work->job->table;
  for (size_t segment = cs_table_segment(table, row); row < end; segment++) {
    const struct cs_segment *from = &table->segment[segment];
    size_t stop = cs_segment_end(table, segment);
    bool json = cs_segment_is_json(from);
    size_t last = json ? 0 : wanted_at(work->job, from, at_cell);
    for (; row < stop && row < end; row++) {
      cs_str_clear(&work->scratch);
      /* So that it never moves within a row. */
      cs_str_reserve(&work->scratch, cs_table_record(table, row, json).len);
      if (json)
        json_row(work, row);
      else
        delimited_row(work, from, row, at_cell, last);
      decode_row(work, row);
    }
  }
}

static size_t most_cells(const struct cs_table *table) {
  size_t most = 1;
  for (size_t i = 0; i < table->segments; i++)
    if (table->segment[i].cells > most) most = table->segment[i].cells;
  return most;
}

static void decode_piece(void *context, size_t piece, int thread) {
  (void)thread;
  struct job *job = context;
  struct work work = {.job = job, .piece = piece, .scratch = CS_STR_INIT, .key = CS_STR_INIT};
  size_t cells = most_cells(job->table), *at_cell = malloc(cells * sizeof *at_cell);
  work.raw = malloc(cells * sizeof *work.raw);
  work.cell = calloc(job->count + 1, sizeof *work.cell);
  size_t begin = piece * PIECE_ROWS, end = begin + PIECE_ROWS;
  if (end > job->table->rows) end = job->table->rows;
  for (size_t i = 0; i < job->count; i++) job->finding[piece * job->count + i].bad_row = SIZE_MAX;
  if (at_cell && work.cell && work.raw) decode_rows(&work, at_cell, begin, end);
  if (!at_cell || !work.cell || !work.raw || work.scratch.failed || work.key.failed)
    atomic_store(&job->out_of_memory, true);
  free(at_cell);
  free(work.raw);
  free(work.cell);
  cs_str_release(&work.scratch);
  cs_str_release(&work.key);
}

/* --- the whole --- */

static void no_values(struct cs_decoded *decoded, size_t bad_row) {
  free(decoded->value);
  decoded->value = NULL;
  decoded->bad_row = bad_row;
}

/* Adds up what the blocks found. */
static void conclude(const struct job *job, size_t pieces, size_t i) {
  struct cs_decoded *decoded = &job->decoded[i];
  for (size_t piece = 0; piece < pieces; piece++) {
    const struct finding *finding = &job->finding[piece * job->count + i];
    if (finding->missing && decoded->missing == 0) decoded->missing_row = finding->missing_row;
    decoded->missing += finding->missing;
    if (finding->bad_row != SIZE_MAX) {
      no_values(decoded, finding->bad_row);
      return;
    }
  }
  if (decoded->missing == job->table->rows) no_values(decoded, SIZE_MAX);
}

/* A column that is there as numbers already. */
static void copy_values(struct cs_decoded *decoded, const double *value, size_t rows) {
  for (size_t row = 0; row < rows; row++) {
    decoded->value[row] = value[row];
    if (!isnan(value[row])) continue;
    if (decoded->missing++ == 0) decoded->missing_row = row;
  }
  if (decoded->missing == rows) no_values(decoded, SIZE_MAX);
}

static void copy_appended(const struct cs_table *table, struct cs_decoded *decoded) {
  const struct cs_appended *column = &table->appended[decoded->column - table->columns_read];
  if (column->value)
    copy_values(decoded, column->value, table->rows);
  else
    no_values(decoded, table->rows ? 0 : SIZE_MAX);
}

static enum cs_status run(struct job *job, size_t *wanted, int threads, struct cs_error *err) {
  const struct cs_table *table = job->table;
  size_t pieces = (table->rows + PIECE_ROWS - 1) / PIECE_ROWS;
  for (size_t column = 0; column < table->columns_read; column++) wanted[column] = SIZE_MAX;
  for (size_t i = job->count; i-- > 0;) {
    job->decoded[i] =
        (struct cs_decoded){.column = job->decoded[i].column, .missing_row = SIZE_MAX, .bad_row = SIZE_MAX};
    atomic_store(&job->bad_piece[i], SIZE_MAX);
    if (job->decoded[i].column >= table->columns_read) continue;
    job->read += wanted[job->decoded[i].column] == SIZE_MAX;
    wanted[job->decoded[i].column] = i; /* the first, when a column is asked for twice */
  }
  for (size_t i = 0; i < job->count; i++)
    CS_TRY(cs_alloc(&job->decoded[i].value, table->rows, sizeof(double), "a column of numbers", err));
  if (job->read) cs_parallel(threads, pieces, decode_piece, job);
  if (atomic_load(&job->out_of_memory))
    return cs_fail_memory(err, (double)job->count * sizeof(struct cell), "cells");
  for (size_t i = 0; i < job->count; i++) {
    struct cs_decoded *decoded = &job->decoded[i];
    if (decoded->column >= table->columns_read)
      copy_appended(table, decoded);
    else if (wanted[decoded->column] == i)
      conclude(job, pieces, i);
    else if (job->decoded[wanted[decoded->column]].value)
      copy_values(decoded, job->decoded[wanted[decoded->column]].value, table->rows);
    else
      no_values(decoded, job->decoded[wanted[decoded->column]].bad_row);
  }
  return CS_OK;
}

enum cs_status cs_table_decode(const struct cs_table *table, struct cs_decoded *decoded, size_t count,
                               int threads, struct cs_error *err) {
  struct job job = {.table = table, .decoded = decoded, .count = count};
  size_t pieces = (table->rows + PIECE_ROWS - 1) / PIECE_ROWS, *wanted = NULL;
  for (size_t i = 0; i < count; i++) decoded[i].value = NULL;
  enum cs_status status = cs_alloc(&wanted, table->columns_read, sizeof *wanted, "columns", err);
  if (status == CS_OK) status = cs_alloc(&job.finding, pieces * count, sizeof *job.finding, "columns", err);
  if (status == CS_OK) status = cs_alloc(&job.bad_piece, count, sizeof *job.bad_piece, "columns", err);
  job.wanted = wanted;
  if (status == CS_OK) status = run(&job, wanted, threads, err);
  if (status != CS_OK)
    for (size_t i = 0; i < count; i++) no_values(&decoded[i], SIZE_MAX);
  free(wanted);
  free(job.finding);
  free(job.bad_piece);
  return status;
}
