#include "data/csv.h"

#include "base/memory.h"
#include "data/encode.h"
#include "data/libraries.h"

#include <csv.h>
#include <stdint.h>
#include <stdlib.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define TEXT_OF(number)     #number
#define VERSION_OF(a, b, c) TEXT_OF(a) "." TEXT_OF(b) "." TEXT_OF(c)

const char *cs_csv_library(void) {
  return VERSION_OF(CSV_MAJOR, CSV_MINOR, CSV_RELEASE);
}

/* --- splitting --- */

/* The bytes that vectors of 16 hold: returns how many were looked at. */
static size_t count_vectors(const char *data, size_t len, char byte, size_t *count) {
  size_t at = 0;
#if defined(__SSE2__)
  const __m128i pattern = _mm_set1_epi8(byte), none = _mm_setzero_si128();
  while (at + 16 <= len) {
    /* A lane holds at most 255. */
    size_t stop = len - at > (size_t)255 * 16 ? at + (size_t)255 * 16 : len;
    __m128i lanes = none;
    for (; at + 16 <= stop; at += 16) {
      __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(data + at));
      lanes = _mm_sub_epi8(lanes, _mm_cmpeq_epi8(bytes, pattern));
    }
    __m128i sums = _mm_sad_epu8(lanes, none);
    *count += (size_t)_mm_cvtsi128_si64(sums) + (size_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums));
  }
#else
  (void)data, (void)len, (void)byte, (void)count;
#endif
  return at;
}

size_t cs_csv_count(const char *data, size_t len, char byte) {
  const uint64_t ones = 0x0101010101010101u, lows = 0x7f7f7f7f7f7f7f7fu;
  const uint64_t pattern = ones * (unsigned char)byte;
  size_t count = 0, at = count_vectors(data, len, byte, &count);
  while (at + 8 <= len) {
    /* A lane holds at most 255; 31 keeps the sum of the eight, made by the multiplication, below 256. */
    size_t stop = len - at > 31 * 8 ? at + 31 * 8 : len;
    uint64_t lanes = 0, word;
    for (; at + 8 <= stop; at += 8) {
      memcpy(&word, data + at, 8);
      word ^= pattern;
      lanes += (~(((word & lows) + lows) | word | lows)) >> 7;
    }
    count += (lanes * ones) >> 56;
  }
  for (; at < len; at++) count += data[at] == byte;
  return count;
}

size_t cs_csv_record_end(struct cs_csv_probe *probe, const char *data, size_t len, bool quotes) {
  while (probe->at < len) {
    const char *begin = data + probe->at, *feed = memchr(begin, '\n', len - probe->at);
    size_t stop = feed ? (size_t)(feed - data) : len;
    if (quotes && memchr(begin, '"', stop - probe->at))
      probe->odd ^= cs_csv_count(begin, stop - probe->at, '"') & 1;
    if (!feed) {
      probe->at = len;
      return len;
    }
    probe->at = stop + 1;
    if (!probe->odd) return stop;
  }
  return len;
}

/* --- judging --- */

struct cs_csv_judge {
  struct csv_parser parser;
  size_t cells, records;
  char delimiter;
};

/* Blanks belong to the cell. */
static int no_space(unsigned char byte) {
  (void)byte;
  return 0;
}

static int is_line_feed(unsigned char byte) {
  return byte == '\n';
}

static void count_cell(void *text, size_t len, void *data) {
  struct cs_csv_judge *judge = data;
  (void)text;
  (void)len;
  judge->cells++;
}

static void count_record(int terminator, void *data) {
  struct cs_csv_judge *judge = data;
  (void)terminator;
  judge->records++;
}

