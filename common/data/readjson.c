/* Reading JSON rows into a table: an array of flat objects, or objects one behind the other (JSON Lines). */
#include "data/jsonrow.h"
#include "data/reader.h"

#include <stdio.h>
#include <stdlib.h>

struct cs_json_input {
  struct cs_reader *reader;
  bool begun, array; /* the first token was read; it was a bracket */
  bool first;        /* of an array: no object was read yet */
  uint64_t column;   /* bytes of the current line before scan */
  uint64_t *seen;    /* [seen_count], the pass over an object in which a column was last given */
  size_t seen_count, seen_capacity;
  uint64_t pass; /* an object that isn't there whole is passed over again */
  struct cs_str key;
};

/* What a pass has found so far. */
struct object {
  struct cs_json_cursor cursor;
  size_t members, last; /* last: the column of the newest member, or SIZE_MAX */
  bool plain;           /* as it would be written anew */
};

/* --- places --- */

static enum cs_status fail_at(const struct cs_json_input *input, const char *at, const char *what,
                              struct cs_error *err) {
  const struct cs_reader *reader = input->reader;
  const char *begin = reader->table->text + reader->scan, *line = at;
  while (line > begin && line[-1] != '\n') line--;
  uint64_t column = 1 + (uint64_t)(at - line) + (line == begin ? input->column : 0);
  return cs_fail(err, CS_DATA, "%s:%llu:%llu: %s", reader->source->name,
                 (unsigned long long)cs_reader_line(reader, (size_t)(at - reader->table->text)),
                 (unsigned long long)column, what);
}

/* Consumes what lies before `at`; line is behind its last line feed, or NULL. */
static void advance(struct cs_json_input *input, const char *at, const char *line) {
  struct cs_reader *reader = input->reader;
  const char *begin = reader->table->text + reader->scan;
  input->column = line ? (uint64_t)(at - line) : input->column + (uint64_t)(at - begin);
  reader->scan += (size_t)(at - begin);
}

/* --- tokens between the objects --- */

/* The next byte that is no white space, or 0 at the end of the input; what lies before it is passed. */
static enum cs_status next_token(struct cs_json_input *input, char *token, struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  for (;;) {
    const char *begin = reader->table->text + reader->scan, *end = reader->table->text + reader->fill;
    struct cs_json_cursor cursor = cs_json_begin(NULL, begin, end);
    cs_json_blanks(&cursor);
    if (cursor.line) reader->skipped += cs_csv_count(begin, (size_t)(cursor.line - begin), '\n');
    advance(input, cursor.at, cursor.line);
    *token = cursor.at < end ? *cursor.at : 0;
    if (*token) return CS_OK;
    bool more;
    CS_TRY(cs_reader_fill(reader, &more, err));
    if (!more) return CS_OK;
  }
}

static const char *here(const struct cs_json_input *input) {
  return input->reader->table->text + input->reader->scan;
}

/* Consumes a brace or a comma. */
static void pass_token(struct cs_json_input *input) {
  advance(input, here(input) + 1, NULL);
}

static enum cs_status fail_token(const struct cs_json_input *input, char token, const char *what,
                                 struct cs_error *err) {
  return fail_at(input, here(input), token ? what : "the JSON text ends too early", err);
}

/* --- members --- */

static enum cs_status new_column(struct cs_json_input *input, const struct cs_json_member *member,
                                 struct cs_slice name, size_t *column, struct cs_error *err) {
  struct cs_table *table = input->reader->table;
  for (size_t i = 0; i < table->segments; i++)
    if (!cs_segment_is_json(&table->segment[i])) {
      char what[160];
      snprintf(what, sizeof what, "key '%.*s' is no column of %.60s", (int)(name.len < 64 ? name.len : 64),
               name.data, table->segment[i].source);
      return fail_at(input, member->key.data, what, err);
    }
  uint32_t index;
  CS_TRY(cs_map_add(&table->names, name, &index, err));
  table->columns_read = table->names.count;
  *column = index;
  return CS_OK;
}

