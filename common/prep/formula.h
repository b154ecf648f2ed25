/* formula.h - arithmetic on the cells of a row: --map 'amount=Quantity*UnitPrice*(1-Discount)'.
 *
 * Grammar   + - * / and parentheses, a minus before a term; numbers with a point; names of columns, bare or in double
 *           quotes. A bare name is the longest one of the table that ends where an operator may stand, so that
 *           item-price*quantity needs no quotes where there is a column item-price.
 * Values    cells are read as numbers.h says, with a per-cent sign as well. What only roundings keep from a decimal of 14
 * digits is that decimal: 3 * 2.55 is 7.65.
 */
#ifndef CS_PREP_FORMULA_H
#define CS_PREP_FORMULA_H

#include "base/error.h"
#include "data/columns.h"
#include "data/table.h"
#include "prep/numbers.h"

#include <stdbool.h>
#include <stddef.h>

enum cs_formula_kind {
  CS_FORMULA_NUMBER,
  CS_FORMULA_COLUMN,
  CS_FORMULA_ADD,
  CS_FORMULA_SUBTRACT,
  CS_FORMULA_MULTIPLY,
  CS_FORMULA_DIVIDE,
  CS_FORMULA_NEGATE
};

struct cs_formula_step {
  enum cs_formula_kind kind;
  size_t column;
  double number;
};

/* Steps in the order in which a stack takes them: operands before their operator. */
struct cs_formula {
  struct cs_formula_step *step;
  size_t count, capacity;
};

#define CS_FORMULA_INIT                                                                                      \
  { NULL, 0, 0 }

void cs_formula_release(struct cs_formula *formula);

/* Whether the text has to be a formula where it is no column's name: an operator or a parenthesis outside quotes. */
bool cs_formula_is(struct cs_slice text);

/* `option` stands in the message. CS_USAGE: a name that no column has, a text that is no formula or has no column. */
CS_MUST_CHECK enum cs_status cs_formula_parse(struct cs_formula *formula, const struct cs_table *table,
                                              struct cs_slice text, const char *option, struct cs_error *err);

/* Whether it is the product of two columns. */
bool cs_formula_is_product(const struct cs_formula *formula, size_t *left, size_t *right);

/* Adds the columns that it reads. */
CS_MUST_CHECK enum cs_status cs_formula_columns(const struct cs_formula *formula, struct cs_columns *columns,
                                                struct cs_error *err);

enum cs_formula_result {
  CS_FORMULA_VALUE,
  CS_FORMULA_MISSING, /* an operand is */
  CS_FORMULA_BAD /* an operand is no number, or the result isn't: a division by zero, a number beyond the doubles */
};

/* cells[column] is the row's text. */
enum cs_formula_result cs_formula_value(const struct cs_formula *formula, const struct cs_table *table,
                                        const struct cs_slice *cells, struct cs_numbers *numbers,
                                        double *value);

#endif
