/* lines.h - the lines of orders, packed customer by customer until all rows were read.
 *
 * A line is a text of bytes: what most lines have in common takes none (the order of the line before, a quantity of 1,
 * a list value that is the amount), moments are differences, money is whole units of its last decimal. A purchase of the
 * order of the line before, on a day without a time, with few pieces and neither product nor channel is a single word.
 * What goes in comes out, bit by bit.
 * Memory   such a word 8 bytes, another line with amount, quantity and category about 9, 3 more for a product; 4 more for
 *          the hash of the row; each kept column 1 to 5. Lines lie in chunks, 4 bytes of which link them, the first of a
 *          customer of 64 bytes, the others of 128; half of the last one is empty on average. 24 bytes a customer besides.
 */
#ifndef CS_PREP_LINES_H
#define CS_PREP_LINES_H

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a line is. A letter before the figures of an order's id means a cancellation in some tables and nothing in others,
 * which is known only when all rows were read: these lines are one or the other. */
enum cs_line_kind {
  CS_LINE_PURCHASE,
  CS_LINE_REFUND,
  CS_LINE_BOTH,            /* bought and given back whole */
  CS_LINE_LETTER_PURCHASE, /* a cancellation if letters mark them, else a purchase */
  CS_LINE_LETTER_BOTH,
  CS_LINE_LETTER_NOTHING
};

/* One line of a purchase or of a cancellation; amounts and quantities of both are positive. */
struct cs_line {
  int64_t moment;
  double amount, quantity; /* 0 and 1 where the table has none */
  double list; /* the value before discount, or the discount as it stood there; NaN where nothing tells it */
  uint64_t order;    /* the same for the lines of one order of one customer */
  uint32_t product;  /* index in products */
  uint32_t category; /* index in categories */
  uint32_t channel;  /* index in channels */
  uint32_t hash;     /* of the row, where lines.hashed */
  int32_t day;       /* of the moment; made when it is unpacked */
  uint32_t at;       /* which of the customer's lines it is: its kept cells begin at at * kept */
  enum cs_line_kind kind;
};

/* The same of a line as most are: a purchase without product, channel, list value and kept cells. */
struct cs_usual_line {
  uint64_t packed; /* cs_lines_pack() of amount and quantity, not 0 */
  int64_t moment;
  uint64_t order;
  uint32_t category, hash;
};

/* Orders. Ids that are figures alone are their number, so that they sort as they read; any other text is a hash of 48 bits:
 * two of the 1,000 orders of a customer are taken for one with odds of 2 in 1,000,000,000. */
#define CS_ORDER_NONE      UINT64_MAX
#define CS_ORDER_LETTER    ((uint64_t)1 << 60) /* C536379, the figures below */
#define CS_ORDER_HASH      ((uint64_t)1 << 61)
#define CS_ORDER_HASH_BITS 48
#define CS_ORDER_DAY       ((uint64_t)1 << 62) /* no id: the day, or the line itself, below */

#define CS_CODE_MISSING UINT32_MAX

/* Where the next line of a customer goes. The chunks of a customer are a ring: the last one links to the first. */
struct cs_lines_end {
  uint32_t last;       /* the chunk's first unit + 1, 0 where there is none */
  uint16_t used, room; /* bytes of it; what it holds besides its link */
  int64_t moment;      /* of the line before */
  uint64_t order;
};

/* Chunks lie in slabs, of which the first begins small: tables of a few hundred orders are many. */
enum { CS_LINES_UNIT = 64, CS_LINES_SLAB_BITS = 16 };

struct cs_lines {
  unsigned char **slab; /* of chunks */
  size_t slab_capacity;
  size_t units, room;       /* of chunks: taken, and what there is memory for */
  struct cs_lines_end *end; /* by customer */
  size_t customers, end_capacity;
  size_t kept; /* cells that each line carries besides */
  bool hashed; /* and the hash of its row */
};

#define CS_LINES_INIT                                                                                        \
  { NULL, 0, 0, 0, NULL, 0, 0, 0, false }

void cs_lines_release(struct cs_lines *lines);

/* How amount and quantity stand in the word of a usual line; 0 where they don't fit. */
enum {
  CS_USUAL = 7,
  CS_USUAL_QUANTITY_AT = 4,
  CS_USUAL_QUANTITY_MOST = 0xff,
  CS_USUAL_AMOUNT_AT = 37,
  CS_USUAL_AMOUNT_MOST = 0x7ffffff
};
static inline uint64_t cs_lines_pack(uint64_t hundredths, uint64_t quantity) {
  if (hundredths > CS_USUAL_AMOUNT_MOST || quantity > CS_USUAL_QUANTITY_MOST) return 0;
  return CS_USUAL | quantity << CS_USUAL_QUANTITY_AT | hundredths << CS_USUAL_AMOUNT_AT;
}

/* Adds a line of a customer. code is [kept], CS_CODE_MISSING for a missing cell. */
CS_MUST_CHECK enum cs_status cs_lines_add(struct cs_lines *lines, uint32_t customer,
                                          const struct cs_line *line, const uint32_t *code,
                                          struct cs_error *err);

/* The same of a usual one; *added is false where it doesn't fit a word. */
CS_MUST_CHECK enum cs_status cs_lines_add_usual(struct cs_lines *lines, uint32_t customer,
                                                const struct cs_usual_line *line, bool *added,
                                                struct cs_error *err);

/* Fetches where the next line of a customer goes; and, some time later, the place itself. */
CS_PREFETCHES void cs_lines_expect(const struct cs_lines *lines, uint32_t customer) {
  if (customer >= lines->customers) return;
  __builtin_prefetch(&lines->end[customer], 1);
  __builtin_prefetch(&lines->end[customer].order, 1); /* may be in the next cache line */
}

static inline unsigned char *cs_lines_chunk(const struct cs_lines *lines, size_t unit) {
  return lines->slab[unit >> CS_LINES_SLAB_BITS] +
         (unit & (((size_t)1 << CS_LINES_SLAB_BITS) - 1)) * CS_LINES_UNIT;
}

CS_PREFETCHES void cs_lines_expect_place(const struct cs_lines *lines, uint32_t customer) {
  if (customer >= lines->customers || !lines->end[customer].last) return;
  const struct cs_lines_end *end = &lines->end[customer];
  __builtin_prefetch(cs_lines_chunk(lines, end->last - 1) + end->used, 1);
}

/* Fetches what cs_lines_get() will look at: the last chunk with step 0, and then, each some time later since it is found in
 * the one before, the first with 1, the second with 2 and so on. */
void cs_lines_expect_all(const struct cs_lines *lines, uint32_t customer, int step);

/* The lines of one customer, unpacked. */
struct cs_unpacked {
  struct cs_line *line;
  size_t count, capacity;
  uint32_t *code; /* [count][kept] */
  size_t code_capacity;
  unsigned char *bytes;
  size_t bytes_capacity;
  bool by_moment; /* they were sorted */
};

#define CS_UNPACKED_INIT                                                                                     \
  { NULL, 0, 0, NULL, 0, NULL, 0, false }

void cs_unpacked_release(struct cs_unpacked *unpacked);

/* The lines of a customer, in the order in which they were added; if they are few and usual all of them, by moment, those of one
 * moment as they were added. May run in several threads. */
CS_MUST_CHECK enum cs_status cs_lines_get(const struct cs_lines *lines, uint32_t customer,
                                          struct cs_unpacked *unpacked, struct cs_error *err);

#endif