static enum cs_status column_of(struct cs_json_input *input, struct object *object,
                                const struct cs_json_member *member, size_t *column, struct cs_error *err) {
  struct cs_table *table = input->reader->table;
  *column = cs_json_column(table, &object->cursor, member, &input->key);
  if (*column == SIZE_MAX) {
    cs_str_clear(&input->key);
    struct cs_slice name = cs_json_text(member->key, &input->key);
    if (!input->key.failed) CS_TRY(new_column(input, member, name, column, err));
  }
  /* A key that couldn't be unescaped is no key. */
  if (member->key_escaped) CS_TRY(cs_str_check(&input->key, "a key", err));
  if (member->column == SIZE_MAX) cs_json_teach(&table->guide, member, object->last, *column);
  return CS_OK;
}

static enum cs_status fail_long(const struct cs_json_input *input, const char *at, struct cs_error *err) {
  return fail_at(input, at, "a cell is longer than --max-field (is a quote missing?)", err);
}

static enum cs_status take_member(struct cs_json_input *input, struct object *object,
                                  const struct cs_json_member *member, struct cs_error *err) {
  size_t column, max_field = input->reader->options->max_field;
  if (member->key.len > max_field) return fail_long(input, member->key.data - 1, err);
  if (member->value.len > max_field) return fail_long(input, cs_json_value(member), err);
  CS_TRY(column_of(input, object, member, &column, err));
  if (column >= input->seen_count) {
    CS_TRY(cs_grow(&input->seen, &input->seen_capacity, column + 1, sizeof *input->seen, "columns", err));
    while (input->seen_count <= column) input->seen[input->seen_count++] = 0;
  }
  if (input->seen[column] == input->pass)
    return fail_at(input, member->key.data, "a key stands twice in an object", err);
  input->seen[column] = input->pass;
  size_t lead = (size_t)(cs_json_value(member) - member->lead);
  object->plain &=
      column == object->members && !member->key_escaped && lead == member->key.len + strlen(",\"\":");
  object->last = column;
  object->members++;
  return CS_OK;
}

/* --- objects --- */

/* Whether a member that isn't finished, or malformed at `end`, is too long already, its key or what comes behind it: of
 * all that is wrong the first is told, however much of it was read. */
static enum cs_status check_long(const struct cs_json_input *input, const struct cs_json_member *member,
                                 const struct cs_json_cursor *cursor, const char *end, struct cs_error *err) {
  size_t max_field = input->reader->options->max_field;
  if (member->key.data && member->key.len > max_field) return fail_long(input, member->key.data - 1, err);
  const char *token = cursor->token;
  size_t quote = token < end && *token == '"';
  return (size_t)(end - token) - quote > max_field ? fail_long(input, token, err) : CS_OK;
}

/* Passes over the object at scan; *whole is false when more of it has to be read. */
static enum cs_status pass_over(struct cs_json_input *input, struct object *object, bool *whole,
                                struct cs_error *err) {
  const struct cs_reader *reader = input->reader;
  const char *text = reader->table->text, *value_end = NULL;
  struct cs_json_member member;
  struct cs_json_cursor *cursor = &object->cursor;
  *object = (struct object){.last = SIZE_MAX, .plain = true};
  *cursor = cs_json_begin(&reader->table->guide, text + reader->scan, text + reader->fill);
  input->pass++;
  for (;;) {
    member.key = (struct cs_slice){NULL, 0};
    switch (cs_json_next(cursor, &member)) {
    case CS_JSON_MEMBER:
      CS_TRY(take_member(input, object, &member, err));
      value_end = cursor->at;
      break;
    case CS_JSON_END:
      *whole = true;
      object->plain &= value_end && cursor->at == value_end + 1;
      return CS_OK;
    case CS_JSON_MORE: *whole = false; return check_long(input, &member, cursor, cursor->end, err);
    case CS_JSON_BAD:
      CS_TRY(check_long(input, &member, cursor, cursor->at, err));
      return fail_at(input, cursor->at, cursor->what, err);
    }
  }
}

/* The segment remembers whether all its objects have the same plain form. */
static void note_form(struct cs_json_input *input, const struct object *object) {
  struct cs_reader *reader = input->reader;
  struct cs_segment *segment = reader->segment;
  size_t members = object->plain ? object->members : 0;
  if (reader->table->rows == segment->first_row)
    segment->members = members;
  else if (segment->members != members)
    segment->members = 0;
}

