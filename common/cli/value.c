#include "cli/value.h"

#include "base/num.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Bytes that can be written as a word: the shell makes some of them hard to type. */
static const struct byte_word {
  const char *word;
  char byte;
} byte_words[] = {{"tab", '\t'}, {"\\t", '\t'},  {"comma", ','}, {"semicolon", ';'},
                  {"pipe", '|'}, {"space", ' '}, {"point", '.'}};

enum { BYTE_WORDS = sizeof byte_words / sizeof *byte_words };

size_t cs_value_size(const struct cs_option *option) {
  switch (option->type) {
  case CS_OPTION_FLAG: return sizeof(bool);
  case CS_OPTION_SWITCH: return sizeof(int);
  case CS_OPTION_INTEGER: return sizeof(int64_t);
  case CS_OPTION_NUMBER: return sizeof(double);
  case CS_OPTION_TEXT: return sizeof(const char *);
  case CS_OPTION_CHOICE: return sizeof(int);
  case CS_OPTION_BYTE: return sizeof(char);
  case CS_OPTION_TEXTS: return sizeof(struct cs_texts);
  default: return 0;
  }
}

bool cs_value_choice(const char **at, struct cs_slice *name) {
  if (!*at) return false;
  size_t len = strcspn(*at, "|");
  *name = (struct cs_slice){*at, len};
  *at = (*at)[len] ? *at + len + 1 : NULL;
  return true;
}

/* As people write it ("100000", not "1e+05") where that reads back to the same value. */
static void add_number(struct cs_str *text, double value) {
  char number[CS_NUM_TEXT];
  double again;
  size_t len = cs_num_print(value, CS_NUM_QUANTITY, number);
  if (!cs_num_parse(number, len, '.', &again) || again != value) cs_num_shortest(value, number);
  cs_str_add_text(text, number);
}

static void add_limits(const struct cs_option *option, struct cs_str *text) {
  if (option->lo == 0 && option->hi == 0) return;
  bool open = option->lo == DBL_MIN, endless = isinf(option->hi);
  if (open || endless) {
    if (open) cs_str_add_text(text, "more than ");
    add_number(text, open ? 0 : option->lo);
    if (!open) cs_str_add_text(text, " or more");
    if (!endless) {
      cs_str_add_text(text, ", at most ");
      add_number(text, option->hi);
    }
    return;
  }
  add_number(text, option->lo);
  cs_str_add_text(text, "..");
  add_number(text, option->hi);
}

static void add_choices(const struct cs_option *option, struct cs_str *text) {
  const char *at = option->choices, *between = "";
  struct cs_slice name;
  while (cs_value_choice(&at, &name)) {
    if (name.len == 0) continue;
    cs_str_add_format(text, "%s%.*s", between, (int)name.len, name.data);
    between = ", ";
  }
}

void cs_value_range(const struct cs_option *option, struct cs_str *text) {
  if (option->type == CS_OPTION_CHOICE) add_choices(option, text);
  if (option->type == CS_OPTION_INTEGER || option->type == CS_OPTION_NUMBER) add_limits(option, text);
}

/* --- text to field --- */

static enum cs_status check_range(const struct cs_option *option, double value, const char *text,
                                  struct cs_error *err) {
  if ((option->lo == 0 && option->hi == 0) || (value >= option->lo && value <= option->hi)) return CS_OK;
  struct cs_str range = CS_STR_INIT;
  add_limits(option, &range);
  bool within = option->lo != DBL_MIN && !isinf(option->hi);
  enum cs_status status =
      cs_fail(err, CS_USAGE, "%s is not %s%s", text, within ? "within " : "", cs_str_text(&range));
  cs_str_release(&range);
  return status;
}

/* Whether the text begins and ends with something: the number readers ignore blanks, an option's value has
 * none. */
static bool is_bare(const char *text, size_t len) {
  return len > 0 && !strchr(" \t", text[0]) && !strchr(" \t", text[len - 1]);
}

static enum cs_status store_integer(const struct cs_option *option, void *field, const char *text,
                                    struct cs_error *err) {
  int64_t value;
  size_t len = strlen(text);
  bool digits = is_bare(text, len) && strspn(text + strspn(text, "+-"), "0123456789") > 0 &&
                strspn(text, "+-0123456789") == len;
  if (!is_bare(text, len) || !cs_num_parse_integer(text, len, &value)) {
    if (digits && strspn(text, "+-") <= 1) return cs_fail(err, CS_USAGE, "%s is too large", text);
    return cs_fail(err, CS_USAGE, "'%s' is not a whole number", text);
  }
  enum cs_status status = check_range(option, (double)value, text, err);
  if (status == CS_OK) memcpy(field, &value, sizeof value);
  return status;
}

static enum cs_status store_number(const struct cs_option *option, void *field, const char *text,
                                   struct cs_error *err) {
  double value;
  size_t len = strlen(text);
  if (!is_bare(text, len) || !cs_num_parse(text, len, '.', &value))
    return cs_fail(err, CS_USAGE, "'%s' is not a number", text);
  enum cs_status status = check_range(option, value, text, err);
  value += 0; /* -0 is 0, as it is printed */
  if (status == CS_OK) memcpy(field, &value, sizeof value);
  return status;
}

static enum cs_status store_flag(void *field, const char *text, struct cs_error *err) {
  bool value = strcmp(text, "true") == 0;
  if (!value && strcmp(text, "false") != 0)
    return cs_fail(err, CS_USAGE, "'%s' is neither true nor false", text);
  memcpy(field, &value, sizeof value);
  return CS_OK;
}

/* In the order of enum cs_switch. */
static const char *const switch_words[] = {"auto", "true", "false"};

