/* jsonrow.h - flat JSON objects, one a row: a strict tokenizer (RFC 8259) that keeps the text of numbers and
 * strings.
 *
 * It works on text that is valid UTF-8 without NUL bytes and may end anywhere: then it asks for more. Private
 * to data/.
 */
#ifndef CS_DATA_JSONROW_H
#define CS_DATA_JSONROW_H

#include "base/str.h"

#include <stdbool.h>

enum cs_json_kind { CS_JSON_NULL, CS_JSON_NUMBER, CS_JSON_WORD, CS_JSON_TEXT };

struct cs_json_member {
  struct cs_slice key;   /* raw, without its quotes */
  struct cs_slice value; /* raw, a text without its quotes */
  bool key_escaped, value_escaped;
  enum cs_json_kind kind; /* WORD: true or false */
};

enum cs_json_step {
  CS_JSON_MEMBER, /* one more member */
  CS_JSON_END,    /* the object ends before `at` */
  CS_JSON_MORE,   /* the text ends within the object */
  CS_JSON_BAD,    /* malformed at `at`: `what` says how */
};

struct cs_json_cursor {
  const char *at, *end;
  bool inside; /* the opening brace was passed, and a member before this one */
  const char *what;
  const char *token; /* the key or value that was begun last */
};

/* A cursor on the opening brace of an object, or on what lies before it. */
static inline struct cs_json_cursor cs_json_begin(const char *text, size_t len) {
  return (struct cs_json_cursor){.at = text, .end = text + len, .token = text};
}

enum cs_json_step cs_json_next(struct cs_json_cursor *cursor, struct cs_json_member *member);

/* Moves over white space. */
void cs_json_blanks(struct cs_json_cursor *cursor);

/* The text that a raw string stands for; only when it has to be unescaped is it added to scratch. */
struct cs_slice cs_json_text(struct cs_slice raw, struct cs_str *scratch);

#endif
