#include "prep/status.h"

#include <string.h>

static const struct {
  enum cs_order_state state;
  const char *words; /* separated by blanks */
} states[] = {
    {CS_STATE_VOID,
     "cancelled canceled cancel void voided failed failure declined denied rejected expired abandoned "
     "unavailable draft trash deleted"},
    {CS_STATE_REFUNDED, "refunded fullyrefunded returned chargeback chargedback"},
    {CS_STATE_RETURNING, "return refund creditnote credit"},
};

static bool has_word(const char *words, const char *word, size_t len) {
  for (const char *at = words; *at;) {
    size_t next = strcspn(at, " ");
    if (next == len && memcmp(at, word, len) == 0) return true;
    at += next + (at[next] == ' ');
  }
  return false;
}

enum cs_order_state cs_order_state_of(struct cs_slice word) {
  char plain[32];
  size_t len = 0,
         begin = word.len > 3 && word.data[0] == 'w' && word.data[1] == 'c' && word.data[2] == '-' ? 3 : 0;
  for (size_t i = begin; i < word.len; i++) {
    char byte = word.data[i];
    if (byte == ' ' || byte == '-' || byte == '_' || byte == '\t') continue;
    if (len == sizeof plain) return CS_STATE_BOUGHT;
    plain[len++] = byte >= 'A' && byte <= 'Z' ? (char)(byte | 0x20) : byte;
  }
  if (len == 0) return CS_STATE_UNKNOWN;
  for (size_t i = 0; i < sizeof states / sizeof *states; i++)
    if (has_word(states[i].words, plain, len)) return states[i].state;
  return CS_STATE_BOUGHT;
}
