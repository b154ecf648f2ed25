#include "data/encode.h"

static bool csv_needs_quotes(struct cs_slice cell, char delimiter) {
  if (cell.len == 0) return false;
  char first = cell.data[0], last = cell.data[cell.len - 1];
  if (first == ' ' || first == '\t' || last == ' ' || last == '\t') return true;
  for (size_t i = 0; i < cell.len; i++) {
    char byte = cell.data[i];
    if (byte == delimiter || byte == '"' || byte == '\n' || byte == '\r') return true;
  }
  return false;
}

void cs_encode_csv(struct cs_str *out, struct cs_slice cell, char delimiter) {
  if (!csv_needs_quotes(cell, delimiter)) {
    cs_str_add(out, cell.data, cell.len);
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

static void json_escape(struct cs_str *out, unsigned char byte) {
  switch (byte) {
  case '"': cs_str_add(out, "\\\"", 2); return;
  case '\\': cs_str_add(out, "\\\\", 2); return;
  case '\n': cs_str_add(out, "\\n", 2); return;
  case '\r': cs_str_add(out, "\\r", 2); return;
  case '\t': cs_str_add(out, "\\t", 2); return;
  default: break;
  }
  cs_str_add_format(out, "\\u%04x", byte);
}

void cs_encode_json(struct cs_str *out, struct cs_slice cell) {
  const unsigned char *text = (const unsigned char *)cell.data;
  size_t done = 0, i = 0;
  cs_str_add_byte(out, '"');
  while (i < cell.len) {
    size_t len = cs_utf8_length(cell.data + i, cell.len - i);
    bool plain = len > 1 || (len == 1 && text[i] >= 0x20 && text[i] != '"' && text[i] != '\\');
    if (plain) {
      i += len;
      continue;
    }
    cs_str_add(out, cell.data + done, i - done);
    if (len == 0)
      cs_str_add_text(out, "\xef\xbf\xbd");
    else
      json_escape(out, text[i]);
    done = ++i;
  }
  if (cell.len > done) cs_str_add(out, cell.data + done, cell.len - done);
  cs_str_add_byte(out, '"');
}
