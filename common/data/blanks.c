#include "data/blanks.h"

static bool is_end(char byte) {
  return byte == '\n' || byte == '\r';
}

/* A byte outside quotes that isn't a blank. */
static char *put(struct cs_blanks *blanks, char *to, char byte) {
  bool begins = !blanks->in_line || blanks->pending;
  if (blanks->pending && !is_end(byte)) *to++ = ' ';
  blanks->quoted = byte == '"' && (begins || blanks->closed);
  blanks->closed = blanks->pending = false;
  blanks->in_line = !is_end(byte);
  *to++ = byte;
  return to;
}

size_t cs_blanks_squeeze(struct cs_blanks *blanks, char *to, const char *from, size_t len) {
  const char *begin = to;
  for (const char *at = from; at < from + len; at++) {
    if (blanks->quoted) {
      blanks->closed = *at == '"';
      blanks->quoted = !blanks->closed;
      *to++ = *at;
    } else if (*at == ' ' || *at == '\t') {
      blanks->pending = blanks->in_line;
      blanks->closed = false;
    } else {
      to = put(blanks, to, *at);
    }
  }
  return (size_t)(to - begin);
}
