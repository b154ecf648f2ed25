/* shop.h - the tables of any number of customers: made block by block by several threads, written in their order.
 *
 * Repeats  the bytes depend on the parameters and the customers asked for, not on the threads.
 * Memory   two sets of blocks, one being made while the other is written: about a megabyte a thread.
 */
#ifndef CS_GEN_SHOP_H
#define CS_GEN_SHOP_H

#include "gen/plant.h"

/* A table on its way to an output. */
struct cs_gen_sink {
  enum cs_gen_table table;
  struct cs_output *output; /* not owned */
  size_t columns;           /* both set by writing */
  uint64_t rows;
};

struct cs_gen_shop {
  const struct cs_gen_params *params;
  enum cs_gen_detail detail;
  enum cs_format format;
  bool no_header;
  int threads;
  struct cs_gen_sink sink[CS_GEN_TABLES];
  size_t sinks;
  void (*progress)(void *context,
                   double fraction); /* or NULL; called by the thread that asked for the tables */
  void *context;
};

/* Writes customers first .. first + count - 1 into all sinks, whose outputs the caller commits. */
CS_MUST_CHECK enum cs_status cs_gen_shop_write(struct cs_gen_shop *shop, uint64_t first, uint64_t count,
                                               struct cs_error *err);

#endif
