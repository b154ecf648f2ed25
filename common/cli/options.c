#include "cli/options.h"

#include "base/memory.h"
#include "cli/config.h"
#include "cli/spec.h"
#include "cli/value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Which options were given, by their place in the walk over the tables, and the texts made while parsing. */
struct cs_options_state {
  const struct cs_spec *spec;
  struct cs_arena arena;
  unsigned last;    /* the source that the command line is */
  unsigned given[]; /* the source that gave it last, from 1; 0: none did */
};

/* One option as it stands on the command line. */
struct argument {
  const struct cs_option *option;
  const char *value;
  struct cs_slice spelled; /* "--threads", "-j" */
};

struct parse {
  const struct cs_spec *spec;
  void *params;
  struct cs_common *common;
  struct cs_error *err;
  struct argument *argument; /* [argc] at most, but for clusters of letters */
  size_t argument_count, argument_capacity;
  const char **file;
  unsigned
      source; /* what is being read: each configuration is one, so are the environment and the command line */
};

/* --- storing a value, whatever it came from --- */

static size_t place_of(const struct cs_spec *spec, const struct cs_option *wanted) {
  struct cs_walk walk = CS_WALK_INIT;
  const struct cs_option *option;
  for (size_t place = 0; (option = cs_spec_next(spec, &walk)); place++)
    if (option == wanted) return place;
  return 0;
}

/* What a source gives comes together; it takes the place of what those before gave. */
static enum cs_status append(struct parse *parse, const struct cs_option *option, const char *value) {
  struct cs_texts *texts = (struct cs_texts *)((char *)parse->params + option->offset);
  if (parse->common->state->given[place_of(parse->spec, option)] != parse->source) texts->count = 0;
  size_t size = (texts->count + 1) * sizeof *texts->item;
  const char **item = cs_arena_alloc(&parse->common->state->arena, size);
  if (!item) return cs_fail_memory(parse->err, (double)size, option->name);
  if (texts->count) memcpy(item, texts->item, size - sizeof *item);
  item[texts->count++] = value;
  texts->item = item;
  return CS_OK;
}

static void clear(struct parse *parse, const struct cs_option *option) {
  ((struct cs_texts *)((char *)parse->params + option->offset))->count = 0;
  parse->common->state->given[place_of(parse->spec, option)] = parse->source;
}

static enum cs_status store(struct parse *parse, const struct cs_option *option, const char *value,
                            const char *where) {
  struct cs_error inner = CS_ERROR_INIT;
  enum cs_status status = cs_value_store(option, parse->params, value, &inner);
  if (status != CS_OK) return cs_fail(parse->err, status, "%s: %s", where, inner.text);
  if (option->type == CS_OPTION_TEXTS) CS_TRY(append(parse, option, value));
  parse->common->state->given[place_of(parse->spec, option)] = parse->source;
  return CS_OK;
}

static enum cs_status store_defaults(struct parse *parse) {
  struct cs_walk walk = CS_WALK_INIT;
  const struct cs_option *option;
  while ((option = cs_spec_next(parse->spec, &walk)))
    if (option->type != CS_OPTION_HEADING && option->value) {
      struct cs_error inner = CS_ERROR_INIT;
      if (cs_value_store(option, parse->params, option->value, &inner) != CS_OK)
        return cs_fail(parse->err, CS_USAGE, "default of option --%s: %s", option->name, inner.text);
    }
  return CS_OK;
}

/* --- the command line: first taken apart, then applied --- */

static enum cs_status add_argument(struct parse *parse, const struct cs_option *option, const char *value,
                                   struct cs_slice spelled) {
  CS_TRY(cs_grow(&parse->argument, &parse->argument_capacity, parse->argument_count + 1,
                 sizeof *parse->argument, "the command line", parse->err));
  parse->argument[parse->argument_count++] = (struct argument){option, value, spelled};
  return CS_OK;
}

static enum cs_status need_value(struct parse *parse, const struct cs_option *option,
                                 struct cs_slice spelled) {
  return cs_fail(parse->err, CS_USAGE, "option %.*s needs a value (%s)", (int)spelled.len, spelled.data,
                 option->argument);
}

/* --name, --name=value, --name value. *at is the word's place in argv and moves over a value. */
static enum cs_status take_long(struct parse *parse, char **argv, int argc, int *at) {
  const char *word = argv[*at], *value = strchr(word, '=');
  struct cs_slice spelled = {word, value ? (size_t)(value - word) : strlen(word)};
  struct cs_slice name = {word + 2, spelled.len - 2};
  const struct cs_option *option;
  bool undone;
  CS_TRY(cs_spec_match(parse->spec, name, &option, &undone, parse->err));
  if (cs_option_is_bare(option)) {
    if (value)
      return cs_fail(parse->err, CS_USAGE, "option %.*s takes no value", (int)spelled.len, spelled.data);
    return add_argument(parse, option, undone ? "false" : "true", spelled);
  }
  if (value) return add_argument(parse, option, value + 1, spelled);
  if (*at + 1 >= argc) return need_value(parse, option, spelled);
  return add_argument(parse, option, argv[++*at], spelled);
}

