#include "gen/tables.h"

#include "base/date.h"
#include "base/num.h"

#include <string.h>

#define CUSTOMER                                                                                             \
  "customer_id", "name", "email", "gender", "birth_date", "country", "region", "city", "income",             \
      "signup_date", "acquisition_channel", "loyalty_tier"
#define AGGREGATES                                                                                           \
  "first_purchase_date", "last_purchase_date", "purchase_days", "total_transactions", "total_spent",         \
      "gross_spent", "refunded", "avg_transaction_value", "repeat_spend_mean", "spent_12m",                  \
      "discount_share", "category_count"
#define TRUTH "true_segment", "true_rate", "true_dropout", "true_spend", "true_discount"

enum { TRUTH_COLUMNS = 5 };

static const char *const customer_columns[] = {CUSTOMER, TRUTH};
static const char *const merged_columns[] = {CUSTOMER, AGGREGATES, TRUTH};
static const char *const order_columns[] = {"order_id", "customer_id", "order_date", "category",
                                            "quantity", "unit_price",  "discount",   "amount",
                                            "payment",  "channel",     "status"};
static const char *const defect_columns[] = {"table",  "customer_id", "order_id", "kind",
                                             "defect", "column",      "rule",     "value"};
static const char *const table_name[CS_GEN_DEFECTS] = {"customers", "transactions", "merged"};
static const char *const end_name[CS_GEN_ENDS] = {"completed", "cancelled", "refunded", "completed",
                                                  "completed"};

#define LENGTH(array) (sizeof(array) / sizeof *(array))

const char *const *cs_gen_table_columns(enum cs_gen_table table, enum cs_gen_detail detail, size_t *count) {
  size_t less = detail == CS_GEN_PLAIN ? TRUTH_COLUMNS : 0;
  switch (table) {
  case CS_GEN_CUSTOMERS: *count = LENGTH(customer_columns) - less; return customer_columns;
  case CS_GEN_MERGED: *count = LENGTH(merged_columns) - less; return merged_columns;
  case CS_GEN_TRANSACTIONS: *count = LENGTH(order_columns); return order_columns;
  default: *count = LENGTH(defect_columns); return defect_columns;
  }
}

/* Our own words have no commas or quotes; a name may have. */
static void text(struct cs_rows *rows, const char *cell) {
  cs_rows_word(rows, cs_slice_of(cell));
}

static void date(struct cs_rows *rows, int64_t day) {
  char cell[CS_DATE_TEXT];
  cs_date_print(day, cell);
  text(rows, cell);
}

static void customer_cells(struct cs_rows *rows, const struct cs_gen_customer *customer) {
  text(rows, customer->id);
  cs_rows_text(rows, (struct cs_slice){customer->name.data, customer->name.len});
  cs_rows_text(rows, (struct cs_slice){customer->email.data, customer->email.len});
  cs_rows_word(rows, (struct cs_slice){&customer->gender, 1});
  date(rows, customer->birth);
  text(rows, customer->country);
  text(rows, customer->region);
  text(rows, customer->city);
  cs_rows_integer(rows, customer->income);
  date(rows, customer->signup);
  text(rows, customer->acquisition);
  text(rows, customer->tier);
}

static void merged_cells(struct cs_rows *rows, const struct cs_gen_merged *merged) {
  date(rows, merged->first);
  date(rows, merged->last);
  cs_rows_integer(rows, merged->purchase_days);
  cs_rows_integer(rows, merged->orders);
  cs_rows_cents(rows, merged->spent);
  cs_rows_cents(rows, merged->gross);
  cs_rows_cents(rows, merged->refunded);
  cs_rows_number(rows, cs_gen_merged_average(merged), CS_NUM_QUANTITY);
  cs_rows_number(rows, cs_gen_merged_repeat_mean(merged), CS_NUM_QUANTITY);
  cs_rows_cents(rows, merged->spent_12m);
  cs_rows_number(rows, cs_gen_merged_discount_share(merged), CS_NUM_RATIO);
  cs_rows_integer(rows, merged->categories);
}

