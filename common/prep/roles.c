#include "prep/roles.h"

#include "data/columns.h"
#include "prep/formula.h"

#include <stdint.h>
#include <string.h>

/* Names without case, punctuation and accents; ranks are separated by '|', names of one rank by blanks. Two names of one
 * rank in a table are an error, so that what is added later gets ranks of its own. */
static const struct {
  const char *name, *other, *synonyms;
} role_table[CS_ROLES] = {
    [CS_ROLE_CUSTOMER] =
        {"customer_id", "customer",
         "customeruniqueid|customerid custid customernumber customerno customercode customerkey|"
         "clientid userid memberid membernumber memberno shopperid buyerid accountid householdid "
         "householdkey masterid cardid loyaltyid|customeruserid|customerreferenceid|partnerid|kundennummer|"
         "kundennr|kundenid|kundeid|debitorennummer|debitor|kunnr|numeroclient|numerodeclient|numclient|"
         "nclient|"
         "codeclient|idclient|clientnumber|clientno|numerocliente|numerodecliente|ncliente|codigocliente|"
         "codigodecliente|idcliente|clienteid|customer cust client user member shopper buyer household "
         "account|kunde|"
         "auftraggeber|kaufer|kaeufer|acheteur|cliente|comprador|partner|"
         "email customeremail billingemail "
         "emailaddress|buyeremail|contactemail|billingemailaddress|emailbilling|"
         "useremail|kundenemail|courriel|correoelectronico|id"},
    [CS_ROLE_ORDER] =
        {"order", "order_id",
         "orderid invoiceno invoiceid invoicenumber|ordernumber orderno "
         "salesordernumber|amazonorderid|incrementid|"
         "transactionid transactionno transactionnumber receiptid receiptno receiptnumber basketid billno "
         "billid "
         "purchaseid "
         "ticketid|orderreference|orderref|bestellnummer|bestellnr|bestellid|auftragsnummer|auftragsnr|"
         "rechnungsnummer|rechnungsnr|belegnummer|belegnr|vbeln|numerocommande|numerodecommande|numcommande|"
         "ncommande|"
         "nocommande|idcommande|commandeid|numerofacture|numerodefacture|nfacture|numeropedido|"
         "numerodepedido|"
         "numpedido|npedido|idpedido|pedidoid|numerofactura|numerodefactura|nfactura|"
         "order invoice transaction receipt "
         "basket|bestellung|auftrag|rechnung|commande|facture|pedido|factura|"
         "orderkey"},
    [CS_ROLE_DATE] =
        {"date", "order_date",
         "orderdate invoicedate purchasedate transactiondate orderpurchasetimestamp ordertimestamp "
         "orderdatetime orderedat purchasedat saledate salesdate dateofpurchase transactiontimestamp "
         "ordertime|dateorder|bestelldatum|auftragsdatum|rechnungsdatum|belegdatum|kaufdatum|audat|"
         "datecommande|"
         "datedecommande|datefacture|datedefacture|dateachat|datedachat|fechapedido|fechadepedido|"
         "fechacompra|"
         "fechadecompra|fechafactura|fechadefactura|datecreated "
         "createdat|createdutc|createddateutc|createddate|"
         "erstelltam|erstellungsdatum|datecreation|datedecreation|fechacreacion|fechadecreacion|"
         "date datetime timestamp|datum|fecha|day time"},
    [CS_ROLE_AMOUNT] =
        {"amount", "amount",
         "amount lineamount linetotal lineitemtotal extendedprice|revenue sales salesamount saleamount "
         "netamount netsales orderamount ordervalue ordertotal totalamount totalprice totalsales "
         "dollarvalue paymentvalue transactionamount purchaseamount amountspent spend|rowtotal|pricesubtotal|"
         "amounttotal|ordertotalamount|grandtotalbase|basegrandtotal|netwr|betrag|nettobetrag|bruttobetrag|"
         "rechnungsbetrag|gesamtbetrag|nettowert|umsatz|gesamtpreis|montant|montantht|montantttc|"
         "montanttotal|"
         "totalht|totalttc|chiffredaffaires|importe|importetotal|monto|montototal|"
         "total value grandtotal subtotal|totalcollected|summe"},
    [CS_ROLE_QUANTITY] =
        {"quantity", "quantity",
         "quantity qty lineitemquantity orderquantity quantityordered "
         "itemquantity|quantitypurchased|qtyordered|"
         "productuomqty|menge|bestellmenge|auftragsmenge|anzahl|stuckzahl|stueckzahl|kwmeng|quantite|qte|"
         "cantidad|units unitssold itemcount|unidades|quantityrefund"},
    [CS_ROLE_PRICE] =
        {"price", "unit_price",
         "unitprice lineitemprice itemprice priceeach priceperunit unitcost|priceunit|itemcost|einzelpreis|"
         "stuckpreis|stueckpreis|netpr|prixunitaire|prixunitaireht|preciounitario|price "
         "sellingprice|preis|prix|"
         "precio"},
    [CS_ROLE_PRODUCT] =
        {"product", "product_id",
         "stockcode productid productcode sku lineitemsku itemid itemcode productsku articleid upc|asin|"
         "artikelnummer|artikelnr|artikelid|produktnummer|produktid|materialnummer|matnr|referenceproduit|"
         "referencearticle|codeproduit|codearticle|codigoproducto|codigodeproducto|codigoarticulo "
         "codigodearticulo|"
         "product item lineitemname productname itemname article "
         "itemdescription|artikel|artikelbezeichnung|produkt|"
         "produktname|produit|designation|producto|articulo|description|bezeichnung|beschreibung|"
         "descripcion"},
    [CS_ROLE_CATEGORY] = {"category", "category",
                          "category productcategory productcategoryname itemcategory|department categoryname|"
                          "subcategory|kategorie|produktkategorie|warengruppe|produktgruppe|categorie|rayon|"
                          "categoria"},
    [CS_ROLE_DISCOUNT] = {"discount", "discount",
                          "lineitemdiscount|discount discountrate discountpercent discountpct discountshare "
                          "discountamount|rabatt|remise|descuento"},
    [CS_ROLE_STATUS] = {"status", "status",
                        "orderstatus financialstatus|status|paymentstatus|bestellstatus|auftragsstatus|"
                        "statutcommande|statut|estadopedido|estadodelpedido"},
    [CS_ROLE_CHANNEL] =
        {"channel", "channel",
         "saleschannel|orderchannel|channel|channelname|sourcename|verkaufskanal|vertriebskanal|"
         "kanal|canaldevente|canaldeventa|canal|platform|device|source"},
};

