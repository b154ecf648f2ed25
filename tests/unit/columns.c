#include "data/features.h"

#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

static char path[] = "/tmp/cs-unit-columns-XXXXXX";

/* The text as a table read from a file; NULL when it can't be read. */
static struct cs_table *table_of(const char *text) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_read_options options = CS_READ_OPTIONS_INIT;
  FILE *file = fopen(path, "wb");
  if (file) {
    fputs(text, file);
    fclose(file);
  }
  struct cs_table *table = cs_table_new();
  if (cs_table_read(table, (const char *const[]){path}, 1, &options, NULL, &err) == CS_OK) return table;
  unit_fail(__FILE__, __LINE__, err.text);
  cs_table_free(table);
  return NULL;
}

/* A message without the name of the temporary file. */
static const char *told(const struct cs_error *err) {
  size_t len = strlen(path);
  return strncmp(err->text, path, len) == 0 ? err->text + len : err->text;
}

/* The positions that a list finds, as "1 3", or the message. */
static void check_list(const struct cs_table *table, const char *list, const char *expected) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_columns columns = CS_COLUMNS_INIT;
  struct cs_str out = CS_STR_INIT;
  enum cs_status status = cs_columns_find(&columns, table, list, "-f", &err);
  if (status == CS_OK)
    for (size_t i = 0; i < columns.count; i++)
      cs_str_add_format(&out, "%s%zu", i ? " " : "", columns.column[i] + 1);
  else
    cs_str_add_text(&out, status == CS_USAGE ? err.text : "wrong status");
  CHECK_TEXT(cs_str_text(&out), expected);
  cs_columns_release(&columns);
  cs_str_release(&out);
}

/* A column that is called as a quoted name begins. */
static void test_quotes(void) {
  struct cs_table *table = table_of("\"\"\"\",\"a,b\",\"\"\"a\",c\n1,2,3,4\n");
  if (!table) return;
  TEST("columns: a quoted name with a comma is whole, though its beginning is a name, too") {
    check_list(table, "\"a,b\"", "2");
    check_list(table, "\"a,c", "3 4");
    check_list(table, "\",c", "1 4");
    check_list(table, "\"\"\"a\",\"\"\"\"", "3 1");
  }
  cs_table_free(table);
}

