#include "prep/formula.h"

#include "base/memory.h"
#include "prep/money.h"
#include "prep/roles.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* Operands that wait for their operator, and parentheses within each other. */
enum { DEPTH_MOST = 64 };

/* How many last places a value may be off a short decimal, to be taken for it. */
static const double roundings = 4;

void cs_formula_release(struct cs_formula *formula) {
  free(formula->step);
  *formula = (struct cs_formula)CS_FORMULA_INIT;
}

/* --- parsing --- */

struct parser {
  struct cs_formula *formula;
  const struct cs_table *table;
  const char *option;
  const char *at, *end;
  size_t depth, waiting; /* parentheses; operands on the stack */
  struct cs_error *err;
};

static bool is_operator(char byte) {
  return byte && strchr("+-*/()", byte);
}

static bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

bool cs_formula_is(struct cs_slice text) {
  bool quoted = false;
  for (size_t i = 0; i < text.len; i++) {
    quoted ^= text.data[i] == '"';
    if (!quoted && is_operator(text.data[i])) return true;
  }
  return false;
}

static void skip_blanks(struct parser *parser) {
  while (parser->at < parser->end && (*parser->at == ' ' || *parser->at == '\t')) parser->at++;
}

static bool take(struct parser *parser, char byte) {
  skip_blanks(parser);
  if (parser->at == parser->end || *parser->at != byte) return false;
  parser->at++;
  return true;
}

static enum cs_status fail(const struct parser *parser, const char *what) {
  size_t len = (size_t)(parser->end - parser->at);
  return len ? cs_fail(parser->err, CS_USAGE, "%s: %s at '%.*s'", parser->option, what,
                       (int)(len < 60 ? len : 60), parser->at)
             : cs_fail(parser->err, CS_USAGE, "%s: %s at the end of the formula", parser->option, what);
}

static enum cs_status add(struct parser *parser, struct cs_formula_step step) {
  struct cs_formula *formula = parser->formula;
  CS_TRY(cs_grow(&formula->step, &formula->capacity, formula->count + 1, sizeof *formula->step, "a formula",
                 parser->err));
  formula->step[formula->count++] = step;
  if (step.kind <= CS_FORMULA_COLUMN && ++parser->waiting > DEPTH_MOST)
    return fail(parser, "too much that waits for its operator");
  if (step.kind > CS_FORMULA_COLUMN && step.kind != CS_FORMULA_NEGATE) parser->waiting--;
  return CS_OK;
}

/* Whether an operator may stand at `at`, or the end. */
static bool ends(const struct parser *parser, const char *at) {
  while (at < parser->end && (*at == ' ' || *at == '\t')) at++;
  return at == parser->end || is_operator(*at);
}

/* The number at hand; returns its length or 0. */
static size_t number_length(const struct parser *parser, double *number) {
  const char *at = parser->at;
  while (at < parser->end && (is_digit(*at) || *at == '.')) at++;
  if (at < parser->end && at > parser->at && (*at | 0x20) == 'e') {
    const char *digits = at + 1;
    if (digits < parser->end && (*digits == '+' || *digits == '-')) digits++;
    if (digits < parser->end && is_digit(*digits)) at = digits;
    while (at < parser->end && is_digit(*at)) at++;
  }
  size_t len = (size_t)(at - parser->at);
  return len && ends(parser, at) && cs_num_parse(parser->at, len, '.', number) ? len : 0;
}

/* The longest name of a column at hand that an operator may follow. */
static size_t name_length(const struct parser *parser, size_t *column) {
  size_t left = (size_t)(parser->end - parser->at), longest = 0;
  for (size_t i = 0; i < cs_table_columns_read(parser->table); i++) {
    struct cs_slice name = cs_table_name(parser->table, i);
    if (name.len <= longest || name.len > left || memcmp(name.data, parser->at, name.len) != 0) continue;
    if (!ends(parser, parser->at + name.len)) continue;
    longest = name.len;
    *column = i;
  }
  return longest;
}

