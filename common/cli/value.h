/* value.h - one option's value: text to field and back; private to cli/. */
#ifndef CS_CLI_VALUE_H
#define CS_CLI_VALUE_H

#include "cli/options.h"

/* Stores text into the option's field of params; one of TEXTS is only checked, the caller has the list. The message tells what is wrong with the value and no more ("'abc' is
 * not a whole number"): the caller puts before it where the value came from. Texts are kept by reference. */
CS_MUST_CHECK enum cs_status cs_value_store(const struct cs_option *option, void *params, const char *text,
                                            struct cs_error *err);

/* Appends the field's value as text that cs_value_store() reads back (TEXTS: for people). False, and nothing added, when it is unset. */
bool cs_value_text(const struct cs_option *option, const void *params, struct cs_str *text);

/* The bytes of the field. */
size_t cs_value_size(const struct cs_option *option);

/* Appends what values are allowed: "1..256", "more than 0", "csv, tsv, json"; nothing where anything is. */
void cs_value_range(const struct cs_option *option, struct cs_str *text);

/* The next name in "a|b|c" at *at, which moves behind it; false at the end. Empty names are handed out too. */
bool cs_value_choice(const char **at, struct cs_slice *name);

#endif
