#include "prep/roles.h"

#include "data/columns.h"

#include <stdint.h>
#include <string.h>

/* Names without case and punctuation; ranks are separated by '|', names of one rank by blanks. */
static const struct {
  const char *name, *other, *synonyms;
} role_table[CS_ROLES] = {
    [CS_ROLE_CUSTOMER] =
        {"customer_id", "customer",
         "customeruniqueid|customerid custid customernumber customerno customercode customerkey|"
         "clientid userid memberid membernumber memberno shopperid buyerid accountid householdid "
         "householdkey masterid cardid loyaltyid|customer cust client user member shopper buyer "
         "household account|email customeremail billingemail emailaddress|id"},
    [CS_ROLE_ORDER] =
        {"order", "order_id",
         "orderid invoiceno invoiceid invoicenumber ordernumber orderno salesordernumber|transactionid "
         "transactionno transactionnumber receiptid receiptno receiptnumber basketid billno billid "
         "purchaseid ticketid|order invoice transaction receipt basket|orderkey"},
    [CS_ROLE_DATE] =
        {"date", "order_date",
         "orderdate invoicedate purchasedate transactiondate orderpurchasetimestamp ordertimestamp "
         "orderdatetime orderedat purchasedat saledate salesdate dateofpurchase transactiontimestamp "
         "ordertime|datecreated createdat|date datetime timestamp|day time"},
    [CS_ROLE_AMOUNT] =
        {"amount", "amount",
         "amount lineamount linetotal lineitemtotal extendedprice|revenue sales salesamount saleamount "
         "netamount netsales orderamount ordervalue ordertotal totalamount totalprice totalsales "
         "dollarvalue paymentvalue transactionamount purchaseamount amountspent spend|total value "
         "grandtotal subtotal"},
    [CS_ROLE_QUANTITY] =
        {"quantity", "quantity",
         "quantity qty lineitemquantity orderquantity quantityordered itemquantity|units unitssold "
         "itemcount"},
    [CS_ROLE_PRICE] =
        {"price", "unit_price",
         "unitprice lineitemprice itemprice priceeach priceperunit unitcost|price sellingprice"},
    [CS_ROLE_PRODUCT] =
        {"product", "product_id",
         "stockcode productid productcode sku lineitemsku itemid itemcode productsku articleid upc "
         "asin|product item lineitemname productname itemname article itemdescription|description"},
    [CS_ROLE_CATEGORY] = {"category", "category",
                          "category productcategory productcategoryname itemcategory|department categoryname|"
                          "subcategory"},
    [CS_ROLE_DISCOUNT] = {"discount", "discount",
                          "discount discountrate discountpercent discountpct discountshare discountamount "
                          "lineitemdiscount"},
    [CS_ROLE_STATUS] = {"status", "status", "orderstatus financialstatus|status|paymentstatus"},
    [CS_ROLE_CHANNEL] = {"channel", "channel", "channel saleschannel orderchannel|sourcename"},
};

static const struct {
  const char *name, *synonyms;
} aggregate_table[CS_AGGREGATES] = {
    [CS_AGGREGATE_FIRST] = {"first_purchase_date", "firstpurchasedate|firstorderdate firstpurchase"},
    [CS_AGGREGATE_LAST] = {"last_purchase_date",
                           "lastpurchasedate|lastorderdate lastpurchase mostrecentvisit"},
    [CS_AGGREGATE_PURCHASE_DAYS] = {"purchase_days", "purchasedays"},
    [CS_AGGREGATE_ORDERS] =
        {"total_transactions",
         "totaltransactions|totalorders numberoforders ordercount orderscount transactioncount"},
    [CS_AGGREGATE_SPENT] = {"total_spent", "totalspent|totalspend"},
    [CS_AGGREGATE_GROSS] = {"gross_spent", "grossspent"},
    [CS_AGGREGATE_REFUNDED] = {"refunded", "refunded"},
    [CS_AGGREGATE_AVERAGE] = {"avg_transaction_value", "avgtransactionvalue|avgordervalue averageordervalue"},
    [CS_AGGREGATE_REPEAT_MEAN] = {"repeat_spend_mean", "repeatspendmean"},
    [CS_AGGREGATE_SPENT_12M] = {"spent_12m", "spent12m"},
    [CS_AGGREGATE_DISCOUNT] = {"discount_share", "discountshare"},
    [CS_AGGREGATE_CATEGORIES] = {"category_count", "categorycount"},
    [CS_AGGREGATE_RECENCY] = {"days_since_last_purchase",
                              "dayssincelastpurchase|recencydays dayssincelastorder"},
    [CS_AGGREGATE_BT_X] = {"bt_x", "btx"},
    [CS_AGGREGATE_BT_TX] = {"bt_tx", "bttx"},
    [CS_AGGREGATE_BT_T] = {"bt_T", "btt"},
    [CS_AGGREGATE_BT_ZBAR] = {"bt_zbar", "btzbar"},
};

