/* JSON rows: an array of objects or JSON Lines, named or recognised. */
#include "roundtrip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const enum cs_format formats[] = {CS_FORMAT_JSON, CS_FORMAT_JSONL, CS_FORMAT_AUTO};
  static const size_t most[] = {(size_t)1 << 20, 1, 16, 256};
  struct fuzz_input input = {data, size};
  struct cs_read_options options = CS_READ_OPTIONS_INIT;
  options.format = formats[fuzz_choice(&input, 3)];
  options.max_field = most[fuzz_choice(&input, 4)];
  fuzz_roundtrip(&input, &options);
  return 0;
}