enum cs_status cs_csv_judge_new(struct cs_csv_judge **judge, char delimiter, struct cs_error *err) {
  CS_TRY(cs_alloc(judge, 1, sizeof **judge, "a CSV parser", err));
  struct csv_parser *parser = &(*judge)->parser;
  csv_init(parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL);
  csv_set_delim(parser, (unsigned char)delimiter);
  csv_set_space_func(parser, no_space);
  csv_set_term_func(parser, is_line_feed);
  csv_set_blk_size(parser, 4096);
  (*judge)->delimiter = delimiter;
  return CS_OK;
}

void cs_csv_judge_free(struct cs_csv_judge *judge) {
  if (!judge) return;
  csv_free(&judge->parser);
  free(judge);
}

enum cs_csv_verdict cs_csv_judge_reference(struct cs_csv_judge *judge, const char *record, size_t len,
                                           size_t *cells) {
  *cells = 1;
  if (len == 0) return CS_CSV_GOOD; /* libcsv says that a blank line has no cell */
  judge->cells = judge->records = 0;
  size_t done = csv_parse(&judge->parser, record, len + 1, count_cell, count_record, judge);
  if (done != len + 1) return csv_error(&judge->parser) == CSV_EPARSE ? CS_CSV_BAD : CS_CSV_NO_MEMORY;
  *cells = judge->cells;
  return judge->records == 1 ? CS_CSV_GOOD : CS_CSV_BAD;
}

enum cs_csv_verdict cs_csv_judge_record(struct cs_csv_judge *judge, const char *record, size_t len,
                                        size_t *cells) {
  if (memchr(record, '"', len)) return cs_csv_judge_reference(judge, record, len, cells);
  *cells = 1 + cs_csv_count(record, len, judge->delimiter);
  return CS_CSV_GOOD;
}

static const char too_long[] = "a cell is longer than --max-field (was a quote opened here by mistake?)";

/* The closing quote of the cell that opens at `at`, or len. */
static size_t closing_quote(const char *record, size_t at, size_t len) {
  for (at++; at < len; at++) {
    if (record[at] != '"') continue;
    if (at + 1 == len || record[at + 1] != '"') return at;
    at++;
  }
  return len;
}

struct cs_csv_flaw cs_csv_diagnose(const char *record, size_t len, bool whole, char delimiter,
                                   size_t max_field) {
  for (size_t begin = 0, at; begin <= len; begin = at + 1) {
    if (begin < len && record[begin] == '"') {
      at = closing_quote(record, begin, len);
      if (at - begin - 1 > max_field) return (struct cs_csv_flaw){too_long, begin, begin, true};
      if (at >= len)
        return (struct cs_csv_flaw){whole ? "the quote opened here is never closed" : NULL, begin, begin,
                                    false};
      at++;
      if (at < len && record[at] != delimiter)
        return (struct cs_csv_flaw){"text behind a closing quote (a quote within a cell is written twice)",
                                    at, begin, false};
    } else {
      for (at = begin; at < len && record[at] != delimiter; at++) {
        if (at - begin == max_field) return (struct cs_csv_flaw){too_long, begin, begin, true};
        if (record[at] == '"')
          return (struct cs_csv_flaw){"quote inside an unquoted cell (quote the cell, and double the quote)",
                                      at, begin, false};
      }
    }
  }
  return (struct cs_csv_flaw){NULL, len, len, false};
}

struct cs_csv_flaw cs_tsv_diagnose(const char *record, size_t len, size_t max_field) {
  for (size_t begin = 0, at; begin <= len; begin = at + 1) {
    const char *tab = begin < len ? memchr(record + begin, '\t', len - begin) : NULL;
    at = tab ? (size_t)(tab - record) : len;
    if (at - begin > max_field)
      return (struct cs_csv_flaw){"a cell is longer than --max-field", begin, begin, true};
  }
  return (struct cs_csv_flaw){NULL, len, len, false};
}

/* --- mending --- */

/* The quote that closes the cell opened at `open`, or NULL where that one is text. */
static const char *mended_close(const char *open, const char *end, char delimiter) {
  for (const char *at = open + 1; at < end; at++) {
    if (*at != '"') continue;
    if (at + 1 == end || at[1] == delimiter) return at;
    if (at[1] == '"')
      at++;
    else if (at[-1] == delimiter)
      return NULL;
  }
  return NULL;
}