/* Names under which other programs write the buy-till-you-die summary. Alone each may mean anything, and "recency" the
 * opposite: they count only where the first three are there together. */
static const char *const summary_synonyms[] = {"x|frequency", "tx|recency", "t tcal",
                                               "zbar mx monetaryvalue"};

const char *cs_role_name(enum cs_role role) {
  return role_table[role].name;
}

const char *cs_aggregate_name(enum cs_aggregate aggregate) {
  return aggregate_table[aggregate].name;
}

bool cs_mapping_has_amount(const struct cs_mapping *mapping) {
  return mapping->column[CS_ROLE_AMOUNT] != CS_NO_COLUMN || mapping->column[CS_ROLE_PRICE] != CS_NO_COLUMN;
}

/* --- lists --- */

bool cs_list_next(struct cs_slice *rest, char separator, struct cs_slice *item) {
  if (!rest->data) return false;
  size_t end = 0;
  bool quoted = false;
  while (end < rest->len && (quoted || rest->data[end] != separator)) quoted ^= rest->data[end++] == '"';
  *item = cs_slice_trim((struct cs_slice){rest->data, end});
  if (item->len >= 2 && item->data[0] == '"' && item->data[item->len - 1] == '"') {
    item->data++;
    item->len -= 2;
  }
  if (end < rest->len)
    *rest = (struct cs_slice){rest->data + end + 1, rest->len - end - 1};
  else
    *rest = (struct cs_slice){NULL, 0};
  return true;
}

enum cs_status cs_column_named(const struct cs_table *table, struct cs_slice name, const char *option,
                               size_t *column, struct cs_error *err) {
  *column = cs_table_find(table, name);
  if (*column != SIZE_MAX) return CS_OK;
  size_t best = SIZE_MAX, best_distance = name.len / 2 + 1;
  for (size_t i = 0; i < cs_table_columns_read(table); i++) {
    size_t distance = cs_slice_distance(name, cs_table_name(table, i));
    if (distance >= best_distance) continue;
    best_distance = distance;
    best = i;
  }
  if (best == SIZE_MAX)
    return cs_fail(err, CS_USAGE, "%s: no column '%.*s'", option, (int)name.len, name.data);
  struct cs_slice near = cs_table_name(table, best);
  return cs_fail(err, CS_USAGE, "%s: no column '%.*s', did you mean '%.*s'?", option, (int)name.len,
                 name.data, (int)near.len, near.data);
}

/* --- names --- */

/* Letters and digits in lower case; other bytes of ASCII are dropped. */
static struct cs_slice plain_name(struct cs_slice name, char room[64]) {
  size_t len = 0;
  for (size_t i = 0; i < name.len; i++) {
    unsigned char byte = (unsigned char)name.data[i];
    if (byte >= 'A' && byte <= 'Z') byte = (unsigned char)(byte | 0x20);
    if (byte < 0x80 && !(byte >= 'a' && byte <= 'z') && !(byte >= '0' && byte <= '9')) continue;
    if (len == 64) return (struct cs_slice){"", 0};
    room[len++] = (char)byte;
  }
  return (struct cs_slice){room, len};
}

/* The rank (from 0) of a plain name among the synonyms, or -1. */
static int rank_of(struct cs_slice plain, const char *synonyms) {
  int rank = 0;
  for (const char *at = synonyms; *at;) {
    size_t len = strcspn(at, " |");
    if (len == plain.len && memcmp(at, plain.data, len) == 0) return rank;
    at += len;
    rank += *at == '|';
    if (*at) at++;
  }
  return -1;
}

/* The column of the best rank; *rival is another one of the same rank. */
static size_t find_synonym(const struct cs_table *table, const char *synonyms, size_t *rival) {
  size_t best = CS_NO_COLUMN;
  int best_rank = 0;
  *rival = CS_NO_COLUMN;
  for (size_t i = 0; i < cs_table_columns_read(table); i++) {
    char room[64];
    int rank = rank_of(plain_name(cs_table_name(table, i), room), synonyms);
    if (rank < 0) continue;
    if (best == CS_NO_COLUMN || rank < best_rank) {
      best = i;
      best_rank = rank;
      *rival = CS_NO_COLUMN;
    } else if (rank == best_rank && *rival == CS_NO_COLUMN) {
      *rival = i;
    }
  }
  return best;
}

