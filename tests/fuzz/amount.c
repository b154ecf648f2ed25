/* Amounts as people write them: what is a plain number is that number, point and comma are each other's mirror image, and
 * parentheses take the sign. */
#include "fuzz.h"
#include "prep/numbers.h"

#include <math.h>

enum { ROOM = 96 };

static bool read_told(struct cs_slice text, char decimal, bool share, double *value) {
  struct cs_numbers numbers = CS_NUMBERS_INIT;
  cs_numbers_begin(&numbers, decimal);
  bool taken = cs_numbers_read(&numbers, text, share, value);
  FUZZ_CHECK(!taken || isfinite(*value));
  FUZZ_CHECK(numbers.seen == 0 && numbers.sign == decimal);
  return taken;
}

static bool has_any(struct cs_slice text, const char *bytes) {
  for (size_t i = 0; i < text.len; i++)
    if (text.data[i] && strchr(bytes, text.data[i])) return true;
  return false;
}

/* Letters may end with a point, which is no decimal sign: kr. */
static bool has_letters(struct cs_slice text) {
  for (size_t i = 0; i < text.len; i++) {
    unsigned char byte = (unsigned char)text.data[i];
    if (byte >= 0x80 || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z')) return true;
  }
  return false;
}

static void check_mirror(struct cs_slice text, bool share) {
  char room[ROOM];
  double value = 0, other = 0;
  for (size_t i = 0; i < text.len; i++)
    room[i] = text.data[i] == '.' ? ',' : text.data[i] == ',' ? '.' : text.data[i];
  bool taken = read_told(text, '.', share, &value);
  bool mirrored = read_told((struct cs_slice){room, text.len}, ',', share, &other);
  FUZZ_CHECK(taken == mirrored && (!taken || value == other));
}

static void check_parentheses(struct cs_slice text, char decimal, bool share, double value) {
  char room[ROOM + 2];
  double negative = 0;
  room[0] = '(';
  memcpy(room + 1, text.data, text.len);
  room[text.len + 1] = ')';
  FUZZ_CHECK(read_told((struct cs_slice){room, text.len + 2}, decimal, share, &negative));
  FUZZ_CHECK(negative == -value);
}

/* What a cell says of the decimal sign, from what the two readings make of it. */
static void check_seen(struct cs_slice text, bool share, bool point, double by_point, bool comma,
                       double by_comma) {
  struct cs_numbers numbers = CS_NUMBERS_INIT;
  double value;
  cs_numbers_begin(&numbers, 0);
  bool taken = cs_numbers_read(&numbers, text, share, &value);
  FUZZ_CHECK(taken == point && (!taken || value == by_point));
  if (numbers.seen & CS_NUMBER_POINT) FUZZ_CHECK(point && !comma);
  if (numbers.seen & CS_NUMBER_COMMA) FUZZ_CHECK(comma && !point);
  if (numbers.seen & (CS_NUMBER_POINT_OR_GROUP | CS_NUMBER_COMMA_OR_GROUP)) FUZZ_CHECK(point && comma);
  if (point && comma && by_point != by_comma) FUZZ_CHECK(numbers.seen != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct fuzz_input input = {data, size};
  bool share = fuzz_choice(&input, 2);
  struct cs_slice text = fuzz_rest(&input);
  double by_point = 0, by_comma = 0, plain;
  if (text.len == 0 || text.len > ROOM) return 0;
  bool point = read_told(text, '.', share, &by_point), comma = read_told(text, ',', share, &by_comma);
  if (cs_num_parse(text.data, text.len, '.', &plain)) FUZZ_CHECK(point && by_point == plain);
  if (cs_num_parse(text.data, text.len, ',', &plain)) FUZZ_CHECK(comma && by_comma == plain);
  if (!has_letters(text)) check_mirror(text, share);
  if (!has_letters(text) && !has_any(text, "-+()") && text.len < 60) {
    if (point) check_parentheses(text, '.', share, by_point);
    if (comma) check_parentheses(text, ',', share, by_comma);
  }
  if (text.len < 60) check_seen(text, share, point, by_point, comma, by_comma);
  return 0;
}
