/* roundtrip.h - a text read as a table, written, and read again: the same cells in every format. */
#ifndef CS_TESTS_FUZZ_ROUNDTRIP_H
#define CS_TESTS_FUZZ_ROUNDTRIP_H

#include "data/table.h"
#include "fuzz.h"

/* Options of writing follow those of reading in the input, the text follows both. */
void fuzz_roundtrip(struct fuzz_input *input, const struct cs_read_options *options);

#endif
