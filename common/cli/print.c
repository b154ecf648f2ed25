#include "cli/complete.h"
#include "cli/spec.h"
#include "cli/text.h"
#include "cli/value.h"
#include "data/checksum.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The option table in the forms that other programs read: YAML, mdoc, a plain list. */

/* --- YAML --- */

/* Whether the text needs no quotes in YAML and means itself there. */
static bool is_plain(const char *text) {
  static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/.";
  return *text && strspn(text, safe) == strlen(text);
}

/* The characters beyond ASCII that YAML refuses or takes for line ends: U+0080 to U+009F, U+2028, U+2029, U+FEFF, U+FFFE
 * and U+FFFF. Returns how many bytes of the UTF-8 text one takes, and its code; 0 for all others. */
static size_t find_special(const unsigned char *text, unsigned *code) {
  if (text[0] == 0xc2 && text[1] < 0xa0) {
    *code = text[1];
    return 2;
  }
  if (text[0] != 0xe2 && text[0] != 0xef) return 0;
  *code = (text[0] & 15u) << 12 | (text[1] & 63u) << 6 | (text[2] & 63u);
  bool special = *code == 0x2028 || *code == 0x2029 || *code == 0xfeff || *code >= 0xfffe;
  return special ? 3 : 0;
}

static void add_quoted(struct cs_str *out, const char *utf8) {
  const unsigned char *text = (const unsigned char *)utf8;
  cs_str_add_byte(out, '"');
  while (*text) {
    unsigned code = *text;
    size_t special = code < 0x80 ? 0 : find_special(text, &code);
    if (special)
      cs_str_add_format(out, "\\u%04x", code);
    else if (code == '"' || code == '\\')
      cs_str_add_format(out, "\\%c", (int)code);
    else if (code < 0x20 || code == 0x7f)
      cs_str_add_format(out, "\\x%02x", code);
    else
      cs_str_add_byte(out, (char)*text);
    text += special ? special : 1;
  }
  cs_str_add_byte(out, '"');
}

static void add_yaml_text(struct cs_str *out, const char *text) {
  if (is_plain(text))
    cs_str_add_text(out, text);
  else
    add_quoted(out, text);
}

static void add_yaml_texts(struct cs_str *out, const struct cs_texts *texts) {
  for (size_t i = 0; i < texts->count; i++) {
    cs_str_add_text(out, i ? ", " : "[");
    add_yaml_text(out, texts->item[i]);
  }
  cs_str_add_byte(out, ']');
}

struct printing {
  struct cs_str *out;
  const void *params;
};

static void add_yaml(void *context, const struct cs_option *option, const char *value) {
  const struct printing *printing = context;
  struct cs_str *out = printing->out, range = CS_STR_INIT;
  if (option->marks & (CS_OPTION_NO_CONFIG | CS_OPTION_HIDDEN)) return;
  cs_value_range(option, &range);
  cs_str_inherit(out, &range);
  cs_str_add_format(out, "  # %s%s%s%s\n", option->help, range.len ? " (" : "", cs_str_text(&range),
                    range.len ? ")" : "");
  if (!value) {
    cs_str_add_format(out, "  #%s:\n", option->name);
  } else if (!cs_text_is_utf8(value)) {
    cs_str_add_format(out, "  #%s: # its value is no UTF-8, which YAML can't hold\n", option->name);
  } else {
    cs_str_add_format(out, "  %s: ", option->name);
    if (option->type == CS_OPTION_TEXTS)
      add_yaml_texts(out, (const struct cs_texts *)((const char *)printing->params + option->offset));
    else
      add_yaml_text(out, value);
    cs_str_add_byte(out, '\n');
  }
  cs_str_release(&range);
}

void cs_options_yaml(const struct cs_spec *spec, const void *params, struct cs_str *out) {
  cs_str_add_format(out, "version: 1\n%s:\n", spec->name);
  struct printing printing = {out, params};
  if (!cs_options_each(spec, params, add_yaml, &printing)) out->failed = true;
}

/* --- the stamp --- */

struct stamping {
  struct cs_str *out;
  struct cs_error *err;
  enum cs_status status; /* the first failure */
};

/* Of a file that isn't there nothing: a run that needs it will say so. */
static enum cs_status add_checksum(struct cs_str *out, const char *path, struct cs_error *err) {
  char text[CS_SHA256_TEXT];
  struct stat entry;
  if (stat(path, &entry) != 0)
    return errno == ENOENT || errno == ENOTDIR ? CS_OK : cs_fail_errno(err, "%s: can't open", path);
  if (!S_ISREG(entry.st_mode)) return CS_OK;
  CS_TRY(cs_checksum_file(path, text, err));
  cs_str_add_format(out, " %s", text);
  return CS_OK;
}

static void add_stamp(void *context, const struct cs_option *option, const char *value) {
  struct stamping *stamping = context;
  if (!value || (option->marks & (CS_OPTION_NO_CONFIG | CS_OPTION_HIDDEN | CS_OPTION_ASIDE))) return;
  cs_str_add_format(stamping->out, "%s = %s", option->name, value);
  if (stamping->status == CS_OK && option->type == CS_OPTION_TEXT && (option->marks & CS_OPTION_IS_FILE))
    stamping->status = add_checksum(stamping->out, value, stamping->err);
  cs_str_add_byte(stamping->out, '\n');
}

