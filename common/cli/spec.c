#include "cli/spec.h"

#include "base/memory.h"
#include "cli/value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const char *cs_spec_called(const struct cs_spec *spec) {
  return spec->called ? spec->called : spec->name;
}

const struct cs_option *cs_spec_next(const struct cs_spec *spec, struct cs_walk *walk) {
  for (; spec->tables[walk->table]; walk->table++, walk->entry = 0) {
    const struct cs_option *option = &spec->tables[walk->table][walk->entry];
    if (option->type != CS_OPTION_END) {
      walk->entry++;
      return option;
    }
  }
  return NULL;
}

bool cs_option_is_visible(const struct cs_option *option) {
  return option->type != CS_OPTION_HEADING && !(option->marks & CS_OPTION_HIDDEN);
}

const struct cs_option *cs_spec_find(const struct cs_spec *spec, struct cs_slice name) {
  struct cs_walk walk = CS_WALK_INIT;
  const struct cs_option *option;
  while ((option = cs_spec_next(spec, &walk)))
    if (option->type != CS_OPTION_HEADING && cs_slice_is(name, option->name)) return option;
  return NULL;
}

const struct cs_option *cs_spec_find_letter(const struct cs_spec *spec, char letter) {
  struct cs_walk walk = CS_WALK_INIT;
  const struct cs_option *option;
  while ((option = cs_spec_next(spec, &walk)))
    if (option->type != CS_OPTION_HEADING && option->letter && option->letter == letter) return option;
  return NULL;
}

bool cs_option_is_bare(const struct cs_option *option) {
  return option->type == CS_OPTION_FLAG || option->type == CS_OPTION_SWITCH;
}

/* Flags that act at once (--help, --print-config) have nothing to undo. */
static bool has_opposite(const struct cs_option *option) {
  return cs_option_is_bare(option) && !(option->marks & CS_OPTION_NO_CONFIG);
}

static void opposite(const struct cs_option *option, struct cs_str *name) {
  cs_str_clear(name);
  if (strncmp(option->name, "no-", 3) == 0) {
    cs_str_add_text(name, option->name + 3);
  } else {
    cs_str_add_text(name, "no-");
    cs_str_add_text(name, option->name);
  }
}

struct match {
  struct cs_slice wanted;
  const struct cs_option *option;
  bool undone, exact;
  size_t count;
  struct cs_str candidates;
};

static void consider(struct match *match, const struct cs_option *option, const char *name, bool undone) {
  size_t len = strlen(name);
  if (match->exact || len < match->wanted.len || memcmp(name, match->wanted.data, match->wanted.len) != 0)
    return;
  match->exact = len == match->wanted.len;
  if (!match->exact && !cs_option_is_visible(option)) return;
  match->option = option;
  match->undone = undone;
  match->count++;
  cs_str_add_format(&match->candidates, "%s--%s", match->count > 1 ? ", " : "", name);
}

static enum cs_status judge(const struct cs_spec *spec, const struct match *match, struct cs_error *err) {
  int len = (int)match->wanted.len;
  if (match->exact || match->count == 1) return CS_OK;
  if (match->count > 1)
    return cs_fail(err, CS_USAGE, "option '--%.*s' is ambiguous: %s", len, match->wanted.data,
                   cs_str_text(&match->candidates));
  const char *near = cs_spec_nearest(spec, match->wanted, false);
  if (near)
    return cs_fail(err, CS_USAGE, "unknown option '--%.*s'; did you mean '--%s'?", len, match->wanted.data,
                   near);
  return cs_fail(err, CS_USAGE, "unknown option '--%.*s'", len, match->wanted.data);
}

enum cs_status cs_spec_match(const struct cs_spec *spec, struct cs_slice name,
                             const struct cs_option **option, bool *undone, struct cs_error *err) {
  struct match match = {.wanted = name, .candidates = CS_STR_INIT};
  struct cs_str other = CS_STR_INIT;
  struct cs_walk walk = CS_WALK_INIT;
  const struct cs_option *entry;
  while ((entry = cs_spec_next(spec, &walk))) {
    if (entry->type == CS_OPTION_HEADING) continue;
    consider(&match, entry, entry->name, false);
    if (!has_opposite(entry)) continue;
    opposite(entry, &other);
    consider(&match, entry, cs_str_text(&other), true);
  }
  enum cs_status status = cs_str_check(&other, "an option's name", err);
  if (status == CS_OK) status = judge(spec, &match, err);
  *option = match.option;
  *undone = match.undone;
  cs_str_release(&match.candidates);
  cs_str_release(&other);
  return status;
}

