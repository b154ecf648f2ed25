#include "cli/spec.h"
#include "cli/value.h"

#include <string.h>

/* --help. Examples come before the options: they are what most people look for. */

enum { WIDTH_MIN = 40, WIDTH_MAX = 120, HELP_COLUMN = 24 };

/* Characters, not bytes: continuation bytes of UTF-8 take no room. */
static size_t columns(const char *text, size_t len) {
  size_t count = 0;
  for (size_t i = 0; i < len; i++) count += ((unsigned char)text[i] & 0xc0) != 0x80;
  return count;
}

/* Appends the words of text, broken so that no line is wider than width. `used` columns of the first line are
 * taken. */
static void wrap(struct cs_str *out, const char *text, size_t indent, size_t width, size_t used) {
  bool first = true;
  for (;;) {
    text += strspn(text, " \n");
    size_t len = strcspn(text, " \n"), wide = columns(text, len);
    if (len == 0) break;
    if (!first && used + 1 + wide > width) {
      cs_str_add_format(out, "\n%*s", (int)indent, "");
      used = indent;
    } else if (!first) {
      cs_str_add_byte(out, ' ');
      used++;
    }
    cs_str_add(out, text, len);
    used += wide;
    text += len;
    first = false;
  }
  cs_str_add_byte(out, '\n');
}

/* "  -k, --clusters N" */
static void add_names(struct cs_str *out, const struct cs_option *option) {
  if (option->letter)
    cs_str_add_format(out, "  -%c, --%s", option->letter, option->name);
  else
    cs_str_add_format(out, "      --%s", option->name);
  if (option->argument) cs_str_add_format(out, " %s", option->argument);
}

/* The help, with range and default in parentheses behind it. */
static void add_words(struct cs_str *words, const struct cs_option *option) {
  struct cs_str range = CS_STR_INIT;
  cs_value_range(option, &range);
  cs_str_inherit(words, &range);
  cs_str_add_text(words, option->help);
  bool has_range = range.len > 0, has_default = option->value && *option->value;
  if (has_range || has_default) {
    cs_str_add_text(words, " (");
    if (has_range) cs_str_add(words, range.data, range.len);
    if (has_range && has_default) cs_str_add_text(words, "; ");
    if (has_default) cs_str_add_format(words, "default: %s", option->value);
    cs_str_add_text(words, ")");
  }
  cs_str_release(&range);
}

/* To where the help begins, on the next line where the names took the room. */
static void go_to_help(struct cs_str *out, size_t used) {
  if (used + 2 > HELP_COLUMN)
    cs_str_add_format(out, "\n%*s", HELP_COLUMN, "");
  else
    cs_str_add_format(out, "%*s", (int)(HELP_COLUMN - used), "");
}

static void add_option(struct cs_str *out, const struct cs_option *option, size_t width) {
  size_t begin = out->len;
  add_names(out, option);
  go_to_help(out, out->len - begin);
  struct cs_str words = CS_STR_INIT;
  add_words(&words, option);
  cs_str_inherit(out, &words);
  wrap(out, cs_str_text(&words), HELP_COLUMN, width, HELP_COLUMN);
  cs_str_release(&words);
}

static void add_job(struct cs_str *out, const struct cs_job *job, size_t width) {
  size_t begin = out->len;
  cs_str_add_format(out, "  %s %s", job->name, job->arguments);
  go_to_help(out, out->len - begin);
  wrap(out, job->help, HELP_COLUMN, width, HELP_COLUMN);
}

void cs_options_help(const struct cs_spec *spec, struct cs_str *out, int width) {
  size_t wide = (size_t)(width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width);
  cs_str_add_format(out, "usage: %s %s\n", cs_spec_called(spec), spec->synopsis);
  wrap(out, spec->summary, 0, wide, 0);
  if (spec->examples) cs_str_add_format(out, "\nExamples:\n%s", spec->examples);
  if (spec->jobs) cs_str_add_text(out, "\nCommands:\n");
  for (const struct cs_job *job = spec->jobs; job && job->name; job++) add_job(out, job, wide);
  if (spec->description) {
    cs_str_add_byte(out, '\n');
    wrap(out, spec->description, 0, wide, 0);
  }
  struct cs_walk walk = CS_WALK_INIT;
  const struct cs_option *option;
  while ((option = cs_spec_next(spec, &walk))) {
    if (option->type == CS_OPTION_HEADING)
      cs_str_add_format(out, "\n%s:\n", option->help);
    else if (cs_option_is_visible(option))
      add_option(out, option, wide);
  }
  cs_str_add_byte(out, '\n');
  wrap(out, "Exit status: 0 done, 1 the answer is no, 2 usage, 3 the data, 4 input/output, 5 memory.", 0,
       wide, 0);
  cs_str_add_format(out, "Manual: man %s, man cs\n", spec->name);
}