enum cs_status cs_options_stamp(const struct cs_spec *spec, const void *params, struct cs_str *out,
                                struct cs_error *err) {
  struct stamping stamping = {out, err, CS_OK};
  cs_str_add_format(out, "%s %s", spec->name, CS_VERSION);
  CS_TRY(add_checksum(out, "/proc/self/exe", err)); /* builds of one version may differ */
  cs_str_add_byte(out, '\n');
  if (!cs_options_each(spec, params, add_stamp, &stamping)) out->failed = true;
  return stamping.status == CS_OK ? cs_str_check(out, "the stamp", err) : stamping.status;
}

/* --- mdoc --- */

/* Text for a line of mdoc: backslashes and hyphens that mean themselves, no control character in front. */
static void add_roff(struct cs_str *out, const char *text, size_t len) {
  for (size_t i = 0; i < len; i++) {
    if (i == 0 && (text[i] == '.' || text[i] == '\'')) cs_str_add_text(out, "\\&");
    if (text[i] == '\\')
      cs_str_add_text(out, "\\e");
    else if (text[i] == '-')
      cs_str_add_text(out, "\\-");
    else
      cs_str_add_byte(out, text[i]);
  }
}

/* Words in lines of at most 78 bytes; a line is never begun with a control character. */
static void add_paragraph(struct cs_str *out, const char *text) {
  size_t used = 0;
  for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
    size_t len = strcspn(text, " ");
    if (used > 0) cs_str_add_byte(out, used + 1 + len > 78 ? '\n' : ' ');
    used = used + 1 + len > 78 ? len : used + 1 + len;
    add_roff(out, text, len);
    text += len;
  }
  cs_str_add_byte(out, '\n');
}

static void add_item(struct cs_str *out, const struct cs_option *option) {
  cs_str_add_text(out, ".It Fl ");
  if (option->letter) cs_str_add_format(out, "%c , Fl ", option->letter);
  cs_str_add_text(out, "Fl ");
  add_roff(out, option->name, strlen(option->name));
  if (option->argument) cs_str_add_format(out, " Ar %s", option->argument);
  cs_str_add_byte(out, '\n');
  struct cs_str range = CS_STR_INIT, words = CS_STR_INIT;
  cs_value_range(option, &range);
  cs_str_add_format(&words, "%s.", option->help);
  if (words.len && words.data[0] >= 'a' && words.data[0] <= 'z')
    words.data[0] = (char)(words.data[0] - 'a' + 'A');
  cs_str_inherit(out, &words);
  cs_str_inherit(out, &range);
  add_paragraph(out, cs_str_text(&words));
  if (range.len) cs_str_add_format(out, "Values: %s.\n", cs_str_text(&range));
  if (option->value && *option->value) {
    cs_str_add_text(out, "The default is\n.Ql \\&");
    add_roff(out, option->value, strlen(option->value));
    cs_str_add_text(out, " .\n");
  }
  if (option->marks & CS_OPTION_ENVIRONMENT) cs_str_add_text(out, "Also from the environment.\n");
  cs_str_release(&range);
  cs_str_release(&words);
}

static void add_man(const struct cs_spec *spec, struct cs_str *out) {
  struct cs_walk walk = CS_WALK_INIT;
  const struct cs_option *option;
  bool in_list = false;
  while ((option = cs_spec_next(spec, &walk))) {
    if (option->type == CS_OPTION_HEADING) {
      cs_str_add_format(out, "%s.Ss %s\n", in_list ? ".El\n" : "", option->help);
      in_list = false;
    } else if (cs_option_is_visible(option)) {
      if (!in_list) cs_str_add_text(out, ".Bl -tag -width Ds\n");
      in_list = true;
      add_item(out, option);
    }
  }
  if (in_list) cs_str_add_text(out, ".El\n");
}

/* --- the list for tests: one option a line, fields between TABs --- */

static void add_marks(unsigned marks, struct cs_str *out) {
  static const char *const names[] = {"fit",  "no-config", "environment", "hidden",
                                      "file", "list",      "aside",       "writes"};
  const char *between = "";
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (marks & (1u << i)) {
      cs_str_add_format(out, "%s%s", between, names[i]);
      between = ",";
    }
}

static void add_list(const struct cs_spec *spec, struct cs_str *out) {
  static const char *const types[] = {"",       "",     "flag",   "switch", "integer",
                                      "number", "text", "choice", "byte",   "texts"};
  struct cs_walk walk = CS_WALK_INIT;
  const struct cs_option *option;
  while ((option = cs_spec_next(spec, &walk))) {
    if (option->type == CS_OPTION_HEADING) continue;
    cs_str_add_format(out, "%s\t", option->name);
    if (option->letter) cs_str_add_byte(out, option->letter);
    cs_str_add_format(out, "\t%s\t", types[option->type]);
    if (option->lo != 0 || option->hi != 0)
      cs_str_add_format(out, "%.17g\t%.17g\t", option->lo, option->hi);
    else
      cs_str_add_text(out, "\t\t");
    cs_str_add_format(out, "%s\t%s\t", option->choices ? option->choices : "",
                      option->value ? option->value : "");
    add_marks(option->marks, out);
    cs_str_add_byte(out, '\n');
  }
}

enum cs_status cs_options_print(const struct cs_spec *spec, const char *kind, struct cs_str *out,
                                struct cs_error *err) {
  if (strcmp(kind, "man") == 0)
    add_man(spec, out);
  else if (strcmp(kind, "list") == 0)
    add_list(spec, out);
  else if (strcmp(kind, "check") == 0)
    cs_spec_check(spec, out);
  else
    cs_complete(spec, kind, out);
  return cs_str_check(out, "the option table", err);
}
