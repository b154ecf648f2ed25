#include "data/scan.h"

#include "data/utf8.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { STEP = 64, AHEAD = 64 * STEP, BEYOND = 8 };

#define INLINE static inline __attribute__((always_inline))

/* Where the bytes that matter stand in 64 bytes, a bit each. */
struct marks {
  uint64_t quote, delimiter, feed, cr;
  uint64_t other; /* NUL, or beyond ASCII */
};

/* What one step leaves to the next. */
struct state {
  uint64_t inside;       /* all ones within quotes */
  uint64_t separated;    /* 1 when a cell may begin: behind a delimiter, a line feed or a closing quote */
  uint64_t closed;       /* 1 behind a closing quote */
  uint64_t closed_by_cr; /* 1 behind the CR behind a closing quote */
  size_t text;           /* bytes before this one are UTF-8 */
  bool spoiled;          /* not all that follow are: they are looked at one by one */
  struct cs_utf8 utf8;   /* then */
  size_t delimiters;     /* of the record so far */
};

/* --- marks --- */

/* The high bits of the eight bytes of a word, gathered. */
INLINE uint64_t gather(uint64_t highs) {
  return (highs >> 7) * 0x0102040810204080u >> 56;
}

/* The high bit of each byte of word that is `byte`. */
INLINE uint64_t equal(uint64_t word, char byte) {
  const uint64_t lows = 0x7f7f7f7f7f7f7f7fu;
  word ^= 0x0101010101010101u * (unsigned char)byte;
  return ~(((word & lows) + lows) | word | lows);
}

INLINE void mark_plain(const char *data, char delimiter, struct marks *marks) {
  *marks = (struct marks){0};
  for (unsigned at = 0; at < STEP; at += 8) {
    uint64_t word = cs_word_first(data + at);
    marks->quote |= gather(equal(word, '"')) << at;
    marks->delimiter |= gather(equal(word, delimiter)) << at;
    marks->feed |= gather(equal(word, '\n')) << at;
    marks->cr |= gather(equal(word, '\r')) << at;
    marks->other |= gather(equal(word, 0) | (word & 0x8080808080808080u)) << at;
  }
}

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2,bmi,popcnt")))

INLINE AVX2 uint64_t bits(__m256i low, __m256i high) {
  return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

INLINE AVX2 uint64_t equal_avx2(__m256i low, __m256i high, char byte) {
  __m256i wanted = _mm256_set1_epi8(byte);
  return bits(_mm256_cmpeq_epi8(low, wanted), _mm256_cmpeq_epi8(high, wanted));
}

INLINE AVX2 void mark_avx2(const char *data, char delimiter, struct marks *marks) {
  __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)data);
  __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(data + 32));
  marks->quote = equal_avx2(low, high, '"');
  marks->delimiter = equal_avx2(low, high, delimiter);
  marks->feed = equal_avx2(low, high, '\n');
  marks->cr = equal_avx2(low, high, '\r');
  /* A signed byte below 1. */
  __m256i one = _mm256_set1_epi8(1);
  marks->other = bits(_mm256_cmpgt_epi8(one, low), _mm256_cmpgt_epi8(one, high));
}
#endif

/* --- one step --- */

