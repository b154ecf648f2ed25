#include "cli/text.h"

/* The bytes that follow the first byte of a sequence; 4 when it begins none (Unicode 15, table 3-7). */
static size_t followers(const unsigned char *at) {
  if (at[0] < 0x80) return 0;
  if (at[0] < 0xc2 || at[0] > 0xf4) return 4;
  if (at[0] < 0xe0) return 1;
  if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f)) return 4;
  if (at[0] < 0xf0) return 2;
  if ((at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f)) return 4;
  return 3;
}

bool cs_text_is_utf8(const char *text) {
  const unsigned char *at = (const unsigned char *)text;
  while (*at) {
    size_t more = followers(at++);
    if (more == 4) return false;
    for (; more; more--, at++)
      if ((*at & 0xc0) != 0x80) return false;
  }
  return true;
}

void cs_text_add_clean(struct cs_str *out, const char *text) {
  bool utf8 = cs_text_is_utf8(text);
  for (; *text; text++) {
    unsigned char byte = (unsigned char)*text;
    cs_str_add_byte(out, byte < 0x20 || byte == 0x7f || (byte > 0x7f && !utf8) ? '?' : (char)byte);
  }
}

void cs_text_add_bytes(struct cs_str *out, double bytes) {
  static const char *const unit[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  size_t power = 0;
  while (bytes >= 1024 && power + 1 < sizeof unit / sizeof *unit) {
    bytes /= 1024;
    power++;
  }
  cs_str_add_format(out, "%.*f %s", bytes < 10 && power ? 1 : 0, bytes, unit[power]);
}
