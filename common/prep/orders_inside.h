/* orders_inside.h - how orders are read. Shared by the files that do it: orders.c, which begins and ends; rounds.c, which reads
 * rows and hands them on; judge.c, which says what they are, and keeps the lines. Private to prep/.
 */
#ifndef CS_PREP_ORDERS_INSIDE_H
#define CS_PREP_ORDERS_INSIDE_H

#include "prep/duplicates.h"
#include "prep/money.h"
#include "prep/orders.h"

/* Rows that are read together, in pieces that a thread reads; and so many rounds at once. */
enum {
  CS_ROUND_PIECE = 128,
  CS_ROUND_PIECES = 16,
  CS_ROUND_ROWS = CS_ROUND_PIECE * CS_ROUND_PIECES,
  CS_ROUNDS = 4
};

/* The row rules, in their order (docs/cleaning.md). */
enum cs_row_rule {
  CS_RULE_NOT_SELECTED,
  CS_RULE_NO_CUSTOMER,
  CS_RULE_UNKNOWN_CUSTOMER,
  CS_RULE_BAD_DATE,
  CS_RULE_BAD_NUMBER,
  CS_RULE_AFTER_AS_OF,
  CS_RULE_NOT_COMPLETED,
  CS_RULE_CANCELLED,
  CS_RULE_QUANTITY,
  CS_RULE_PRICE,
  CS_RULE_DUPLICATE,
  CS_ROW_RULES /* the row is a line of a purchase */
};

/* What rows came to. */
struct cs_tally {
  uint64_t rejected[CS_ROW_RULES];
  struct cs_money money[CS_ROW_RULES], kept;
  struct cs_places place[CS_ROW_RULES];
  uint64_t guests, strangers, removed, cancelled_twice;
  struct cs_money guest_money, stranger_money;
  bool dated;
  int64_t first, last; /* moments of purchases */
};

/* Where a letter before the figures of an order's id decides what a row is, both are counted until the last row tells
 * which it was. */
enum cs_reading { CS_AS_PURCHASE, CS_AS_CANCELLED, CS_READINGS };

/* Rows that are read together, while those of other rounds are judged, and the lines that these made are kept. */
struct cs_round {
  struct cs_order_row *row;         /* [CS_ROUND_ROWS] */
  struct cs_slice *kept_cells;      /* [CS_ROUND_ROWS][kept_count] */
  struct cs_order_scratch *scratch; /* [threads] */
  size_t from, count;
  enum cs_status begun, status[CS_ROUND_PIECES];
  struct cs_error begin_error, error[CS_ROUND_PIECES];
};

struct cs_orders_reader {
  const struct cs_table *table;
  const struct cs_orders_options *options;
  struct cs_orders *orders;
  struct cs_audit *audit;
  struct cs_order_shape shape;
  bool known; /* there are no other customers */
  struct cs_dates dates;
  struct cs_numbers numbers;
  struct cs_columns number_columns; /* cs_numbers_look() needs them */
  size_t numbers_looked;            /* rows of the table whose numbers were looked at while they were open */
  bool waits;                       /* rows from next on have to, since their numbers are open */
  size_t columns;                   /* that the shape was made for */
  size_t looked;                    /* rows of the table whose dates were looked at */
  size_t next;                      /* the first row that wasn't read */
  size_t open;                      /* the first row whose date may be read in two ways, or SIZE_MAX */
  struct cs_duplicates seen;
  uint64_t rows, plain_ids, letter_ids;
  struct cs_tally certain, open_rows[CS_READINGS];
  struct cs_bad_rows open_bad;     /* bad only as purchases; they stand in orders->bad too */
  uint8_t (*reached)[CS_READINGS]; /* by customer: the rules that its best row has passed */
  size_t reached_capacity;
  struct cs_map odd_orders; /* ids of orders that some line said were never completed, or refunded */
  uint8_t *odd_state;
  size_t odd_capacity;
  struct {
    bool any, per_cent, other; /* numbers, those with a per-cent sign, other texts */
    double largest;
  } discounts;
  int threads;
  struct cs_round round[CS_ROUNDS];
  uint32_t *code; /* [kept_count] */
};

const char *cs_row_rule_name(enum cs_row_rule rule);
bool cs_row_rule_is_bad(enum cs_row_rule rule);

void cs_tally_add(struct cs_tally *tally, const struct cs_tally *other);

/* Judges the rows of a round, and marks those that are lines; and keeps these lines. Each goes on in the order of rows, by one thread
 * at a time, the second behind the first. */
CS_MUST_CHECK enum cs_status cs_round_judge(struct cs_orders_reader *reader, const struct cs_round *round,
                                            struct cs_error *err);
CS_MUST_CHECK enum cs_status cs_round_keep(struct cs_orders_reader *reader, const struct cs_round *round,
                                           struct cs_error *err);

CS_MUST_CHECK enum cs_status cs_round_make(struct cs_round *round, int threads, size_t kept,
                                           struct cs_error *err);
void cs_round_release(struct cs_round *round, int threads);

/* Reads, judges and keeps the table's rows before `rows`, as far as they don't have to wait. */
CS_MUST_CHECK enum cs_status cs_rounds_read(struct cs_orders_reader *reader, size_t rows,
                                            struct cs_error *err);

/* The columns that numbers are read from, valid until they are asked for again. */
CS_MUST_CHECK enum cs_status cs_orders_number_columns(struct cs_orders_reader *reader,
                                                      struct cs_number_columns *columns,
                                                      struct cs_error *err);

#endif
