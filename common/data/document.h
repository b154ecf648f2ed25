/* document.h - JSON documents that are read and written whole: models, audits, step records. Rows are not: see table.h.
 *
 * A tree over cJSON, which is included by document.c only. Numbers are written as the shortest text that reads back to
 * the same double. Names are matched with case. Reading is strict: trailing text, depth beyond 64, repeated keys, text
 * that is no UTF-8 are errors with source, line and column.
 *
 * A node belongs to the tree that it was added to; only the root is released.
 */
#ifndef CS_DATA_DOCUMENT_H
#define CS_DATA_DOCUMENT_H

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cs_node; /* any JSON value */

/* --- making. A NULL parent or exhausted memory makes the call a no-op that returns NULL; cs_node_write() then fails, so
 * building code needs no checks. --- */

struct cs_node *cs_node_object(void);
void cs_node_free(struct cs_node *root);

/* key is NULL when the parent is an array. */
struct cs_node *cs_node_add_object(struct cs_node *parent, const char *key);
struct cs_node *cs_node_add_array(struct cs_node *parent, const char *key);
void cs_node_add_number(struct cs_node *parent, const char *key, double value); /* not finite: null */
void cs_node_add_integer(struct cs_node *parent, const char *key, int64_t value);
void cs_node_add_text(struct cs_node *parent, const char *key, const char *value); /* NULL: null */
void cs_node_add_str(struct cs_node *parent, const char *key,
                     const struct cs_str *value); /* may have failed */
void cs_node_add_slice(struct cs_node *parent, const char *key, struct cs_slice value);
/* A text that may not be UTF-8, as one with a file's name: then all its bytes above 0x7f become '?'. */
void cs_node_add_name(struct cs_node *parent, const char *key, struct cs_str *value);
void cs_node_add_bool(struct cs_node *parent, const char *key, bool value);
void cs_node_add_null(struct cs_node *parent, const char *key);
void cs_node_add_numbers(struct cs_node *parent, const char *key, const double *values, size_t count);

/* What was to be added could not be made for want of memory. */
void cs_node_fail(struct cs_node *container);

/* Appends the text: keys in the order added, two blanks of indent, arrays of scalars on one line, a final newline. */
CS_MUST_CHECK enum cs_status cs_node_write(const struct cs_node *root, struct cs_str *text,
                                           struct cs_error *err);

/* The same on one line without blanks, no final newline. */
CS_MUST_CHECK enum cs_status cs_node_write_line(const struct cs_node *root, struct cs_str *text,
                                                struct cs_error *err);

/* --- changing what was read or made --- */

struct cs_node *cs_node_edit(struct cs_node *object, const char *key); /* as cs_node_get(), to add to it */
/* Takes the member out of the object; the caller's from then on. NULL when there is none. */
struct cs_node *cs_node_take(struct cs_node *object, const char *key);
/* The parent takes node over, also when it can't be added; a NULL node is memory that ran out. */
void cs_node_add_node(struct cs_node *parent, const char *key, struct cs_node *node);
struct cs_node *cs_node_copy(const struct cs_node *node); /* NULL: no memory */
/* Whole numbers of the tree are written with all their digits: those that were read would be 1e+08. */
void cs_node_keep_integers(struct cs_node *root);

/* --- reading --- */

/* Reads a file (at most 256 MiB; "-" isn't taken). CS_IO when it can't be read, CS_DATA when it is no JSON. */
CS_MUST_CHECK enum cs_status cs_node_read(struct cs_node **root, const char *path, struct cs_error *err);
CS_MUST_CHECK enum cs_status cs_node_parse(struct cs_node **root, struct cs_slice text, const char *source,
                                           struct cs_error *err);

const struct cs_node *cs_node_get(const struct cs_node *object,
                                  const char *key); /* NULL when absent; object may be NULL */
const struct cs_node *cs_node_first(const struct cs_node *container); /* NULL when empty; may be NULL */
const struct cs_node *cs_node_next(const struct cs_node *node);
const char *cs_node_key(const struct cs_node *node);
size_t cs_node_size(const struct cs_node *container); /* O(n) */
bool cs_node_is_number(const struct cs_node *node);
bool cs_node_is_text(const struct cs_node *node);
bool cs_node_is_array(const struct cs_node *node);
bool cs_node_is_object(const struct cs_node *node);
bool cs_node_is_null(const struct cs_node *node); /* a JSON null; an absent node isn't one */
double cs_node_number(const struct cs_node *node, double otherwise);
const char *cs_node_text(const struct cs_node *node, const char *otherwise);
bool cs_node_bool(const struct cs_node *node, bool otherwise);

#endif
