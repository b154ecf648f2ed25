/* Orders read part by part: the same table, audit and rejects whatever the parts are, and for any order of the rows. */
#include "prep/prep.h"
#include "unit.h"

#include <stdlib.h>

enum { RESULTS = 3 };

/* What a run of cs-prep leaves: the table, the audit, the rejects, or the message. */
struct result {
  enum cs_status status;
  char *text[RESULTS];
  struct cs_error error;
};

struct parts {
  struct cs_table_parts *parts;
  size_t bytes;
};

static enum cs_status next(void *context, bool keep, bool *more, struct cs_error *err) {
  struct parts *parts = context;
  if (keep) cs_table_parts_keep(parts->parts);
  return cs_table_parts_next(parts->parts, parts->bytes, more, err);
}

static char *file_text(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) return NULL;
  char *text = calloc(1, 1 << 20);
  if (text) text[fread(text, 1, (1 << 20) - 1, file)] = '\0';
  fclose(file);
  return text;
}

static enum cs_status write_table(const struct cs_table *table, struct cs_error *err) {
  struct cs_output *output;
  struct cs_write_options write = {.format = CS_FORMAT_CSV};
  CS_TRY(cs_output_open(&output, "out.csv", err));
  enum cs_status status = cs_table_write(table, output, &write, err);
  if (status == CS_OK) return cs_output_commit(&output, err);
  cs_output_abort(&output);
  return status;
}

static enum cs_status write_audit(const struct cs_audit *audit, struct cs_error *err) {
  struct cs_str text = CS_STR_INIT;
  enum cs_status status = cs_audit_write(audit, &text, err);
  if (status == CS_OK) status = cs_output_file("audit.json", &text, err);
  cs_str_release(&text);
  return status;
}

static enum cs_status prepare(struct cs_prep *prep, const struct cs_prep_input *input,
                              const struct cs_orders_options *options, struct cs_error *err) {
  struct cs_rejects rejects;
  struct cs_write_options write = {.format = CS_FORMAT_CSV};
  CS_TRY(cs_rejects_begin(&rejects, "bad.csv", &write, CS_RAGGED_ERROR, err));
  enum cs_status status = cs_prep_read(prep, input, NULL, options, &rejects, err);
  if (status == CS_OK) status = cs_prep_add_up(prep, options, &rejects, err);
  CS_TRY(cs_rejects_end(&rejects, status, err));
  CS_TRY(write_audit(&prep->audit, err));
  CS_TRY(cs_customers_give(&prep->customers, prep->result, err));
  return write_table(prep->result, err);
}

/* Runs cs-prep's steps on a text, `bytes` of it at a time. */
static void run(struct result *result, const char *text, size_t bytes, int threads,
                const struct cs_orders_options *with) {
  static const char *const path = "in.csv", *const out[RESULTS] = {"out.csv", "audit.json", "bad.csv"};
  struct cs_prep prep = CS_PREP_INIT;
  struct parts parts = {NULL, bytes};
  struct cs_prep_input input = {cs_table_new(), &parts, next};
  struct cs_read_options read = CS_READ_OPTIONS_INIT;
  struct cs_orders_options options = *with;
  read.block = bytes < 4096 ? 64 : 0;
  options.rejects = true;
  options.threads = threads;
  *result = (struct result){.status = CS_IO, .error = CS_ERROR_INIT};
  for (int i = 0; i < RESULTS; i++) remove(out[i]);
  FILE *file = fopen(path, "wb");
  if (!file || fputs(text, file) == EOF || fclose(file) != 0) return;
  result->status = cs_table_parts_begin(&parts.parts, input.table, &path, 1, &read, NULL, &result->error);
  if (result->status == CS_OK) result->status = prepare(&prep, &input, &options, &result->error);
  for (int i = 0; i < RESULTS; i++) result->text[i] = file_text(out[i]);
  cs_prep_release(&prep);
  cs_table_parts_free(parts.parts);
  cs_table_free(input.table);
}

static void release(struct result *result) {
  for (int i = 0; i < RESULTS; i++) free(result->text[i]);
}

