/* Tables of cells: CSV and TSV, with the options of reading drawn from the first bytes. */
#include "roundtrip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const enum cs_format formats[] = {CS_FORMAT_CSV, CS_FORMAT_CSV, CS_FORMAT_AUTO, CS_FORMAT_TSV};
  static const char delimiters[] = {0, ',', ';', '\t', '|', ':', ' ', 'x'};
  static const char *const encodings[] = {"utf-8", "utf-8", "latin1", "utf-16", "windows-1252", "shift_jis"};
  static const size_t most[] = {(size_t)1 << 20, 1, 2, 16};
  struct fuzz_input input = {data, size};
  struct cs_read_options options = CS_READ_OPTIONS_INIT;
  options.format = formats[fuzz_choice(&input, 4)];
  options.delimiter = delimiters[fuzz_choice(&input, sizeof delimiters)];
  options.ragged = (enum cs_ragged)fuzz_choice(&input, 3);
  options.decimal = fuzz_choice(&input, 2) ? ',' : '.';
  options.no_header = fuzz_choice(&input, 2);
  options.encoding = encodings[fuzz_choice(&input, 6)];
  options.max_field = most[fuzz_choice(&input, 4)];
  fuzz_roundtrip(&input, &options);
  return 0;
}