/* Bit i: whether an odd number of bits stands in bits 0..i. */
INLINE uint64_t parity(uint64_t bits) {
  for (unsigned shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

/* Takes delimiters and line feeds within quotes off the marks, and finds the quotes that stand where none may. */
INLINE uint64_t check_quotes(struct marks *marks, struct state *state) {
  uint64_t inside = parity(marks->quote) ^ state->inside;
  uint64_t opening = marks->quote & inside, closing = marks->quote & ~inside;
  marks->delimiter &= ~inside;
  marks->feed &= ~inside;
  uint64_t separator = marks->delimiter | marks->feed;
  uint64_t separated = separator | closing; /* a quote that opens behind a closing one is the second of "" */
  uint64_t misplaced = opening & ~(separated << 1 | state->separated);
  uint64_t behind = closing << 1 | state->closed, cr = behind & marks->cr;
  misplaced |= behind & ~(separator | opening | cr);
  misplaced |= (cr << 1 | state->closed_by_cr) & ~marks->feed;
  state->inside = (uint64_t)0 - (inside >> 63);
  state->separated = separated >> 63;
  state->closed = closing >> 63;
  state->closed_by_cr = cr >> 63;
  return misplaced;
}

/* Looks some steps ahead whether all is text. */
static void look_ahead(const char *data, size_t len, size_t at, struct state *state) {
  size_t begin = at;
  while (begin > 0 && at - begin < 3 && ((unsigned char)data[begin] & 0xc0) == 0x80) begin--;
  size_t ahead = len - begin < AHEAD ? len - begin : AHEAD;
  state->text = begin + ahead;
  if (cs_utf8_valid(data + begin, ahead)) return;
  state->spoiled = true;
  (void)cs_utf8_check(&state->utf8, data + begin, at - begin);
}

/* Marks the byte of a step that is no text. */
static uint64_t check_text(const char *data, size_t len, struct state *state) {
  size_t at = cs_utf8_check(&state->utf8, data, len);
  return at < len ? (uint64_t)1 << at : 0;
}

struct records {
  uint32_t *begin;
  size_t room, count, start; /* start: of the record at hand */
};

/* Takes the records that end in the step at `at`; false when one isn't plain or doesn't find room. */
INLINE bool take(const struct cs_scan *scan, struct records *records, struct state *state, size_t at,
                 uint64_t feeds, uint64_t delimiters) {
  for (; feeds; feeds &= feeds - 1) {
    uint64_t below = (feeds & (0 - feeds)) - 1;
    size_t end = at + (size_t)__builtin_ctzll(feeds);
    size_t cells = state->delimiters + (size_t)__builtin_popcountll(delimiters & below) + 1;
    if (cells != scan->cells || end - records->start > scan->longest || records->count == records->room)
      return false;
    records->begin[records->count++] = (uint32_t)records->start;
    records->start = end + 1;
    state->delimiters = 0;
    delimiters &= ~below;
  }
  state->delimiters += (size_t)__builtin_popcountll(delimiters);
  return true;
}

typedef void marker(const char *data, char delimiter, struct marks *marks);

INLINE struct cs_scan_run records_with(marker *mark, const struct cs_scan *scan, const char *data, size_t len,
                                       uint32_t *begin, size_t room) {
  struct records records = {begin, room, 0, 0};
  struct state state = {.separated = 1};
  enum cs_scan_stop stop = CS_SCAN_MORE;
  uint64_t quotes = 0;
  for (size_t at = 0; at < len; at += STEP) {
    struct marks marks;
    char last[STEP] = {0};
    const char *from = data + at;
    size_t left = len - at < STEP ? len - at : STEP;
    if (left < STEP) from = memcpy(last, from, left);
    mark(from, scan->delimiter, &marks);
    quotes |= marks.quote;
    uint64_t bad = 0, there = left < STEP ? ((uint64_t)1 << left) - 1 : ~(uint64_t)0;
    if (scan->quotes && (marks.quote | state.inside | state.closed | state.closed_by_cr))
      bad = check_quotes(&marks, &state);
    else
      state.separated = (marks.delimiter | marks.feed) >> 63;
    if ((marks.other & there) && !state.spoiled && at + left > state.text) look_ahead(data, len, at, &state);
    if (state.spoiled) bad |= check_text(from, left, &state);
    bad &= there;
    uint64_t feeds = marks.feed & there & (bad ? (bad & (0 - bad)) - 1 : ~(uint64_t)0);
    bool plain = take(scan, &records, &state, at, feeds, marks.delimiter);
    if (plain && !bad) continue;
    stop = !plain && records.count == room ? CS_SCAN_FULL : CS_SCAN_ODD;
    break;
  }
  return (struct cs_scan_run){records.count, records.start, stop, scan->quotes && quotes};
}

INLINE size_t cells_with(marker *mark, const struct cs_scan *scan, struct cs_slice record,
                         const char *readable, size_t first, struct cs_slice *cell, size_t count) {
  const char *begin = record.data, *end = record.data + record.len;
  uint64_t inside = 0;
  size_t found = 0;
  for (const char *at = begin; at < end && found < count; at += STEP) {
    struct marks marks;
    char last[STEP] = {0};
    const char *from = at;
    size_t left = end - at < STEP ? (size_t)(end - at) : STEP;
    if (readable - at < STEP) from = memcpy(last, at, left);
    mark(from, scan->delimiter, &marks);
    if (scan->quotes && (marks.quote | inside)) {
      inside ^= parity(marks.quote);
      marks.delimiter &= ~inside;
      inside = (uint64_t)0 - (inside >> 63);
    }
    if (left < STEP) marks.delimiter &= ((uint64_t)1 << left) - 1;
    for (; marks.delimiter && found < count; marks.delimiter &= marks.delimiter - 1) {
      const char *stop = at + __builtin_ctzll(marks.delimiter);
      if (first > 0)
        first--;
      else
        cell[found++] = (struct cs_slice){begin, (size_t)(stop - begin)};
      begin = stop + 1;
    }
  }
  if (first == 0 && found < count) cell[found++] = (struct cs_slice){begin, (size_t)(end - begin)};
  return found;
}

/* The delimiters in a step, a bit each; and whether a byte that needs more than cutting is among them. */
typedef uint64_t simple_marker(const char *data, char delimiter, char special, uint64_t there, bool *odd);

INLINE uint64_t simple_plain(const char *data, char delimiter, char special, uint64_t there, bool *odd) {
  uint64_t found = 0, specials = 0;
  for (unsigned at = 0; at < STEP; at += 8) {
    uint64_t word = cs_word_first(data + at);
    found |= gather(equal(word, delimiter)) << at;
    specials |= gather(equal(word, special)) << at;
  }
  *odd = specials & there;
  return found & there;
}

#if defined(__x86_64__)
INLINE AVX2 uint64_t simple_avx2(const char *data, char delimiter, char special, uint64_t there, bool *odd) {
  __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)data);
  __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(data + 32));
  *odd = equal_avx2(low, high, special) & there;
  return equal_avx2(low, high, delimiter) & there;
}
#endif

