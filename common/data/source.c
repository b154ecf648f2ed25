#define _GNU_SOURCE /* F_SETPIPE_SZ: fewer wake-ups of both ends of a pipe */
#include "data/source.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAGIC_BYTES = 16, RAW_BYTES = 32 * 1024, PIPE_BYTES = 1 << 20, PROBE_BYTES = 64 * 1024 };

/* --- text in other encodings --- */

struct cs_recoder {
  iconv_t conversion;
  bool raw_ended;
  size_t len; /* bytes in raw that aren't converted yet */
  char raw[RAW_BYTES];
};

static bool is_utf8_name(const char *encoding) {
  return !encoding || !strcasecmp(encoding, "utf-8") || !strcasecmp(encoding, "utf8");
}

static enum cs_status open_recoder(struct cs_source *source, const char *encoding, struct cs_error *err) {
  iconv_t conversion = iconv_open("UTF-8", encoding);
  if (conversion == (iconv_t)-1 && errno == EINVAL) {
    /* glibc says so too where it found no memory to load what it knows: asked again, with memory there, it tells. */
    void *probe;
    CS_TRY(cs_alloc(&probe, 1, PROBE_BYTES, "the conversion of text", err));
    free(probe);
    conversion = iconv_open("UTF-8", encoding);
  }
  if (conversion == (iconv_t)-1 && errno != EINVAL)
    return cs_fail_errno(err, "cannot convert from '%s'", encoding);
  if (conversion == (iconv_t)-1)
    return cs_fail(err, CS_USAGE, "unknown encoding '%s' (iconv -l lists them)", encoding);
  enum cs_status status =
      cs_alloc(&source->recoder, 1, sizeof *source->recoder, "the conversion of text", err);
  if (status != CS_OK)
    iconv_close(conversion);
  else
    source->recoder->conversion = conversion;
  return status;
}

/* --- what is no table --- */

struct magic {
  const char *bytes;
  size_t len;
  const char *name, *help; /* help has one %s: the input's name */
};

static const struct magic magics[] = {
    {"\x1f\x8b", 2, "gzip data", "use  zcat %s | ..."},
    {"\x28\xb5\x2f\xfd", 4, "zstd data", "use  zstdcat %s | ..."},
    {"\xfd"
     "7zXZ\0",
     6, "xz data", "use  xzcat %s | ..."},
    {"BZh", 3, "bzip2 data", "use  bzcat %s | ..."},
    {"\x04\x22\x4d\x18", 4, "lz4 data", "use  lz4cat %s | ..."},
    {"PK\3\4", 4, "a zip archive or a spreadsheet", "use  unzip -p %s | ...  or export it as CSV"},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "an old office document", "export %s as CSV"},
    {"PAR1", 4, "Parquet", "use  duckdb -csv -c \"from '%s'\" | ..."},
    {"ARROW1", 6, "an Arrow file", "use  duckdb or pandas to write %s as CSV"},
    {"SQLite format 3", 16, "an SQLite database", "use  sqlite3 -csv -header %s 'select ...' | ..."},
    {"%PDF-", 5, "a PDF document", "%s holds no rows that can be read"},
};

static const struct magic wide_magics[] = {
    {"\xff\xfe", 2, "UTF-16 text", "use --encoding utf-16, or  iconv -f utf-16 -t utf-8 %s | ..."},
    {"\xfe\xff", 2, "UTF-16 text", "use --encoding utf-16, or  iconv -f utf-16 -t utf-8 %s | ..."},
};

static enum cs_status refuse_magic(const struct cs_source *source, const struct magic *list, size_t count,
                                   const char *data, size_t len, struct cs_error *err) {
  for (size_t i = 0; i < count; i++) {
    if (len < list[i].len || memcmp(data, list[i].bytes, list[i].len) != 0) continue;
    if (list[i].bytes[0] == 'B' && (len < 10 || memcmp(data + 4, "1AY&SY", 6) != 0)) continue;
    char help[512];
    const char *mark = strstr(list[i].help, "%s");
    const char *name = strcmp(source->name, "-") ? source->name : "FILE";
    snprintf(help, sizeof help, "%.*s%s%s", (int)(mark - list[i].help), list[i].help, name, mark + 2);
    return cs_fail(err, CS_DATA, "%s: the input is %s; %s", source->name, list[i].name, help);
  }
  return CS_OK;
}

static enum cs_status refuse_what_is_no_text(const struct cs_source *source, const char *data, size_t len,
                                             struct cs_error *err) {
  CS_TRY(refuse_magic(source, magics, sizeof magics / sizeof *magics, data, len, err));
  if (source->recoder) return CS_OK;
  return refuse_magic(source, wide_magics, sizeof wide_magics / sizeof *wide_magics, data, len, err);
}

