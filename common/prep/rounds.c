/* Rows of orders, read side by side in rounds while those of others are judged and kept. */
#include "base/memory.h"
#include "base/parallel.h"
#include "prep/orders_inside.h"

#include <stdlib.h>

enum cs_status cs_round_make(struct cs_round *round, int threads, size_t kept, struct cs_error *err) {
  CS_TRY(cs_alloc(&round->row, CS_ROUND_ROWS, sizeof *round->row, "rows", err));
  CS_TRY(cs_alloc(&round->kept_cells, CS_ROUND_ROWS * (kept + 1), sizeof *round->kept_cells, "cells", err));
  CS_TRY(cs_alloc(&round->scratch, (size_t)threads, sizeof *round->scratch, "threads", err));
  for (int i = 0; i < threads; i++) round->scratch[i] = (struct cs_order_scratch)CS_ORDER_SCRATCH_INIT;
  return CS_OK;
}

void cs_round_release(struct cs_round *round, int threads) {
  for (int i = 0; i < threads && round->scratch; i++) cs_order_scratch_release(&round->scratch[i]);
  free(round->scratch);
  free(round->row);
  free(round->kept_cells);
}

static size_t pieces_of(const struct cs_round *round) {
  return (round->count + CS_ROUND_PIECE - 1) / CS_ROUND_PIECE;
}

static void read_piece(struct cs_orders_reader *reader, struct cs_round *round, size_t piece, int thread) {
  size_t begin = piece * CS_ROUND_PIECE,
         end = begin + CS_ROUND_PIECE < round->count ? begin + CS_ROUND_PIECE : round->count;
  round->status[piece] = cs_order_rows_read(&reader->shape, &round->scratch[thread], round->from + begin,
                                            end - begin, round->kept_cells + begin * reader->shape.kept_count,
                                            &round->row[begin], &round->error[piece]);
}

/* As many of the rows from `from` on as a round takes. */
static enum cs_status begin_round(struct cs_orders_reader *reader, struct cs_round *round, size_t from,
                                  size_t rows, struct cs_error *err) {
  round->from = from;
  round->count = rows - from < CS_ROUND_ROWS ? rows - from : CS_ROUND_ROWS;
  for (int i = 0; i < reader->threads; i++) {
    cs_dates_copy(&round->scratch[i].dates, &reader->dates);
    cs_numbers_copy(&round->scratch[i].numbers, &reader->numbers);
    CS_TRY(cs_order_scratch_begin(&round->scratch[i], reader->table, err));
  }
  return CS_OK;
}

static enum cs_status end_pieces(const struct cs_round *round, struct cs_error *err) {
  for (size_t piece = 0; piece < pieces_of(round); piece++) {
    if (round->status[piece] == CS_OK) continue;
    *err = round->error[piece];
    return round->status[piece];
  }
  return CS_OK;
}

/* --- rounds whose numbers are open --- */

struct open_round {
  struct cs_orders_reader *reader;
  struct cs_round *round;
};

static void read_open_piece(void *context, size_t piece, int thread) {
  struct open_round *open = context;
  read_piece(open->reader, open->round, piece, thread);
}

static enum cs_status read_round(struct cs_orders_reader *reader, struct cs_round *round, size_t from,
                                 size_t rows, struct cs_error *err) {
  CS_TRY(begin_round(reader, round, from, rows, err));
  cs_parallel(reader->threads, pieces_of(round), read_open_piece, &(struct open_round){reader, round});
  return end_pieces(round, err);
}

/* Before rows are judged that were read while the decimal sign was open: the first of them that tells it decides; where
 * none does and some can be read in two ways, rows behind them are looked at; and where these don't tell either, all wait.
 * Rows that were read with a point and have a comma are read anew. */
