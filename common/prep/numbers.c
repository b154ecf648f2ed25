#include "prep/numbers.h"

#include "prep/duplicates.h"

enum { CORE_MOST = 63, CODE_MOST = 3 };

void cs_numbers_begin(struct cs_numbers *numbers, char decimal) {
  *numbers = (struct cs_numbers)CS_NUMBERS_INIT;
  if (!decimal) return;
  numbers->sign = decimal;
  numbers->decided = numbers->told = true;
}

/* --- characters --- */

struct cursor {
  const char *at, *end;
};

/* The character at hand and its bytes; 0 at the end. Text that isn't UTF-8 gives its bytes. */
static unsigned peek(const struct cursor *in, size_t *len) {
  const unsigned char *at = (const unsigned char *)in->at;
  size_t left = (size_t)(in->end - in->at);
  *len = left > 0;
  if (!left) return 0;
  unsigned need = at[0] >= 0xf0 ? 3 : at[0] >= 0xe0 ? 2 : at[0] >= 0xc0 ? 1 : 0;
  if (!need || need >= left) return at[0];
  unsigned code = at[0] & (0x3fu >> need);
  for (unsigned i = 1; i <= need; i++) code = code << 6 | (at[i] & 0x3f);
  *len = need + 1;
  return code;
}

static bool is_in(unsigned code, const unsigned (*ranges)[2], size_t count) {
  for (size_t i = 0; i < count; i++)
    if (code >= ranges[i][0] && code <= ranges[i][1]) return true;
  return false;
}

/* Unicode's category Sc; and what the euro sign of Windows-1252 becomes when it is read as Latin 1. */
static bool is_currency_sign(unsigned code) {
  static const unsigned ranges[][2] = {
      {0x24, 0x24},       {0x80, 0x80},       {0xa2, 0xa5},     {0x58f, 0x58f},   {0x60b, 0x60b},
      {0x7fe, 0x7ff},     {0x9f2, 0x9f3},     {0x9fb, 0x9fb},   {0xaf1, 0xaf1},   {0xbf9, 0xbf9},
      {0xe3f, 0xe3f},     {0x17db, 0x17db},   {0x20a0, 0x20cf}, {0xa838, 0xa838}, {0xfdfc, 0xfdfc},
      {0xfe69, 0xfe69},   {0xff04, 0xff04},   {0xffe0, 0xffe1}, {0xffe5, 0xffe6}, {0x11fdd, 0x11fe0},
      {0x1e2ff, 0x1e2ff}, {0x1ecb0, 0x1ecb0},
  };
  return is_in(code, ranges, sizeof ranges / sizeof *ranges);
}

/* Latin, Greek, Cyrillic, Hebrew, Arabic, Thai, and the writing of China, Japan and Korea: what currencies are
 * abbreviated in. */
static bool is_letter(unsigned code) {
  static const unsigned ranges[][2] = {
      {'A', 'Z'},     {'a', 'z'},     {0xc0, 0xd6},   {0xd8, 0xf6},     {0xf8, 0x24f},    {0x370, 0x52f},
      {0x5d0, 0x5ea}, {0x620, 0x64a}, {0xe01, 0xe2e}, {0x3041, 0x30ff}, {0x4e00, 0x9fff}, {0xac00, 0xd7a3},
  };
  return is_in(code, ranges, sizeof ranges / sizeof *ranges);
}

static bool is_blank(unsigned code) {
  return code == ' ' || code == '\t' || code == 0xa0 || code == 0x2009 || code == 0x202f;
}

static bool is_apostrophe(unsigned code) {
  return code == '\'' || code == 0x2019;
}

static bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

static size_t count_digits(const char *text, size_t len) {
  size_t count = 0;
  while (count < len && is_digit(text[count])) count++;
  return count;
}

static bool is_digit_at(const struct cursor *in, size_t ahead) {
  return (size_t)(in->end - in->at) > ahead && is_digit(in->at[ahead]);
}

static void skip_blanks(struct cursor *in) {
  size_t len;
  while (is_blank(peek(in, &len))) in->at += len;
}

static bool take(struct cursor *in, unsigned wanted) {
  size_t len;
  if (peek(in, &len) != wanted) return false;
  in->at += len;
  return true;
}

/* --- a cell, taken apart --- */

struct form {
  char core[CORE_MOST + 1]; /* digits, points, commas, ' ' and '\'' between digits, an exponent */
  size_t len;
  bool minus, per_cent;
  struct cs_slice currency;
};

/* What stands around the digits, each at most once. */
struct marks {
  bool sign, open, closed, before, behind;
};

static size_t take_letters(struct cursor *in) {
  size_t count = 0, len;
  while (count <= CODE_MOST && is_letter(peek(in, &len))) {
    in->at += len;
    count++;
  }
  return count;
}