/* How an option of one letter is called in messages: "-k", which stands in no word of a cluster. */
static enum cs_status spell_letter(struct parse *parse, char letter, struct cs_slice *spelled) {
  const char text[] = {'-', letter};
  const char *copy = cs_arena_copy(&parse->common->state->arena, text, sizeof text);
  if (!copy) return cs_fail_memory(parse->err, sizeof text, "the command line");
  *spelled = (struct cs_slice){copy, sizeof text};
  return CS_OK;
}

/* -a, -abc, -k5, -k 5. */
static enum cs_status take_letters(struct parse *parse, char **argv, int argc, int *at) {
  for (const char *letter = argv[*at] + 1; *letter; letter++) {
    const struct cs_option *option = cs_spec_find_letter(parse->spec, *letter);
    struct cs_slice spelled;
    if (!option) return cs_fail(parse->err, CS_USAGE, "unknown option '-%c'", *letter);
    CS_TRY(spell_letter(parse, *letter, &spelled));
    if (cs_option_is_bare(option)) {
      CS_TRY(add_argument(parse, option, "true", spelled));
      continue;
    }
    if (letter[1]) return add_argument(parse, option, letter + 1, spelled);
    if (*at + 1 >= argc) return need_value(parse, option, spelled);
    return add_argument(parse, option, argv[++*at], spelled);
  }
  return CS_OK;
}

/* Whether another program's command line has begun. */
static bool has_rest(const struct parse *parse) {
  return parse->spec->rest_after && parse->common->file_count == 2 &&
         strcmp(parse->file[0], parse->spec->rest_after) == 0;
}

static enum cs_status split(struct parse *parse, int argc, char **argv) {
  bool ended = false;
  for (int at = 1; at < argc; at++) {
    const char *word = argv[at];
    if (ended || word[0] != '-' || !word[1]) {
      parse->file[parse->common->file_count++] = word;
      ended = ended || has_rest(parse);
    } else if (strcmp(word, "--") == 0)
      ended = true;
    else
      CS_TRY(word[1] == '-' ? take_long(parse, argv, argc, &at) : take_letters(parse, argv, argc, &at));
  }
  parse->file[parse->common->file_count] = NULL; /* argc counts the program, too: there is room */
  parse->common->files = parse->file;
  return CS_OK;
}

static const char *argument_of(const struct parse *parse, const char *name) {
  for (size_t i = parse->argument_count; i > 0; i--)
    if (strcmp(parse->argument[i - 1].option->name, name) == 0) return parse->argument[i - 1].value;
  return NULL;
}

static enum cs_status apply_argument(struct parse *parse, const struct argument *argument) {
  struct cs_str where = CS_STR_INIT;
  cs_str_add_format(&where, "option %.*s", (int)argument->spelled.len, argument->spelled.data);
  enum cs_status status = store(parse, argument->option, argument->value, cs_str_text(&where));
  cs_str_release(&where);
  return status;
}

/* --- environment and configuration --- */

static enum cs_status apply_environment(struct parse *parse, const struct cs_option *option) {
  struct cs_str name = CS_STR_INIT;
  cs_str_add_text(&name, "$CS_");
  for (const char *at = option->name; *at; at++)
    cs_str_add_byte(&name, *at == '-' ? '_' : (char)toupper((unsigned char)*at));
  enum cs_status status = cs_str_check(&name, "a name", parse->err);
  const char *value = status == CS_OK ? getenv(cs_str_text(&name) + 1) : NULL;
  if (value && *value) status = store(parse, option, value, cs_str_text(&name));
  cs_str_release(&name);
  return status;
}

static enum cs_status apply_environments(struct parse *parse) {
  struct cs_walk walk = CS_WALK_INIT;
  const struct cs_option *option;
  parse->source++;
  while ((option = cs_spec_next(parse->spec, &walk)))
    if (option->marks & CS_OPTION_ENVIRONMENT) CS_TRY(apply_environment(parse, option));
  return CS_OK;
}

