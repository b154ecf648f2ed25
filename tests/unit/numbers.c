#include "prep/numbers.h"
#include "base/rng.h"
#include "text_table.h"
#include "unit.h"

#include <stdlib.h>

static struct cs_numbers with(char decimal) {
  struct cs_numbers numbers;
  cs_numbers_begin(&numbers, decimal);
  return numbers;
}

/* The value of a text, NaN where it is no number. */
static double read_with(const char *text, char decimal, bool share) {
  struct cs_numbers numbers = with(decimal);
  double value = NAN;
  return cs_numbers_read(&numbers, cs_slice_of(text), share, &value) ? value : NAN;
}

static void is(const char *text, char decimal, double expected) {
  double value = read_with(text, decimal, false);
  if (value == expected) return;
  printf("# '%s' is %.17g\n", text, value);
  unit_fail(__FILE__, __LINE__, text);
}

static void is_none(const char *text, char decimal) {
  double value = read_with(text, decimal, false);
  if (isnan(value)) return;
  printf("# '%s' is %.17g\n", text, value);
  unit_fail(__FILE__, __LINE__, text);
}

static unsigned says(const char *text) {
  struct cs_numbers numbers = CS_NUMBERS_INIT;
  double value;
  (void)cs_numbers_read(&numbers, cs_slice_of(text), true, &value);
  return numbers.seen;
}

static void test_marks(void) {
  TEST("numbers: plain ones are read as num.h reads them") {
    is("12.50", '.', 12.5);
    is("-0.1", '.', -0.1);
    is("1e3", '.', 1000);
    is("12,5", ',', 12.5);
    is("1234.5678", '.', 1234.5678);
    is("1,5E+03", ',', 1500);
    is("+7", '.', 7);
    is(".5", '.', 0.5);
    is("0.1000000000000000055511151231257827021181583404541015625000000000000000000001", '.', 0.1);
  }
  TEST("numbers: a currency before or behind, with blanks of any kind") {
    static const char *const text[] = {"$12.50",
                                       "12.50$",
                                       "$ 12.50",
                                       "\xc2\xa3"
                                       "12.50",
                                       "\xe2\x82\xac 12.50",
                                       "12.50 \xe2\x82\xac",
                                       "12.50\xc2\xa0\xe2\x82\xac",
                                       "12.50\xe2\x80\xaf"
                                       "EUR",
                                       "\xc2\xa5"
                                       "12.50",
                                       "\xe2\x82\xb9"
                                       "12.50",
                                       "US$12.50",
                                       "US$ 12.50",
                                       "$12.50 USD",
                                       "12.50 z\xc5\x82",
                                       "K\xc4\x8d 12.50",
                                       "12.50 kr",
                                       "12.50 kr.",
                                       "kr. 12.50",
                                       "Rs.12.50",
                                       "CHF 12.50",
                                       "12.50CHF",
                                       "\xd1\x80\xd1\x83\xd0\xb1 12.50",
                                       " 12.50 \t",
                                       "\xc2\xa0"
                                       "12.50",
                                       "\xc2\x80"
                                       "12.50",
                                       "A$12.50",
                                       "+ $12.50"};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) is(text[i], '.', 12.5);
  }
  TEST("numbers: below zero by a minus on either side, or by parentheses") {
    static const char *const text[] = {"-12.50",
                                       "-$12.50",
                                       "$-12.50",
                                       "$ -12.50",
                                       "12.50-",
                                       "$12.50-",
                                       "12.50 -",
                                       "12.50- EUR",
                                       "(12.50)",
                                       "($12.50)",
                                       "$(12.50)",
                                       "( 12.50 )",
                                       "(12.50) USD",
                                       "\xe2\x88\x92"
                                       "12.50",
                                       "\xe2\x82\xac\xe2\x88\x92"
                                       "12.50",
                                       "- 12.50"};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) is(text[i], '.', -12.5);
  }
  TEST("numbers: groups of three, and only these") {
    is("1,234.56", '.', 1234.56);
    is("1,234,567", '.', 1234567);
    is("1.234,56", ',', 1234.56);
    is("1.234.567", ',', 1234567);
    is("1 234,56", ',', 1234.56);
    is("1\xc2\xa0"
       "234,56",
       ',', 1234.56);
    is("1\xe2\x80\xaf"
       "234\xe2\x80\xaf"
       "567,8",
       ',', 1234567.8);
    is("1'234.56", '.', 1234.56);
    is("1\xe2\x80\x99"
       "234.56",
       '.', 1234.56);
    is("1 234.56", '.', 1234.56);
    is("12,345", '.', 12345);
    is("1.234", ',', 1234);
    is("999,999.", '.', 999999);
    is("$1,234.50", '.', 1234.5);
    is("(1,234.50)", '.', -1234.5);
    is_none("1,23", '.');
    is_none("1,2345", '.');
    is_none("1234,567", '.');
    is_none("1,234,56", '.');
    is_none("1,234 567", '.');
    is_none("0,123", '.');
    is_none(",123", '.');
    is_none("1,234.56.78", '.');
    is_none("1.234.56", ',');
    is_none("12 34", '.');
    is_none("1 234 56", '.');
    is_none("1  234", '.');
    is_none("1\t234", '.');
    is_none("1,234e2", '.');
  }
  TEST("numbers: what is none") {
    static const char *const text[] = {"",
                                       " ",
                                       "$",
                                       "-",
                                       "()",
                                       "abc",
                                       "EUR",
                                       "Euro 12",
                                       "12 Euro",
                                       "12 x 4",
                                       "--12",
                                       "-12-",
                                       "(-12)",
                                       "(12",
                                       "12)",
                                       "((12))",
                                       "(12)-",
                                       "$$12",
                                       "$12 $ 4",
                                       "12 EUR USD",
                                       "12%",
                                       "0x10",

                                       "1 e5 3",
                                       "inf",
                                       "nan",
                                       "12.50 CR",
                                       "dr 12",
                                       "500,-",
                                       "12/4",
                                       "12:30",
                                       "2011-12-09",
                                       "#12",
                                       "12;",
                                       "1.2.3",
                                       "1..2",
                                       ("\xe2\x80\x93"
                                        "12"),
                                       "1e999"};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
      is_none(text[i], '.');
      is_none(text[i], ',');
    }
  }
  TEST("numbers: a per-cent sign counts hundredths, where shares are read") {
    CHECK(read_with("15%", '.', true) == 0.15 && read_with("33.3 %", '.', true) == 0.333);
    CHECK(read_with("7,5%", ',', true) == 0.075 && read_with("-15%", '.', true) == -0.15);
    CHECK(read_with("15", '.', true) == 15 && isnan(read_with("15%%", '.', true)));
    CHECK(isnan(read_with("1e2%", '.', true)) && read_with("1,234%", '.', true) == 12.34);
    CHECK(cs_numbers_is_per_cent(cs_slice_of("15% ")) && !cs_numbers_is_per_cent(cs_slice_of("15")));
  }
  TEST("numbers: the value is the nearest double of the decimal text, however it is dressed") {
    struct cs_rng rng;
    cs_rng_init(&rng, 5, 0);
    for (int i = 0; i < 20000; i++) {
      char plain[64], dressed[96] = "(";
      unsigned long long whole = cs_rng_below(&rng, 1ull << (1 + cs_rng_below(&rng, 50))),
                         cents = cs_rng_below(&rng, 1000);
      snprintf(plain, sizeof plain, "%llu.%03llu", whole, cents);
      char figures[32];
      size_t len = (size_t)snprintf(figures, sizeof figures, "%llu", whole);
      for (size_t k = 0; k < len; k++) {
        strncat(dressed, figures + k, 1);
        if ((len - 1 - k) % 3 == 0 && k + 1 < len) strcat(dressed, ".");
      }
      snprintf(dressed + strlen(dressed), 32, ",%03llu \xe2\x82\xac)", cents);
      if (read_with(dressed, ',', false) != -strtod(plain, NULL)) unit_fail(__FILE__, __LINE__, dressed);
    }
  }
}