static void test_lists(void) {
  struct cs_table *table =
      table_of("customer_id,total_spent,spend_a,spend_b,3,\"Last, First\",\"a\"\"b\",x..y, pad ,=z\n"
               "1,2,3,4,5,6,7,8,9,10\n");
  if (!table) return;
  TEST("columns: names, positions, ranges and globs") {
    check_list(table, "total_spent", "2");
    check_list(table, "spend_b,customer_id", "4 1");
    check_list(table, " spend_b , customer_id ", "4 1");
    check_list(table, "spend_*", "3 4");
    check_list(table, "sp?nd_a", "3");
    check_list(table, "*_*", "1 2 3 4");
    check_list(table, "total_spent..spend_b", "2 3 4");
    check_list(table, "2..4", "2 3 4");
    check_list(table, "total_spent..4", "2 3 4");
    check_list(table, "1", "1");
    check_list(table, "10", "10");
    check_list(table, "spend_a,spend_*,2..4", "3 4 2");
  }
  TEST("columns: an exact name goes before everything else") {
    check_list(table, "3", "5");
    check_list(table, "x..y", "8");
    check_list(table, "=z", "10");
  }
  TEST("columns: literal and quoted names") {
    check_list(table, "=3,=x..y", "5 8");
    check_list(table, "=Last, First,2", "6 2");
    check_list(table, "\"Last, First\",2", "6 2");
    check_list(table, "\"a\"\"b\"", "7");
    check_list(table, "= pad ", "9");
    check_list(table, " pad ,2", "9 2");
  }
  TEST("columns: an unknown name is answered with the nearest") {
    check_list(table, "totl_spent", "unknown column 'totl_spent' in -f; did you mean 'total_spent'?");
    check_list(table, "Total_Spent", "unknown column 'Total_Spent' in -f; did you mean 'total_spent'?");
    check_list(table, "=spend_c", "unknown column 'spend_c' in -f; did you mean 'spend_a'?");
    check_list(table, "qqqqq",
               "unknown column 'qqqqq' in -f; there are customer_id, total_spent, spend_a, spend_b, 3, "
               "Last, First, a\"b, x..y,  pad , =z");
    check_list(table, "spend_a..totl_spent",
               "unknown column 'totl_spent' in -f; did you mean 'total_spent'?");
  }
  TEST("columns: lists that can't be meant") {
    check_list(table, "", "an empty name in -f");
    check_list(table, "1,,2", "an empty name in -f");
    check_list(table, "2,", "an empty name in -f");
    check_list(table, "sold_*", "'sold_*' in -f matches no column");
    check_list(table, "4..2", "range '4..2' in -f matches no column: its ends are the wrong way round");
    check_list(table, "0", "position 0 in -f: there are 10 columns, counted from 1");
    check_list(table, "1..99", "position 99 in -f: there are 10 columns, counted from 1");
    check_list(table, "99999999999999999999",
               "position 9223372036854775807 in -f: there are 10 columns, counted from 1");
    check_list(table, "\"total_spent", "a double quote in -f isn't closed before the comma");
    check_list(table, "\"total_spent\"x", "a double quote in -f isn't closed before the comma");
  }
  cs_table_free(table);
  TEST("columns: many names are cut") {
    table = table_of("c1,c2,c3,c4,c5,c6,c7,c8,c9,c10,c11,c12\n1,2,3,4,5,6,7,8,9,10,11,12\n");
    check_list(table, "zzzz",
               "unknown column 'zzzz' in -f; there are c1, c2, c3, c4, c5, c6, c7, c8, c9, c10 and 2 more");
    cs_table_free(table);
  }
}

static void test_roles(void) {
  TEST("columns: identities") {
    static const char *const yes[] = {"id",          "ID",         "Id",    "customer_id", "CUSTOMER_ID",
                                      "Customer ID", "CustomerID", "fooId", "fooID",       "order-id",
                                      "user2Id",     "client.id",  " ID "};
    static const char *const no[] = {"PAID", "paid",       "Paid",      "masterid", "id_card",
                                     "idea", "i",          "",          "d",        "AMOUNT_PAID",
                                     "grid", "\xc3\xa9id", "customerid"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
      if (!cs_role_is_id(cs_slice_of(yes[i]))) unit_fail(__FILE__, __LINE__, yes[i]);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
      if (cs_role_is_id(cs_slice_of(no[i]))) unit_fail(__FILE__, __LINE__, no[i]);
  }
  TEST("columns: truth, clusters and fit") {
    CHECK(cs_role_is_truth(cs_slice_of("true_segment")) && !cs_role_is_truth(cs_slice_of("true")));
    CHECK(cs_role_is_cluster(cs_slice_of("cluster")) && cs_role_is_cluster(cs_slice_of("cluster_name")));
    CHECK(cs_role_is_cluster(cs_slice_of("old_cluster")) && !cs_role_is_cluster(cs_slice_of("clusters")));
    CHECK(cs_role_is_fit(cs_slice_of("silhouette")) && cs_role_is_fit(cs_slice_of("outlier_rule")));
    CHECK(!cs_role_is_fit(cs_slice_of("distances")) && !cs_role_is_fit(cs_slice_of("")));
  }
}

/* What cs_features_find() says: the notes, one a line, or the message. */
struct outcome {
  enum cs_status status;
  struct cs_features features;
  struct cs_str text;
};

static void find(struct outcome *outcome, const char *text, const struct cs_features_options *options) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_notes notes = CS_NOTES_INIT;
  struct cs_table *table = table_of(text);
  outcome->text = (struct cs_str)CS_STR_INIT;
  outcome->status = cs_features_find(&outcome->features, table, options, &notes, &err);
  for (size_t i = 0; i < notes.count; i++)
    cs_str_add_format(&outcome->text, "%s%s\n", notes.note[i].kind == CS_NOTE_WARNING ? "warning: " : "",
                      notes.note[i].text);
  if (outcome->status != CS_OK) {
    cs_str_clear(&outcome->text);
    cs_str_add_text(&outcome->text, told(&err));
  }
  cs_notes_release(&notes);
  cs_table_free(table);
}