static enum cs_status refuse_key(const struct parse *parse, const struct cs_config_entry *entry,
                                 const struct cs_option *option, struct cs_error *err) {
  const char *near = cs_spec_nearest(parse->spec, cs_slice_of(entry->key), true);
  if (option)
    return cs_fail(err, CS_USAGE, "%s:%zu:%zu: '%s' is for the command line only", entry->path,
                   entry->key_line, entry->key_column, entry->key);
  return cs_fail(err, CS_USAGE, "%s:%zu:%zu: %s has no option '%s'%s%s%s", entry->path, entry->key_line,
                 entry->key_column, parse->spec->name, entry->key, near ? "; did you mean '" : "",
                 near ? near : "", near ? "'?" : "");
}

/* Stores what an entry says, which lives during the call only. */
static enum cs_status keep_entry(struct parse *parse, const struct cs_option *option,
                                 const struct cs_config_entry *entry, struct cs_slice text) {
  const char *value = cs_arena_copy(&parse->common->state->arena, text.data, text.len);
  if (!value) return cs_fail_memory(parse->err, (double)text.len, "the configuration");
  struct cs_str where = CS_STR_INIT;
  cs_str_add_format(&where, "%s:%zu:%zu: %s", entry->path, entry->line, entry->column, entry->key);
  enum cs_status status = store(parse, option, value, cs_str_text(&where));
  cs_str_release(&where);
  return status;
}

/* A list of several texts, or of a text that is a comma list. */
static enum cs_status keep_list(struct parse *parse, const struct cs_option *option,
                                const struct cs_config_entry *entry) {
  struct cs_str joined = CS_STR_INIT;
  enum cs_status status = CS_OK;
  const char *item = entry->value;
  bool each = option->type == CS_OPTION_TEXTS;
  if (each && entry->items == 0) clear(parse, option);
  for (size_t i = 0; i < entry->items && status == CS_OK; i++, item += strlen(item) + 1) {
    if (each) status = keep_entry(parse, option, entry, cs_slice_of(item));
    cs_str_add_format(&joined, "%s%s", i ? "," : "", item);
  }
  if (status == CS_OK && !each) status = cs_str_check(&joined, "the configuration", parse->err);
  if (status == CS_OK && !each) status = keep_entry(parse, option, entry, cs_slice_of(cs_str_text(&joined)));
  cs_str_release(&joined);
  return status;
}

static enum cs_status take_entry(void *context, const struct cs_config_entry *entry, struct cs_error *err) {
  struct parse *parse = context;
  const struct cs_option *option = cs_spec_find(parse->spec, cs_slice_of(entry->key));
  if (!option || (option->marks & CS_OPTION_NO_CONFIG)) return refuse_key(parse, entry, option, err);
  if (!entry->is_list) return keep_entry(parse, option, entry, cs_slice_of(entry->value));
  if (option->type != CS_OPTION_TEXTS && !(option->marks & CS_OPTION_LIST))
    return cs_fail(err, CS_USAGE, "%s:%zu:%zu: %s: takes one value, not a list", entry->path, entry->line,
                   entry->column, entry->key);
  if (option->type != CS_OPTION_TEXTS && entry->comma_line)
    return cs_fail(err, CS_USAGE, "%s:%zu:%zu: an item with a comma: write the list as one text", entry->path,
                   entry->comma_line, entry->comma_column);
  return keep_list(parse, option, entry);
}

static enum cs_status apply_config(struct parse *parse, const char *path) {
  parse->source++;
  return cs_config_read(path, parse->spec->name, take_entry, parse, parse->err);
}

static enum cs_status apply_configs(struct parse *parse) {
  const char *inherited = getenv("CS_CONFIG");
  if (inherited && *inherited) CS_TRY(apply_config(parse, inherited));
  for (size_t i = 0; i < parse->argument_count; i++) {
    const struct argument *argument = &parse->argument[i];
    if (strcmp(argument->option->name, "config") != 0) continue;
    if (!*argument->value)
      return cs_fail(parse->err, CS_USAGE, "option --config: the name of the file is empty");
    CS_TRY(apply_config(parse, argument->value));
  }
  return CS_OK;
}

static enum cs_status apply_setting(struct parse *parse, const char *text) {
  struct cs_error inner = CS_ERROR_INIT;
  struct cs_slice key;
  const char *value;
  if (cs_config_split(text, parse->spec->name, &key, &value, &inner) != CS_OK)
    return cs_fail(parse->err, CS_USAGE, "option --set: %s", inner.text);
  if (!key.data) return CS_OK;
  const struct cs_option *option = cs_spec_find(parse->spec, key);
  if (!option || (option->marks & CS_OPTION_NO_CONFIG)) {
    const char *near = option ? NULL : cs_spec_nearest(parse->spec, key, true);
    return cs_fail(parse->err, CS_USAGE, "option --set: %s has no option '%.*s' to be set%s%s%s",
                   parse->spec->name, (int)key.len, key.data, near ? "; did you mean '" : "",
                   near ? near : "", near ? "'?" : "");
  }
  struct cs_str where = CS_STR_INIT;
  cs_str_add_format(&where, "option --set: %s.%s", parse->spec->name, option->name);
  enum cs_status status = store(parse, option, value, cs_str_text(&where));
  cs_str_release(&where);
  return status;
}

