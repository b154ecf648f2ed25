/* encode.h - one cell as the bytes that a written table holds: CSV (RFC 4180, quoted only where needed), TSV
 * with backslash escapes, JSON (RFC 8259).
 *
 * The encoders know cells, not rows: who writes a row puts the separators, and gives an empty one-column CSV
 * record as two quotes, since readers skip blank lines. Text is copied byte for byte where the format allows
 * it.
 */
#ifndef CS_DATA_ENCODE_H
#define CS_DATA_ENCODE_H

#include "base/str.h"

#include <stdbool.h>

/* Whether a text that begins with these bytes is taken to begin with a byte order mark. */
bool cs_begins_with_mark(struct cs_slice text);

/* Quoted when the cell holds the delimiter, a quote, CR or LF, begins or ends with a blank, or begins with a byte order
 * mark. */
void cs_encode_csv(struct cs_str *out, struct cs_slice cell, char delimiter);

/* TAB, LF, CR and backslash as \t, \n, \r and \\. */
void cs_encode_tsv(struct cs_str *out, struct cs_slice cell);

/* A JSON string with its quotes. Bytes that are no UTF-8 become U+FFFD, so the document is always valid. */
void cs_encode_json(struct cs_str *out, struct cs_slice cell);

/* The length of the UTF-8 sequence at text, of which `left` > 0 bytes are there, or 0: no overlong forms, surrogates or
 * values beyond U+10FFFF (RFC 3629). */
size_t cs_utf8_length(const char *text, size_t left);

#endif