static void release(struct outcome *outcome) {
  cs_features_release(&outcome->features);
  cs_str_release(&outcome->text);
}

static void check_find(const char *text, const struct cs_features_options *options, enum cs_status status,
                       const char *expected) {
  struct outcome outcome;
  find(&outcome, text, options);
  CHECK(outcome.status == status);
  CHECK_TEXT(cs_str_text(&outcome.text), expected);
  if (status != CS_OK) CHECK(outcome.features.matrix.x == NULL && outcome.features.columns.count == 0);
  release(&outcome);
}

static const char customers[] = "customer_id,a,country,b,c,cluster,true_x,silhouette\n"
                                "1,1.5,DE,10,7,1,0,0.1\n"
                                "2,2.5,FR,30,7,2,0,0.2\n"
                                "3,-1,DE,20,7,1,1,0.3\n";

static void test_choice(void) {
  TEST("columns: the numeric columns that no role excludes, row after row") {
    struct outcome outcome;
    find(&outcome, customers, &(struct cs_features_options){.threads = 1});
    const double expected[] = {1.5, 10, 2.5, 30, -1, 20};
    struct cs_features *features = &outcome.features;
    CHECK(outcome.status == CS_OK && features->matrix.n == 3 && features->matrix.d == 2 &&
          !features->prepared);
    CHECK(features->columns.count == 2 && features->columns.column[0] == 1 &&
          features->columns.column[1] == 3);
    CHECK(features->matrix.x && memcmp(features->matrix.x, expected, sizeof expected) == 0);
    CHECK_TEXT(cs_str_text(&outcome.text),
               "features: a, b (not scaled); left out: customer_id (identity), "
               "country (text), "
               "c (constant), cluster (cluster), true_x (truth), silhouette (fit)\n");
    release(&outcome);
  }
  TEST("columns: -x and --id leave out, how they are scaled inside is said") {
    check_find(customers, &(struct cs_features_options){.exclude = "a,c", .threads = 1}, CS_OK,
               "features: b (not scaled); left out: customer_id (identity), a (excluded), country (text), c "
               "(excluded), "
               "cluster (cluster), true_x (truth), silhouette (fit)\n");
    check_find(customers,
               &(struct cs_features_options){.id = "b", .exclude = "c", .threads = 1, .scaled = "0 to 1"},
               CS_OK,
               "features: a (scaled inside: 0 to 1); left out: customer_id (identity), country (text), "
               "b (identity), c (excluded), cluster (cluster), true_x (truth), silhouette (fit)\n");
    check_find(customers, &(struct cs_features_options){.exclude = "contry", .threads = 1}, CS_USAGE,
               "unknown column 'contry' in -x; did you mean 'country'?");
  }
  TEST("columns: -f names also an identity, its globs pass over roles") {
    check_find(customers, &(struct cs_features_options){.features = "customer_id,a", .threads = 1}, CS_OK,
               "features: customer_id, a (not scaled)\n");
    check_find("id,x_id,x_a,x_b,x_cluster\n1,1,1,2,1\n2,2,5,1,2\n",
               &(struct cs_features_options){.features = "x_*", .threads = 1}, CS_OK,
               "features: x_a, x_b (not scaled)\n");
    check_find(customers,
               &(struct cs_features_options){.features = "a,c", .exclude = "customer_id", .threads = 1},
               CS_OK, "features: a (not scaled); left out: c (constant)\n");
  }
  TEST("columns: a text column named in -f is an error at its first cell that is no number") {
    check_find(customers, &(struct cs_features_options){.features = "a,country", .threads = 1}, CS_DATA,
               ":2: column 'country': not a number");
    check_find("a,b\n1,2\n3,x\n", &(struct cs_features_options){.features = "b", .threads = 1}, CS_DATA,
               ":3: column 'b': not a number");
  }
  TEST("columns: a column of numbers but one is left out with the line") {
    check_find("a,b\n1,2\n3,x\n", &(struct cs_features_options){.threads = 1}, CS_OK,
               "features: a (not scaled); left out: b (not a number at line 3)\n");
  }
  TEST("columns: missing cells are counted and told with the way out, or left as NaN") {
    const char *text = "a,b\n1,2\n3,NA\n4,\n5,6\n";
    check_find(text, &(struct cs_features_options){.threads = 1}, CS_DATA,
               ":3: column 'b': missing value (2 in this column); use cs-prep, or cs-scale --impute median");
    check_find(text, &(struct cs_features_options){.raw_only = true, .threads = 1}, CS_DATA,
               ":3: column 'b': missing value (2 in this column); use --impute median, mean or drop");
    struct outcome outcome;
    find(&outcome, text, &(struct cs_features_options){.allow_missing = true, .threads = 1});
    const double *x = outcome.features.matrix.x;
    CHECK(outcome.status == CS_OK && x && x[1] == 2 && isnan(x[3]) && isnan(x[5]) && x[7] == 6);
    release(&outcome);
  }
  TEST("columns: a column without a value is not numeric") {
    check_find("a,b\n1,\n3,NA\n", &(struct cs_features_options){.threads = 1}, CS_OK,
               "features: a (not scaled); left out: b (no values)\n");
    check_find("a,b\n1,\n3,NA\n", &(struct cs_features_options){.features = "b", .threads = 1}, CS_DATA,
               ": column 'b': every cell is missing");
  }
  TEST("columns: nothing to work on") {
    check_find("id,c\n1,7\n2,7\n", &(struct cs_features_options){.threads = 1}, CS_DATA,
               ": no numeric column to cluster: id (identity), c (constant)");
    check_find("a,b\n", &(struct cs_features_options){.threads = 1}, CS_DATA,
               ": no rows, so nothing to cluster");
  }
}

