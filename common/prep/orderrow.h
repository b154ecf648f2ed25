/* orderrow.h - one row of a table of orders, its cells read as what their roles say; nothing is judged yet.
 *
 * Repeats  a row depends on its cells and on the shape alone, so rows may be read in any order and by several threads.
 */
#ifndef CS_PREP_ORDERROW_H
#define CS_PREP_ORDERROW_H

#include "base/error.h"
#include "base/memory.h"
#include "base/word.h"
#include "data/columns.h"
#include "data/table.h"
#include "prep/dates.h"
#include "prep/duplicates.h"
#include "prep/emails.h"
#include "prep/formula.h"
#include "prep/lines.h"
#include "prep/numbers.h"
#include "prep/roles.h"
#include "prep/select.h"
#include "prep/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is known of all rows while a part is read. */
struct cs_order_shape {
  const struct cs_table *table;
  const size_t *column;     /* by role */
  struct cs_formula amount; /* where column[CS_ROLE_AMOUNT] is CS_COMPUTED */
  struct cs_conditions where, exclude;
  size_t *kept; /* [kept_count], columns */
  size_t kept_count;
  size_t email;                  /* the column of e-mail addresses, or CS_NO_COLUMN */
  const uint64_t *missing_first; /* of the table, cs_table_missing_first() */
};

/* A short text that was read before, and its index in the map, once that was found. */
struct cs_order_memo {
  struct cs_word_ends ends;
  uint32_t len; /* 0 where there is none */
  uint32_t code;
};

/* A text, and its hash for a map. */
struct cs_order_text {
  struct cs_slice text;
  uint32_t hash;
  struct cs_order_memo *memo; /* of the scratch that it was read with, or NULL */
};

struct cs_order_row {
  size_t number;
  struct cs_slice customer, order;
  struct cs_order_text product, category, channel; /* empty where missing */
  const struct cs_slice *kept;                     /* [kept_count] */
  bool has_customer, has_date, has_numbers, selected;
  bool negative;             /* quantity or amount says that it takes something back */
  bool plain_id, letter_id;  /* 536379, C536379 */
  bool plain;                /* of a purchase of somebody, without more to be said: see read_plain() */
  unsigned date_orders;      /* of a cell that couldn't be read as a date: in which orders it could */
  enum cs_order_state state; /* CS_STATE_UNKNOWN where the cell is blank */
  int64_t moment;
  double quantity, price, amount; /* signed; 0 without has_numbers */
  double list;                    /* the value before discount, or the cell of the discount, or NaN */
  double discount;                /* that cell: NaN where it is missing, infinite where it is no number */
  bool per_cent;                  /* it has a per-cent sign, and is the share */
  unsigned signs;                 /* what the numbers say of the decimal sign, as cs_numbers.seen */
  uint64_t order_key;             /* lines.h */
  uint64_t packed;                /* of a purchase without list value: cs_lines_pack(), or 0 */
  uint32_t customer_hash;         /* of a map */
  uint32_t likely; /* whom it finds in all likelihood, once that was looked for; or CS_MAP_NONE */
  struct cs_row_hash hash;
  uint64_t email;         /* emails.h */
  uint32_t owner;         /* once it is judged: the customer whose line it is, or CS_MAP_NONE */
  enum cs_line_kind kind; /* of that line */
};

/* Products, categories and channels. */
enum { CS_ORDER_TEXTS = 3, CS_ORDER_MEMOS = 256 };

/* What one thread needs to read rows. */
struct cs_order_scratch {
  struct cs_dates dates;
  struct cs_numbers numbers;
  struct cs_str word; /* of a status, the one read last */
  enum cs_order_state state;
  struct cs_str text;
  struct cs_str joined;   /* the cells of a row, whose hash is made of them */
  struct cs_arena arena;  /* texts of rows that had to be unescaped */
  struct cs_slice *cells; /* [CS_SIMPLE_ROWS][width], by column: of rows that are read together */
  struct cs_slice *spare; /* [width], of one that isn't simple */
  size_t width;
  struct cs_order_memo memo[CS_ORDER_TEXTS][CS_ORDER_MEMOS]; /* by hash: the first texts that were read */
};

#define CS_ORDER_SCRATCH_INIT                                                                                \
  {                                                                                                          \
    .dates = CS_DATES_INIT, .numbers = CS_NUMBERS_INIT, .word = CS_STR_INIT, .text = CS_STR_INIT,            \
    .joined = CS_STR_INIT, .arena = CS_ARENA_INIT, .memo = {                                                 \
      {{{0, 0}, 0, 0}}                                                                                       \
    }                                                                                                        \
  }

void cs_order_scratch_release(struct cs_order_scratch *scratch);

/* Makes the scratch fit the table's columns, and forgets the texts of earlier rows. */
CS_MUST_CHECK enum cs_status cs_order_scratch_begin(struct cs_order_scratch *scratch,
                                                    const struct cs_table *table, struct cs_error *err);

/* Reads rows[0..count), from the table's row `first` on. kept is room for their kept cells, [count][kept_count]. Slices
 * live as long as the part of the table and until the scratch begins anew. */
CS_MUST_CHECK enum cs_status cs_order_rows_read(const struct cs_order_shape *shape,
                                                struct cs_order_scratch *scratch, size_t first, size_t count,
                                                struct cs_slice *kept, struct cs_order_row *rows,
                                                struct cs_error *err);

/* A row without an order id, and the id of one whose cell may be blank. */
static inline void cs_order_row_no_order(struct cs_order_row *row) {
  row->order = (struct cs_slice){"", 0};
  row->order_key = CS_ORDER_NONE;
  row->plain_id = row->letter_id = false;
}
void cs_order_row_set_order(struct cs_order_row *row, const struct cs_table *table, struct cs_slice cell);

/* The kept cells of a row whose cells[] are by column. */
void cs_order_row_set_kept(struct cs_order_row *row, const struct cs_order_shape *shape,
                           const struct cs_slice *cells, struct cs_slice *kept);

/* Adds the columns that numbers are read from, for cs_numbers_look() and its like. */
CS_MUST_CHECK enum cs_status cs_order_number_columns(const struct cs_order_shape *shape,
                                                     struct cs_columns *columns, struct cs_error *err);

/* Whether amount, quantity and price are all there, so that what a line would have cost is known. */
bool cs_order_list_is_product(const size_t *column);

/* Whether a text is figures alone; and the number that it is, where no other text is the same number. */
bool cs_is_figures(struct cs_slice text);
bool cs_read_figures(struct cs_slice text, uint64_t *value);

/* A customer's id as it is written and compared: without blanks around it, 17850.0 as 17850. */
struct cs_slice cs_customer_id(struct cs_slice cell);

#endif