/* A debit and a credit of accounts, which say a sign that differs from book to book. */
static bool is_side(struct cs_slice code) {
  return code.len == 2 && (code.data[1] | 0x20) == 'r' &&
         ((code.data[0] | 0x20) == 'c' || (code.data[0] | 0x20) == 'd');
}

/* A code, a sign, or both in either order. */
static bool take_currency(struct cursor *in, struct cs_slice *currency) {
  const char *begin = in->at;
  size_t len, letters = take_letters(in);
  bool sign = is_currency_sign(peek(in, &len));
  if (sign) in->at += len;
  if (sign && !letters) letters = take_letters(in);
  *currency = (struct cs_slice){begin, (size_t)(in->at - begin)};
  if (letters && !sign) take(in, '.'); /* kr. */
  return in->at > begin && letters <= CODE_MOST && !is_side(*currency);
}

static bool take_minus(struct cursor *in) {
  return take(in, '-') || take(in, 0x2212);
}

static bool is_core(const struct cursor *in) {
  return is_digit_at(in, 0) || (in->at < in->end && (*in->at == '.' || *in->at == ',') && is_digit_at(in, 1));
}

static bool take_prefix(struct cursor *in, struct form *form, struct marks *marks) {
  for (skip_blanks(in); in->at < in->end && !is_core(in); skip_blanks(in)) {
    if (!marks->open && take(in, '(')) {
      marks->open = true;
    } else if (!marks->sign && (take_minus(in) || take(in, '+'))) {
      marks->sign = true;
      form->minus = in->at[-1] != '+';
    } else {
      if (marks->before || !take_currency(in, &form->currency)) return false;
      marks->before = true;
    }
  }
  return in->at < in->end;
}

/* As 500,- whose dash is no minus. */
static bool ends_open(const struct form *form) {
  return !is_digit(form->core[form->len - 1]);
}

static bool take_suffix(struct cursor *in, struct form *form, struct marks *marks) {
  for (skip_blanks(in); in->at < in->end; skip_blanks(in)) {
    if (marks->open && !marks->closed && take(in, ')')) {
      marks->closed = true;
    } else if (!form->per_cent && take(in, '%')) {
      form->per_cent = true;
    } else if (!marks->sign && !marks->open && !ends_open(form) && take_minus(in)) {
      marks->sign = form->minus = true;
    } else {
      if (marks->behind || !take_currency(in, &form->currency)) return false;
      marks->behind = true;
    }
  }
  return true;
}

/* The exponent at hand, as "e-3". */
static void take_exponent(struct cursor *in, struct form *form) {
  if (in->at == in->end || (*in->at | 0x20) != 'e') return;
  const char *digits = in->at + 1;
  if (digits < in->end && (*digits == '+' || *digits == '-')) digits++;
  const char *end = digits + count_digits(digits, (size_t)(in->end - digits));
  size_t len = (size_t)(end - in->at);
  if (end == digits) return;
  if (len > CORE_MOST - form->len) len = CORE_MOST - form->len;
  memcpy(form->core + form->len, in->at, len);
  form->len += len;
  in->at = end;
}

/* False where it is longer than any number that isn't plain. */
static bool take_core(struct cursor *in, struct form *form) {
  while (form->len < CORE_MOST) {
    size_t len;
    unsigned code = peek(in, &len);
    struct cursor behind = {in->at + len, in->end};
    if (code < 0x80 && len && (is_digit((char)code) || code == '.' || code == ','))
      form->core[form->len++] = (char)code;
    else if (is_blank(code) && code != '\t' && is_digit_at(&behind, 0))
      form->core[form->len++] = ' ';
    else if (is_apostrophe(code) && is_digit_at(&behind, 0))
      form->core[form->len++] = '\'';
    else
      break;
    in->at = behind.at;
  }
  take_exponent(in, form);
  return form->len < CORE_MOST;
}

static bool take_apart(struct cs_slice cell, struct form *form) {
  struct cursor in = {cell.data, cell.data + cell.len};
  struct marks marks = {false, false, false, false, false};
  *form = (struct form){.len = 0};
  if (!cell.data || !take_prefix(&in, form, &marks) || !take_core(&in, form) ||
      !take_suffix(&in, form, &marks))
    return false;
  form->minus |= marks.open;
  return marks.open == marks.closed && !(marks.open && marks.sign);
}

/* --- the digits, read with one decimal sign --- */

/* The digits before the decimal sign, without what stands between their groups; 0 where the groups are none. Returns how
 * many bytes of the core they take. */
