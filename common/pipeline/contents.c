#include "pipeline/contents.h"

#include "pipeline/folder.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { GRAIN = 2 /* seconds */ };

enum cs_status cs_contents_read(struct cs_contents *contents, const char *path, struct cs_error *err) {
  return cs_folder_get(path, &contents->old, err);
}

/* What tells one state of a file from another, and from another file. */
static void add_key(struct cs_str *line, const struct stat *entry) {
  cs_str_add_format(line, "%llu %llu %lld %lld.%09ld %lld.%09ld ", (unsigned long long)entry->st_dev,
                    (unsigned long long)entry->st_ino, (long long)entry->st_size,
                    (long long)entry->st_mtim.tv_sec, entry->st_mtim.tv_nsec,
                    (long long)entry->st_ctim.tv_sec, entry->st_ctim.tv_nsec);
}

/* The remembered checksum behind the key at the beginning of a line. */
static bool recall(const struct cs_contents *contents, const struct cs_str *key, char text[CS_SHA256_TEXT]) {
  const char *line = cs_str_text(&contents->old);
  for (const char *next; (next = strchr(line, '\n')); line = next + 1) {
    if ((size_t)(next - line) != key->len + CS_SHA256_TEXT - 1 || memcmp(line, key->data, key->len) != 0)
      continue;
    memcpy(text, line + key->len, CS_SHA256_TEXT - 1);
    text[CS_SHA256_TEXT - 1] = '\0';
    return true;
  }
  return false;
}

static bool is_settled(const struct stat *entry) {
  time_t now = time(NULL);
  return now - entry->st_mtim.tv_sec > GRAIN && now - entry->st_ctim.tv_sec > GRAIN;
}

static enum cs_status find_by(struct cs_contents *contents, const char *path, const struct stat *entry,
                              struct cs_str *key, char text[CS_SHA256_TEXT], struct cs_error *err) {
  add_key(key, entry);
  CS_TRY(cs_str_check(key, "a file", err));
  if (!recall(contents, key, text)) CS_TRY(cs_checksum_file(path, text, err));
  if (is_settled(entry)) cs_str_add_format(&contents->now, "%s%s\n", key->data, text);
  return CS_OK;
}

enum cs_status cs_contents_find(struct cs_contents *contents, const char *path, char text[CS_SHA256_TEXT],
                                struct cs_error *err) {
  struct stat entry;
  if (stat(path, &entry) != 0) return cs_fail_errno(err, "%s: can't open", path);
  if (S_ISDIR(entry.st_mode)) return cs_fail(err, CS_IO, "%s: is a folder", path);
  if (!S_ISREG(entry.st_mode))
    return cs_fail(err, CS_IO, "%s: is no file that can be read twice: write it into one first", path);
  struct cs_str key = CS_STR_INIT;
  enum cs_status status = find_by(contents, path, &entry, &key, text, err);
  cs_str_release(&key);
  return status;
}

enum cs_status cs_contents_write(const struct cs_contents *contents, const char *path, struct cs_error *err) {
  return cs_folder_put(path, &contents->now, err);
}

void cs_contents_release(struct cs_contents *contents) {
  cs_str_release(&contents->old);
  cs_str_release(&contents->now);
}
