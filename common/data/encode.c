#include "data/encode.h"

#include "data/jsonscan.h"

#include <string.h>

#define BYTES(byte) (0x0101010101010101u * (unsigned char)(byte))

/* The high bit of some byte is set when one of the eight is `byte`, and of none when none is. */
static inline uint64_t finds(uint64_t word, char byte) {
  word ^= BYTES(byte);
  return (word - BYTES(1)) & ~word & BYTES(0x80);
}

static inline bool is_marked(uint64_t word, char delimiter) {
  return finds(word, delimiter) | finds(word, '"') | finds(word, '\n') | finds(word, '\r');
}

/* The bytes of data[0..len), 0 < len < 8, in any order, some of them twice; NUL, which is no mark, fills up. */
static inline uint64_t few(const char *data, size_t len) {
  uint32_t front, back;
  if (len < 4)
    return (unsigned char)data[0] | (uint64_t)(unsigned char)data[len / 2] << 8 |
           (uint64_t)(unsigned char)data[len - 1] << 16;
  memcpy(&front, data, 4);
  memcpy(&back, data + len - 4, 4);
  return front | (uint64_t)back << 32;
}

/* Whether a byte of data[0..len), len > 0, has a meaning in CSV. The last word overlaps the one before. */
static bool has_marks(const char *data, size_t len, char delimiter) {
  uint64_t word;
  if (len < 8) return is_marked(few(data, len), delimiter);
  for (size_t at = 0; at + 8 < len; at += 8) {
    memcpy(&word, data + at, 8);
    if (is_marked(word, delimiter)) return true;
  }
  memcpy(&word, data + len - 8, 8);
  return is_marked(word, delimiter);
}

bool cs_begins_with_mark(struct cs_slice text) {
  return text.len >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0;
}

enum { LEAST_PLAIN = '-' }; /* blanks, quotes, line ends and the comma are below */

static inline uint64_t finds_below(uint64_t word) {
  return (word - BYTES(LEAST_PLAIN)) & ~word & BYTES(0x80);
}

/* Letters, figures, what dates are made of: most cells, told in fewer steps. False says nothing. */
static bool is_plain(struct cs_slice cell, char delimiter) {
  uint64_t below = 0;
  if (cell.len < 4 || (unsigned char)delimiter >= LEAST_PLAIN || (unsigned char)cell.data[0] >= 0x80)
    return false;
  if (cell.len < 8) return !finds_below(few(cell.data, cell.len));
  for (size_t at = 0; at + 8 < cell.len; at += 8) below |= finds_below(cs_word_at(cell.data + at));
  return !(below | finds_below(cs_word_at(cell.data + cell.len - 8)));
}

static bool csv_needs_quotes(struct cs_slice cell, char delimiter) {
  if (cell.len == 0 || is_plain(cell, delimiter)) return false;
  char first = cell.data[0], last = cell.data[cell.len - 1];
  if (first == ' ' || first == '\t' || last == ' ' || last == '\t') return true;
  return has_marks(cell.data, cell.len, delimiter) || cs_begins_with_mark(cell);
}

/* Most cells are short: two copies that overlap, of a length that the compiler knows. */
static void add_plain(struct cs_str *out, struct cs_slice cell) {
  if (cell.len < 4 || cell.len > 16) {
    cs_str_add(out, cell.data, cell.len);
    return;
  }
  char *to = cs_str_reserve(out, cell.len);
  if (!to) return;
  if (cell.len >= 8) {
    memcpy(to, cell.data, 8);
    memcpy(to + cell.len - 8, cell.data + cell.len - 8, 8);
  } else {
    memcpy(to, cell.data, 4);
    memcpy(to + cell.len - 4, cell.data + cell.len - 4, 4);
  }
  to[cell.len] = '\0';
  out->len += cell.len;
}

void cs_encode_csv(struct cs_str *out, struct cs_slice cell, char delimiter) {
  if (!csv_needs_quotes(cell, delimiter)) {
    add_plain(out, cell);
    return;
  }
  cs_str_add_byte(out, '"');
  for (size_t i = 0; i < cell.len; i++) {
    if (cell.data[i] == '"') cs_str_add_byte(out, '"');
    cs_str_add_byte(out, cell.data[i]);
  }
  cs_str_add_byte(out, '"');
}

void cs_encode_tsv(struct cs_str *out, struct cs_slice cell) {
  size_t done = 0;
  for (size_t i = 0; i < cell.len; i++) {
    const char *escape;
    switch (cell.data[i]) {
    case '\t': escape = "\\t"; break;
    case '\n': escape = "\\n"; break;
    case '\r': escape = "\\r"; break;
    case '\\': escape = "\\\\"; break;
    default: continue;
    }
    cs_str_add(out, cell.data + done, i - done);
    cs_str_add(out, escape, 2);
    done = i + 1;
  }
  if (cell.len > done) cs_str_add(out, cell.data + done, cell.len - done);
}

size_t cs_utf8_length(const char *data, size_t left) {
  const unsigned char *text = (const unsigned char *)data;
  unsigned char first = text[0];
  size_t len = first < 0x80   ? 1
               : first < 0xc2 ? 0
               : first < 0xe0 ? 2
               : first < 0xf0 ? 3
               : first < 0xf5 ? 4
                              : 0;
  if (len == 0 || len > left) return 0;
  for (size_t i = 1; i < len; i++)
    if ((text[i] & 0xc0) != 0x80) return 0;
  if (len < 3) return len;
  bool overlong = (first == 0xe0 && text[1] < 0xa0) || (first == 0xf0 && text[1] < 0x90);
  bool surrogate = first == 0xed && text[1] > 0x9f;
  bool beyond = first == 0xf4 && text[1] > 0x8f;
  return overlong || surrogate || beyond ? 0 : len;
}

/* The escape of a byte; the place behind it. */
static char *put_escape(char *to, unsigned char byte) {
  static const char plain[] = "\"\\\n\r\t", letter[] = "\"\\nrt", digit[] = "0123456789abcdef";
  const char *found = byte ? strchr(plain, byte) : NULL;
  *to++ = '\\';
  if (found) {
    *to++ = letter[found - plain];
    return to;
  }
  memcpy(to, "u00", 3);
  to[3] = digit[byte >> 4];
  to[4] = digit[byte & 15];
  return to + 5;
}

static char *put(char *to, const char *from, size_t len) {
  memcpy(to, from, len);
  return to + len;
}

void cs_encode_json(struct cs_str *out, struct cs_slice cell) {
  /* A byte becomes six at most. */
  char *begin = cs_str_reserve(out, 6 * cell.len + 2), *to = begin;
  if (!begin) return;
  *to++ = '"';
  for (const char *at = cell.data, *end = at + cell.len; at < end;) {
    const char *stop = cs_json_run_end(CS_JSON_RUN_ASCII, at, end);
    to = put(to, at, (size_t)(stop - at));
    if (stop == end) break;
    size_t len = cs_utf8_length(stop, (size_t)(end - stop));
    if (len == 0)
      to = put(to, "\xef\xbf\xbd", 3);
    else if (len == 1)
      to = put_escape(to, (unsigned char)*stop);
    else
      to = put(to, stop, len);
    at = stop + (len ? len : 1);
  }
  *to++ = '"';
  *to = '\0';
  out->len += (size_t)(to - begin);
}