static size_t join_groups(const struct form *form, char decimal, char *plain, size_t *len) {
  size_t at = count_digits(form->core, form->len);
  memcpy(plain, form->core, at);
  *len = at;
  char group = at < form->len ? form->core[at] : decimal;
  if (group == decimal || !strchr("., '", group)) return at;
  if (at == 0 || at > 3 || form->core[0] == '0') return 0;
  while (at < form->len && form->core[at] == group) {
    if (count_digits(form->core + at + 1, form->len - at - 1) != 3) return 0;
    memcpy(plain + *len, form->core + at + 1, 3);
    *len += 3;
    at += 4;
  }
  return at;
}

/* The number with `decimal` for its sign. */
static bool read_form(const struct form *form, char decimal, double *value) {
  char plain[CORE_MOST + 8];
  size_t len, at = join_groups(form, decimal, plain, &len);
  if (at == 0 && form->core[0] != decimal) return false;
  bool grouped = len < at;
  for (; at < form->len; at++) {
    bool exponent = (form->core[at] | 0x20) == 'e';
    if (exponent && grouped) return false;
    if (form->core[at] != decimal && strchr("., '", form->core[at])) return false;
    plain[len++] = form->core[at] == decimal ? '.' : form->core[at];
  }
  if (form->per_cent) {
    memcpy(plain + len, "e-2", 3);
    len += 3;
  }
  if (!cs_num_parse(plain, len, '.', value)) return false;
  if (form->minus) *value = -*value;
  return true;
}

static unsigned says(const struct form *form, bool point, bool comma) {
  if (point && !comma) return CS_NUMBER_POINT;
  if (comma && !point) return CS_NUMBER_COMMA;
  if (!point) return 0;
  if (memchr(form->core, '.', form->len)) return CS_NUMBER_POINT_OR_GROUP;
  return memchr(form->core, ',', form->len) ? CS_NUMBER_COMMA_OR_GROUP : 0;
}

static unsigned other_sign(const struct cs_numbers *numbers) {
  return numbers->sign == '.' ? CS_NUMBER_COMMA : CS_NUMBER_POINT;
}

/* Other words may be units of what is counted. */
static bool is_certain_currency(struct cs_slice text) {
  size_t capitals = 0, len;
  for (struct cursor in = {text.data, text.data + text.len}; in.at < in.end; in.at += len) {
    if (is_currency_sign(peek(&in, &len))) return true;
    capitals += *in.at >= 'A' && *in.at <= 'Z';
  }
  return text.len == CODE_MOST && capitals == CODE_MOST;
}

static void see_currency(struct cs_numbers *numbers, struct cs_slice currency) {
  if (!currency.len || !is_certain_currency(currency)) return;
  struct cs_numbers cell = {.currency = cs_text_hash(currency) | 1};
  cs_numbers_add_currency(numbers, &cell);
}

void cs_numbers_add_currency(struct cs_numbers *numbers, const struct cs_numbers *other) {
  numbers->currencies |= other->currencies;
  if (!numbers->currency) numbers->currency = other->currency;
  numbers->currencies |= other->currency && other->currency != numbers->currency;
}

void cs_numbers_warn(const struct cs_numbers *numbers, struct cs_notes *warnings) {
  if (numbers->currencies)
    cs_note(warnings, CS_NOTE_WARNING,
            "amounts carry different currencies, and are added up as if these were one (--where picks the "
            "rows of one)");
}

/* A plain number that is too long to be taken apart. */
static bool read_long(struct cs_numbers *numbers, struct cs_slice cell, double *value) {
  if (!cell.data || cell.len <= CORE_MOST || !cs_num_parse(cell.data, cell.len, numbers->sign, value))
    return false;
  if (!numbers->decided) numbers->seen |= CS_NUMBER_POINT;
  return true;
}

bool cs_numbers_read_slowly(struct cs_numbers *numbers, struct cs_slice cell, bool share, double *value) {
  struct form form;
  double by_point = 0, by_comma = 0;
  if (!take_apart(cell, &form)) return read_long(numbers, cell, value);
  if (form.per_cent && !share) return false;
  bool point = read_form(&form, '.', &by_point), comma = read_form(&form, ',', &by_comma);
  bool good = numbers->sign == '.' ? point : comma;
  unsigned seen = says(&form, point, comma);
  if (numbers->decided) seen = numbers->told || good ? 0 : seen & other_sign(numbers);
  numbers->seen |= seen;
  if (!good) return false;
  see_currency(numbers, form.currency);
  *value = numbers->sign == '.' ? by_point : by_comma;
  return true;
}

bool cs_numbers_is_per_cent(struct cs_slice cell) {
  cell = cs_slice_trim(cell);
  return cell.len && cell.data[cell.len - 1] == '%';
}

/* --- whole columns --- */