static enum cs_status add_column(struct parser *parser, struct cs_slice name) {
  size_t column;
  CS_TRY(cs_column_named(parser->table, name, parser->option, &column, parser->err));
  return add(parser, (struct cs_formula_step){CS_FORMULA_COLUMN, column, 0});
}

static enum cs_status parse_quoted(struct parser *parser) {
  const char *name = parser->at + 1, *quote = memchr(name, '"', (size_t)(parser->end - name));
  if (!quote) return fail(parser, "a quote that is never closed");
  parser->at = quote + 1;
  return add_column(parser, (struct cs_slice){name, (size_t)(quote - name)});
}

static enum cs_status parse_operand(struct parser *parser) {
  double number = 0;
  size_t column = CS_NO_COLUMN, digits = number_length(parser, &number), name = name_length(parser, &column);
  if (name && name >= digits) {
    parser->at += name;
    return add(parser, (struct cs_formula_step){CS_FORMULA_COLUMN, column, 0});
  }
  if (digits) {
    parser->at += digits;
    return add(parser, (struct cs_formula_step){CS_FORMULA_NUMBER, 0, number});
  }
  const char *begin = parser->at;
  while (parser->at < parser->end && !is_operator(*parser->at)) parser->at++;
  struct cs_slice unknown = cs_slice_trim((struct cs_slice){begin, (size_t)(parser->at - begin)});
  if (!unknown.len) return fail(parser, "a column or a number is missing");
  return add_column(parser, unknown);
}

static enum cs_status parse_sum(struct parser *parser);

static enum cs_status parse_factor(struct parser *parser) {
  if (take(parser, '(')) {
    if (++parser->depth > DEPTH_MOST) return fail(parser, "too many parentheses within each other");
    CS_TRY(parse_sum(parser));
    parser->depth--;
    return take(parser, ')') ? CS_OK : fail(parser, "a parenthesis isn't closed");
  }
  return parser->at < parser->end && *parser->at == '"' ? parse_quoted(parser) : parse_operand(parser);
}

static enum cs_status parse_signed(struct parser *parser) {
  if (!take(parser, '-')) return parse_factor(parser);
  CS_TRY(parse_factor(parser));
  return add(parser, (struct cs_formula_step){CS_FORMULA_NEGATE, 0, 0});
}

static enum cs_status parse_product(struct parser *parser) {
  CS_TRY(parse_signed(parser));
  for (;;) {
    enum cs_formula_kind kind = take(parser, '*')   ? CS_FORMULA_MULTIPLY
                                : take(parser, '/') ? CS_FORMULA_DIVIDE
                                                    : CS_FORMULA_NUMBER;
    if (kind == CS_FORMULA_NUMBER) return CS_OK;
    CS_TRY(parse_signed(parser));
    CS_TRY(add(parser, (struct cs_formula_step){kind, 0, 0}));
  }
}

static enum cs_status parse_sum(struct parser *parser) {
  CS_TRY(parse_product(parser));
  for (;;) {
    enum cs_formula_kind kind = take(parser, '+')   ? CS_FORMULA_ADD
                                : take(parser, '-') ? CS_FORMULA_SUBTRACT
                                                    : CS_FORMULA_NUMBER;
    if (kind == CS_FORMULA_NUMBER) return CS_OK;
    CS_TRY(parse_product(parser));
    CS_TRY(add(parser, (struct cs_formula_step){kind, 0, 0}));
  }
}

enum cs_status cs_formula_parse(struct cs_formula *formula, const struct cs_table *table,
                                struct cs_slice text, const char *option, struct cs_error *err) {
  struct parser parser = {formula, table, option, text.data, text.data + text.len, 0, 0, err};
  bool any = false;
  formula->count = 0;
  CS_TRY(parse_sum(&parser));
  skip_blanks(&parser);
  if (parser.at < parser.end) return fail(&parser, "an operator is missing");
  for (size_t i = 0; i < formula->count; i++) any |= formula->step[i].kind == CS_FORMULA_COLUMN;
  return any ? CS_OK
             : cs_fail(err, CS_USAGE, "%s: no column in '%.*s'", option, (int)(text.len < 60 ? text.len : 60),
                       text.data);
}

