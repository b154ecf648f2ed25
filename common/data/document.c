#include "data/document.h"

#include "base/map.h"
#include "base/num.h"
#include "data/encode.h"
#include "data/libraries.h"
#include "data/utf8.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 64, NUMBER_MAX = 63, FILE_MAX = 256 * 1024 * 1024 };

/* A cs_node is a cJSON under another name. Containers don't use valueint: it marks one to which an addition
 * failed. */
static cJSON *json(struct cs_node *node) {
  return (cJSON *)(void *)node;
}

static const cJSON *json_const(const struct cs_node *node) {
  return (const cJSON *)(const void *)node;
}

static struct cs_node *node_of(cJSON *item) {
  return (struct cs_node *)(void *)item;
}

static bool is_container(const cJSON *item) {
  return cJSON_IsArray(item) || cJSON_IsObject(item);
}

/* --- making --- */

const char *cs_document_library(void) {
  return cJSON_Version();
}

struct cs_node *cs_node_object(void) {
  return node_of(cJSON_CreateObject());
}

void cs_node_free(struct cs_node *root) {
  cJSON_Delete(json(root));
}

static struct cs_node *attach(struct cs_node *parent, const char *key, cJSON *item) {
  if (!parent) {
    cJSON_Delete(item);
    return NULL;
  }
  cJSON *to = json(parent);
  if (item && (key ? cJSON_AddItemToObject(to, key, item) : cJSON_AddItemToArray(to, item)))
    return node_of(item);
  cJSON_Delete(item);
  to->valueint = 1;
  return NULL;
}

void cs_node_fail(struct cs_node *container) {
  if (container) json(container)->valueint = 1;
}

struct cs_node *cs_node_add_object(struct cs_node *parent, const char *key) {
  return attach(parent, key, cJSON_CreateObject());
}

struct cs_node *cs_node_add_array(struct cs_node *parent, const char *key) {
  return attach(parent, key, cJSON_CreateArray());
}

void cs_node_add_number(struct cs_node *parent, const char *key, double value) {
  attach(parent, key, isfinite(value) ? cJSON_CreateNumber(value) : cJSON_CreateNull());
}

/* As raw text: a double, which is all that cJSON has, keeps integers up to 2^53 only. */
void cs_node_add_integer(struct cs_node *parent, const char *key, int64_t value) {
  char text[CS_NUM_TEXT];
  snprintf(text, sizeof text, "%lld", (long long)value);
  attach(parent, key, cJSON_CreateRaw(text));
}

void cs_node_add_text(struct cs_node *parent, const char *key, const char *value) {
  attach(parent, key, value ? cJSON_CreateString(value) : cJSON_CreateNull());
}

void cs_node_add_str(struct cs_node *parent, const char *key, const struct cs_str *value) {
  attach(parent, key, value->failed ? NULL : cJSON_CreateString(cs_str_text(value)));
}

void cs_node_add_slice(struct cs_node *parent, const char *key, struct cs_slice value) {
  struct cs_str copy = CS_STR_INIT;
  cs_str_add(&copy, value.data, value.len);
  cs_node_add_str(parent, key, &copy);
  cs_str_release(&copy);
}

void cs_node_add_name(struct cs_node *parent, const char *key, struct cs_str *value) {
  struct cs_utf8 state = {0};
  bool sound = cs_utf8_check(&state, cs_str_text(value), value->len) == value->len && !state.need;
  for (size_t i = 0; i < value->len && !sound; i++)
    if (value->data[i] & 0x80) value->data[i] = '?';
  cs_node_add_str(parent, key, value);
}

void cs_node_add_bool(struct cs_node *parent, const char *key, bool value) {
  attach(parent, key, cJSON_CreateBool(value));
}

void cs_node_add_null(struct cs_node *parent, const char *key) {
  attach(parent, key, cJSON_CreateNull());
}

void cs_node_add_numbers(struct cs_node *parent, const char *key, const double *values, size_t count) {
  struct cs_node *array = cs_node_add_array(parent, key);
  for (size_t i = 0; i < count; i++) cs_node_add_number(array, NULL, values[i]);
}

/* --- changing --- */

struct cs_node *cs_node_edit(struct cs_node *object, const char *key) {
  cJSON *from = json(object);
  return cJSON_IsObject(from) ? node_of(cJSON_GetObjectItemCaseSensitive(from, key)) : NULL;
}

