/* fuzz.h - what the fuzzers share: options drawn from the first bytes, inputs without files, a stop with a reason.
 *
 * Each tests/fuzz/NAME.c but harness.c is one libFuzzer program. It takes its options from the first bytes of the
 * input and the text under test from the rest, and stops with fuzz_stop() where something that must hold doesn't.
 * tests/fuzz/run runs them all; FUZZ_SECONDS says for how long.
 *
 * Inputs reach the code under test through read(), which the linker wraps: fuzz_feed() decides what it gives, and in
 * how large pieces. What is written to /dev/null is kept. Nothing touches a disk.
 */
#ifndef CS_TESTS_FUZZ_H
#define CS_TESTS_FUZZ_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- options --- */

struct fuzz_input {
  const uint8_t *at;
  size_t left;
};

/* The next byte, or 0 at the end. */
static inline unsigned fuzz_byte(struct fuzz_input *input) {
  if (!input->left) return 0;
  input->left--;
  return *input->at++;
}

/* One of 0..below - 1. */
static inline unsigned fuzz_choice(struct fuzz_input *input, unsigned below) {
  return fuzz_byte(input) % below;
}

static inline struct cs_slice fuzz_rest(const struct fuzz_input *input) {
  return (struct cs_slice){(const char *)input->at, input->left};
}

/* --- files that aren't there --- */

#define FUZZ_PATH "/dev/null"

/* From now on read() gives these bytes, at most `piece` at once (0: all). */
void fuzz_feed(struct cs_slice text, size_t piece);

/* From now on write() adds to `kept` (NULL: it writes again). */
void fuzz_keep(struct cs_str *kept);

/* The path of a file in memory that holds the bytes, for code that reads through stdio. Good until the next call. */
const char *fuzz_file(struct cs_slice text);

/* --- what must hold --- */

/* Says what was found and aborts. */
_Noreturn void fuzz_stop(const char *format, ...) CS_PRINTF(1, 2);

#define FUZZ_CHECK(condition)                                                                                \
  do {                                                                                                       \
    if (!(condition)) fuzz_stop("%s:%d: %s", __FILE__, __LINE__, #condition);                                \
  } while (0)

/* The status is one that data can cause, and there is a message exactly where it isn't CS_OK. */
void fuzz_check_error(enum cs_status status, const struct cs_error *err);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