static enum cs_status keep_object(struct cs_json_input *input, const struct object *object,
                                  struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  struct cs_table *table = reader->table;
  const char *begin = here(input), *end = object->cursor.at;
  note_form(input, object);
  advance(input, end, object->cursor.line);
  char *place = table->text + table->len;
  if (begin != place) memmove(place, begin, (size_t)(end - begin));
  return cs_reader_keep(reader, (size_t)(end - begin), err);
}

static enum cs_status read_object(struct cs_json_input *input, struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  struct object object;
  size_t try_at = 0;
  bool more = true, whole = false;
  for (;;) {
    size_t len = reader->fill - reader->scan;
    /* An object over many blocks is passed over again only when twice as much of it is there. */
    if (len >= try_at || !more) {
      CS_TRY(pass_over(input, &object, &whole, err));
      try_at = 2 * len;
    }
    if (whole) return keep_object(input, &object, err);
    if (!more)
      return fail_at(input, here(input), "the JSON text ends within the object that begins here", err);
    enum cs_status status = cs_reader_fill(reader, &more, err);
    if (status == CS_OK) continue;
    /* What stands before bytes that are no text may be wrong itself, or the end of the object. */
    if (status == CS_DATA) CS_TRY(pass_over(input, &object, &whole, err));
    return whole ? keep_object(input, &object, err) : status;
  }
}

static enum cs_status begin_values(struct cs_json_input *input, struct cs_error *err) {
  char token;
  CS_TRY(next_token(input, &token, err));
  input->begun = input->first = true;
  input->array = token == '[';
  if (input->array) pass_token(input);
  return CS_OK;
}

static enum cs_status end_array(struct cs_json_input *input, struct cs_error *err) {
  char token;
  pass_token(input);
  CS_TRY(next_token(input, &token, err));
  return token ? fail_at(input, here(input), "text behind the end of the array", err) : CS_OK;
}

/* Goes to the next object of an array; *found is false at its end. */
static enum cs_status next_element(struct cs_json_input *input, bool *found, struct cs_error *err) {
  char token;
  bool first = input->first;
  input->first = false;
  CS_TRY(next_token(input, &token, err));
  *found = token != ']';
  if (token == ']') return end_array(input, err);
  if (!first) {
    if (token != ',') return fail_token(input, token, "expected ',' or ']' behind an object", err);
    pass_token(input);
    CS_TRY(next_token(input, &token, err));
  }
  return token == '{' ? CS_OK : fail_token(input, token, "not a table: expected an object", err);
}

static enum cs_status next_line(struct cs_json_input *input, bool *found, struct cs_error *err) {
  char token;
  CS_TRY(next_token(input, &token, err));
  *found = token != 0;
  return !token || token == '{'
             ? CS_OK
             : fail_at(input, here(input), "not a table: expected objects, or an array of them", err);
}

static enum cs_status end_values(const struct cs_json_input *input, struct cs_error *err) {
  struct cs_reader *reader = input->reader;
  reader->done = true;
  if (reader->table->columns_read > 0) return CS_OK;
  return cs_fail(err, CS_DATA, "%s: no rows and so no columns", reader->source->name);
}

enum cs_status cs_json_read(struct cs_json_input *input, struct cs_error *err) {
  if (!input->begun) CS_TRY(begin_values(input, err));
  while (input->reader->table->len < input->reader->limit) {
    bool found = false;
    CS_TRY(input->array ? next_element(input, &found, err) : next_line(input, &found, err));
    if (!found) return end_values(input, err);
    CS_TRY(read_object(input, err));
  }
  return CS_OK;
}

enum cs_status cs_json_input_new(struct cs_json_input **input, struct cs_reader *reader,
                                 struct cs_error *err) {
  CS_TRY(cs_alloc(input, 1, sizeof **input, "the reading of JSON", err));
  (*input)->reader = reader;
  return CS_OK;
}

void cs_json_input_free(struct cs_json_input *input) {
  if (!input) return;
  free(input->seen);
  cs_str_release(&input->key);
  free(input);
}
