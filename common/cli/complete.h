/* complete.h - completion scripts for bash, zsh and fish, from the option table; private to cli/. */
#ifndef CS_CLI_COMPLETE_H
#define CS_CLI_COMPLETE_H

#include "cli/options.h"

/* Appends the script for `shell`: "bash", "zsh" or "fish". */
void cs_complete(const struct cs_spec *spec, const char *shell, struct cs_str *out);

#endif