static void test_signs(void) {
  TEST("numbers: what a cell says of the decimal sign") {
    CHECK(says("12") == 0 && says("1 234") == 0 && says("$12") == 0 && says("-12") == 0 && says("x") == 0);
    CHECK(says("12.50") == CS_NUMBER_POINT && says("1,234.56") == CS_NUMBER_POINT);
    CHECK(says("1,234,567") == CS_NUMBER_POINT && says("0.125") == CS_NUMBER_POINT);
    CHECK(says("1234.567") == CS_NUMBER_POINT && says("1.2345") == CS_NUMBER_POINT &&
          says(".125") == CS_NUMBER_POINT);
    CHECK(says("12,50") == CS_NUMBER_COMMA && says("1.234,56") == CS_NUMBER_COMMA);
    CHECK(says("1.234.567") == CS_NUMBER_COMMA && says("0,125") == CS_NUMBER_COMMA &&
          says("1 234,567") == CS_NUMBER_COMMA);
    CHECK(says("1.234") == CS_NUMBER_POINT_OR_GROUP && says("$1.234") == CS_NUMBER_POINT_OR_GROUP);
    CHECK(says("(123.456)") == CS_NUMBER_POINT_OR_GROUP && says("15.000%") == CS_NUMBER_POINT_OR_GROUP);
    CHECK(says("1,234") == CS_NUMBER_COMMA_OR_GROUP && says("-123,456 EUR") == CS_NUMBER_COMMA_OR_GROUP);
  }
  TEST("numbers: the first cell that tells decides, and later ones contradict it or don't") {
    struct cs_numbers numbers = CS_NUMBERS_INIT;
    double value;
    cs_numbers_take(&numbers, CS_NUMBER_POINT_OR_GROUP);
    CHECK(cs_numbers_open(&numbers));
    cs_numbers_take(&numbers, CS_NUMBER_COMMA | CS_NUMBER_COMMA_OR_GROUP);
    CHECK(!cs_numbers_open(&numbers) && numbers.decided && numbers.sign == ',');
    CHECK(cs_numbers_read(&numbers, cs_slice_of("1.234"), false, &value) && value == 1234 &&
          numbers.seen == 0);
    CHECK(cs_numbers_read(&numbers, cs_slice_of("1,234"), false, &value) && value == 1.234 &&
          numbers.seen == 0);
    CHECK(!cs_numbers_read(&numbers, cs_slice_of("12x"), true, &value) || value == 12);
    CHECK(!cs_numbers_read(&numbers, cs_slice_of("12.50"), false, &value));
    CHECK(cs_numbers_contradict(&numbers, numbers.seen));
  }
  TEST("numbers: with --decimal a cell that needs the other sign is no number, and nothing more") {
    struct cs_numbers numbers = with(',');
    double value;
    CHECK(!cs_numbers_read(&numbers, cs_slice_of("12.50"), false, &value) && numbers.seen == 0);
    CHECK(!cs_numbers_open(&numbers) && !cs_numbers_contradict(&numbers, CS_NUMBER_POINT));
  }
  TEST("numbers: several currencies are noticed, several cells of one aren't") {
    struct cs_numbers numbers = with('.');
    double value;
    CHECK(cs_numbers_read(&numbers, cs_slice_of("$12"), false, &value) &&
          cs_numbers_read(&numbers, cs_slice_of("12"), false, &value));
    CHECK(cs_numbers_read(&numbers, cs_slice_of("$ 13"), false, &value) && !numbers.currencies);
    struct cs_numbers other = with('.');
    CHECK(cs_numbers_read(&other, cs_slice_of("13 EUR"), false, &value) && !other.currencies);
    cs_numbers_add_currency(&numbers, &other);
    CHECK(numbers.currencies);
  }
}