static enum cs_status apply_settings(struct parse *parse) {
  parse->source++;
  for (size_t i = 0; i < parse->argument_count; i++)
    if (strcmp(parse->argument[i].option->name, "set") == 0)
      CS_TRY(apply_setting(parse, parse->argument[i].value));
  return CS_OK;
}

/* --- the whole --- */

/* What a model holds isn't learnt again: an option that only decides the learning would be ignored silently.
 */
static enum cs_status check_load(const struct parse *parse) {
  if (!parse->common->load) return CS_OK;
  for (size_t i = 0; i < parse->argument_count; i++)
    if (parse->argument[i].option->marks & CS_OPTION_FIT)
      return cs_fail(parse->err, CS_USAGE, "--%s decides what is learnt; it can't be used with --load",
                     parse->argument[i].option->name);
  return CS_OK;
}

static bool is_question(const struct parse *parse) {
  return argument_of(parse, "help") || argument_of(parse, "version") || argument_of(parse, "print-options");
}

static enum cs_status apply(struct parse *parse) {
  bool question = is_question(parse);
  if (!question) {
    CS_TRY(apply_configs(parse));
    CS_TRY(apply_environments(parse));
    CS_TRY(apply_settings(parse));
  }
  parse->common->state->last = ++parse->source;
  for (size_t i = 0; i < parse->argument_count; i++)
    if (!question || (parse->argument[i].option->marks & CS_OPTION_NO_CONFIG))
      CS_TRY(apply_argument(parse, &parse->argument[i]));
  if (question) return CS_OK;
  if (!parse->spec->takes_files && parse->common->file_count > 0)
    return cs_fail(parse->err, CS_USAGE, "unexpected operand '%s': %s reads no files",
                   parse->common->files[0], parse->spec->name);
  return check_load(parse);
}

static enum cs_status make_state(struct parse *parse) {
  size_t places = 0;
  struct cs_walk walk = CS_WALK_INIT;
  while (cs_spec_next(parse->spec, &walk)) places++;
  struct cs_options_state *state;
  CS_TRY(cs_alloc(&state, 1, sizeof *state + places * sizeof *state->given, "options", parse->err));
  state->spec = parse->spec;
  parse->common->state = state;
  return CS_OK;
}

enum cs_status cs_options_parse(const struct cs_spec *spec, int argc, char **argv, void *params,
                                struct cs_error *err) {
  struct parse parse = {.spec = spec, .params = params, .common = params, .err = err};
  memset(params, 0, spec->params_size);
  CS_TRY(make_state(&parse));
  parse.file =
      cs_arena_alloc(&parse.common->state->arena, (size_t)(argc > 0 ? argc : 1) * sizeof *parse.file);
  enum cs_status status = parse.file ? CS_OK : cs_fail_memory(err, (double)argc * 8, "the command line");
  /* First of all: the record of a run that fails at its command line has the defaults. */
  if (status == CS_OK) status = store_defaults(&parse);
  if (status == CS_OK) status = split(&parse, argc, argv);
  if (status == CS_OK) status = apply(&parse);
  free(parse.argument);
  return status;
}

void cs_options_release(struct cs_common *common) {
  if (common->state) cs_arena_release(&common->state->arena);
  free(common->state);
  common->state = NULL;
}

bool cs_options_given(const struct cs_common *common, const char *name) {
  const struct cs_spec *spec = common->state->spec;
  const struct cs_option *option = cs_spec_find(spec, cs_slice_of(name));
  return option && common->state->given[place_of(spec, option)];
}

bool cs_options_on_command_line(const struct cs_common *common, const char *name) {
  const struct cs_spec *spec = common->state->spec;
  const struct cs_option *option = cs_spec_find(spec, cs_slice_of(name));
  return option && common->state->given[place_of(spec, option)] == common->state->last;
}

bool cs_options_each(const struct cs_spec *spec, const void *params,
                     void (*visit)(void *context, const struct cs_option *option, const char *value),
                     void *context) {
  struct cs_str text = CS_STR_INIT;
  struct cs_walk walk = CS_WALK_INIT;
  const struct cs_option *option;
  while ((option = cs_spec_next(spec, &walk))) {
    if (option->type == CS_OPTION_HEADING) continue;
    cs_str_clear(&text);
    bool set = cs_value_text(option, params, &text);
    if (text.failed) break;
    visit(context, option, set ? cs_str_text(&text) : NULL);
  }
  bool whole = !text.failed;
  cs_str_release(&text);
  return whole;
}