void cs_numbers_take(struct cs_numbers *numbers, unsigned seen) {
  const unsigned decides = CS_NUMBER_POINT | CS_NUMBER_COMMA;
  if (numbers->decided) return;
  numbers->seen |= seen;
  numbers->decided = numbers->seen & decides;
  if (!numbers->decided) return;
  numbers->sign = numbers->seen & CS_NUMBER_POINT ? '.' : ',';
  numbers->seen = 0;
}

bool cs_numbers_open(const struct cs_numbers *numbers) {
  return !numbers->decided && numbers->seen;
}

bool cs_numbers_contradict(const struct cs_numbers *numbers, unsigned seen) {
  return numbers->decided && !numbers->told && seen & other_sign(numbers);
}

/* What one cell of a row says, read as the columns are by now. */
static enum cs_status look_at(const struct cs_numbers *numbers, const struct cs_number_columns *columns,
                              size_t row, size_t i, struct cs_str *scratch, unsigned *seen,
                              struct cs_error *err) {
  struct cs_numbers cell_numbers = *numbers;
  struct cs_slice cell;
  double value;
  cell_numbers.seen = 0;
  cs_str_clear(scratch);
  CS_TRY(cs_table_cells(columns->table, row, &columns->column[i], 1, &cell, scratch, err));
  if (!cs_table_is_missing(columns->table, cell)) (void)cs_numbers_read(&cell_numbers, cell, true, &value);
  *seen = cell_numbers.seen;
  return CS_OK;
}

static enum cs_status look_at_rows(struct cs_numbers *numbers, const struct cs_number_columns *columns,
                                   size_t from, struct cs_str *scratch, struct cs_error *err) {
  size_t rows = cs_table_rows(columns->table);
  for (size_t row = from; row < rows && !numbers->decided; row++) {
    unsigned seen, all = 0;
    for (size_t i = 0; i < columns->count; i++) {
      CS_TRY(look_at(numbers, columns, row, i, scratch, &seen, err));
      all |= seen;
    }
    cs_numbers_take(numbers, all);
  }
  return CS_OK;
}

enum cs_status cs_numbers_look(struct cs_numbers *numbers, const struct cs_number_columns *columns,
                               size_t from, struct cs_error *err) {
  struct cs_str scratch = CS_STR_INIT;
  enum cs_status status = look_at_rows(numbers, columns, from, &scratch, err);
  cs_str_release(&scratch);
  return status;
}

/* The first cell from row `from` on, before row `end`, that says one of `wanted`. */
static enum cs_status find(const struct cs_numbers *numbers, const struct cs_number_columns *columns,
                           size_t from, size_t end, unsigned wanted, size_t *row, size_t *column,
                           struct cs_error *err) {
  struct cs_str scratch = CS_STR_INIT;
  enum cs_status status = CS_OK;
  unsigned seen = 0;
  *row = *column = SIZE_MAX;
  for (size_t at = from; at < end && status == CS_OK && *row == SIZE_MAX; at++) {
    for (size_t i = 0; i < columns->count && status == CS_OK && *row == SIZE_MAX; i++) {
      status = look_at(numbers, columns, at, i, &scratch, &seen, err);
      if (status != CS_OK || !(seen & wanted)) continue;
      *row = at;
      *column = columns->column[i];
    }
  }
  cs_str_release(&scratch);
  return status;
}

enum cs_status cs_numbers_end(struct cs_numbers *numbers, const struct cs_number_columns *columns,
                              size_t from, struct cs_error *err) {
  size_t row, column;
  if (numbers->decided) return CS_OK;
  if (numbers->seen & CS_NUMBER_COMMA_OR_GROUP) {
    CS_TRY(find(numbers, columns, from, cs_table_rows(columns->table), CS_NUMBER_COMMA_OR_GROUP, &row,
                &column, err));
    return cs_table_fail(
        columns->table, row, column, err,
        "no cell tells whether this comma is a decimal sign or stands between thousands; say it with "
        "--decimal . or --decimal ,");
  }
  cs_numbers_take(numbers, CS_NUMBER_POINT);
  return CS_OK;
}

enum cs_status cs_numbers_fail_mixed(const struct cs_numbers *numbers,
                                     const struct cs_number_columns *columns, size_t row,
                                     struct cs_error *err) {
  size_t found, column;
  bool point = numbers->sign == '.';
  CS_TRY(find(numbers, columns, row, row + 1, other_sign(numbers), &found, &column, err));
  return cs_table_fail(
      columns->table, row, column, err,
      "this number has a decimal %s, one before it a decimal %s; say how to read them all with "
      "--decimal . or --decimal ,",
      point ? "comma" : "point", point ? "point" : "comma");
}