static void truth_cells(struct cs_rows *rows, const struct cs_gen_truth *truth) {
  text(rows, cs_gen_segment_name(truth->segment));
  cs_rows_number(rows, truth->rate, CS_NUM_RATIO);
  cs_rows_number(rows, truth->dropout, CS_NUM_RATIO);
  cs_rows_number(rows, truth->spend, CS_NUM_RATIO);
  cs_rows_number(rows, truth->discount, CS_NUM_RATIO);
}

/* "O00000001-0001": the customer's number and the order's, so that parts made apart never share an id. */
static void order_id(struct cs_rows *rows, const char *customer_id, size_t number) {
  char id[CS_GEN_ID_TEXT + 8];
  size_t len = strlen(customer_id);
  memcpy(id, customer_id, len);
  id[0] = 'O';
  id[len] = '-';
  for (size_t i = len + 4; i > len; i--) {
    id[i] = (char)('0' + number % 10);
    number /= 10;
  }
  cs_rows_word(rows, (struct cs_slice){id, len + 5});
}

/* The cell of the next row that is wrong. */
static void replace(struct cs_rows *rows, const struct cs_gen_defect *defect) {
  size_t column = 0;
  if (!defect->replaces) return;
  while (column < rows->columns && strcmp(rows->name[column], defect->column) != 0) column++;
  cs_rows_replace(rows, column, cs_slice_of(defect->text));
}

void cs_gen_customer_row(struct cs_rows *rows, const struct cs_gen_customer *customer,
                         const struct cs_gen_merged *merged, const struct cs_gen_truth *truth,
                         const struct cs_gen_defect *defect) {
  replace(rows, defect);
  customer_cells(rows, customer);
  if (merged) merged_cells(rows, merged);
  if (truth) truth_cells(rows, truth);
  cs_rows_end(rows);
}

/* What a row of an order says otherwise than the row of its return. */
struct line {
  int64_t moment, amount;
  int quantity;
  const char *status;
};

static void line_row(struct cs_rows *rows, const char *customer_id, size_t number,
                     const struct cs_gen_order *order, struct line line) {
  char moment[CS_DATE_TEXT];
  cs_moment_print(line.moment, moment);
  order_id(rows, customer_id, number);
  text(rows, customer_id);
  text(rows, moment);
  text(rows, cs_gen_category_name(order->category));
  cs_rows_integer(rows, line.quantity);
  cs_rows_cents(rows, order->unit_price);
  cs_rows_cents(rows, order->discount); /* per cent to a share: the same two places */
  cs_rows_cents(rows, line.amount);
  text(rows, cs_gen_payment_name(order->payment));
  text(rows, cs_gen_channel_name(order->channel));
  text(rows, line.status);
  cs_rows_end(rows);
}

void cs_gen_order_row(struct cs_rows *rows, const char *customer_id, size_t number,
                      const struct cs_gen_order *order, const struct cs_gen_defect *defect) {
  replace(rows, defect);
  line_row(rows, customer_id, number, order,
           (struct line){order->moment, order->amount, order->quantity, end_name[order->end]});
}

void cs_gen_return_row(struct cs_rows *rows, const char *customer_id, size_t number,
                       const struct cs_gen_order *order) {
  line_row(rows, customer_id, number, order,
           (struct line){order->back.moment, -order->back.amount, -order->back.quantity, "return"});
}

void cs_gen_defect_row(struct cs_rows *rows, enum cs_gen_table table, const char *customer_id, size_t number,
                       const struct cs_gen_defect *defect) {
  text(rows, table_name[table]);
  text(rows, customer_id);
  if (number)
    order_id(rows, customer_id, number);
  else
    text(rows, "");
  text(rows, cs_gen_dirt_name(defect->dirt));
  text(rows, defect->name);
  text(rows, defect->column);
  text(rows, defect->rule);
  cs_rows_text(rows, cs_slice_of(defect->text));
  cs_rows_end(rows);
}
