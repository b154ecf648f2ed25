#include "gen/shop.h"

#include "base/memory.h"
#include "base/parallel.h"

#include <stdlib.h>

enum { BLOCK_CUSTOMERS = 32, BLOCKS_A_THREAD = 4 };

/* The rows of some customers for each sink. */
struct block {
  struct cs_rows rows[CS_GEN_TABLES];
  enum cs_status status;
  struct cs_error err;
};

struct making {
  struct cs_gen_shop *shop;
  uint64_t first, count;
  size_t blocks;  /* of a round; block[] holds two rounds */
  uint64_t round; /* the one being made */
  struct block *block;
  struct cs_gen_planting *planting; /* [threads] */
  enum cs_status written;
  struct cs_error err; /* of writing */
};

static struct block *block_of(const struct making *making, uint64_t round, size_t at) {
  return &making->block[round % 2 * making->blocks + at];
}

/* Customers before the block. */
static uint64_t begin_of(const struct making *making, uint64_t round, size_t at) {
  uint64_t before = (round * making->blocks + at) * BLOCK_CUSTOMERS;
  return before < making->count ? before : making->count;
}

/* The rows for the sink of defects; NULL when there is none, or when an earlier sink has the same table. */
static struct cs_rows *noted_of(const struct cs_gen_shop *shop, struct block *block, size_t sink) {
  struct cs_rows *noted = NULL;
  for (size_t s = 0; s < shop->sinks; s++) {
    if (s < sink && shop->sink[s].table == shop->sink[sink].table) return NULL;
    if (shop->sink[s].table == CS_GEN_DEFECTS) noted = &block->rows[s];
  }
  return noted;
}

static enum cs_status add_customer(const struct cs_gen_shop *shop, struct cs_gen_planting *planting,
                                   struct block *block, uint64_t index) {
  CS_TRY(cs_gen_planting_draw(planting, index, &block->err));
  for (size_t s = 0; s < shop->sinks; s++)
    if (shop->sink[s].table != CS_GEN_DEFECTS)
      CS_TRY(cs_gen_planting_add(planting, shop->sink[s].table, &block->rows[s], noted_of(shop, block, s),
                                 &block->err));
  return CS_OK;
}

static void make_block(struct making *making, size_t at, struct cs_gen_planting *planting) {
  struct block *block = block_of(making, making->round, at);
  uint64_t end = begin_of(making, making->round, at + 1);
  for (uint64_t i = begin_of(making, making->round, at); i < end && block->status == CS_OK; i++)
    block->status = add_customer(making->shop, planting, block, making->first + i);
}

static enum cs_status write_block(struct making *making, struct block *block) {
  struct cs_gen_shop *shop = making->shop;
  for (size_t s = 0; s < shop->sinks; s++)
    CS_TRY(cs_rows_write(&block->rows[s], shop->sink[s].output, &shop->sink[s].rows, &making->err));
  return CS_OK;
}

/* Piece 0 writes what the round before made, while the others make the blocks of this one. */
static void do_piece(void *context, size_t piece, int thread) {
  struct making *making = context;
  if (piece > 0) {
    make_block(making, piece - 1, &making->planting[thread]);
    return;
  }
  for (size_t at = 0; at < making->blocks && making->round > 0 && making->written == CS_OK; at++)
    making->written = write_block(making, block_of(making, making->round - 1, at));
}

static enum cs_status check_round(const struct making *making, struct cs_error *err) {
  if (making->written != CS_OK) {
    if (err) *err = making->err;
    return making->written;
  }
  for (size_t at = 0; at < making->blocks; at++) {
    const struct block *block = block_of(making, making->round, at);
    if (block->status == CS_OK) continue;
    if (err) *err = block->err;
    return block->status;
  }
  return CS_OK;
}

/* The last round makes nothing and writes what is left. */
static enum cs_status make_all(struct making *making, struct cs_error *err) {
  struct cs_gen_shop *shop = making->shop;
  for (bool more = true; more; making->round++) {
    more = begin_of(making, making->round, 0) < making->count;
    cs_parallel(shop->threads, making->blocks + 1, do_piece, making);
    CS_TRY(check_round(making, err));
    if (shop->progress && making->count)
      shop->progress(shop->context, (double)begin_of(making, making->round, 0) / (double)making->count);
  }
  return CS_OK;
}

static bool only_orders(const struct cs_gen_shop *shop) {
  for (size_t s = 0; s < shop->sinks; s++)
    if (shop->sink[s].table == CS_GEN_CUSTOMERS || shop->sink[s].table == CS_GEN_MERGED) return false;
  return true;
}

static enum cs_status begin(struct making *making, struct cs_error *err) {
  struct cs_gen_shop *shop = making->shop;
  CS_TRY(cs_alloc(&making->planting, (size_t)shop->threads, sizeof *making->planting, "threads", err));
  CS_TRY(cs_alloc(&making->block, 2 * making->blocks, sizeof *making->block, "blocks of customers", err));
  for (int i = 0; i < shop->threads; i++)
    making->planting[i] = (struct cs_gen_planting){shop->params, shop->detail, only_orders(shop),
                                                   CS_GEN_PERSON_INIT, CS_GEN_PERSON_INIT};
  for (size_t s = 0; s < shop->sinks; s++) {
    struct cs_gen_sink *sink = &shop->sink[s];
    const char *const *name = cs_gen_table_columns(sink->table, shop->detail, &sink->columns);
    for (size_t i = 0; i < 2 * making->blocks; i++)
      cs_rows_init(&making->block[i].rows[s], shop->format, name, sink->columns);
    sink->rows = 0;
    if (!shop->no_header) CS_TRY(cs_rows_write_header(&making->block[0].rows[s], sink->output, err));
  }
  return CS_OK;
}

static void release(struct making *making) {
  for (int i = 0; making->planting && i < making->shop->threads; i++)
    cs_gen_planting_release(&making->planting[i]);
  for (size_t i = 0; making->block && i < 2 * making->blocks; i++)
    for (size_t s = 0; s < making->shop->sinks; s++) cs_rows_release(&making->block[i].rows[s]);
  free(making->planting);
  free(making->block);
}

enum cs_status cs_gen_shop_write(struct cs_gen_shop *shop, uint64_t first, uint64_t count,
                                 struct cs_error *err) {
  struct making making = {.shop = shop,
                          .first = first,
                          .count = count,
                          .blocks = shop->threads > 1 ? (size_t)shop->threads * BLOCKS_A_THREAD : 1,
                          .err = CS_ERROR_INIT};
  enum cs_status status = begin(&making, err);
  if (status == CS_OK) status = make_all(&making, err);
  for (size_t s = 0; s < shop->sinks && status == CS_OK; s++)
    status = cs_rows_write_end(shop->format, shop->sink[s].output, shop->sink[s].rows, err);
  release(&making);
  return status;
}