/* --- opening and reading --- */

enum cs_status cs_source_open(struct cs_source *source, const char *path, const char *encoding,
                              struct cs_checksum *checksum, struct cs_error *err) {
  bool is_input = strcmp(path, "-") == 0;
  *source = (struct cs_source){.name = path, .fd = -1, .checksum = checksum};
  if (!is_utf8_name(encoding)) CS_TRY(open_recoder(source, encoding, err));
  source->fd = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  struct stat about;
  enum cs_status status = CS_OK;
  if (source->fd < 0 || fstat(source->fd, &about) != 0)
    status = is_input ? cs_fail_errno(err, "standard input") : cs_fail_errno(err, "cannot open '%s'", path);
  else if (S_ISDIR(about.st_mode))
    status = cs_fail(err, CS_IO, "%s is a directory, not a table", is_input ? "standard input" : path);
  else if (S_ISREG(about.st_mode) && about.st_size > 0)
    source->size = (uint64_t)about.st_size;
#ifdef F_SETPIPE_SZ
  else if (S_ISFIFO(about.st_mode))
    (void)fcntl(source->fd, F_SETPIPE_SZ, PIPE_BYTES);
#endif
  if (status != CS_OK) cs_source_close(source);
  return status;
}

void cs_source_close(struct cs_source *source) {
  if (source->recoder) iconv_close(source->recoder->conversion);
  free(source->recoder);
  source->recoder = NULL;
  if (source->fd > STDIN_FILENO) close(source->fd);
  source->fd = -1;
}

static enum cs_status read_some(struct cs_source *source, char *place, size_t size, size_t *got,
                                struct cs_error *err) {
  ssize_t count;
  for (;;) {
    count = read(source->fd, place, size);
    if (count >= 0 || (errno != EINTR && errno != EAGAIN)) break;
    /* A descriptor that another program left non-blocking. */
    if (errno == EAGAIN) poll(&(struct pollfd){source->fd, POLLIN, 0}, 1, -1);
  }
  if (count < 0) return cs_fail_errno(err, "%s: read error", source->name);
  *got = (size_t)count;
  source->bytes += *got;
  if (source->checksum && count) cs_checksum_add(source->checksum, place, *got);
  return CS_OK;
}

/* As it stands in the file; the first time enough to know what it is. */
static enum cs_status read_raw(struct cs_source *source, char *place, size_t size, size_t *got,
                               struct cs_error *err) {
  *got = 0;
  size_t need = source->begun ? 1 : MAGIC_BYTES;
  while (*got < need && !source->ended) {
    size_t more = 0;
    CS_TRY(read_some(source, place + *got, size - *got, &more, err));
    source->ended = more == 0;
    *got += more;
  }
  if (!source->begun) CS_TRY(refuse_what_is_no_text(source, place, *got, err));
  return CS_OK;
}

static enum cs_status read_recoded(struct cs_source *source, char *place, size_t size, size_t *got,
                                   struct cs_error *err) {
  struct cs_recoder *recoder = source->recoder;
  for (*got = 0; *got == 0 && !source->flaw;) {
    if (recoder->raw_ended && recoder->len == 0) return CS_OK;
    if (!recoder->raw_ended && recoder->len < sizeof recoder->raw / 2) {
      size_t more = 0;
      CS_TRY(read_raw(source, recoder->raw + recoder->len, sizeof recoder->raw - recoder->len, &more, err));
      source->begun = true;
      recoder->len += more;
      recoder->raw_ended = more == 0;
    }
    char *from = recoder->raw, *to = place;
    size_t left = recoder->len, room = size;
    size_t result = iconv(recoder->conversion, &from, &left, &to, &room);
    if (result == (size_t)-1 && (errno == EILSEQ || (errno == EINVAL && recoder->raw_ended)))
      source->flaw = "bytes that the encoding given with --encoding doesn't have";
    memmove(recoder->raw, from, left);
    recoder->len = left;
    *got = (size_t)(to - place);
  }
  return CS_OK;
}

enum cs_status cs_source_read(struct cs_source *source, char *place, size_t size, size_t *got,
                              struct cs_error *err) {
  bool first = !source->begun;
  if (source->recoder)
    CS_TRY(read_recoded(source, place, size, got, err));
  else
    CS_TRY(read_raw(source, place, size, got, err));
  source->begun = true;
  if (first && *got >= 3 && memcmp(place, "\xef\xbb\xbf", 3) == 0) {
    *got -= 3;
    memmove(place, place + 3, *got);
    if (*got == 0) return cs_source_read(source, place, size, got, err);
  }
  return CS_OK;
}