/* Little hangs on these, so that a second candidate is no reason to fail. */
static bool is_minor(int role) {
  return role == CS_ROLE_CHANNEL;
}

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

/* The letter without its accent that stands for one of U+00C0 to U+00FF, in lower case; 0 for the two signs. */
static char without_accent(unsigned char second) {
  static const char letters[] = "aaaaaaaceeeeiiiidnooooo\0ouuuuyts";
  return second == 0xbf ? 'y' : letters[second & 0x1f];
}

/* Letters and digits in lower case, without accents; other bytes of ASCII and the signs of Latin 1 are dropped. */
static struct cs_slice plain_name(struct cs_slice name, char room[64]) {
  size_t len = 0;
  for (size_t i = 0; i < name.len; i++) {
    unsigned char byte = (unsigned char)name.data[i];
    if (byte == 0xc2 && i + 1 < name.len) { /* U+0080 to U+00BF */
      i++;
      continue;
    }
    if (byte == 0xc3 && i + 1 < name.len) {
      unsigned char second = (unsigned char)name.data[++i];
      byte = (unsigned char)without_accent(second);
      if (second == 0x9f && len < 64) room[len++] = 's'; /* sharp s */
    }
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
  return column < CS_COMPUTED && cs_slice_is(plain_name(cs_table_name(table, column), room), plain);
}

static bool has_name(const struct cs_table *table, const char *plain, size_t *column) {
  for (*column = 0; *column < cs_table_columns_read(table); ++*column)
    if (name_is(table, *column, plain)) return true;
  return false;
}

/* --- messages --- */

static void add_name(struct cs_str *text, const struct cs_table *table, size_t column) {
  struct cs_slice name = column == CS_COMPUTED ? cs_slice_of("a formula") : cs_table_name(table, column);
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

static bool is_quantity(const struct cs_table *table, size_t column) {
  char room[64];
  return rank_of(plain_name(cs_table_name(table, column), room), role_table[CS_ROLE_QUANTITY].synonyms) >= 0;
}

/* amount=A*B: the quantity is the one whose name says so, else the first. */
static void map_product(struct cs_mapping *mapping, struct settled *settled, const struct cs_table *table,
                        size_t left, size_t right) {
  bool swapped = is_quantity(table, right) && !is_quantity(table, left);
  mapping->column[CS_ROLE_QUANTITY] = swapped ? right : left;
  mapping->column[CS_ROLE_PRICE] = swapped ? left : right;
  mapping->column[CS_ROLE_AMOUNT] = CS_NO_COLUMN;
  mapping->amount = (struct cs_slice){NULL, 0};
  settled->role[CS_ROLE_QUANTITY] = settled->role[CS_ROLE_PRICE] = settled->role[CS_ROLE_AMOUNT] = true;
}

/* "NAME" without its quotes. */
static bool take_quotes(struct cs_slice *value) {
  if (value->len < 2 || value->data[0] != '"') return false;
  const char *quote = memchr(value->data + 1, '"', value->len - 1);
  if (quote != value->data + value->len - 1) return false;
  *value = (struct cs_slice){value->data + 1, value->len - 2};
  return true;
}

/* A column, by its exact name first, or a formula, of which *formula is the text; else *formula is as it was. */
static enum cs_status map_value(const struct cs_table *table, struct cs_slice value, size_t *column,
                                struct cs_slice *formula, struct cs_error *err) {
  bool quoted = take_quotes(&value);
  if (value.len == 0) return CS_OK;
  if (!quoted && cs_table_find(table, value) == SIZE_MAX && cs_formula_is(value)) {
    *column = CS_COMPUTED;
    *formula = value;
    return CS_OK;
  }
  return cs_column_named(table, value, "--map", column, err);
}

/* Fails where the formula is none; it may be the product of two columns. */
static enum cs_status check_formula(const struct cs_table *table, struct cs_slice text, bool *product,
                                    size_t *left, size_t *right, struct cs_error *err) {
  struct cs_formula formula = CS_FORMULA_INIT;
  enum cs_status status = cs_formula_parse(&formula, table, text, "--map", err);
  *product = status == CS_OK && cs_formula_is_product(&formula, left, right);
  cs_formula_release(&formula);
  return status;
}

static enum cs_status map_role(struct cs_mapping *mapping, struct settled *settled,
                               const struct cs_table *table, int role, struct cs_slice value,
                               struct cs_error *err) {
  struct cs_slice formula = {NULL, 0};
  settled->role[role] = true;
  CS_TRY(map_value(table, value, &mapping->column[role], &formula, err));
  if (!formula.data) return CS_OK;
  if (role != CS_ROLE_AMOUNT) /* it says what is near */
    return cs_column_named(table, value, "--map", &mapping->column[role], err);
  bool product;
  size_t left, right;
  CS_TRY(check_formula(table, formula, &product, &left, &right, err));
  mapping->amount = formula;
  if (product) map_product(mapping, settled, table, left, right);
  return CS_OK;
}

static enum cs_status map_aggregate(struct cs_mapping *mapping, struct settled *settled,
                                    const struct cs_table *table, int aggregate, struct cs_slice value,
                                    struct cs_error *err) {
  const char *name = aggregate_table[aggregate].name;
  struct cs_slice *formula = &mapping->formula[aggregate];
  size_t own = cs_table_find(table, cs_slice_of(name));
  settled->aggregate[aggregate] = true;
  CS_TRY(map_value(table, value, &mapping->aggregate[aggregate], formula, err));
  if (mapping->aggregate[aggregate] == CS_NO_COLUMN) return CS_OK;
  if (own != SIZE_MAX && own != mapping->aggregate[aggregate])
    return cs_fail(
        err, CS_USAGE,
        "--map: the table has a column '%s' of its own, which would stay beside what is told here; "
        "rename or drop it first",
        name);
  if (!formula->data) return CS_OK;
  if (aggregate == CS_AGGREGATE_FIRST || aggregate == CS_AGGREGATE_LAST)
    return cs_fail(err, CS_USAGE, "--map: %s is a date, which can't be computed", name);
  bool product;
  size_t left, right;
  return check_formula(table, *formula, &product, &left, &right, err);
}

static enum cs_status map_item(struct cs_mapping *mapping, struct settled *settled,
                               const struct cs_table *table, struct cs_slice item, struct cs_error *err) {
  const char *equals = memchr(item.data, '=', item.len);
  if (!equals) return cs_fail(err, CS_USAGE, "--map: '%.*s' is not ROLE=COLUMN", (int)item.len, item.data);
  struct cs_slice name = cs_slice_trim((struct cs_slice){item.data, (size_t)(equals - item.data)});
  struct cs_slice value =
      cs_slice_trim((struct cs_slice){equals + 1, item.len - (size_t)(equals + 1 - item.data)});
  int role = role_named(name), aggregate = aggregate_named(name);
  if (role >= 0) return map_role(mapping, settled, table, role, value, err);
  if (aggregate >= 0) return map_aggregate(mapping, settled, table, aggregate, value, err);
  return cs_fail(
      err, CS_USAGE,
      "--map: no role '%.*s'; there are customer_id order date amount quantity price product category "
      "discount status channel, and total_spent, total_transactions, last_purchase_date and so on",
      (int)name.len, name.data);
}

static enum cs_status map_all(struct cs_mapping *mapping, struct settled *settled,
                              const struct cs_table *table, const char *map, struct cs_error *err) {
  struct cs_slice rest = cs_slice_of(map), item;
  while (cs_list_next(&rest, ',', &item))
    if (item.len) CS_TRY(map_item(mapping, settled, table, item, err));
  return CS_OK;
}

/* --- recognition --- */

/* Whether a column is by its name the total of a whole order. */
static bool is_order_total(const struct cs_table *table, size_t column) {
  static const char names[] =
      "ordertotal ordertotalamount orderamount ordervalue grandtotal basegrandtotal grandtotalbase";
  char room[64];
  return column < CS_COMPUTED && rank_of(plain_name(cs_table_name(table, column), room), names) >= 0;
}

/* Whether rows are the lines of orders, each with its product, number and price. */
static bool has_line_items(const struct cs_mapping *mapping) {
  static const enum cs_role needed[] = {CS_ROLE_ORDER, CS_ROLE_PRODUCT, CS_ROLE_QUANTITY, CS_ROLE_PRICE};
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
    if (mapping->column[needed[i]] == CS_NO_COLUMN) return false;
  return true;
}

/* A row of a shop system's export: the name of the order is "Name", its total stands in the first of its lines only, or in
 * every one of them, so that lines are added up from the line items. */
static void recognise_shop_export(struct cs_mapping *mapping, struct settled *settled,
                                  const struct cs_table *table) {
  size_t name, *column = mapping->column;
  bool lines = name_is(table, column[CS_ROLE_QUANTITY], "lineitemquantity") &&
               name_is(table, column[CS_ROLE_PRICE], "lineitemprice");
  if (lines && !settled->role[CS_ROLE_ORDER] && has_name(table, "name", &name)) column[CS_ROLE_ORDER] = name;
  lines |= has_line_items(mapping) && is_order_total(table, column[CS_ROLE_AMOUNT]);
  if (lines && !settled->role[CS_ROLE_AMOUNT]) column[CS_ROLE_AMOUNT] = CS_NO_COLUMN;
}

/* Amazon's item-price is that of all pieces of the line. */
static void recognise_market_export(struct cs_mapping *mapping, const struct settled *settled,
                                    const struct cs_table *table) {
  size_t *column = mapping->column, found;
  bool market = has_name(table, "amazonorderid", &found) || has_name(table, "quantitypurchased", &found);
  if (!market || settled->role[CS_ROLE_AMOUNT] || settled->role[CS_ROLE_PRICE] ||
      column[CS_ROLE_AMOUNT] != CS_NO_COLUMN || !name_is(table, column[CS_ROLE_PRICE], "itemprice"))
    return;
  column[CS_ROLE_AMOUNT] = column[CS_ROLE_PRICE];
  column[CS_ROLE_PRICE] = CS_NO_COLUMN;
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
    recognise_market_export(mapping, settled, table);
  }
  for (int role = 0; role < CS_ROLES; role++)
    if (mapping->column[role] != CS_NO_COLUMN && rival[role] != CS_NO_COLUMN && !is_minor(role))
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

static bool is_told(const struct cs_mapping *mapping, const struct settled *settled) {
  for (int i = 0; i < CS_AGGREGATES; i++)
    if (settled->aggregate[i] && mapping->aggregate[i] != CS_NO_COLUMN) return true;
  return false;
}

static enum cs_status find_kind(struct cs_mapping *mapping, const struct settled *settled,
                                const struct cs_table *table, struct cs_error *err) {
  size_t rival, date = mapping->column[CS_ROLE_DATE];
  bool told = is_told(mapping, settled), dated = settled->role[CS_ROLE_DATE] && date != CS_NO_COLUMN;
  if (told && dated)
    return cs_fail(err, CS_USAGE, "--map names both the date of orders and a total of customers");
  if (!settled->role[CS_ROLE_DATE]) date = find_synonym(table, role_table[CS_ROLE_DATE].synonyms, &rival);
  if (told || (is_merged(mapping) && !dated))
    mapping->kind = CS_TABLE_MERGED;
  else
    mapping->kind = date != CS_NO_COLUMN ? CS_TABLE_ORDERS : CS_TABLE_CUSTOMERS;
  return CS_OK;
}

static enum cs_status check_customer(struct cs_mapping *mapping, const struct settled *settled,
                                     const struct cs_table *table, struct cs_error *err) {
  if (mapping->column[CS_ROLE_CUSTOMER] != CS_NO_COLUMN) return CS_OK;
  mapping->no_id = settled->role[CS_ROLE_CUSTOMER];
  if (!mapping->no_id)
    return cs_mapping_fail(mapping, table, err, "no column was recognised as the customer's id");
  return mapping->kind != CS_TABLE_ORDERS ? CS_OK
                                          : cs_fail(err, CS_USAGE,
                                                    "--map: without the customers' ids orders can't be added "
                                                    "up; customer_id= is for tables with a "
                                                    "customer in each row, whose totals --map names");
}

enum cs_status cs_mapping_find(struct cs_mapping *mapping, const struct cs_table *table, const char *map,
                               const char *id, struct cs_error *err) {
  struct settled settled = {{false}, {false}};
  *mapping = (struct cs_mapping){.no_id = false};
  for (int i = 0; i < CS_ROLES; i++) mapping->column[i] = CS_NO_COLUMN;
  for (int i = 0; i < CS_AGGREGATES; i++) mapping->aggregate[i] = CS_NO_COLUMN;
  if (map) CS_TRY(map_all(mapping, &settled, table, map, err));
  if (id && !settled.role[CS_ROLE_CUSTOMER]) {
    CS_TRY(cs_column_named(table, cs_slice_of(id), "--id", &mapping->column[CS_ROLE_CUSTOMER], err));
    settled.role[CS_ROLE_CUSTOMER] = true;
  }
  CS_TRY(recognise_aggregates(mapping, &settled, table, err));
  recognise_summary(mapping, &settled, table);
  CS_TRY(find_kind(mapping, &settled, table, err));
  CS_TRY(recognise_roles(mapping, &settled, table, err));
  return check_customer(mapping, &settled, table, err);
}
