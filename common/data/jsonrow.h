/* jsonrow.h - flat JSON objects, one a row: a strict tokenizer (RFC 8259) that keeps the text of numbers and
 * strings.
 *
 * It works on text that is valid UTF-8 without NUL bytes and may end anywhere: then it asks for more. A guide makes it
 * fast and never changes what it finds: rows of one table mostly have the same bytes between their values, so these are
 * compared with those of a row before instead of being read again. Private to data/.
 */
#ifndef CS_DATA_JSONROW_H
#define CS_DATA_JSONROW_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum cs_json_kind { CS_JSON_NULL, CS_JSON_NUMBER, CS_JSON_WORD, CS_JSON_TEXT };

struct cs_json_member {
  struct cs_slice key;   /* raw, without its quotes */
  struct cs_slice value; /* raw, a text without its quotes */
  bool key_escaped, value_escaped;
  enum cs_json_kind kind; /* WORD: true or false */
  const char *lead;       /* what stands before the value: the brace or comma, the key, the colon, blanks */
  size_t column;          /* that the guide knows, or SIZE_MAX */
};

/* What stood before the value of a column when it was taught. */
struct cs_json_lead {
  size_t begin;       /* in the guide's text */
  unsigned len, room; /* len 0: nothing is known */
  unsigned key, key_len;
  unsigned line; /* behind its last line feed, or 0 */
  bool escaped;  /* the key */
  size_t next;   /* the column that came behind this one, or SIZE_MAX */
};

/* Any number of threads may follow a guide while nobody teaches it. */
struct cs_json_guide {
  struct cs_json_lead *lead; /* [count], by column */
  size_t count, capacity;
  size_t first; /* the column with which an object began */
  struct cs_str text;
};

#define CS_JSON_GUIDE_INIT                                                                                   \
  { NULL, 0, 0, 0, CS_STR_INIT }

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
  const char *token;                 /* the key or value that was begun last */
  const char *line;                  /* behind the last line feed that was passed, or NULL */
  const struct cs_json_guide *guide; /* or NULL */
  size_t column;                     /* that the next member probably has */
};

/* A cursor on the opening brace of an object, or on what lies before it. */
static inline struct cs_json_cursor cs_json_begin(const struct cs_json_guide *guide, const char *text,
                                                  const char *end) {
  return (struct cs_json_cursor){
      .at = text, .end = end, .token = text, .guide = guide, .column = guide ? guide->first : SIZE_MAX};
}

enum cs_json_step cs_json_next(struct cs_json_cursor *cursor, struct cs_json_member *member);

/* Moves over white space. */
void cs_json_blanks(struct cs_json_cursor *cursor);

/* Tells the cursor which column a member has that the guide didn't know. */
void cs_json_found(struct cs_json_cursor *cursor, size_t column);

/* Shows the guide a member and its column; `before` is that of the member before it, SIZE_MAX for the first. What it
 * has no room for it doesn't learn. */
void cs_json_teach(struct cs_json_guide *guide, const struct cs_json_member *member, size_t before,
                   size_t column);

void cs_json_guide_release(struct cs_json_guide *guide);

/* Where the value's first byte stands, its quote included. */
static inline const char *cs_json_value(const struct cs_json_member *member) {
  return member->value.data - (member->kind == CS_JSON_TEXT);
}

/* The text that a raw string stands for; only when it has to be unescaped is it added to scratch. */
struct cs_slice cs_json_text(struct cs_slice raw, struct cs_str *scratch);

static inline struct cs_slice cs_json_value_text(const struct cs_json_member *member,
                                                 struct cs_str *scratch) {
  return member->value_escaped ? cs_json_text(member->value, scratch) : member->value;
}

#endif
