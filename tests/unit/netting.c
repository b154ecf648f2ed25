#include "prep/aggregate.h"
#include "prep/ordertable.h"
#include "unit.h"

#include <stdlib.h>

/* Orders written in a few lines of CSV, read, netted and added up. */
struct shop {
  struct cs_table *table;
  struct cs_orders orders;
  struct cs_customers customers;
  struct cs_audit audit;
};

static enum cs_status open_shop(struct shop *shop, const char *csv, struct cs_error *err) {
  static const char *const path = "netting.csv";
  struct cs_read_options read = CS_READ_OPTIONS_INIT;
  struct cs_orders_options options = {0};
  struct cs_mapping mapping;
  *shop = (struct shop){cs_table_new(), CS_ORDERS_INIT, CS_CUSTOMERS_INIT, CS_AUDIT_INIT};
  FILE *file = fopen(path, "w");
  if (!file || fputs(csv, file) == EOF || fclose(file) != 0) return CS_IO;
  CS_TRY(cs_table_read(shop->table, &path, 1, &read, NULL, err));
  CS_TRY(cs_mapping_find(&mapping, shop->table, NULL, NULL, err));
  CS_TRY(cs_orders_read(&shop->orders, shop->table, &mapping, &options, NULL, &shop->audit, err));
  return cs_orders_aggregate(&shop->orders, &shop->customers, 1, &shop->audit, err);
}

static void close_shop(struct shop *shop) {
  cs_orders_release(&shop->orders);
  cs_customers_release(&shop->customers);
  cs_audit_release(&shop->audit);
  cs_table_free(shop->table);
}

static double value(const struct shop *shop, const char *customer, enum cs_feature feature) {
  uint32_t index = cs_map_find(&shop->orders.customers, cs_slice_of(customer));
  return index == CS_MAP_NONE ? -1 : shop->customers.value[feature][index];
}

#define HEAD "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n"