struct cs_node *cs_node_take(struct cs_node *object, const char *key) {
  cJSON *from = json(object);
  return cJSON_IsObject(from) ? node_of(cJSON_DetachItemFromObjectCaseSensitive(from, key)) : NULL;
}

void cs_node_add_node(struct cs_node *parent, const char *key, struct cs_node *node) {
  attach(parent, key, json(node));
}

struct cs_node *cs_node_copy(const struct cs_node *node) {
  return node_of(cJSON_Duplicate(json_const(node), true));
}

static const double WHOLE_MOST = 9007199254740992; /* 2^53 */

void cs_node_keep_integers(struct cs_node *root) {
  cJSON *item = json(root);
  if (!item) return;
  if (is_container(item))
    for (cJSON *child = item->child; child; child = child->next) cs_node_keep_integers(node_of(child));
  double value = cJSON_IsNumber(item) ? item->valuedouble : 0.5;
  if (!(fabs(value) <= WHOLE_MOST) || value != floor(value)) return;
  char text[CS_NUM_TEXT];
  snprintf(text, sizeof text, "%.0f", value + 0.0);
  cJSON *raw = cJSON_CreateRaw(text);
  if (!raw) return; /* it is written as 1e+08 then, which is the same number */
  item->type = (item->type & ~0xff) | cJSON_Raw;
  item->valuestring = raw->valuestring;
  raw->valuestring = NULL;
  cJSON_Delete(raw);
}

/* --- writing --- */

static void write_number(struct cs_str *out, double value) {
  char text[CS_NUM_TEXT];
  cs_str_add(out, text, cs_num_shortest(value, text));
}

static void write_scalar(struct cs_str *out, const cJSON *item) {
  if (cJSON_IsString(item))
    cs_encode_json(out, cs_slice_of(item->valuestring));
  else if (cJSON_IsRaw(item))
    cs_str_add_text(out, item->valuestring);
  else if (cJSON_IsNumber(item))
    write_number(out, item->valuedouble);
  else
    cs_str_add_text(out, cJSON_IsTrue(item) ? "true" : cJSON_IsFalse(item) ? "false" : "null");
}

static bool is_flat_array(const cJSON *item) {
  if (!cJSON_IsArray(item)) return false;
  for (const cJSON *child = item->child; child; child = child->next)
    if (is_container(child)) return false;
  return true;
}

enum { ONE_LINE = -1 };

static void write_break(struct cs_str *out, int indent) {
  if (indent == ONE_LINE) return;
  cs_str_add_byte(out, '\n');
  for (int i = 0; i < indent; i++) cs_str_add_text(out, "  ");
}

/* False when an addition to a container failed for want of memory. */
static bool write_item(struct cs_str *out, const cJSON *item, int indent) {
  if (!is_container(item)) {
    write_scalar(out, item);
    return true;
  }
  if (item->valueint) return false;
  bool object = cJSON_IsObject(item), flat = is_flat_array(item);
  int inner = indent == ONE_LINE || flat ? ONE_LINE : indent + 1;
  cs_str_add_byte(out, object ? '{' : '[');
  for (const cJSON *child = item->child; child; child = child->next) {
    write_break(out, inner);
    if (object) {
      cs_encode_json(out, cs_slice_of(child->string));
      cs_str_add_text(out, indent == ONE_LINE ? ":" : ": ");
    }
    if (!write_item(out, child, inner)) return false;
    if (child->next) cs_str_add_text(out, flat && indent != ONE_LINE ? ", " : ",");
  }
  if (item->child && !flat) write_break(out, indent);
  cs_str_add_byte(out, object ? '}' : ']');
  return true;
}

static enum cs_status write_tree(const struct cs_node *root, struct cs_str *text, int indent,
                                 struct cs_error *err) {
  if (!root || !write_item(text, json_const(root), indent))
    return cs_fail(err, CS_MEMORY, "not enough memory for a document");
  if (indent != ONE_LINE) cs_str_add_byte(text, '\n');
  return cs_str_check(text, "a document", err);
}

enum cs_status cs_node_write(const struct cs_node *root, struct cs_str *text, struct cs_error *err) {
  return write_tree(root, text, 0, err);
}

enum cs_status cs_node_write_line(const struct cs_node *root, struct cs_str *text, struct cs_error *err) {
  return write_tree(root, text, ONE_LINE, err);
}