static bool name_is(const struct cs_table *table, size_t column, const char *plain) {
  char room[64];
  return column != CS_NO_COLUMN && cs_slice_is(plain_name(cs_table_name(table, column), room), plain);
}

/* --- messages --- */

static void add_name(struct cs_str *text, const struct cs_table *table, size_t column) {
  struct cs_slice name = cs_table_name(table, column);
  cs_str_add(text, name.data, name.len < 40 ? name.len : 40);
}

static void add_found(struct cs_str *text, const struct cs_mapping *mapping, const struct cs_table *table) {
  size_t found = 0;
  for (int role = 0; role < CS_ROLES; role++) {
    if (mapping->column[role] == CS_NO_COLUMN) continue;
    cs_str_add_format(text, "%s%s=", found++ ? ", " : "", cs_role_name(role));
    add_name(text, table, mapping->column[role]);
  }
  if (!found) cs_str_add_text(text, "nothing");
}

enum cs_status cs_mapping_fail(const struct cs_mapping *mapping, const struct cs_table *table,
                               struct cs_error *err, const char *what) {
  struct cs_str text = CS_STR_INIT;
  cs_str_add_format(&text, "%s; recognised: ", what);
  add_found(&text, mapping, table);
  cs_str_add_text(&text, "; columns: ");
  size_t columns = cs_table_columns_read(table);
  for (size_t i = 0; i < columns && i < 12; i++) {
    if (i) cs_str_add_text(&text, ", ");
    add_name(&text, table, i);
  }
  if (columns > 12) cs_str_add_format(&text, " and %zu more", columns - 12);
  cs_str_add_text(
      &text, "; say which is which, for example: "
             "--map 'customer_id=Customer ID,order=InvoiceNo,date=InvoiceDate,amount=Quantity*UnitPrice'");
  enum cs_status status = cs_fail(err, CS_DATA, "%s", cs_str_text(&text));
  cs_str_release(&text);
  return status;
}

static enum cs_status fail_rivals(const struct cs_mapping *mapping, const struct cs_table *table,
                                  const char *role, size_t one, size_t other, struct cs_error *err) {
  struct cs_str what = CS_STR_INIT;
  cs_str_add_format(&what, "both '");
  add_name(&what, table, one);
  cs_str_add_text(&what, "' and '");
  add_name(&what, table, other);
  cs_str_add_format(&what, "' could be the column of %s", role);
  enum cs_status status = cs_mapping_fail(mapping, table, err, cs_str_text(&what));
  cs_str_release(&what);
  return status;
}

/* --- --map --- */

/* What --map has settled: also "there is none". */
struct settled {
  bool role[CS_ROLES], aggregate[CS_AGGREGATES];
};

static int role_named(struct cs_slice name) {
  for (int role = 0; role < CS_ROLES; role++)
    if (cs_slice_is(name, role_table[role].name) || cs_slice_is(name, role_table[role].other)) return role;
  return -1;
}

static int aggregate_named(struct cs_slice name) {
  for (int i = 0; i < CS_AGGREGATES; i++)
    if (cs_slice_is(name, aggregate_table[i].name)) return i;
  return -1;
}

/* amount=A*B: the quantity is the one whose name says so, else the first. */
static enum cs_status map_product(struct cs_mapping *mapping, struct settled *settled,
                                  const struct cs_table *table, struct cs_slice left, struct cs_slice right,
                                  struct cs_error *err) {
  size_t a, b;
  char room[64];
  CS_TRY(cs_column_named(table, cs_slice_trim(left), "--map", &a, err));
  CS_TRY(cs_column_named(table, cs_slice_trim(right), "--map", &b, err));
  bool swapped =
      rank_of(plain_name(cs_table_name(table, b), room), role_table[CS_ROLE_QUANTITY].synonyms) >= 0 &&
      rank_of(plain_name(cs_table_name(table, a), room), role_table[CS_ROLE_QUANTITY].synonyms) < 0;
  mapping->column[CS_ROLE_QUANTITY] = swapped ? b : a;
  mapping->column[CS_ROLE_PRICE] = swapped ? a : b;
  mapping->column[CS_ROLE_AMOUNT] = CS_NO_COLUMN;
  settled->role[CS_ROLE_QUANTITY] = settled->role[CS_ROLE_PRICE] = settled->role[CS_ROLE_AMOUNT] = true;
  return CS_OK;
}