int main(void) {
  struct cs_error err = CS_ERROR_INIT;
  struct shop shop;
  UNIT_BEGIN;

  TEST("netting: the latest earlier line of the same product is taken first") {
    CHECK(open_shop(&shop,
                    HEAD "1,X,5,2024-01-01,2.00,7\n"
                         "2,X,5,2024-02-01,2.00,7\n"
                         "3,X,5,2024-04-01,2.00,7\n"
                         "C4,X,-5,2024-03-01,2.00,7\n",
                    &err) == CS_OK);
    CHECK_TEXT(err.text, "");
    CHECK(value(&shop, "7", CS_FEATURE_ORDERS) == 2); /* order 2 is gone, order 3 came later */
    CHECK(value(&shop, "7", CS_FEATURE_PURCHASE_DAYS) == 2);
    CHECK_NEAR(value(&shop, "7", CS_FEATURE_SPENT), 20, 0);
    CHECK_NEAR(value(&shop, "7", CS_FEATURE_GROSS), 30, 0);
    CHECK_NEAR(value(&shop, "7", CS_FEATURE_REPEAT_MEAN), 10, 0);
    CHECK(shop.audit.cancellations.matched == 1 && shop.audit.cancellations.orders_cancelled == 1);
    close_shop(&shop);
  }
  TEST("netting: one cancellation may take several lines, the last of them in part") {
    CHECK(open_shop(&shop,
                    HEAD "1,X,5,2024-01-01,2.00,7\n"
                         "2,X,5,2024-02-01,2.00,7\n"
                         "C4,X,-7,2024-03-01,2.00,7\n",
                    &err) == CS_OK);
    CHECK(value(&shop, "7", CS_FEATURE_ORDERS) == 1);
    CHECK(value(&shop, "7", CS_FEATURE_LAST) == value(&shop, "7", CS_FEATURE_FIRST));
    CHECK_NEAR(value(&shop, "7", CS_FEATURE_SPENT), 6, 0);
    close_shop(&shop);
  }
  TEST("netting: what matches nothing reduces spend only") {
    CHECK(open_shop(&shop,
                    HEAD "1,X,5,2024-01-01,2.00,7\n"
                         "C2,Y,-1,2024-02-01,3.50,7\n" /* another product */
                         "C3,X,-1,2023-12-01,2.00,7\n" /* before the purchase */
                         "4,X,9,2024-01-01,2.00,8\n",
                    &err) == CS_OK);
    CHECK(value(&shop, "7", CS_FEATURE_ORDERS) == 1);
    CHECK_NEAR(value(&shop, "7", CS_FEATURE_SPENT), 4.5, 0);
    CHECK_NEAR(value(&shop, "7", CS_FEATURE_REFUNDED), 5.5, 0);
    CHECK(value(&shop, "8", CS_FEATURE_ORDERS) == 1);
    CHECK(shop.audit.cancellations.unmatched == 2);
    CHECK_NEAR(shop.audit.cancellations.unmatched_amount, 5.5, 0);
    close_shop(&shop);
  }
  TEST("netting: a customer whose orders are all cancelled has no order left") {
    CHECK(open_shop(&shop,
                    HEAD "1,X,5,2024-01-01,0.10,7\n"
                         "C2,X,-2,2024-02-01,0.10,7\n"
                         "C3,X,-3,2024-02-01,0.10,7\n"
                         "C4,Z,-3,2024-02-01,0.10,9\n"
                         "5,X,5,2024-01-01,0.10,8\n",
                    &err) == CS_OK);
    CHECK(isnan(value(&shop, "7", CS_FEATURE_ORDERS)));
    CHECK(shop.audit.customers.seen == 3);
    CHECK(shop.audit.customers.written == 1);
    CHECK(shop.audit.customers.no_order_left == 2);
    CHECK_NEAR(shop.audit.net_written, 0.5, 1e-15);
    close_shop(&shop);
  }
  TEST("netting: parts that are given back leave no noise behind") {
    CHECK(open_shop(&shop,
                    HEAD "1,X,3,2024-01-01,0.10,7\n"
                         "1,Y,1,2024-01-01,70.10,7\n"
                         "C2,X,-1,2024-02-01,0.10,7\n"
                         "C3,X,-1,2024-02-01,0.10,7\n"
                         "C4,X,-1,2024-02-01,0.10,7\n"
                         "C5,Y,-1,2024-02-01,70.00,7\n",
                    &err) == CS_OK);
    CHECK(isnan(value(&shop, "7", CS_FEATURE_ORDERS)));
    close_shop(&shop);
    CHECK(open_shop(&shop,
                    HEAD "1,X,3,2024-01-01,0.10,7\n1,Y,1,2024-01-01,70.10,7\nC2,Y,-1,2024-02-01,70.10,7\n",
                    &err) == CS_OK);
    CHECK(value(&shop, "7", CS_FEATURE_SPENT) == 0.3);
    close_shop(&shop);
  }
  TEST("netting: a refund that carries the id of an order takes from that order first") {
    CHECK(open_shop(&shop,
                    "order_id,customer_id,order_date,amount\n"
                    "A1,x,2024-01-01,40\nA1,x,2024-01-01,60\nA2,x,2024-02-01,100\nA1,x,2024-03-01,-100\n",
                    &err) == CS_OK);
    CHECK(value(&shop, "x", CS_FEATURE_ORDERS) == 1);
    CHECK(value(&shop, "x", CS_FEATURE_FIRST) == 19754); /* 2024-02-01 */
    close_shop(&shop);
  }
  TEST("netting: without products only the same amount is the same product") {
    CHECK(open_shop(&shop,
                    "customer_id,order_date,amount\n"
                    "x,2024-01-01,40\nx,2024-01-05,60\nx,2024-02-01,-40\nx,2024-02-02,-25\n",
                    &err) == CS_OK);
    CHECK(value(&shop, "x", CS_FEATURE_ORDERS) == 1);
    CHECK_NEAR(value(&shop, "x", CS_FEATURE_SPENT), 35, 0);
    close_shop(&shop);
  }
  TEST("netting: a day with a purchase that is still there counts, whatever else was cancelled on it") {
    CHECK(open_shop(&shop, HEAD "1,X,1,2024-01-01,5,7\n1,Y,1,2024-01-01,5,7\nC2,X,-1,2024-01-01,5,7\n",
                    &err) == CS_OK);
    CHECK(value(&shop, "7", CS_FEATURE_ORDERS) == 1);
    CHECK_NEAR(value(&shop, "7", CS_FEATURE_SPENT_12M), 5, 0);
    CHECK(shop.audit.cancellations.matched == 1); /* the same moment is early enough */
    close_shop(&shop);
  }
  TEST("netting: ids are sorted as figures, then as texts, and keep their zeros") {
    CHECK(cs_customer_id_compare(cs_slice_of("9"), cs_slice_of("10")) < 0);
    CHECK(cs_customer_id_compare(cs_slice_of("007"), cs_slice_of("7")) < 0);
    CHECK(cs_customer_id_compare(cs_slice_of("007"), cs_slice_of("8")) < 0);
    CHECK(cs_customer_id_compare(cs_slice_of("99999999999999999999"), cs_slice_of("100000000000000000000")) <
          0);
    CHECK(cs_customer_id_compare(cs_slice_of("12"), cs_slice_of("A1")) < 0);
    CHECK(cs_customer_id_compare(cs_slice_of("A10"), cs_slice_of("A9")) < 0);
    CHECK(cs_slice_is(cs_customer_id(cs_slice_of(" 17850.0")), "17850"));
    CHECK(cs_slice_is(cs_customer_id(cs_slice_of("00042")), "00042"));
    CHECK(cs_slice_is(cs_customer_id(cs_slice_of("1.50")), "1.50"));
    CHECK(cs_slice_is(cs_customer_id(cs_slice_of("1.")), "1."));
  }
  remove("netting.csv");
  TEST("money: noise in the last places is cut off hundredths and other decimals, and no digit besides") {
    static const double clean[] = {0.01,  0.29,       1.15,           19.99, 100.1,      2.675,
                                   0.125, 1234567.89, 99999999999.99, 1e12,  0.123456789};
    for (size_t i = 0; i < sizeof clean / sizeof *clean; i++) {
      double up = clean[i], down = clean[i];
      for (int ulps = 0; ulps < 9; ulps++) {
        CHECK(cs_money_snap(up, up) == clean[i] && cs_money_snap(down, down) == clean[i]);
        CHECK(cs_money_snap(-up, up) == -clean[i]);
        up = nextafter(up, INFINITY);
        down = nextafter(down, 0);
      }
      CHECK(cs_money_snap(clean[i] * (1 + 1e-12), clean[i]) != clean[i]);
    }
    CHECK(cs_money_snap(3 * 1.1, 3.3) == 3.3 && cs_money_snap(25.5 - 25.4, 25.5) == 0.1);
  }
  TEST("money: the digits before the point are counted at and around every power of ten") {
    double power = 1;
    for (int i = 1; i <= 22; i++, power *= 10) {
      CHECK(cs_money_digits(power) == i && cs_money_digits(power * 1.5) == i);
      CHECK(cs_money_digits(power * 9.99) == i && cs_money_digits(nextafter(power, 0) * 0.9) == i - 1);
    }
    CHECK(cs_money_digits(0.99) == 0 && cs_money_digits(0.099) == -1 && cs_money_digits(0.1) == 0);
    CHECK(cs_money_snap(0.1 + 0.2, 0.3) == 0.3 && cs_money_snap(25.5 - 25.4 - 0.1, 25.5) == 0);
  }
  UNIT_END;
}
