#include "prep/plainrows.h"

#include "base/map.h"
#include "base/num.h"
#include "prep/lines.h"
#include "prep/money.h"

#include <math.h>

/* Compilers think that each of these is too much to be inlined twice. */
#define INLINE static inline __attribute__((always_inline))

/* What the rows of a call have in common. */
struct plan {
  const struct cs_order_shape *shape;
  struct cs_order_scratch *scratch;
  size_t customer, date, quantity, money, order, product, category, channel; /* columns */
  bool own_amount;  /* money is the amount, not the price */
  bool odd_missing; /* a text that means a missing cell begins as numbers do */
  bool commas;      /* between the cells, which stand end to end */
};

bool cs_plain_rows_possible(const struct cs_order_shape *shape) {
  const size_t *column = shape->column;
  bool amount = column[CS_ROLE_AMOUNT] != CS_NO_COLUMN, price = column[CS_ROLE_PRICE] != CS_NO_COLUMN;
  return !shape->where.count && !shape->exclude.count && column[CS_ROLE_AMOUNT] != CS_COMPUTED &&
         amount != price && column[CS_ROLE_STATUS] == CS_NO_COLUMN &&
         column[CS_ROLE_DISCOUNT] == CS_NO_COLUMN && column[CS_ROLE_CUSTOMER] != CS_NO_COLUMN &&
         column[CS_ROLE_DATE] != CS_NO_COLUMN;
}

INLINE bool is_missing(const struct plan *plan, struct cs_slice cell) {
  return cs_cell_is_missing(plan->shape->table, plan->shape->missing_first, cell);
}

/* An id that begins and ends with a figure needs no trimming, and no second look unless the last one is 0. */
INLINE bool is_bare_id(struct cs_slice cell) {
  return cell.len && (unsigned char)(cell.data[0] - '0') <= 9 &&
         (unsigned char)(cell.data[cell.len - 1] - '1') <= 8;
}

INLINE bool read_customer(const struct plan *plan, struct cs_slice cell, struct cs_order_row *row) {
  if (plan->odd_missing || !is_bare_id(cell)) {
    if (is_missing(plan, cell)) return false;
    cell = cs_customer_id(cell);
  }
  row->customer = cell;
  row->customer_hash = cs_map_hash_padded(cell);
  return true;
}

/* A short number above 0. */
INLINE bool read_number(const struct plan *plan, struct cs_slice cell, struct cs_num_short *number) {
  const struct cs_numbers *numbers = &plan->scratch->numbers;
  return cell.len - 1 < sizeof(uint64_t) &&
         cs_num_take_short(cs_word_top_padded(cell.data, cell.len), cell.len, numbers->sign, number) &&
         number->digits > 0 && (numbers->decided || !number->has_sign) &&
         !(plan->odd_missing && is_missing(plan, cell));
}

/* A whole number of hundredths is what the product is snapped to. */
INLINE void set_money(const struct plan *plan, const struct cs_num_short *quantity,
                      const struct cs_num_short *money, struct cs_order_row *row) {
  static const uint64_t hundredths[] = {100, 10, 1};
  const uint64_t exact = 10000000000000u;
  row->packed = 0;
  row->quantity = cs_num_short_value(quantity);
  if (money->fraction <= 2 && (plan->own_amount || !quantity->fraction)) {
    uint64_t units = (uint64_t)money->digits * hundredths[money->fraction];
    if (!plan->own_amount) units *= quantity->digits;
    row->amount = (double)units / 100;
    if (!quantity->fraction) row->packed = cs_lines_pack(units, quantity->digits);
    if (units < exact) return;
  }
  row->amount = cs_num_short_value(money) * (plan->own_amount ? 1 : row->quantity);
  row->amount = cs_money_snap(row->amount, row->amount);
}

INLINE bool read_money(const struct plan *plan, const struct cs_slice *cells, struct cs_order_row *row) {
  struct cs_num_short quantity = {1, 0, false}, money;
  if (plan->quantity != CS_NO_COLUMN && !read_number(plan, cells[plan->quantity], &quantity)) return false;
  if (!read_number(plan, cells[plan->money], &money)) return false;
  set_money(plan, &quantity, &money, row);
  return true;
}

INLINE bool read_date(const struct plan *plan, struct cs_slice cell, struct cs_order_row *row) {
  struct cs_dates *dates = &plan->scratch->dates;
  if (cs_dates_recall(dates, cell, &row->moment)) return true; /* it wasn't missing then */
  return !is_missing(plan, cell) && cs_dates_read(dates, cell, &row->moment);
}

