#include "prep/roles.h"
#include "prep/status.h"
#include "text_table.h"
#include "unit.h"

#include <stdlib.h>

/* "customer_id=CustomerID date=..." for a header, or the error. */
static const char *recognised(const char *header, const char *map) {
  static char text[2048];
  struct cs_error err = CS_ERROR_INIT;
  struct cs_mapping mapping;
  struct cs_table *table = read_text(header);
  text[0] = '\0';
  if (cs_mapping_find(&mapping, table, map, NULL, &err) != CS_OK) {
    snprintf(text, sizeof text, "%s", err.text);
    cs_table_free(table);
    return text;
  }
  static const char *const kind[] = {"orders", "merged", "customers"};
  strcat(text, kind[mapping.kind]);
  for (int role = 0; role < CS_ROLES; role++) {
    if (mapping.column[role] == CS_NO_COLUMN) continue;
    struct cs_slice name = cs_table_name(table, mapping.column[role]);
    snprintf(text + strlen(text), sizeof text - strlen(text), " %s=%.*s", cs_role_name((enum cs_role)role),
             (int)name.len, name.data);
  }
  cs_table_free(table);
  return text;
}

int main(void) {
  UNIT_BEGIN;

  TEST("roles: the exports that people have are recognised") {
    CHECK_TEXT(
        recognised("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country", NULL),
        "orders customer_id=CustomerID order=InvoiceNo date=InvoiceDate quantity=Quantity price=UnitPrice "
        "product=StockCode");
    CHECK_TEXT(
        recognised("Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country", NULL),
        "orders customer_id=Customer ID order=Invoice date=InvoiceDate quantity=Quantity price=Price "
        "product=StockCode");
    CHECK_TEXT(recognised("customer_id,order_date,revenue", NULL),
               "orders customer_id=customer_id date=order_date amount=revenue");
    CHECK_TEXT(recognised("Member_number,Date,itemDescription", NULL),
               "orders customer_id=Member_number date=Date product=itemDescription");
    CHECK_TEXT(recognised("cust,date", NULL), "orders customer_id=cust date=date");
    CHECK_TEXT(recognised("masterid,sampleid,date,cds,sales", NULL),
               "orders customer_id=masterid date=date amount=sales");
    CHECK_TEXT(recognised("Id,Date,CDs,Price", NULL), "orders customer_id=Id date=Date amount=Price");
    CHECK_TEXT(
        recognised(
            "order_id,customer_id,order_date,category,quantity,unit_price,discount,amount,payment,status",
            NULL),
        "orders customer_id=customer_id order=order_id date=order_date amount=amount quantity=quantity "
        "price=unit_price category=category discount=discount status=status");
    CHECK_TEXT(
        recognised("order_id,customer_id,customer_unique_id,order_status,order_purchase_timestamp,price",
                   NULL),
        "orders customer_id=customer_unique_id order=order_id date=order_purchase_timestamp amount=price "
        "status=order_status");
  }
  TEST("roles: a shop export is added up from its line items, its order is its Name") {
    CHECK_TEXT(
        recognised(
            "Name,Email,Financial Status,Created at,Total,Lineitem quantity,Lineitem price,Lineitem sku",
            NULL),
        "orders customer_id=Email order=Name date=Created at quantity=Lineitem quantity price=Lineitem price "
        "product=Lineitem sku status=Financial Status");
  }
  TEST("roles: the total of an order that each of its lines repeats isn't the amount of a line") {
    CHECK_TEXT(
        recognised(
            "Order Number,Order Status,Order Date,Order Total Amount,SKU,Item Name,Quantity (- Refund),"
            "Item Cost,Discount Amount,Customer User ID",
            NULL),
        "orders customer_id=Customer User ID order=Order Number date=Order Date quantity=Quantity (- Refund) "
        "price=Item Cost product=SKU discount=Discount Amount status=Order Status");
    CHECK_TEXT(recognised("increment_id,customer_email,created_at,grand_total,status", NULL),
               "orders customer_id=customer_email order=increment_id date=created_at amount=grand_total "
               "status=status");
    CHECK_TEXT(
        recognised("order_id,customer_id,order_date,order_total,product_id,quantity,unit_price",
                   "amount=order_total"),
        "orders customer_id=customer_id order=order_id date=order_date amount=order_total quantity=quantity "
        "price=unit_price product=product_id");
  }
  TEST("roles: market places, an ERP, and headers in German, French and Spanish") {
    CHECK_TEXT(
        recognised("amazon-order-id,purchase-date,order-status,sales-channel,product-name,sku,asin,quantity,"
                   "currency,item-price,item-tax,buyer-email",
                   NULL),
        "orders customer_id=buyer-email order=amazon-order-id date=purchase-date amount=item-price "
        "quantity=quantity product=sku status=order-status channel=sales-channel");
    CHECK_TEXT(
        recognised("name,partner_id,date_order,product_id,product_uom_qty,price_unit,price_subtotal", NULL),
        "orders customer_id=partner_id date=date_order amount=price_subtotal quantity=product_uom_qty "
        "price=price_unit product=product_id");
    CHECK_TEXT(recognised("Bestellnummer,Kundennummer,Bestelldatum,Artikelnummer,Menge,St\xc3\xbc"
                          "ckpreis,Verkaufskanal",
                          NULL),
               "orders customer_id=Kundennummer order=Bestellnummer date=Bestelldatum quantity=Menge "
               "price=St\xc3\xbc"
               "ckpreis product=Artikelnummer channel=Verkaufskanal");
    CHECK_TEXT(recognised("Num\xc3\xa9ro de commande,N\xc2\xb0 client,Date de commande,Quantit\xc3\xa9,"
                          "Prix unitaire,Canal de vente",
                          NULL),
               "orders customer_id=N\xc2\xb0 client order=Num\xc3\xa9ro de commande date=Date de commande "
               "quantity=Quantit\xc3\xa9 price=Prix unitaire channel=Canal de vente");
    CHECK_TEXT(recognised("N\xc3\xbamero de pedido,C\xc3\xb3"
                          "digo de cliente,Fecha de pedido,C\xc3\xb3"
                          "digo de art\xc3\xad"
                          "culo,Cantidad,Precio unitario,Importe total",
                          NULL),
               "orders customer_id=C\xc3\xb3"
               "digo de cliente order=N\xc3\xbamero de pedido date=Fecha de pedido amount=Importe total "
               "quantity=Cantidad price=Precio unitario product=C\xc3\xb3"
               "digo de art\xc3\xad"
               "culo");
  }
  TEST("roles: a customer table is told by its totals, and by nothing else") {
    CHECK_TEXT(
        recognised("customer_id,name,email,signup_date,total_transactions,total_spent,last_purchase_date",
                   NULL),
        "merged customer_id=customer_id");
    CHECK_TEXT(recognised("customer_id,name,income", NULL), "customers customer_id=customer_id");
  }
  TEST("roles: --map takes names with blanks, products of columns and nothing at all") {
    CHECK_TEXT(recognised("Who Is It,Bill,Day,Pieces,Each",
                          "customer_id=Who Is It, order=Bill ,date=Day,amount=Each*Pieces"),
               "orders customer_id=Who Is It order=Bill date=Day quantity=Each price=Pieces");
    CHECK_TEXT(recognised("k,d,Quantity,Each", "customer=k,date=d,amount=Each*Quantity"),
               "orders customer_id=k date=d quantity=Quantity price=Each");
    CHECK_TEXT(recognised("k,d,a*b", "customer=k,date=d,amount=a*b"),
               "orders customer_id=k date=d amount=a*b");
    CHECK_TEXT(recognised("k,d,\"a,b\"", "customer=k,date=d,amount=\"a,b\""),
               "orders customer_id=k date=d amount=a,b");
    CHECK_TEXT(recognised("customer_id,order_date,amount,status", "status="),
               "orders customer_id=customer_id date=order_date amount=amount");
  }
  TEST("roles: what can't be decided is said, with a --map to decide it") {
    const char *text = recognised("customer_id,order_date,invoice_date,amount", NULL);
    CHECK(strstr(text, "both 'order_date' and 'invoice_date' could be the column of date") != NULL);
    CHECK(strstr(text, "--map '") != NULL);
    text = recognised("a,b,c", NULL);
    CHECK(strstr(text, "no column was recognised as the customer's id") != NULL);
    CHECK(strstr(text, "columns: a, b, c") != NULL);
    CHECK_TEXT(recognised("customer_id,date,amount", "amount=amont"),
               "--map: no column 'amont', did you mean 'amount'?");
    CHECK_TEXT(recognised("customer_id,date,amount", "amount"), "--map: 'amount' is not ROLE=COLUMN");
  }
  TEST("roles: words of order states") {
    CHECK(cs_order_state_of(cs_slice_of("Cancelled")) == CS_STATE_VOID);
    CHECK(cs_order_state_of(cs_slice_of("wc-failed")) == CS_STATE_VOID);
    CHECK(cs_order_state_of(cs_slice_of("shipped")) == CS_STATE_BOUGHT);
    CHECK(cs_order_state_of(cs_slice_of("REFUNDED")) == CS_STATE_REFUNDED);
    CHECK(cs_order_state_of(cs_slice_of("partially_refunded")) == CS_STATE_BOUGHT);
    CHECK(cs_order_state_of(cs_slice_of("Credit note")) == CS_STATE_RETURNING);
    CHECK(cs_order_state_of(cs_slice_of("  ")) == CS_STATE_UNKNOWN);
  }
  remove("roles.csv");
  UNIT_END;
}