static void test_prepared(void) {
  static const char text[] = "id,a,scaled__a,scaled__b,pca__1\n1,1,0.5,1,3\n2,5,0.7,1,4\n";
  TEST("columns: components first, then scaled copies, taken as they are") {
    struct outcome outcome;
    find(&outcome, text, &(struct cs_features_options){.threads = 1});
    CHECK(outcome.features.prepared && outcome.features.columns.count == 1 &&
          outcome.features.columns.column[0] == 4);
    CHECK_TEXT(
        cs_str_text(&outcome.text),
        "features: pca__1 (taken as they are); left out: the 4 other columns, as prepared ones are there\n");
    release(&outcome);
    find(&outcome, text, &(struct cs_features_options){.exclude = "pca__*", .threads = 1});
    CHECK(outcome.features.prepared && outcome.features.columns.count == 1 &&
          outcome.features.columns.column[0] == 2);
    release(&outcome);
  }
  TEST("columns: named columns are prepared only when all of them are") {
    struct outcome outcome;
    find(&outcome, text, &(struct cs_features_options){.features = "scaled__a,a", .threads = 1});
    CHECK(outcome.status == CS_OK && !outcome.features.prepared);
    release(&outcome);
    find(&outcome, text, &(struct cs_features_options){.features = "scaled__a,pca__1", .threads = 1});
    CHECK(outcome.status == CS_OK && outcome.features.prepared);
    release(&outcome);
  }
  TEST("columns: a prepared column that is no number is an error, not left out") {
    check_find("scaled__a,scaled__b\n1,2\nx,3\n", &(struct cs_features_options){.threads = 1}, CS_DATA,
               ":3: column 'scaled__a': not a number");
  }
  TEST("columns: a scaler takes the raw columns and keeps constant ones") {
    check_find("id,a,c,scaled__a\n1,1,3,0.5\n2,5,3,0.7\n",
               &(struct cs_features_options){.raw_only = true, .threads = 1}, CS_OK,
               "columns: a, c; left out: id (identity), scaled__a (prepared)\n");
  }
  TEST("columns: a scaler may have a header alone") {
    struct outcome outcome;
    find(&outcome, "a,b\n", &(struct cs_features_options){.features = "b", .raw_only = true, .threads = 1});
    CHECK(outcome.status == CS_OK && outcome.features.columns.count == 1 && outcome.features.matrix.n == 0);
    release(&outcome);
    find(&outcome, "a,b\n", &(struct cs_features_options){.raw_only = true, .threads = 1});
    CHECK(outcome.status == CS_OK && outcome.features.columns.count == 0);
    release(&outcome);
  }
}

