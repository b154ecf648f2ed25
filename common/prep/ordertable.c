/* The table of customers, in the order of their ids. */
#include "prep/ordertable.h"

#include "base/memory.h"
#include "base/parallel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- the order of ids --- */

static struct cs_slice without_zeros(struct cs_slice id) {
  while (id.len > 1 && *id.data == '0') id = (struct cs_slice){id.data + 1, id.len - 1};
  return id;
}

int cs_customer_id_compare(struct cs_slice a, struct cs_slice b) {
  bool figures = cs_is_figures(a);
  if (figures != cs_is_figures(b)) return figures ? -1 : 1;
  if (!figures) return cs_slice_compare(a, b);
  struct cs_slice left = without_zeros(a), right = without_zeros(b);
  if (left.len != right.len) return left.len < right.len ? -1 : 1;
  int order = cs_slice_compare(left, right);
  return order ? order : cs_slice_compare(a, b);
}

enum { DIGIT = 11, DIGITS = 1 << DIGIT }; /* bits that numbers are sorted by at a time */

struct numbered {
  uint64_t number;
  uint32_t customer;
};

/* By the digit of the number that begins at bit `shift`; what has the same one stays in its order. */
static void deal(const struct numbered *from, struct numbered *to, size_t n, int shift) {
  size_t place[DIGITS] = {0}, sum = 0;
  for (size_t i = 0; i < n; i++) place[from[i].number >> shift & (DIGITS - 1)]++;
  for (size_t digit = 0; digit < DIGITS; digit++) {
    size_t count = place[digit];
    place[digit] = sum;
    sum += count;
  }
  for (size_t i = 0; i < n; i++) to[place[from[i].number >> shift & (DIGITS - 1)]++] = from[i];
}

/* Ids that are numbers alone, digit by digit from the last one; room for 2 n. */
static void deal_all(const struct cs_map *ids, uint32_t *customer, size_t n, uint64_t most,
                     struct numbered *room) {
  struct numbered *from = room, *to = room + n;
  for (size_t i = 0; i < n; i++) {
    from[i].customer = customer[i];
    (void)cs_read_figures(cs_map_key(ids, customer[i]), &from[i].number);
  }
  for (int shift = 0; shift < 64 && most >> shift; shift += DIGIT) {
    deal(from, to, n, shift);
    struct numbered *dealt = to;
    to = from;
    from = dealt;
  }
  for (size_t i = 0; i < n; i++) customer[i] = from[i].customer;
}

struct named {
  struct cs_slice id;
  bool is_number; /* `number`, and no other id is */
  uint64_t number;
  uint32_t customer;
};

static struct named name_of(const struct cs_map *ids, uint32_t customer) {
  struct named named = {.id = cs_map_key(ids, customer), .customer = customer};
  named.is_number = cs_read_figures(named.id, &named.number);
  return named;
}

static int compare_named(const void *a, const void *b) {
  const struct named *left = a, *right = b;
  if (!left->is_number || !right->is_number) return cs_customer_id_compare(left->id, right->id);
  return (left->number > right->number) - (left->number < right->number);
}

static void sort_named(const struct cs_map *ids, uint32_t *customer, size_t n, struct named *room) {
  for (size_t i = 0; i < n; i++) room[i] = name_of(ids, customer[i]);
  qsort(room, n, sizeof *room, compare_named);
  for (size_t i = 0; i < n; i++) customer[i] = room[i].customer;
}

/* Puts customers into the order of their ids; most come in it. */
static enum cs_status sort_customers(const struct cs_map *ids, uint32_t *customer, size_t n,
                                     struct cs_error *err) {
  bool sorted = true, numbers = true;
  uint64_t most = 0;
  struct named before;
  for (size_t i = 0; i < n && (sorted || numbers); i++) {
    struct named named = name_of(ids, customer[i]);
    if (i > 0) sorted = sorted && compare_named(&before, &named) <= 0;
    numbers = numbers && named.is_number;
    if (named.is_number && named.number > most) most = named.number;
    before = named;
  }
  if (sorted) return CS_OK;
  void *room;
  numbers = numbers && n >= DIGITS;
  CS_TRY(cs_alloc(&room, n, numbers ? 2 * sizeof(struct numbered) : sizeof(struct named), "customers", err));
  if (numbers)
    deal_all(ids, customer, n, most, room);
  else
    sort_named(ids, customer, n, room);
  free(room);
  return CS_OK;
}

/* --- the table --- */

/* Whether the customers stay where they are: all of them have an order left, and came in the order of their ids. */
static bool are_in_place(const uint32_t *customer, size_t n, size_t customers) {
  size_t i = 0;
  while (i < n && customer[i] == i) i++;
  return i == n && n == customers;
}

struct moving {
  struct cs_customers *customers;
  double *value[CS_FEATURES];
  const uint32_t *from;
  size_t n;
};

