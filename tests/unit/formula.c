#include "prep/formula.h"
#include "text_table.h"
#include "unit.h"

#include <stdlib.h>

static const char table_text[] = "a;b;c d;a-b;item-price;12m;x*y;(z);\"q\"\"q\";none;bad\n"
                                 "2;3;0.1;7;2.55;9;11;13;1;;oops\n";

/* The value of a formula in the row above as text, or what is wrong. */
static const char *value_of(const char *formula_text) {
  static char answer[1024];
  struct cs_error err = CS_ERROR_INIT;
  struct cs_formula formula = CS_FORMULA_INIT;
  struct cs_numbers numbers = CS_NUMBERS_INIT;
  struct cs_table *table = read_text(table_text);
  struct cs_slice cells[16];
  struct cs_str scratch = CS_STR_INIT;
  size_t columns[16], count = cs_table_columns_read(table);
  double value;
  for (size_t i = 0; i < count; i++) columns[i] = i;
  if (cs_formula_parse(&formula, table, cs_slice_of(formula_text), "--map", &err) != CS_OK) {
    snprintf(answer, sizeof answer, "%s", err.text);
  } else if (cs_table_cells(table, 0, columns, count, cells, &scratch, &err) == CS_OK) {
    switch (cs_formula_value(&formula, table, cells, &numbers, &value)) {
    case CS_FORMULA_VALUE: snprintf(answer, sizeof answer, "%.17g", value); break;
    case CS_FORMULA_MISSING: snprintf(answer, sizeof answer, "missing"); break;
    case CS_FORMULA_BAD: snprintf(answer, sizeof answer, "bad"); break;
    }
  }
  cs_formula_release(&formula);
  cs_str_release(&scratch);
  cs_table_free(table);
  return answer;
}

static bool product_of(const char *text, size_t *left, size_t *right) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_formula formula = CS_FORMULA_INIT;
  struct cs_table *table = read_text(table_text);
  bool is = cs_formula_parse(&formula, table, cs_slice_of(text), "--map", &err) == CS_OK &&
            cs_formula_is_product(&formula, left, right);
  cs_formula_release(&formula);
  cs_table_free(table);
  return is;
}

int main(void) {
  UNIT_BEGIN;
  TEST("formula: the operators bind as everywhere") {
    CHECK_TEXT(value_of("a+b*2"), "8");
    CHECK_TEXT(value_of("(a+b)*2"), "10");
    CHECK_TEXT(value_of("a - b - 4"), "-5");
    CHECK_TEXT(value_of("24/a/b"), "4");
    CHECK_TEXT(value_of("-a*-b"), "6");
    CHECK_TEXT(value_of("a*(b-(a-1))/4"), "1");
    CHECK_TEXT(value_of("1e1*a+.5"), "20.5");
  }
  TEST("formula: names bare, with blanks, quoted, and with operators in them") {
    CHECK_TEXT(value_of("c d*10"), "1");
    CHECK_TEXT(value_of(" \"c d\" * \"a\" "), "0.20000000000000001");
    CHECK_TEXT(value_of("item-price*b"), "7.6500000000000004");
    CHECK_TEXT(value_of("a-b+1"), "8"); /* the longest name */
    CHECK_TEXT(value_of("a -b"), "-1");
    CHECK_TEXT(value_of("\"a\"-b"), "-1");
    CHECK_TEXT(value_of("x*y+a"), "13");
    CHECK_TEXT(value_of("\"(z)\"+a"), "15");
    CHECK_TEXT(value_of("12m+1"), "10");
    CHECK_TEXT(value_of("a*12"), "24");
  }
  TEST("formula: decimal noise is cut, as in money: the values by Python's decimal") {
    CHECK_TEXT(value_of("b*item-price*(1-c d)"), "6.8849999999999998");
    CHECK_TEXT(value_of("1-c d*9"), "0.10000000000000001");
    CHECK_TEXT(value_of("c d+0.2"), "0.29999999999999999");
    CHECK_TEXT(value_of("c d*b-0.3"), "0");
    CHECK_TEXT(value_of("1000000000/(b*1000000000)"), "0.33333333333333331");
  }
  TEST("formula: a missing cell, one that is no number, and what can't be divided") {
    CHECK_TEXT(value_of("a+none"), "missing");
    CHECK_TEXT(value_of("a+bad"), "bad");
    CHECK_TEXT(value_of("1/(a-2)*b"), "bad");
    CHECK_TEXT(value_of("0/(b-3)+a"), "bad");
    CHECK_TEXT(value_of("1/(1/(b-3))"), "bad");
    CHECK_TEXT(value_of("a/(a-2)"), "bad");
    CHECK_TEXT(value_of("1e308*10*a"), "bad");
  }
  TEST("formula: what is no formula is named") {
    CHECK_TEXT(value_of("a+"), "--map: a column or a number is missing at the end of the formula");
    CHECK_TEXT(value_of("a+*b"), "--map: a column or a number is missing at '*b'");
    CHECK_TEXT(value_of("(a+b"), "--map: a parenthesis isn't closed at the end of the formula");
    CHECK_TEXT(value_of("a)"), "--map: an operator is missing at ')'");
    CHECK_TEXT(value_of("\"a\" \"b\""), "--map: an operator is missing at '\"b\"'");
    CHECK_TEXT(value_of("\"a"), "--map: a quote that is never closed at '\"a'");
    CHECK_TEXT(value_of("a*item-prise"), "--map: no column 'item'");
    CHECK_TEXT(value_of("1+2"), "--map: no column in '1+2'");
    CHECK_TEXT(value_of("a*c  d"), "--map: no column 'c  d', did you mean 'c d'?");
    char deep[300] = "";
    for (int i = 0; i < 100; i++) strcat(deep, "(");
    CHECK(strstr(value_of(deep), "too many parentheses") != NULL);
    char right[800] = "a";
    for (int i = 0; i < 100; i++) strcat(right, "+(a");
    CHECK(strstr(value_of(right), "too many parentheses") != NULL ||
          strstr(value_of(right), "waits") != NULL);
  }
  TEST("formula: a sum of many columns is no depth") {
    char sum[1000] = "a";
    for (int i = 0; i < 300; i++) strcat(sum, "+a");
    CHECK_TEXT(value_of(sum), "602");
  }
  TEST("formula: a product of two columns is known as one") {
    size_t left = 9, right = 9;
    CHECK(product_of("a*b", &left, &right) && left == 0 && right == 1);
    CHECK(product_of("(\"c d\") * a", &left, &right) && left == 2 && right == 0);
    CHECK(!product_of("a*2", &left, &right) && !product_of("a*b*a", &left, &right) &&
          !product_of("a+b", &left, &right));
    CHECK(cs_formula_is(cs_slice_of("a*b")) && !cs_formula_is(cs_slice_of("\"a*b\"")) &&
          !cs_formula_is(cs_slice_of("a b")));
  }
  UNIT_END;
}