static void test_warnings(void) {
  TEST("columns: row numbers, codes and long tails are warned of") {
    struct cs_str text = CS_STR_INIT;
    cs_str_add_text(&text, "row,code,tail,fine\n");
    for (int i = 0; i < 40; i++)
      cs_str_add_format(&text, "%d,%d,%d.5,%d.25\n", 100 + (i * 7) % 40, i % 3, i == 5 ? 1000000 : i,
                        (i * 13) % 17);
    check_find(
        cs_str_text(&text), &(struct cs_features_options){.threads = 1}, CS_OK,
        "features: row, code, tail, fine (not scaled)\n"
        "warning: column row: consecutive integers, which looks like a row number; leave out with -x\n"
        "warning: column code: integers of ten values or fewer; if they are codes, leave them out with -x\n"
        "warning: column tail: skewness beyond 2, so few rows decide; cs-scale --method log draws the tail "
        "in\n");
    cs_str_release(&text);
  }
  TEST("columns: long lists are cut to one readable line") {
    struct cs_str text = CS_STR_INIT;
    for (int i = 1; i <= 12; i++) cs_str_add_format(&text, "%sv%d", i > 1 ? "," : "", i);
    for (int row = 0; row < 2; row++)
      for (int i = 1; i <= 12; i++) cs_str_add_format(&text, "%s%d", i > 1 ? "," : "\n", i * row);
    check_find(cs_str_text(&text), &(struct cs_features_options){.threads = 1}, CS_OK,
               "features: v1, v2, v3, v4, v5, v6, v7, v8 and 4 more (not scaled)\n");
    cs_str_release(&text);
  }
}

static void test_threads(void) {
  TEST("columns: threads don't change the matrix") {
    struct cs_str text = CS_STR_INIT;
    cs_str_add_text(&text, "a,b,c\n");
    for (int i = 0; i < 5000; i++) cs_str_add_format(&text, "%d.5,%d,%d\n", i, (i * 37) % 1009, i * 3 % 7);
    struct outcome one, eight;
    find(&one, cs_str_text(&text), &(struct cs_features_options){.threads = 1});
    find(&eight, cs_str_text(&text), &(struct cs_features_options){.threads = 8});
    CHECK(one.status == CS_OK && eight.status == CS_OK && one.features.matrix.n == 5000 &&
          one.features.matrix.d == 3);
    if (one.features.matrix.x && eight.features.matrix.x)
      CHECK(memcmp(one.features.matrix.x, eight.features.matrix.x, 5000 * 3 * sizeof(double)) == 0);
    release(&one);
    release(&eight);
    cs_str_release(&text);
  }
}