/* --- reading: a scan of our own, then cJSON ---
 *
 * cJSON takes leading zeros, control bytes in text, bad UTF-8, repeated keys (the first wins) and text behind
 * the document, cuts text at \u0000 and numbers at 63 bytes, turns 1e400 into infinity, and tells the place
 * of an error in a process global. So the scan decides what is JSON, and where it isn't; what it lets
 * through, cJSON reads alike. */

struct scan {
  const char *begin, *at, *end;
  const char *source;
  struct cs_map keys; /* of all objects: the object's number, then the key */
  uint32_t objects;
  struct cs_str text; /* the key at hand, unescaped */
  struct cs_error *err;
};

static enum cs_status refuse(const struct scan *scan, const char *at, const char *fact) {
  size_t line = 1, column = 1;
  for (const char *byte = scan->begin; byte < at; byte++) {
    if (*byte == '\n') {
      line++;
      column = 1;
    } else if ((*byte & 0xc0) != 0x80) {
      column++;
    }
  }
  return cs_fail(scan->err, CS_DATA, "%s:%zu:%zu: %s", scan->source, line, column, fact);
}

static void skip_blanks(struct scan *scan) {
  while (scan->at < scan->end &&
         (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\t' || *scan->at == '\r'))
    scan->at++;
}

static bool take(struct scan *scan, char byte) {
  if (scan->at == scan->end || *scan->at != byte) return false;
  scan->at++;
  return true;
}

/* Four hexadecimal digits, or -1. */
static int take_hex(struct scan *scan) {
  int value = 0;
  if (scan->end - scan->at < 4) return -1;
  for (int i = 0; i < 4; i++) {
    char byte = *scan->at;
    int digit = byte >= '0' && byte <= '9'                     ? byte - '0'
                : (byte | 0x20) >= 'a' && (byte | 0x20) <= 'f' ? (byte | 0x20) - 'a' + 10
                                                               : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
    scan->at++;
  }
  return value;
}

static void add_character(struct cs_str *text, unsigned code) {
  if (code < 0x80) {
    cs_str_add_byte(text, (char)code);
    return;
  }
  if (code < 0x800) {
    cs_str_add_byte(text, (char)(0xc0 | code >> 6));
  } else {
    if (code < 0x10000) {
      cs_str_add_byte(text, (char)(0xe0 | code >> 12));
    } else {
      cs_str_add_byte(text, (char)(0xf0 | code >> 18));
      cs_str_add_byte(text, (char)(0x80 | (code >> 12 & 0x3f)));
    }
    cs_str_add_byte(text, (char)(0x80 | (code >> 6 & 0x3f)));
  }
  cs_str_add_byte(text, (char)(0x80 | (code & 0x3f)));
}

static enum cs_status scan_unicode(struct scan *scan, const char *from) {
  int code = take_hex(scan);
  if (code < 0) return refuse(scan, from, "\\u needs four hexadecimal digits");
  if (code == 0) return refuse(scan, from, "\\u0000 in a text");
  if (code >= 0xdc00 && code <= 0xdfff) return refuse(scan, from, "half a surrogate pair");
  if (code >= 0xd800 && code <= 0xdbff) {
    int low = take(scan, '\\') && take(scan, 'u') ? take_hex(scan) : -1;
    if (low < 0xdc00 || low > 0xdfff) return refuse(scan, from, "half a surrogate pair");
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  }
  add_character(&scan->text, (unsigned)code);
  return CS_OK;
}

static enum cs_status scan_escape(struct scan *scan) {
  static const char letter[] = "\"\\/bfnrt", meaning[] = "\"\\/\b\f\n\r\t";
  const char *from = scan->at++;
  if (take(scan, 'u')) return scan_unicode(scan, from);
  const char *found = scan->at < scan->end && *scan->at ? strchr(letter, *scan->at) : NULL;
  if (!found) return refuse(scan, from, "unknown escape in a text");
  cs_str_add_byte(&scan->text, meaning[found - letter]);
  scan->at++;
  return CS_OK;
}

/* A text at its opening quote; leaves it unescaped in scan->text. */
static enum cs_status scan_text(struct scan *scan) {
  const char *from = scan->at++;
  cs_str_clear(&scan->text);
  while (scan->at < scan->end && *scan->at != '"') {
    if (*scan->at == '\\') {
      CS_TRY(scan_escape(scan));
      continue;
    }
    if ((unsigned char)*scan->at < 0x20) return refuse(scan, scan->at, "control byte in a text");
    size_t len = cs_utf8_length(scan->at, (size_t)(scan->end - scan->at));
    if (len == 0) return refuse(scan, scan->at, "not UTF-8");
    cs_str_add(&scan->text, scan->at, len);
    scan->at += len;
  }
  if (!take(scan, '"')) return refuse(scan, from, "a text without end");
  return cs_str_check(&scan->text, "a text", scan->err);
}

static enum cs_status scan_number(struct scan *scan) {
  const char *from = scan->at;
  while (scan->at < scan->end && *scan->at && strchr("+-.0123456789eE", *scan->at)) scan->at++;
  size_t len = (size_t)(scan->at - from);
  double value;
  if (!cs_num_is_json(from, len)) return refuse(scan, from, "not a JSON number");
  if (len > NUMBER_MAX) return refuse(scan, from, "a number of more than 63 characters");
  if (!cs_num_parse(from, len, '.', &value)) return refuse(scan, from, "number out of range");
  return CS_OK;
}

static enum cs_status scan_value(struct scan *scan, int depth);

static enum cs_status scan_array(struct scan *scan, int depth) {
  scan->at++;
  skip_blanks(scan);
  if (take(scan, ']')) return CS_OK;
  for (;;) {
    CS_TRY(scan_value(scan, depth));
    skip_blanks(scan);
    if (take(scan, ']')) return CS_OK;
    if (!take(scan, ',')) return refuse(scan, scan->at, "expected ',' or ']'");
  }
}

static enum cs_status scan_key(struct scan *scan, uint32_t object) {
  skip_blanks(scan);
  const char *from = scan->at;
  if (from == scan->end || *from != '"') return refuse(scan, from, "expected a key in double quotes");
  CS_TRY(scan_text(scan));
  cs_str_add(&scan->text, (const char *)&object, sizeof object);
  CS_TRY(cs_str_check(&scan->text, "a text", scan->err));
  size_t known = scan->keys.count;
  uint32_t index;
  CS_TRY(cs_map_add(&scan->keys, (struct cs_slice){scan->text.data, scan->text.len}, &index, scan->err));
  if (index < known) return refuse(scan, from, "repeated key");
  skip_blanks(scan);
  return take(scan, ':') ? CS_OK : refuse(scan, scan->at, "expected ':'");
}

static enum cs_status scan_object(struct scan *scan, int depth) {
  uint32_t object = scan->objects++;
  scan->at++;
  skip_blanks(scan);
  if (take(scan, '}')) return CS_OK;
  for (;;) {
    CS_TRY(scan_key(scan, object));
    CS_TRY(scan_value(scan, depth));
    skip_blanks(scan);
    if (take(scan, '}')) return CS_OK;
    if (!take(scan, ',')) return refuse(scan, scan->at, "expected ',' or '}'");
  }
}

static enum cs_status scan_word(struct scan *scan) {
  static const char *const word[] = {"true", "false", "null"};
  for (size_t i = 0; i < sizeof word / sizeof *word; i++) {
    size_t len = strlen(word[i]);
    if ((size_t)(scan->end - scan->at) < len || memcmp(scan->at, word[i], len) != 0) continue;
    scan->at += len;
    return CS_OK;
  }
  return refuse(scan, scan->at, scan->at == scan->end ? "unexpected end" : "expected a value");
}

static enum cs_status scan_value(struct scan *scan, int depth) {
  skip_blanks(scan);
  char byte = scan->at < scan->end ? *scan->at : '\0';
  if (byte == '"') return scan_text(scan);
  if (byte == '-' || (byte >= '0' && byte <= '9')) return scan_number(scan);
  if (byte != '[' && byte != '{') return scan_word(scan);
  if (depth == DEPTH_MAX) return refuse(scan, scan->at, "nested more than 64 deep");
  return byte == '[' ? scan_array(scan, depth + 1) : scan_object(scan, depth + 1);
}

static enum cs_status scan_document(struct scan *scan) {
  CS_TRY(scan_value(scan, 0));
  skip_blanks(scan);
  return scan->at == scan->end ? CS_OK : refuse(scan, scan->at, "text behind the document");
}

enum cs_status cs_node_parse(struct cs_node **root, struct cs_slice text, const char *source,
                             struct cs_error *err) {
  *root = NULL;
  if (text.len >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0) {
    text.data += 3;
    text.len -= 3;
  }
  struct scan scan = {
      .begin = text.data, .at = text.data, .end = text.data + text.len, .source = source, .err = err};
  enum cs_status status = scan_document(&scan);
  cs_map_release(&scan.keys);
  cs_str_release(&scan.text);
  if (status != CS_OK) return status;
  *root = node_of(cJSON_ParseWithLengthOpts(text.data, text.len, NULL, 0));
  return *root ? CS_OK : cs_fail_memory(err, (double)text.len, source);
}

static enum cs_status read_all(FILE *file, const char *path, struct cs_str *text, struct cs_error *err) {
  for (;;) {
    char *place = cs_str_reserve(text, 65536);
    if (!place) return cs_str_check(text, path, err);
    errno = 0;
    size_t got = fread(place, 1, 65536, file);
    text->len += got;
    if (text->len > FILE_MAX) return cs_fail(err, CS_DATA, "%s: more than 256 MiB", path);
    if (ferror(file) && errno != EINTR) return cs_fail_errno(err, "%s", path);
    if (ferror(file)) {
      clearerr(file);
      continue;
    }
    if (got == 0) return CS_OK;
  }
}

enum cs_status cs_node_read(struct cs_node **root, const char *path, struct cs_error *err) {
  *root = NULL;
  FILE *file = fopen(path, "rb");
  if (!file) return cs_fail_errno(err, "%s", path);
  struct cs_str text = CS_STR_INIT;
  enum cs_status status = read_all(file, path, &text, err);
  fclose(file);
  if (status == CS_OK && text.len == 0) status = cs_fail(err, CS_DATA, "%s: empty", path);
  if (status == CS_OK) status = cs_node_parse(root, (struct cs_slice){text.data, text.len}, path, err);
  cs_str_release(&text);
  return status;
}

/* --- looking --- */

const struct cs_node *cs_node_get(const struct cs_node *object, const char *key) {
  const cJSON *from = json_const(object);
  return cJSON_IsObject(from) ? node_of(cJSON_GetObjectItemCaseSensitive(from, key)) : NULL;
}

const struct cs_node *cs_node_first(const struct cs_node *container) {
  const cJSON *from = json_const(container);
  return is_container(from) ? node_of(from->child) : NULL;
}

const struct cs_node *cs_node_next(const struct cs_node *node) {
  return node_of(json_const(node)->next);
}

const char *cs_node_key(const struct cs_node *node) {
  const char *key = node ? json_const(node)->string : NULL;
  return key ? key : "";
}

size_t cs_node_size(const struct cs_node *container) {
  size_t size = 0;
  for (const struct cs_node *node = cs_node_first(container); node; node = cs_node_next(node)) size++;
  return size;
}

/* A raw item is an integer that this process has added. */
bool cs_node_is_number(const struct cs_node *node) {
  return cJSON_IsNumber(json_const(node)) || cJSON_IsRaw(json_const(node));
}

bool cs_node_is_text(const struct cs_node *node) {
  return cJSON_IsString(json_const(node));
}

bool cs_node_is_array(const struct cs_node *node) {
  return cJSON_IsArray(json_const(node));
}

bool cs_node_is_object(const struct cs_node *node) {
  return cJSON_IsObject(json_const(node));
}

bool cs_node_is_null(const struct cs_node *node) {
  return cJSON_IsNull(json_const(node));
}

double cs_node_number(const struct cs_node *node, double otherwise) {
  const cJSON *item = json_const(node);
  if (cJSON_IsNumber(item)) return item->valuedouble;
  double value;
  bool raw = cJSON_IsRaw(item) && cs_num_parse(item->valuestring, strlen(item->valuestring), '.', &value);
  return raw ? value : otherwise;
}

const char *cs_node_text(const struct cs_node *node, const char *otherwise) {
  return cs_node_is_text(node) ? json_const(node)->valuestring : otherwise;
}

bool cs_node_bool(const struct cs_node *node, bool otherwise) {
  const cJSON *item = json_const(node);
  return cJSON_IsBool(item) ? cJSON_IsTrue(item) : otherwise;
}