static bool same_text(const char *a, const char *b) {
  return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool holds(const struct result *result, int which, const char *part) {
  return result->text[which] && strstr(result->text[which], part);
}

/* Whether all parts give what the whole gives, which is left in *whole. */
static bool same_in_parts(struct result *whole, const char *text, const struct cs_orders_options *options) {
  static const size_t bytes[] = {1, 100, 333, 1000, 5000};
  bool same = true;
  run(whole, text, SIZE_MAX, 1, options);
  for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
    struct result result;
    run(&result, text, bytes[i], i % 2 ? 3 : 1, options);
    bool equal = result.status == whole->status && strcmp(result.error.text, whole->error.text) == 0;
    for (int k = 0; k < RESULTS; k++) equal &= same_text(result.text[k], whole->text[k]);
    if (!equal) printf("# parts of %zu bytes differ: %s\n", bytes[i], result.error.text);
    same &= equal;
    release(&result);
  }
  return same;
}

/* The same rows the other way round. */
static char *reversed(const char *text) {
  size_t len = strlen(text), head = strcspn(text, "\n") + 1, to = head;
  char *out = calloc(1, len + 1);
  if (!out) return NULL;
  memcpy(out, text, head);
  for (size_t end = len; end > head;) {
    size_t begin = end - 1;
    while (begin > head && text[begin - 1] != '\n') begin--;
    memcpy(out + to, text + begin, end - begin);
    to += end - begin;
    end = begin;
  }
  return out;
}

/* In place: an audit without the lines that say where rows stand. */
static char *without_lines(char *audit) {
  char *to = audit;
  for (char *from = audit; from && *from;) {
    size_t len = strcspn(from, "\n");
    len += from[len] == '\n';
    char *lines = strstr(from, "\"lines\":");
    if (!lines || lines >= from + len) {
      memmove(to, from, len);
      to += len;
    }
    from += len;
  }
  if (to) *to = '\0';
  return audit;
}

/* The audit in `whole` loses its lines. */
static bool same_reversed(struct result *whole, const char *text, const struct cs_orders_options *options) {
  struct result result;
  char *back = reversed(text);
  run(&result, back ? back : "", 200, 2, options);
  bool same = result.status == whole->status && same_text(result.text[0], whole->text[0]) &&
              same_text(without_lines(result.text[1]), without_lines(whole->text[1]));
  release(&result);
  free(back);
  return same;
}

static char *many_orders(const char *head, const char *date) {
  struct cs_str text = CS_STR_INIT;
  cs_str_add_text(&text, head);
  for (int i = 0; i < 300; i++) {
    cs_str_add_format(&text, i % 9 ? "%d," : "C%d,", 1000 + i / 3);
    cs_str_add_format(&text, i % 17 ? "P%d," : "\"P \"\"%d\"\"\",", i % 23);
    cs_str_add_format(&text, "%d,", i % 9 ? 1 + i % 5 : -1 - i % 2);
    cs_str_add_format(&text, date, i % 12 + 1, 1 + i % 3);
    cs_str_add_format(&text, ",%d.%02d,%d\n", i % 31, i % 100, i % 7 ? i % 13 : 0);
  }
  return text.data;
}

#define HEAD "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n"