/* --- columns --- */

/* "." or "," for the first two columns of a table, or the message. */
static const char *found(const char *text) {
  static char answer[1024];
  static const size_t column[] = {0, 1};
  struct cs_error err = CS_ERROR_INIT;
  struct cs_numbers numbers = CS_NUMBERS_INIT;
  struct cs_table *table = read_text(text);
  struct cs_number_columns columns = {table, column, 2};
  enum cs_status status = cs_numbers_look(&numbers, &columns, 0, &err);
  if (status == CS_OK) status = cs_numbers_end(&numbers, &columns, 0, &err);
  snprintf(answer, sizeof answer, "%c", numbers.sign);
  if (status != CS_OK) snprintf(answer, sizeof answer, "%s", err.text);
  cs_table_free(table);
  return answer;
}

static void test_columns(void) {
  TEST("numbers: one cell tells for all columns") {
    CHECK_TEXT(found("a;b\n1.234;5\n;\n7;12,50\n"), ",");
    CHECK_TEXT(found("a;b\n1,234;5\n7;12.50\n"), ".");
    CHECK_TEXT(found("a;b\n1;x\nNA;3\n"), ".");
    CHECK_TEXT(found("a;b\n"), ".");
  }
  TEST("numbers: where none tells, 1.234 has a point, and 1,234 is refused with its place") {
    CHECK_TEXT(found("a;b\n1;2\n3;1.234\n"), ".");
    CHECK_TEXT(
        found("a;b\n1;2\n3;1,234\n"),
        "table.csv:3: column 'b': no cell tells whether this comma is a decimal sign or stands between "
        "thousands; say it with --decimal . or --decimal ,");
    CHECK(strstr(found("a;b\n1.234;2\n3;1,234\n"), "table.csv:3: column 'b'") != NULL);
  }
  TEST("numbers: the cell that contradicts those before it is named") {
    static const size_t column[] = {0, 1};
    struct cs_error err = CS_ERROR_INIT;
    struct cs_numbers numbers = CS_NUMBERS_INIT;
    struct cs_table *table = read_text("a;b\n1,5;2\n3;1.50\n");
    struct cs_number_columns columns = {table, column, 2};
    CHECK(cs_numbers_look(&numbers, &columns, 0, &err) == CS_OK && numbers.sign == ',');
    CHECK(cs_numbers_fail_mixed(&numbers, &columns, 1, &err) == CS_DATA);
    CHECK(strstr(err.text, "table.csv:3: column 'b': this number has a decimal point") != NULL);
    cs_table_free(table);
  }
}

int main(void) {
  UNIT_BEGIN;
  test_marks();
  test_signs();
  test_columns();
  UNIT_END;
}