static enum cs_status store_switch(void *field, const char *text, struct cs_error *err) {
  for (int value = CS_SWITCH_AUTO; value <= CS_SWITCH_OFF; value++)
    if (strcmp(text, switch_words[value]) == 0) {
      memcpy(field, &value, sizeof value);
      return CS_OK;
    }
  return cs_fail(err, CS_USAGE, "'%s' is none of auto, true, false", text);
}

static enum cs_status store_choice(const struct cs_option *option, void *field, const char *text,
                                   struct cs_error *err) {
  const char *at = option->choices;
  struct cs_slice name;
  for (int position = 0; cs_value_choice(&at, &name); position++)
    if (name.len > 0 && cs_slice_is(name, text)) {
      memcpy(field, &position, sizeof position);
      return CS_OK;
    }
  struct cs_str list = CS_STR_INIT;
  add_choices(option, &list);
  enum cs_status status = cs_fail(err, CS_USAGE, "'%s' is none of %s", text, cs_str_text(&list));
  cs_str_release(&list);
  return status;
}

static enum cs_status store_byte(void *field, const char *text, struct cs_error *err) {
  char byte = text[0];
  for (size_t i = 0; i < BYTE_WORDS; i++)
    if (strcmp(text, byte_words[i].word) == 0) {
      memcpy(field, &byte_words[i].byte, sizeof byte);
      return CS_OK;
    }
  if (!text[0] || text[1] || (unsigned char)byte >= 0x80)
    return cs_fail(err, CS_USAGE, "'%s' is not one byte, nor one of tab, comma, semicolon, pipe, space",
                   text);
  memcpy(field, &byte, sizeof byte);
  return CS_OK;
}

static enum cs_status check_text(const struct cs_option *option, const char *text, struct cs_error *err) {
  if ((option->marks & CS_OPTION_IS_FILE) && !*text)
    return cs_fail(err, CS_USAGE, "the name of the file is empty");
  return CS_OK;
}

static enum cs_status store_text(const struct cs_option *option, void *field, const char *text,
                                 struct cs_error *err) {
  CS_TRY(check_text(option, text, err));
  memcpy(field, &text, sizeof text);
  return CS_OK;
}

static enum cs_status store(const struct cs_option *option, void *field, const char *text,
                            struct cs_error *err) {
  switch (option->type) {
  case CS_OPTION_FLAG: return store_flag(field, text, err);
  case CS_OPTION_SWITCH: return store_switch(field, text, err);
  case CS_OPTION_INTEGER: return store_integer(option, field, text, err);
  case CS_OPTION_NUMBER: return store_number(option, field, text, err);
  case CS_OPTION_CHOICE: return store_choice(option, field, text, err);
  case CS_OPTION_BYTE: return store_byte(field, text, err);
  case CS_OPTION_TEXTS: return check_text(option, text, err);
  default: return store_text(option, field, text, err);
  }
}

enum cs_status cs_value_store(const struct cs_option *option, void *params, const char *text,
                              struct cs_error *err) {
  if (option->check) {
    struct cs_error inner = CS_ERROR_INIT;
    enum cs_status status = option->check(text, &inner);
    if (status != CS_OK) return cs_fail(err, status, "'%s' %s", text, inner.text);
  }
  return store(option, (char *)params + option->offset, text, err);
}

/* --- field to text --- */

static void byte_text(char byte, struct cs_str *text) {
  if (byte == '\t' || byte == ' ')
    cs_str_add_text(text, byte == '\t' ? "tab" : "space");
  else
    cs_str_add_byte(text, byte);
}

static void choice_text(const struct cs_option *option, int wanted, struct cs_str *text) {
  const char *at = option->choices;
  struct cs_slice name;
  for (int position = 0; cs_value_choice(&at, &name); position++)
    if (position == wanted) cs_str_add(text, name.data, name.len);
}

static void texts_text(const struct cs_texts *texts, struct cs_str *text) {
  for (size_t i = 0; i < texts->count; i++) cs_str_add_format(text, "%s%s", i ? ", " : "", texts->item[i]);
}

/* A field that has no default and holds zero was never set. */
static bool is_unset(const struct cs_option *option, const void *field) {
  static const char zero[sizeof(struct cs_texts)];
  return !option->value && option->type != CS_OPTION_FLAG && memcmp(field, zero, cs_value_size(option)) == 0;
}

bool cs_value_text(const struct cs_option *option, const void *params, struct cs_str *text) {
  const void *field = (const char *)params + option->offset;
  union {
    bool flag;
    int64_t integer;
    double number;
    const char *text;
    int choice;
    char byte;
    struct cs_texts texts;
  } value;
  memcpy(&value, field, cs_value_size(option));
  /* Without a text also where the defaults were not reached. */
  if (is_unset(option, field) || (option->type == CS_OPTION_TEXT && !value.text)) return false;
  if (option->type == CS_OPTION_TEXTS && value.texts.count == 0) return false;
  switch (option->type) {
  case CS_OPTION_FLAG: cs_str_add_text(text, value.flag ? "true" : "false"); break;
  case CS_OPTION_SWITCH: cs_str_add_text(text, switch_words[value.choice]); break;
  case CS_OPTION_INTEGER: cs_str_add_format(text, "%lld", (long long)value.integer); break;
  case CS_OPTION_NUMBER: add_number(text, value.number); break;
  case CS_OPTION_CHOICE: choice_text(option, value.choice, text); break;
  case CS_OPTION_BYTE: byte_text(value.byte, text); break;
  case CS_OPTION_TEXTS: texts_text(&value.texts, text); break;
  default: cs_str_add_text(text, value.text); break;
  }
  return true;
}
