/* text.h - what JSON, YAML and terminals can't take; private to cli/. */
#ifndef CS_CLI_TEXT_H
#define CS_CLI_TEXT_H

#include "base/str.h"

bool cs_text_is_utf8(const char *text);

/* Appends the text, its control bytes (and, where it is no UTF-8, all bytes above 0x7f) replaced by '?'. */
void cs_text_add_clean(struct cs_str *out, const char *text);

/* Appends "12.3 MiB". */
void cs_text_add_bytes(struct cs_str *out, double bytes);

#endif