static void take_text(struct cs_slice cell, struct cs_order_memo *memo, struct cs_order_text *text) {
  text->text = cell = cs_slice_trim(cell);
  if (cell.len > 2 * sizeof(uint64_t)) {
    text->hash = cs_map_hash_padded(cell);
    return;
  }
  struct cs_word_ends ends = cs_word_ends_padded(cell.data, cell.len);
  text->hash = cs_map_hash_ends(CS_MAP_SEED, ends, cell.len);
  memo += text->hash % CS_ORDER_MEMOS;
  if (!memo->len) *memo = (struct cs_order_memo){ends, (uint32_t)cell.len, CS_CODE_MISSING};
  if (memo->len == cell.len && memo->ends.first == ends.first && memo->ends.last == ends.last)
    text->memo = memo;
}

/* A text, which most rows have in common with rows before. */
INLINE void read_text(const struct plan *plan, const struct cs_slice *cells, size_t column,
                      struct cs_order_memo *memo, struct cs_order_text *text) {
  text->text = (struct cs_slice){NULL, 0};
  text->memo = NULL;
  if (column != CS_NO_COLUMN && !is_missing(plan, cells[column])) take_text(cells[column], memo, text);
}

/* With commas between them the cells are the record. */
INLINE struct cs_row_hash hash_of(const struct plan *plan, const struct cs_slice *cells) {
  size_t last = plan->scratch->width;
  if (!plan->commas) return cs_row_hash(cells, last, &plan->scratch->joined);
  while (last > 1 && !cells[last - 1].len) last--;
  const char *end = cells[last - 1].data + cells[last - 1].len;
  return cs_record_hash((struct cs_slice){cells->data, (size_t)(end - cells->data)});
}

INLINE void set_rest(const struct plan *plan, const struct cs_slice *cells, struct cs_slice *kept,
                     struct cs_order_row *row) {
  const struct cs_order_shape *shape = plan->shape;
  row->kept = kept;
  if (shape->kept_count) cs_order_row_set_kept(row, shape, cells, kept);
  row->hash = hash_of(plan, cells);
  row->email = shape->email == CS_NO_COLUMN ? 0 : cs_email_hash(shape->table, cells[shape->email]);
  row->has_customer = row->has_date = row->has_numbers = row->selected = row->plain = true;
  row->negative = row->per_cent = false;
  row->likely = CS_MAP_NONE;
  row->date_orders = row->signs = 0;
  row->price = 1; /* which is asked for nothing but its sign */
  row->list = row->discount = NAN;
  row->state = CS_STATE_BOUGHT;
}

INLINE bool read_row(const struct plan *plan, const struct cs_slice *cells, struct cs_slice *kept,
                     struct cs_order_row *row) {
  if (!read_customer(plan, cells[plan->customer], row) || !read_money(plan, cells, row) ||
      !read_date(plan, cells[plan->date], row))
    return false;
  cs_order_row_no_order(row);
  if (plan->order != CS_NO_COLUMN) cs_order_row_set_order(row, plan->shape->table, cells[plan->order]);
  if (row->letter_id) return false;
  read_text(plan, cells, plan->product, plan->scratch->memo[0], &row->product);
  read_text(plan, cells, plan->category, plan->scratch->memo[1], &row->category);
  read_text(plan, cells, plan->channel, plan->scratch->memo[2], &row->channel);
  set_rest(plan, cells, kept, row);
  return true;
}

/* Whether some of these bytes begins a number. */
static bool begins_number(const uint64_t first_bytes[4]) {
  for (unsigned char byte = '+'; byte <= '9'; byte++)
    if (first_bytes[byte / 64] >> byte % 64 & 1) return true;
  return false;
}

static struct plan plan_of(const struct cs_order_shape *shape, struct cs_order_scratch *scratch) {
  const size_t *column = shape->column;
  bool own_amount = column[CS_ROLE_AMOUNT] != CS_NO_COLUMN;
  return (struct plan){
      .shape = shape,
      .scratch = scratch,
      .customer = column[CS_ROLE_CUSTOMER],
      .date = column[CS_ROLE_DATE],
      .quantity = column[CS_ROLE_QUANTITY],
      .money = column[own_amount ? CS_ROLE_AMOUNT : CS_ROLE_PRICE],
      .order = column[CS_ROLE_ORDER],
      .product = column[CS_ROLE_PRODUCT],
      .category = column[CS_ROLE_CATEGORY],
      .channel = column[CS_ROLE_CHANNEL],
      .own_amount = own_amount,
      .odd_missing = begins_number(shape->missing_first),
  };
}

void cs_plain_rows_read(const struct cs_order_shape *shape, struct cs_order_scratch *scratch, size_t first,
                        size_t count, struct cs_slice *kept, struct cs_order_row *rows, bool *plain) {
  struct plan plan = plan_of(shape, scratch);
  plan.commas = cs_table_simple_rows(shape->table, first, count, scratch->cells, plain) == ',';
  for (size_t i = 0; i < count; i++)
    if (plain[i])
      plain[i] = read_row(&plan, scratch->cells + i * scratch->width, kept + i * shape->kept_count, &rows[i]);
}
