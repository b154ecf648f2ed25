/* utf8.h - whether bytes are text: UTF-8 without a NUL. Private to data/. */
#ifndef CS_DATA_UTF8_H
#define CS_DATA_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* How far a sequence has come at the end of a block. Zeroed, it is between two characters. */
struct cs_utf8 {
  unsigned need;           /* continuation bytes still to come */
  unsigned char low, high; /* the bounds of the next one */
};

/* The index of the first byte that is NUL or breaks UTF-8, or len. */
size_t cs_utf8_check(struct cs_utf8 *state, const char *data, size_t len);

/* Whether text[0..len), which begins with a character, passes that check; its last character may be cut off. Many bytes
 * a step where the processor can, and no word of where a flaw is. */
bool cs_utf8_valid(const char *data, size_t len);

/* The same by the instructions that every processor has, for tests. */
bool cs_utf8_valid_plain(const char *data, size_t len);

/* What to say of the byte at which the check stopped. */
const char *cs_utf8_flaw(char byte);

#endif