const char *cs_spec_nearest(const struct cs_spec *spec, struct cs_slice name, bool config) {
  const char *best = NULL;
  size_t least = 1 + name.len / 3;
  struct cs_walk walk = CS_WALK_INIT;
  const struct cs_option *option;
  while ((option = cs_spec_next(spec, &walk))) {
    if (!cs_option_is_visible(option) || (config && (option->marks & CS_OPTION_NO_CONFIG))) continue;
    size_t distance = cs_slice_distance(name, cs_slice_of(option->name));
    if (distance < least || (distance == least && !best)) {
      least = distance;
      best = option->name;
    }
  }
  return best;
}

/* --- the check of the tables --- */

static bool is_name(const char *name) {
  if (!name || !islower((unsigned char)*name)) return false;
  for (const char *at = name; *at; at++)
    if (!islower((unsigned char)*at) && !isdigit((unsigned char)*at) && *at != '-') return false;
  return true;
}

/* Whether the text reads as others do: it begins lower case (unless with an acronym) and has no full stop. */
static bool is_help(const char *help) {
  size_t len = help ? strlen(help) : 0;
  if (len == 0 || help[len - 1] == '.') return false;
  return !(isupper((unsigned char)help[0]) && islower((unsigned char)help[1]));
}

static void check_default(const struct cs_spec *spec, const struct cs_option *option, struct cs_str *faults) {
  if (!option->value) return;
  void *params = NULL;
  struct cs_error err = CS_ERROR_INIT;
  enum cs_status status = cs_alloc(&params, 1, spec->params_size, "parameters", &err);
  if (status == CS_OK) status = cs_value_store(option, params, option->value, &err);
  if (status != CS_OK) cs_str_add_format(faults, "--%s: default %s\n", option->name, err.text);
  free(params);
}

static void check_option(const struct cs_spec *spec, const struct cs_option *option, struct cs_str *faults) {
  if (!is_name(option->name)) {
    cs_str_add_format(faults, "'%s' is no name of an option\n", option->name ? option->name : "");
    return;
  }
  if (cs_spec_find(spec, cs_slice_of(option->name)) != option)
    cs_str_add_format(faults, "--%s is there twice\n", option->name);
  if (option->letter &&
      (!isalnum((unsigned char)option->letter) || cs_spec_find_letter(spec, option->letter) != option))
    cs_str_add_format(faults, "--%s: letter '%c' is taken or no letter\n", option->name, option->letter);
  if (!is_help(option->help)) cs_str_add_format(faults, "--%s: help is absent, or no phrase\n", option->name);
  if (cs_option_is_bare(option) != !option->argument)
    cs_str_add_format(faults, "--%s: flags and switches have no argument, all others have one\n",
                      option->name);
  if (option->type != CS_OPTION_TEXT && (option->type == CS_OPTION_CHOICE) != !!option->choices)
    cs_str_add_format(faults, "--%s: choices belong to a choice\n", option->name);
  if (option->lo > option->hi) cs_str_add_format(faults, "--%s: range is upside down\n", option->name);
  if (option->offset + cs_value_size(option) > spec->params_size)
    cs_str_add_format(faults, "--%s: lies outside of the parameters\n", option->name);
  else
    check_default(spec, option, faults);
}

void cs_spec_check(const struct cs_spec *spec, struct cs_str *faults) {
  if (spec->params_size < sizeof(struct cs_common))
    cs_str_add_text(faults, "parameters lack struct cs_common\n");
  struct cs_walk walk = CS_WALK_INIT;
  const struct cs_option *option;
  while ((option = cs_spec_next(spec, &walk)))
    if (option->type != CS_OPTION_HEADING) check_option(spec, option, faults);
}
