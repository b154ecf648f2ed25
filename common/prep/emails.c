#include "prep/emails.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { FEWEST = 1024, NAME_ROOM = 64 };

void cs_emails_release(struct cs_emails *emails) {
  free(emails->slot);
  *emails = (struct cs_emails)CS_EMAILS_INIT;
}

/* --- columns and cells --- */

static char lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? (char)(byte | 0x20) : byte;
}

/* The letters of a name in lower case; "" where it is longer than any name that is looked for. */
static void plain_name(struct cs_slice name, char plain[NAME_ROOM]) {
  size_t len = 0;
  for (size_t i = 0; i < name.len; i++) {
    char byte = lower(name.data[i]);
    if (byte >= 'a' && byte <= 'z' && len + 1 < NAME_ROOM) plain[len++] = byte;
  }
  plain[len + 1 < NAME_ROOM ? len : 0] = '\0';
}

static bool ends_with(const char *text, const char *end) {
  size_t len = strlen(text), end_len = strlen(end);
  return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static bool names_emails(struct cs_slice name) {
  char plain[NAME_ROOM];
  plain_name(name, plain);
  return strcmp(plain, "mail") == 0 || ends_with(plain, "email") || ends_with(plain, "emailaddress");
}

size_t cs_email_column(const struct cs_table *table, size_t customer) {
  size_t columns = cs_table_columns_read(table);
  for (size_t i = 0; i < columns; i++)
    if (i != customer && names_emails(cs_table_name(table, i))) return i;
  return SIZE_MAX;
}

/* FNV-1a over the folded bytes, then the finaliser of splitmix64, which spreads the last of them. */
uint64_t cs_email_hash(const struct cs_table *table, struct cs_slice cell) {
  uint64_t hash = 0xcbf29ce484222325u;
  if (cs_table_is_missing(table, cell)) return 0;
  cell = cs_slice_trim(cell);
  if (!memchr(cell.data, '@', cell.len)) return 0;
  for (size_t i = 0; i < cell.len; i++) hash = (hash ^ (unsigned char)lower(cell.data[i])) * 0x100000001b3u;
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
  hash ^= hash >> 31;
  return hash ? hash : 1;
}

/* --- pairs --- */

/* The slot of the pair, or the free one where it would stand. */
static struct cs_email *find(const struct cs_emails *emails, struct cs_email pair) {
  size_t mask = emails->slots - 1, at = (pair.hash + pair.customer * 0x9e3779b97f4a7c15u) & mask;
  for (;; at = (at + 1) & mask) {
    struct cs_email *slot = &emails->slot[at];
    if (!slot->hash || (slot->hash == pair.hash && slot->customer == pair.customer)) return slot;
  }
}

static enum cs_status grow(struct cs_emails *emails, struct cs_error *err) {
  struct cs_emails larger = {NULL, emails->slots ? 2 * emails->slots : FEWEST, emails->count};
  CS_TRY(cs_alloc(&larger.slot, larger.slots, sizeof *larger.slot, "e-mail addresses", err));
  for (size_t i = 0; i < emails->slots; i++)
    if (emails->slot[i].hash) *find(&larger, emails->slot[i]) = emails->slot[i];
  free(emails->slot);
  *emails = larger;
  return CS_OK;
}

enum cs_status cs_emails_add(struct cs_emails *emails, uint64_t hash, uint32_t customer,
                             struct cs_error *err) {
  struct cs_email pair = {hash, customer};
  if (!hash) return CS_OK;
  if (4 * (emails->count + 1) > 3 * emails->slots) CS_TRY(grow(emails, err));
  struct cs_email *slot = find(emails, pair);
  if (slot->hash) return CS_OK;
  *slot = pair;
  emails->count++;
  return CS_OK;
}

/* --- counting --- */

static int compare_hashes(const void *a, const void *b) {
  uint64_t left = ((const struct cs_email *)a)->hash, right = ((const struct cs_email *)b)->hash;
  return (left > right) - (left < right);
}

static int compare_customers(const void *a, const void *b) {
  uint32_t left = ((const struct cs_email *)a)->customer, right = ((const struct cs_email *)b)->customer;
  return (left > right) - (left < right);
}

/* Keeps the pairs whose address stands in more than one, in front, and counts the addresses. */
static size_t keep_shared(struct cs_email *pair, size_t count, uint64_t *emails) {
  size_t kept = 0;
  for (size_t begin = 0, end; begin < count; begin = end) {
    for (end = begin + 1; end < count && pair[end].hash == pair[begin].hash;) end++;
    if (end - begin < 2) continue;
    ++*emails;
    for (size_t i = begin; i < end; i++) pair[kept++] = pair[i];
  }
  return kept;
}

struct cs_emails_shared cs_emails_count(struct cs_emails *emails) {
  struct cs_emails_shared shared = {0, 0};
  struct cs_email *pair = emails->slot;
  size_t count = 0;
  for (size_t i = 0; i < emails->slots; i++)
    if (pair[i].hash) pair[count++] = pair[i];
  if (count) qsort(pair, count, sizeof *pair, compare_hashes);
  count = keep_shared(pair, count, &shared.emails);
  if (count) qsort(pair, count, sizeof *pair, compare_customers);
  for (size_t i = 0; i < count; i++) shared.customers += i == 0 || pair[i].customer != pair[i - 1].customer;
  cs_emails_release(emails);
  return shared;
}