static enum cs_status settle_numbers(struct cs_orders_reader *reader, struct cs_round *round,
                                     struct cs_error *err) {
  struct cs_numbers *numbers = &reader->numbers;
  struct cs_number_columns columns;
  for (size_t i = 0; i < round->count; i++) cs_numbers_take(numbers, round->row[i].signs);
  if (cs_numbers_open(numbers)) {
    size_t from = round->from + round->count;
    if (from < reader->numbers_looked) from = reader->numbers_looked;
    CS_TRY(cs_orders_number_columns(reader, &columns, err));
    CS_TRY(cs_numbers_look(numbers, &columns, from, err));
    reader->numbers_looked = cs_table_rows(reader->table);
  }
  reader->waits = cs_numbers_open(numbers);
  if (!numbers->decided || numbers->sign != ',') return CS_OK;
  return read_round(reader, round, round->from, round->from + round->count, err);
}

static enum cs_status read_open(struct cs_orders_reader *reader, size_t rows, struct cs_error *err) {
  struct cs_round *round = &reader->round[0];
  CS_TRY(read_round(reader, round, reader->next, rows, err));
  CS_TRY(settle_numbers(reader, round, err));
  if (reader->waits) return CS_OK;
  CS_TRY(cs_round_judge(reader, round, err));
  return cs_round_keep(reader, round, err);
}

/* --- rounds whose numbers are decided --- */

/* Rows in rounds, which are read, judged and kept at once: each stage has a round of its own. */
struct pass {
  struct cs_orders_reader *reader;
  size_t from, rows; /* of the table */
  enum cs_status judged, kept;
  struct cs_error judge_error, keep_error;
};

static struct cs_round *round_of(const struct pass *pass, size_t batch) {
  return &pass->reader->round[batch % CS_ROUNDS];
}

static size_t pass_begin(void *context, size_t batch) {
  struct pass *pass = context;
  struct cs_round *round = round_of(pass, batch);
  round->begun =
      begin_round(pass->reader, round, pass->from + batch * CS_ROUND_ROWS, pass->rows, &round->begin_error);
  return round->begun == CS_OK ? pieces_of(round) : 0;
}

static void pass_read(void *context, size_t batch, size_t piece, int thread) {
  const struct pass *pass = context;
  read_piece(pass->reader, round_of(pass, batch), piece, thread);
}

static enum cs_status judge_read(struct cs_orders_reader *reader, const struct cs_round *round,
                                 struct cs_error *err) {
  if (round->begun != CS_OK) *err = round->begin_error;
  CS_TRY(round->begun);
  CS_TRY(end_pieces(round, err));
  return cs_round_judge(reader, round, err);
}

static bool pass_judge(void *context, size_t batch) {
  struct pass *pass = context;
  pass->judged = judge_read(pass->reader, round_of(pass, batch), &pass->judge_error);
  return pass->judged == CS_OK;
}

static bool pass_keep(void *context, size_t batch) {
  struct pass *pass = context;
  pass->kept = cs_round_keep(pass->reader, round_of(pass, batch), &pass->keep_error);
  return pass->kept == CS_OK;
}

static enum cs_status read_decided(struct cs_orders_reader *reader, size_t rows, struct cs_error *err) {
  struct pass pass = {.reader = reader,
                      .from = reader->next,
                      .rows = rows,
                      .judge_error = CS_ERROR_INIT,
                      .keep_error = CS_ERROR_INIT};
  const struct cs_stages stages = {.batches = (rows - reader->next + CS_ROUND_ROWS - 1) / CS_ROUND_ROWS,
                                   .depth = CS_ROUNDS,
                                   .begin = pass_begin,
                                   .work = pass_read,
                                   .in_turn = {pass_judge, pass_keep},
                                   .context = &pass};
  cs_parallel_stages(reader->threads, &stages);
  if (pass.kept != CS_OK) *err = pass.keep_error;
  CS_TRY(pass.kept);
  if (pass.judged != CS_OK) *err = pass.judge_error;
  return pass.judged;
}

/* As far as rows don't have to wait. */
enum cs_status cs_rounds_read(struct cs_orders_reader *reader, size_t rows, struct cs_error *err) {
  reader->waits = false;
  while (reader->next < rows && !reader->waits)
    CS_TRY(reader->numbers.decided ? read_decided(reader, rows, err) : read_open(reader, rows, err));
  return CS_OK;
}