static enum cs_status map_role(struct cs_mapping *mapping, struct settled *settled,
                               const struct cs_table *table, int role, struct cs_slice value,
                               struct cs_error *err) {
  if (role == CS_ROLE_AMOUNT && cs_table_find(table, value) == SIZE_MAX) {
    const char *star = value.len ? memchr(value.data, '*', value.len) : NULL;
    if (star) {
      struct cs_slice left = {value.data, (size_t)(star - value.data)};
      return map_product(mapping, settled, table, left, (struct cs_slice){star + 1, value.len - left.len - 1},
                         err);
    }
  }
  settled->role[role] = true;
  if (value.len == 0) return CS_OK;
  return cs_column_named(table, value, "--map", &mapping->column[role], err);
}

static enum cs_status map_item(struct cs_mapping *mapping, struct settled *settled,
                               const struct cs_table *table, struct cs_slice item, struct cs_error *err) {
  const char *equals = memchr(item.data, '=', item.len);
  if (!equals) return cs_fail(err, CS_USAGE, "--map: '%.*s' is not ROLE=COLUMN", (int)item.len, item.data);
  struct cs_slice name = cs_slice_trim((struct cs_slice){item.data, (size_t)(equals - item.data)});
  struct cs_slice value = {equals + 1, item.len - (size_t)(equals + 1 - item.data)};
  struct cs_slice rest = value;
  if (value.len) cs_list_next(&rest, '\0', &value);
  int role = role_named(name);
  if (role >= 0) return map_role(mapping, settled, table, role, value, err);
  int aggregate = aggregate_named(name);
  if (aggregate < 0)
    return cs_fail(
        err, CS_USAGE,
        "--map: no role '%.*s'; there are customer_id order date amount quantity price product category "
        "discount status, and total_spent, total_transactions, last_purchase_date and so on",
        (int)name.len, name.data);
  settled->aggregate[aggregate] = true;
  if (value.len == 0) return CS_OK;
  return cs_column_named(table, value, "--map", &mapping->aggregate[aggregate], err);
}

static enum cs_status map_all(struct cs_mapping *mapping, struct settled *settled,
                              const struct cs_table *table, const char *map, struct cs_error *err) {
  struct cs_slice rest = cs_slice_of(map), item;
  while (cs_list_next(&rest, ',', &item))
    if (item.len) CS_TRY(map_item(mapping, settled, table, item, err));
  return CS_OK;
}

/* --- recognition --- */

/* A row of a shop system's export: the name of the order is "Name", its total stands in the first of its lines only, so
 * that lines are added up from the line items. */
static void recognise_shop_export(struct cs_mapping *mapping, struct settled *settled,
                                  const struct cs_table *table) {
  bool lines = name_is(table, mapping->column[CS_ROLE_QUANTITY], "lineitemquantity") &&
               name_is(table, mapping->column[CS_ROLE_PRICE], "lineitemprice");
  if (lines && !settled->role[CS_ROLE_AMOUNT]) mapping->column[CS_ROLE_AMOUNT] = CS_NO_COLUMN;
  if (!lines || settled->role[CS_ROLE_ORDER] || mapping->column[CS_ROLE_ORDER] != CS_NO_COLUMN) return;
  for (size_t i = 0; i < cs_table_columns_read(table); i++)
    if (name_is(table, i, "name")) mapping->column[CS_ROLE_ORDER] = i;
}

/* A price where nothing is counted is what the line cost. */
static void recognise_lone_price(struct cs_mapping *mapping) {
  size_t *column = mapping->column;
  if (column[CS_ROLE_AMOUNT] != CS_NO_COLUMN || column[CS_ROLE_QUANTITY] != CS_NO_COLUMN) return;
  column[CS_ROLE_AMOUNT] = column[CS_ROLE_PRICE];
  column[CS_ROLE_PRICE] = CS_NO_COLUMN;
}

static enum cs_status recognise_roles(struct cs_mapping *mapping, struct settled *settled,
                                      const struct cs_table *table, struct cs_error *err) {
  size_t rival[CS_ROLES];
  for (int role = 0; role < CS_ROLES; role++) {
    rival[role] = CS_NO_COLUMN;
    if (!settled->role[role])
      mapping->column[role] = find_synonym(table, role_table[role].synonyms, &rival[role]);
  }
  if (mapping->kind != CS_TABLE_ORDERS) { /* a customer table's other columns mean something else */
    for (int role = CS_ROLE_CUSTOMER + 1; role < CS_ROLES; role++)
      if (!settled->role[role]) mapping->column[role] = CS_NO_COLUMN;
  } else {
    recognise_shop_export(mapping, settled, table);
  }
  for (int role = 0; role < CS_ROLES; role++)
    if (mapping->column[role] != CS_NO_COLUMN && rival[role] != CS_NO_COLUMN)
      return fail_rivals(mapping, table, cs_role_name(role), mapping->column[role], rival[role], err);
  recognise_lone_price(mapping);
  return CS_OK;
}