bool cs_formula_is_product(const struct cs_formula *formula, size_t *left, size_t *right) {
  const struct cs_formula_step *step = formula->step;
  if (formula->count != 3 || step[0].kind != CS_FORMULA_COLUMN || step[1].kind != CS_FORMULA_COLUMN ||
      step[2].kind != CS_FORMULA_MULTIPLY)
    return false;
  *left = step[0].column;
  *right = step[1].column;
  return true;
}

enum cs_status cs_formula_columns(const struct cs_formula *formula, struct cs_columns *columns,
                                  struct cs_error *err) {
  for (size_t i = 0; i < formula->count; i++)
    if (formula->step[i].kind == CS_FORMULA_COLUMN)
      CS_TRY(cs_columns_add(columns, formula->step[i].column, err));
  return CS_OK;
}

/* --- a row --- */

/* A value, and the largest number whose last digits are noise in it: of 1 - 0.1 it is 1. */
struct operand {
  double value, magnitude;
};

static struct operand apply(enum cs_formula_kind kind, struct operand left, struct operand right) {
  double sum_of = fmax(left.magnitude, right.magnitude), divisor = fabs(right.value);
  switch (kind) {
  case CS_FORMULA_ADD: return (struct operand){left.value + right.value, sum_of};
  case CS_FORMULA_SUBTRACT: return (struct operand){left.value - right.value, sum_of};
  case CS_FORMULA_MULTIPLY:
    return (struct operand){left.value * right.value,
                            fmax(left.magnitude * divisor, fabs(left.value) * right.magnitude)};
  default:
    return (struct operand){
        left.value / right.value,
        fmax(left.magnitude / divisor, fabs(left.value) / divisor * (right.magnitude / divisor))};
  }
}

/* The cell of a step, NaN where it is no number. */
static struct operand read_cell(struct cs_slice cell, struct cs_numbers *numbers) {
  double value;
  if (!cs_numbers_read(numbers, cell, true, &value)) value = NAN;
  return (struct operand){value, fabs(value)};
}

/* The short decimal that the value is but for roundings, or itself. */
static double without_noise(struct operand operand) {
  double magnitude = fmax(operand.magnitude, fabs(operand.value));
  double decimal = cs_money_snap(operand.value, magnitude);
  return fabs(decimal - operand.value) <= roundings * DBL_EPSILON * magnitude ? decimal : operand.value;
}

enum cs_formula_result cs_formula_value(const struct cs_formula *formula, const struct cs_table *table,
                                        const struct cs_slice *cells, struct cs_numbers *numbers,
                                        double *value) {
  struct operand stack[DEPTH_MOST];
  size_t top = 0;
  bool finite = true;
  *value = NAN;
  for (size_t i = 0; i < formula->count; i++) {
    const struct cs_formula_step *step = &formula->step[i];
    if (step->kind == CS_FORMULA_NUMBER) {
      stack[top++] = (struct operand){step->number, fabs(step->number)};
    } else if (step->kind == CS_FORMULA_COLUMN) {
      if (cs_table_is_missing(table, cells[step->column])) return CS_FORMULA_MISSING;
      stack[top++] = read_cell(cells[step->column], numbers);
    } else if (step->kind == CS_FORMULA_NEGATE) {
      stack[top - 1].value = -stack[top - 1].value;
    } else {
      top--;
      stack[top - 1] = apply(step->kind, stack[top - 1], stack[top]);
    }
    finite &= isfinite(stack[top - 1].value);
  }
  if (!finite) return CS_FORMULA_BAD;
  *value = without_noise(stack[0]);
  return CS_FORMULA_VALUE;
}
