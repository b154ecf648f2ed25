/* spec.h - walking, finding and checking the options of a tool; private to cli/. */
#ifndef CS_CLI_SPEC_H
#define CS_CLI_SPEC_H

#include "cli/options.h"

/* The entries of all tables of a spec in order, headings included: struct cs_walk walk = CS_WALK_INIT; while (...). */
struct cs_walk {
  size_t table, entry;
};

#define CS_WALK_INIT                                                                                         \
  { 0, 0 }

const struct cs_option *cs_spec_next(const struct cs_spec *spec, struct cs_walk *walk); /* NULL at the end */

/* The option of that very name, hidden ones included; NULL when there is none. */
const struct cs_option *cs_spec_find(const struct cs_spec *spec, struct cs_slice name);
const struct cs_option *cs_spec_find_letter(const struct cs_spec *spec, char letter);

/* What the user meant by --NAME: an exact name, the undoing of a flag (no-NAME; NAME where the flag is no-NAME), or an
 * unambiguous beginning of one of these. CS_USAGE: unknown (with the nearest name), ambiguous (with the candidates). */
CS_MUST_CHECK enum cs_status cs_spec_match(const struct cs_spec *spec, struct cs_slice name,
                                           const struct cs_option **option, bool *undone,
                                           struct cs_error *err);

/* The visible name nearest to `name`, or NULL when none is near. `config`: only names that a configuration may hold. */
const char *cs_spec_nearest(const struct cs_spec *spec, struct cs_slice name, bool config);

/* Whether the option takes no value on the command line: a flag or a switch. */
bool cs_option_is_bare(const struct cs_option *option);

/* Whether the option is one that people see in help, man page and completions (headings aren't options). */
bool cs_option_is_visible(const struct cs_option *option);

/* Appends one line for each fault of the tables: a name or letter twice, a default out of range, no help ... */
void cs_spec_check(const struct cs_spec *spec, struct cs_str *faults);

#endif