static enum cs_status recognise_aggregates(struct cs_mapping *mapping, const struct settled *settled,
                                           const struct cs_table *table, struct cs_error *err) {
  for (int i = 0; i < CS_AGGREGATES; i++) {
    size_t rival = CS_NO_COLUMN;
    if (!settled->aggregate[i])
      mapping->aggregate[i] = find_synonym(table, aggregate_table[i].synonyms, &rival);
    if (rival != CS_NO_COLUMN)
      return fail_rivals(mapping, table, cs_aggregate_name(i), mapping->aggregate[i], rival, err);
  }
  return CS_OK;
}

static bool is_summary(const struct cs_mapping *mapping) {
  const size_t *aggregate = mapping->aggregate;
  return aggregate[CS_AGGREGATE_BT_X] != CS_NO_COLUMN && aggregate[CS_AGGREGATE_BT_TX] != CS_NO_COLUMN &&
         aggregate[CS_AGGREGATE_BT_T] != CS_NO_COLUMN;
}

/* Takes the names of other programs' summaries, all or none. */
static void recognise_summary(struct cs_mapping *mapping, const struct settled *settled,
                              const struct cs_table *table) {
  struct cs_mapping found = *mapping;
  for (int i = CS_AGGREGATE_BT_X; i <= CS_AGGREGATE_BT_ZBAR; i++) {
    size_t rival, column = find_synonym(table, summary_synonyms[i - CS_AGGREGATE_BT_X], &rival);
    if (found.aggregate[i] == CS_NO_COLUMN && !settled->aggregate[i] && rival == CS_NO_COLUMN)
      found.aggregate[i] = column;
  }
  if (is_summary(&found)) *mapping = found;
}

/* A customer table says how often and when or how much; one such name alone may be anything. */
static bool is_merged(const struct cs_mapping *mapping) {
  const size_t *aggregate = mapping->aggregate;
  if (is_summary(mapping)) return true;
  int count = 0;
  for (int i = 0; i < CS_AGGREGATES; i++) count += aggregate[i] != CS_NO_COLUMN;
  bool when = aggregate[CS_AGGREGATE_LAST] != CS_NO_COLUMN || aggregate[CS_AGGREGATE_RECENCY] != CS_NO_COLUMN;
  return count >= 2 && (when || aggregate[CS_AGGREGATE_ORDERS] != CS_NO_COLUMN);
}

enum cs_status cs_mapping_find(struct cs_mapping *mapping, const struct cs_table *table, const char *map,
                               const char *id, struct cs_error *err) {
  struct settled settled = {{false}, {false}};
  for (int i = 0; i < CS_ROLES; i++) mapping->column[i] = CS_NO_COLUMN;
  for (int i = 0; i < CS_AGGREGATES; i++) mapping->aggregate[i] = CS_NO_COLUMN;
  if (map) CS_TRY(map_all(mapping, &settled, table, map, err));
  if (id && !settled.role[CS_ROLE_CUSTOMER]) {
    CS_TRY(cs_column_named(table, cs_slice_of(id), "--id", &mapping->column[CS_ROLE_CUSTOMER], err));
    settled.role[CS_ROLE_CUSTOMER] = true;
  }
  CS_TRY(recognise_aggregates(mapping, &settled, table, err));
  recognise_summary(mapping, &settled, table);
  size_t rival, date = mapping->column[CS_ROLE_DATE];
  if (!settled.role[CS_ROLE_DATE]) date = find_synonym(table, role_table[CS_ROLE_DATE].synonyms, &rival);
  if (is_merged(mapping) && !(settled.role[CS_ROLE_DATE] && date != CS_NO_COLUMN))
    mapping->kind = CS_TABLE_MERGED;
  else
    mapping->kind = date != CS_NO_COLUMN ? CS_TABLE_ORDERS : CS_TABLE_CUSTOMERS;
  CS_TRY(recognise_roles(mapping, &settled, table, err));
  if (mapping->column[CS_ROLE_CUSTOMER] == CS_NO_COLUMN)
    return cs_mapping_fail(mapping, table, err, "no column was recognised as the customer's id");
  return CS_OK;
}