int main(void) {
  struct cs_orders_options options = {0};
  struct result whole;
  UNIT_BEGIN;
  TEST("orders: parts, threads and the order of rows change nothing") {
    char *text = many_orders(HEAD, "2024-%02d-%02d");
    options.keep = "StockCode=mode,UnitPrice=first,Quantity=last";
    CHECK(same_in_parts(&whole, text, &options));
    CHECK(whole.status == CS_OK && holds(&whole, 0, "StockCode") && holds(&whole, 2, "StockCode"));
    CHECK(same_reversed(&whole, text, &options));
    options.keep = NULL;
    release(&whole);
    free(text);
  }
  TEST("orders: lines of one moment are told apart by what they hold, not by where they stand") {
    /* Which of the lines is taken decides how many orders are left, and what is first and last. */
    static const char rows[] =
        HEAD "1,X,2,2024-01-01,1.00,7\n2,X,3,2024-01-01,2.00,7\n,X,1,2024-01-01,2.50,7\n"
             ",X,4,2024-01-01,0.25,7\n3,Y,1,2024-01-01,1.25,7\nC4,X,-2,2024-01-01,1.00,7\n"
             "1,A,1,2024-01-01,9.00,8\n1,B,1,2024-01-01,9.00,8\n";
    options.keep = "StockCode=first,Quantity=last,UnitPrice=first";
    for (int unit = 0; unit < 2; unit++) {
      options.unit = (enum cs_order_unit)unit;
      CHECK(same_in_parts(&whole, rows, &options) && whole.status == CS_OK);
      CHECK(same_reversed(&whole, rows, &options));
      CHECK(holds(&whole, 0, "\n8,A,1,9.00,"));
      release(&whole);
    }
    options = (struct cs_orders_options){0};
  }
  TEST("orders: rows wait for the cell that tells day from month, and the message is the same when none "
       "does") {
    char *open = many_orders(HEAD, "%d/%d/2024");
    CHECK(same_in_parts(&whole, open, &options));
    CHECK(whole.status == CS_DATA &&
          strstr(whole.error.text, "in.csv:2: column 'InvoiceDate': no cell tells"));
    release(&whole);
    char *text = realloc(open, strlen(open) + 100);
    strcat(text, "2000,P1,3,25/2/2024,1.00,5\n");
    CHECK(same_in_parts(&whole, text, &options));
    CHECK(whole.status == CS_OK && holds(&whole, 1, "day-month-year"));
    release(&whole);
    size_t end = strlen(text);
    strcat(text, "2001,P1,3,2024-02-25,1.00,5\n");
    CHECK(same_in_parts(&whole, text, &options));
    CHECK(whole.status == CS_DATA && strstr(whole.error.text, "in.csv:303: column 'InvoiceDate': this date"));
    release(&whole);
    strcpy(text + end, "2001,P1,3,2/25/2024,1.00,5\n");
    CHECK(same_in_parts(&whole, text, &options));
    CHECK(whole.status == CS_DATA && strstr(whole.error.text, "in.csv:303: column 'InvoiceDate': this date"));
    release(&whole);
    free(text);
  }
  TEST("orders: the last row may still tell what a C before the figures means") {
    static const char rows[] =
        HEAD "C1,X,1,2024-01-01,2.00,7\nC2,X,0,2024-01-02,2.00,7\nC2,X,0,2024-01-02,2.00,7\n"
             "C3,X,1,2024-01-03,0,8\n,X,x,2024-01-03,1,9\nC4,Y,2,2024-01-04,3.00,8\n"
             "C4,Y,2,2024-01-04,3.00,8\nC5,Y,1,2024-01-05,1.00,\n6,X,1,2023-12-01,2.00,7\n";
    CHECK(same_in_parts(&whole, rows, &options));
    CHECK(holds(&whole, 2, "C3,X,1") && holds(&whole, 2, "C2,X,0") && holds(&whole, 2, "C4,Y,2"));
    CHECK(holds(&whole, 1, "\"found\": 1") && same_reversed(&whole, rows, &options));
    release(&whole);
    char text[2048] = "";
    strcat(strcat(text, rows),
           "7,X,1,2024-02-01,1.00,7\n8,X,1,2024-02-01,1.00,8\n9,X,1,2024-02-01,1.00,8\n"
           "10,X,1,2024-02-01,1.00,8\n11,X,1,2024-02-01,1.00,8\n12,X,1,2024-02-01,1.00,8\n"
           "13,X,1,2024-02-01,1.00,8\n");
    CHECK(same_in_parts(&whole, text, &options));
    CHECK(!holds(&whole, 2, "C3,X,1") && !holds(&whole, 2, "C2,X,0") && holds(&whole, 2, ",X,x"));
    CHECK(holds(&whole, 1, "\"duplicates\": 2") && same_reversed(&whole, text, &options));
    release(&whole);
  }
  TEST("orders: whether discounts are shares, per cent or money is known at the end") {
    static const char *const last[] = {"9,a,2024-03-03,20,0.5\n", "9,a,2024-03-03,20,5\n",
                                       "9,a,2024-03-03,20,x\n"};
    /* Of customer a: (10 + 12.5 + 40 - 40) / 62.5, and with money (10 + 10.2 + 25 - 40) / 45.2. */
    static const char *const share[] = {",0.36,", ",0.115044248,", NULL};
    for (int i = 0; i < 3; i++) {
      char text[512] =
          "order_id,customer_id,order_date,amount,discount\n1,a,2024-01-01,10,0\n2,a,2024-01-02,10,0.2\n"
          "3,b,2024-01-02,10,\n4,b,2024-02-02,30,0.1\n";
      strcat(text, last[i]);
      CHECK(same_in_parts(&whole, text, &options));
      CHECK(whole.status == CS_OK && holds(&whole, 0, "discount_share") == (share[i] != NULL));
      CHECK(!share[i] || holds(&whole, 0, share[i]));
      CHECK(same_reversed(&whole, text, &options));
      release(&whole);
    }
  }
  TEST("orders: a blank status is that of the order's lines before, in another part too") {
    static const char rows[] =
        "order_id,customer_id,order_date,amount,status\n1,a,2024-01-01,10,paid\n"
        "2,a,2024-01-02,11,voided\n3,b,2024-01-02,12,refunded\n4,b,2024-01-04,13,paid\n"
        "2,a,2024-01-02,14,\n3,b,2024-01-02,15,\n1,a,2024-01-01,16,\n2,a,2024-01-02,17,paid\n"
        "2,a,2024-01-02,18,\n";
    CHECK(same_in_parts(&whole, rows, &options));
    CHECK(holds(&whole, 1, "\"rejected\": 2,") && holds(&whole, 0, "\na,2024-01-01,2024-01-02,2,2,61,61,0"));
    CHECK(holds(&whole, 0, "\nb,2024-01-04,2024-01-04,1,1,13,40,27"));
    release(&whole);
  }
  TEST("orders: JSON rows may name product, category and status late, and other columns too late") {
    static const char head[] =
        "{\"order_id\":\"1\",\"customer_id\":\"a\",\"order_date\":\"2024-01-01\",\"amount\":5}\n"
        "{\"order_id\":\"2\",\"customer_id\":\"b\",\"order_date\":\"2024-01-02\",\"amount\":6}\n"
        "{\"order_id\":\"2\",\"customer_id\":\"b\",\"order_date\":\"2024-01-02\",\"amount\":6}\n";
    char text[2048];
    snprintf(text, sizeof text, "%s%s", head,
             "{\"order_id\":\"3\",\"customer_id\":\"b\",\"order_date\":\"2024-01-03\",\"amount\":7,"
             "\"category\":\"x\"}\n"
             "{\"order_id\":\"4\",\"customer_id\":\"b\",\"order_date\":\"2024-01-04\",\"amount\":-7,\"sku\":"
             "\"q\"}\n"
             "{\"order_id\":\"5\",\"customer_id\":\"b\",\"order_date\":\"2024-01-05\",\"amount\":8,"
             "\"status\":\"void\"}\n"
             "{\"order_id\":\"6\",\"customer_id\":\"b\",\"order_date\":\"2024-01-05\",\"amount\":\"x\","
             "\"note\":\"\"}\n");
    CHECK(same_in_parts(&whole, text, &options));
    CHECK(whole.status == CS_OK && holds(&whole, 0, "category_count") && holds(&whole, 2, "note"));
    release(&whole);
    snprintf(text, sizeof text, "%s%s", head,
             "{\"order_id\":\"3\",\"customer_id\":\"b\",\"order_date\":\"2024-01-03\",\"amount\":7,"
             "\"quantity\":2}\n");
    run(&whole, text, 1, 1, &options);
    CHECK(whole.status == CS_DATA && strstr(whole.error.text, "comes too late") && !whole.text[2]);
    release(&whole);
  }
  UNIT_END;
}