INLINE bool simple_with(simple_marker *mark, const struct cs_scan *scan, struct cs_slice record,
                        const char *readable, struct cs_slice *cell) {
  const char *begin = record.data, *end = record.data + record.len;
  const char special = scan->quotes ? '"' : '\\';
  size_t delimiters = scan->cells - 1; /* that are still to come */
  for (const char *at = begin;; at += STEP) {
    if (readable - at < STEP + BEYOND) return false;
    uint64_t there = end - at < STEP ? ((uint64_t)1 << (end - at)) - 1 : ~(uint64_t)0;
    bool odd;
    uint64_t marks = mark(at, scan->delimiter, special, there, &odd);
    size_t found = (size_t)__builtin_popcountll(marks);
    if (odd || found > delimiters) return false;
    delimiters -= found;
    for (; marks; marks &= marks - 1) {
      const char *stop = at + __builtin_ctzll(marks);
      *cell++ = (struct cs_slice){begin, (size_t)(stop - begin)};
      begin = stop + 1;
    }
    if (end - at <= STEP) break;
  }
  *cell = (struct cs_slice){begin, (size_t)(end - begin)};
  return delimiters == 0;
}

INLINE void simple_records_with(simple_marker *mark, const struct cs_scan *scan,
                                const struct cs_slice *records, size_t count, const char *readable,
                                struct cs_slice *cell, bool *simple) {
  for (size_t i = 0; i < count; i++, cell += scan->cells)
    simple[i] = simple_with(mark, scan, records[i], readable, cell);
}

void cs_scan_simple_records_plain(const struct cs_scan *scan, const struct cs_slice *records, size_t count,
                                  const char *readable, struct cs_slice *cell, bool *simple) {
  simple_records_with(simple_plain, scan, records, count, readable, cell, simple);
}

struct cs_scan_run cs_scan_records_plain(const struct cs_scan *scan, const char *data, size_t len,
                                         uint32_t *begin, size_t room) {
  return records_with(mark_plain, scan, data, len, begin, room);
}

size_t cs_scan_cells_plain(const struct cs_scan *scan, struct cs_slice record, const char *readable,
                           size_t first, struct cs_slice *cell, size_t count) {
  return cells_with(mark_plain, scan, record, readable, first, cell, count);
}

#if defined(__x86_64__)
static AVX2 struct cs_scan_run records_avx2(const struct cs_scan *scan, const char *data, size_t len,
                                            uint32_t *begin, size_t room) {
  return records_with(mark_avx2, scan, data, len, begin, room);
}

static AVX2 size_t cells_avx2(const struct cs_scan *scan, struct cs_slice record, const char *readable,
                              size_t first, struct cs_slice *cell, size_t count) {
  return cells_with(mark_avx2, scan, record, readable, first, cell, count);
}

static AVX2 void simple_records_avx2(const struct cs_scan *scan, const struct cs_slice *records, size_t count,
                                     const char *readable, struct cs_slice *cell, bool *simple) {
  simple_records_with(simple_avx2, scan, records, count, readable, cell, simple);
}

static bool has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
}
#endif

struct cs_scan_run cs_scan_records(const struct cs_scan *scan, const char *data, size_t len, uint32_t *begin,
                                   size_t room) {
#if defined(__x86_64__)
  if (has_avx2()) return records_avx2(scan, data, len, begin, room);
#endif
  return cs_scan_records_plain(scan, data, len, begin, room);
}

size_t cs_scan_cells(const struct cs_scan *scan, struct cs_slice record, const char *readable, size_t first,
                     struct cs_slice *cell, size_t count) {
#if defined(__x86_64__)
  if (has_avx2()) return cells_avx2(scan, record, readable, first, cell, count);
#endif
  return cs_scan_cells_plain(scan, record, readable, first, cell, count);
}

void cs_scan_simple_records(const struct cs_scan *scan, const struct cs_slice *records, size_t count,
                            const char *readable, struct cs_slice *cell, bool *simple) {
#if defined(__x86_64__)
  if (has_avx2()) {
    simple_records_avx2(scan, records, count, readable, cell, simple);
    return;
  }
#endif
  cs_scan_simple_records_plain(scan, records, count, readable, cell, simple);
}