static void test_load(void) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_features features;
  const char *const name[] = {"b", "a"}, *const twice[] = {"a", "a"};
  const struct cs_features_options complete = {.threads = 1}, missing = {.allow_missing = true};
  TEST("columns: a model's columns are found by name, in the model's order") {
    struct cs_table *table = table_of("a,x,b\n1,t,2\n3,u,4\n");
    CHECK(cs_features_load(&features, table, name, 2, &complete, &err) == CS_OK);
    const double expected[] = {2, 1, 4, 3};
    CHECK(features.matrix.d == 2 && memcmp(features.matrix.x, expected, sizeof expected) == 0 &&
          !features.prepared);
    cs_features_release(&features);
    cs_table_free(table);
  }
  TEST("columns: a model that names a column twice is refused") {
    struct cs_table *table = table_of("a,b\n1,2\n");
    CHECK(cs_features_load(&features, table, twice, 2, &complete, &err) == CS_DATA);
    CHECK_TEXT(told(&err), ": column 'a': the model names it twice");
    cs_table_free(table);
  }
  TEST("columns: by column there is no matrix, and a column without a value is NaN throughout") {
    struct cs_table *table = table_of("a,b\n1,\n3,NA\n");
    const struct cs_features_options by_column = {.allow_missing = true, .by_column = true};
    CHECK(cs_features_load(&features, table, name, 2, &by_column, &err) == CS_OK && !features.matrix.x);
    CHECK(features.vectors.n == 2 && features.vectors.d == 2 && features.columns.count == 2);
    CHECK(isnan(features.vectors.v[0][0]) && isnan(features.vectors.v[0][1]));
    CHECK(features.vectors.v[1][0] == 1 && features.vectors.v[1][1] == 3);
    cs_features_release(&features);
    cs_table_free(table);
  }
  TEST("columns: constant columns and a single row are loaded, as new rows may be few") {
    struct cs_table *table = table_of("a,b\n1,2\n");
    CHECK(cs_features_load(&features, table, name, 2, &complete, &err) == CS_OK && features.matrix.n == 1);
    cs_features_release(&features);
    cs_table_free(table);
  }
  TEST("columns: what a model needs and isn't there") {
    struct cs_table *table = table_of("a,c\n1,2\n");
    CHECK(cs_features_load(&features, table, name, 2, &complete, &err) == CS_DATA);
    CHECK_TEXT(told(&err), ": no column 'b', which is needed");
    cs_table_free(table);
    table = table_of("a,b\n1,x\n");
    CHECK(cs_features_load(&features, table, name, 2, &missing, &err) == CS_DATA);
    CHECK_TEXT(told(&err), ":2: column 'b': not a number");
    cs_table_free(table);
  }
  TEST("columns: missing cells under a model") {
    struct cs_table *table = table_of("a,b\n1,\n2,NA\n");
    CHECK(cs_features_load(&features, table, name, 2, &missing, &err) == CS_OK);
    CHECK(isnan(features.matrix.x[0]) && features.matrix.x[1] == 1 && isnan(features.matrix.x[2]));
    cs_features_release(&features);
    CHECK(cs_features_load(&features, table, name, 2, &complete, &err) == CS_DATA);
    CHECK_TEXT(told(&err),
               ":2: column 'b': missing value (2 in this column); use cs-prep, or cs-scale --impute median");
    cs_table_free(table);
  }
  TEST("columns: no rows under a model") {
    struct cs_table *table = table_of("a,b\n");
    CHECK(cs_features_load(&features, table, name, 2, &complete, &err) == CS_OK && features.matrix.n == 0);
    cs_features_release(&features);
    cs_table_free(table);
  }
}

int main(void) {
  UNIT_BEGIN;
  int file = mkstemp(path);
  if (file >= 0) close(file);
  test_lists();
  test_quotes();
  test_roles();
  test_choice();
  test_prepared();
  test_warnings();
  test_threads();
  test_load();
  unlink(path);
  UNIT_END;
}