/* What stands between two quotes, with every quote doubled once. */
static void add_quoted(struct cs_str *out, const char *at, const char *end) {
  cs_str_add_byte(out, '"');
  for (; at < end; at++) {
    if (*at == '"') cs_str_add_byte(out, '"');
    cs_str_add_byte(out, *at);
    if (*at == '"' && at + 1 < end && at[1] == '"') at++;
  }
  cs_str_add_byte(out, '"');
}

struct cs_csv_mended cs_csv_mend(struct cs_str *out, struct cs_slice line, char delimiter, size_t most) {
  struct cs_csv_mended mended = {0, 0};
  const char *end = line.data + line.len;
  for (const char *at = line.data, *stop; at <= end; at = stop + 1) {
    const char *open = at;
    while (open < end && *open == ' ' && *open != delimiter) open++;
    const char *close = open < end && *open == '"' ? mended_close(open, end, delimiter) : NULL;
    for (stop = close ? close + 1 : at; stop < end && *stop != delimiter; stop++) {
    }
    size_t len = (size_t)(stop - at);
    if (len > mended.longest) mended.longest = len;
    if (mended.cells++ >= most) continue;
    if (mended.cells > 1) cs_str_add_byte(out, delimiter);
    if (close)
      add_quoted(out, open + 1, close);
    else
      cs_encode_csv(out, (struct cs_slice){at, len}, delimiter);
  }
  return mended;
}

/* --- cells --- */

struct cs_slice cs_csv_text(struct cs_slice raw, struct cs_str *scratch) {
  if (raw.len < 2 || raw.data[0] != '"') return raw;
  const char *from = raw.data + 1, *end = raw.data + raw.len - 1;
  if (!memchr(from, '"', (size_t)(end - from))) return (struct cs_slice){from, (size_t)(end - from)};
  char *text = cs_str_reserve(scratch, raw.len);
  if (!text) return (struct cs_slice){"", 0};
  size_t len = 0;
  for (; from < end; from++) {
    text[len++] = *from;
    if (*from == '"') from++;
  }
  text[len] = '\0';
  scratch->len += len;
  return (struct cs_slice){text, len};
}

struct cs_slice cs_tsv_text(struct cs_slice raw, struct cs_str *scratch) {
  if (!memchr(raw.data, '\\', raw.len)) return raw;
  char *text = cs_str_reserve(scratch, raw.len);
  if (!text) return (struct cs_slice){"", 0};
  size_t len = 0;
  for (size_t at = 0; at < raw.len; at++) {
    static const char letter[] = "tnr\\", meaning[] = "\t\n\r\\";
    const char *found = raw.data[at] == '\\' && at + 1 < raw.len ? memchr(letter, raw.data[at + 1], 4) : NULL;
    text[len++] = found ? meaning[found - letter] : raw.data[at];
    at += found != NULL;
  }
  text[len] = '\0';
  scratch->len += len;
  return (struct cs_slice){text, len};
}

/* --- dialect --- */

static size_t count_outside_quotes(struct cs_slice record, char byte) {
  size_t count = 0;
  bool inside = false;
  for (size_t at = 0; at < record.len; at++) {
    inside ^= record.data[at] == '"';
    count += !inside && record.data[at] == byte;
  }
  return count;
}

char cs_csv_recognise(struct cs_slice record, char *tie) {
  static const char candidates[] = ",;\t|";
  char best = ',';
  size_t most = 0;
  *tie = 0;
  for (const char *candidate = candidates; *candidate; candidate++) {
    size_t count = count_outside_quotes(record, *candidate);
    if (count > most) {
      most = count;
      best = *candidate;
      *tie = 0;
    } else if (count == most && most > 0 && !*tie) {
      *tie = *candidate;
    }
  }
  return best;
}