/* value[to] = old value[from[to]] */
static void move_feature(void *context, size_t feature, int thread) {
  const struct moving *moving = context;
  const double *old = moving->customers->value[feature];
  double *value = moving->value[feature];
  (void)thread;
  for (size_t i = 0; old && i < moving->n; i++) value[i] = old[moving->from[i]];
}

static enum cs_status reorder(struct cs_customers *customers, const uint32_t *from, size_t n, int threads,
                              struct cs_error *err) {
  struct moving moving = {customers, {NULL}, from, n};
  enum cs_status status = CS_OK;
  if (are_in_place(from, n, customers->n)) return CS_OK;
  for (int i = 0; i < CS_FEATURES && status == CS_OK; i++)
    if (customers->value[i]) status = cs_alloc(&moving.value[i], n, sizeof *moving.value[i], "features", err);
  if (status == CS_OK) cs_parallel(threads, CS_FEATURES, move_feature, &moving);
  for (int i = 0; i < CS_FEATURES; i++) {
    free(status == CS_OK ? customers->value[i] : moving.value[i]);
    if (status == CS_OK) customers->value[i] = moving.value[i];
  }
  if (status == CS_OK) customers->n = n;
  return status;
}

static enum cs_status carry_column(struct cs_kept *kept, const uint32_t *customer, size_t n,
                                   struct cs_table *table, struct cs_error *err) {
  uint32_t *code;
  struct cs_slice *texts;
  CS_TRY(cs_alloc(&texts, kept->texts.count, sizeof *texts, "texts", err));
  enum cs_status status = cs_alloc(&code, n, sizeof *code, "texts", err);
  if (status == CS_OK) {
    for (uint32_t i = 0; i < kept->texts.count; i++) texts[i] = cs_map_key(&kept->texts, i);
    for (size_t i = 0; i < n; i++) code[i] = kept->carried[customer[i]];
    status = cs_table_add_text(table, kept->name, code, texts, kept->texts.count, err);
  }
  free(texts);
  return status;
}

static enum cs_status add_ids(const struct cs_map *map, const uint32_t *customer, size_t n,
                              struct cs_table *table, struct cs_error *err) {
  struct cs_slice *ids;
  uint32_t *code;
  CS_TRY(cs_alloc(&ids, n, sizeof *ids, "customers", err));
  enum cs_status status = cs_alloc(&code, n, sizeof *code, "customers", err);
  if (status == CS_OK) {
    for (size_t i = 0; i < n; i++) {
      ids[i] = cs_map_key(map, customer[i]);
      code[i] = (uint32_t)i;
    }
    status = cs_table_add_text(table, "customer_id", code, ids, n, err);
  }
  free(ids);
  return status;
}

static enum cs_status fill_table(struct cs_orders *orders, struct cs_customers *customers,
                                 const uint32_t *customer, size_t n, struct cs_table *table, int threads,
                                 struct cs_error *err) {
  CS_TRY(cs_table_begin(table, n, err));
  CS_TRY(add_ids(&orders->customers, customer, n, table, err));
  for (size_t i = 0; i < orders->kept_count; i++)
    CS_TRY(carry_column(&orders->kept[i], customer, n, table, err));
  return reorder(customers, customer, n, threads, err);
}

enum cs_status cs_orders_begin_table(struct cs_orders *orders, struct cs_customers *customers,
                                     struct cs_table *table, int threads, struct cs_error *err) {
  uint32_t *customer;
  size_t n = 0;
  CS_TRY(cs_alloc(&customer, customers->n, sizeof *customer, "customers", err));
  for (uint32_t i = 0; i < customers->n; i++)
    if (!isnan(customers->value[CS_FEATURE_ORDERS][i])) customer[n++] = i;
  enum cs_status status = sort_customers(&orders->customers, customer, n, err);
  if (status == CS_OK) status = fill_table(orders, customers, customer, n, table, threads, err);
  free(customer);
  return status;
}

enum cs_status cs_orders_join(struct cs_customers *customers, const size_t *row, size_t count,
                              struct cs_table *table, struct cs_error *err) {
  size_t rows = cs_table_rows(table);
  for (int feature = 0; feature < CS_FEATURES; feature++) {
    double *old = customers->value[feature];
    if (!old) continue;
    double *value;
    CS_TRY(cs_alloc(&value, rows, sizeof *value, "features", err));
    for (size_t i = 0; i < rows; i++) value[i] = NAN;
    for (size_t i = 0; i < count; i++) value[row[i]] = old[i];
    customers->value[feature] = value;
    free(old);
  }
  customers->n = rows;
  for (size_t i = 0; i < rows; i++)
    if (isnan(customers->value[CS_FEATURE_ORDERS][i]) && !cs_table_dropped(table, i))
      CS_TRY(cs_table_drop(table, i, err));
  return CS_OK;
}
