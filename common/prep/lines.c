#include "prep/lines.h"

#include "base/date.h"
#include "base/memory.h"
#include "base/sort.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Kept out of what most lines run through, which then has registers enough. */
#define APART __attribute__((noinline))

enum {
  UNIT = CS_LINES_UNIT, /* bytes of a customer's first chunk; later ones are of two */
  LINK = 4,
  SMALL = UNIT - LINK, /* what they have room for */
  LARGE = 2 * UNIT - LINK,
  SHORT = 24,
  LINE_MOST = 72, /* bytes of a line: two of forms, and at most nine numbers of 5 to 10 */
  SCALES = 7,
  RAW_AMOUNT = SCALES,
  HASH_BYTES = sizeof(uint32_t), /* of a row */
  FEW = 256,
  ORDER_HASH_BYTES = CS_ORDER_HASH_BITS / 8
};

/* Makes a day positive, and smaller than 2^56. */
#define DAY_BIAS ((int64_t)1 << 40)

/* A line as most are is one word: where others have their kind it has CS_USUAL, then, from the lowest bit on, whether it has
 * a list value, the quantity, the category + 1, the difference of days, and the amount in hundredths. */
enum {
  LIST_AT = 3,
  CATEGORY_AT = 12,
  DAYS_AT = 21,
  CATEGORY_MOST = 0x1ff,
  DAYS_MOST = 0xffff,
  WORD = sizeof(uint64_t)
};

/* First byte: the kind, the form of the order, product and category. Second byte: amount, quantity, list, channel. */
enum {
  ORDER_SHIFT = 3,
  HAS_PRODUCT = 0x40,
  HAS_CATEGORY = 0x80,
  QUANTITY_SHIFT = 3,
  LIST_SHIFT = 5,
  HAS_CHANNEL = 0x80
};
enum order_form { ORDER_SAME, ORDER_FIGURES, ORDER_LETTER, ORDER_HASH, ORDER_NONE };
enum quantity_form { QUANTITY_ONE, QUANTITY_WHOLE, QUANTITY_RAW };
enum list_form { LIST_NONE, LIST_AMOUNT, LIST_ABOVE, LIST_RAW };

enum { SLAB = 1 << CS_LINES_SLAB_BITS, SMALL_SLAB = 256 };

void cs_lines_release(struct cs_lines *lines) {
  for (size_t i = 0; i * SLAB < lines->room; i++) free(lines->slab[i]);
  free(lines->slab);
  free(lines->end);
  *lines = (struct cs_lines)CS_LINES_INIT;
}

void cs_unpacked_release(struct cs_unpacked *unpacked) {
  free(unpacked->line);
  free(unpacked->code);
  free(unpacked->bytes);
  *unpacked = (struct cs_unpacked)CS_UNPACKED_INIT;
}

/* --- numbers as bytes --- */

static size_t put_whole(unsigned char *at, uint64_t value) {
  size_t len = 0;
  for (; value >= 0x80; value >>= 7) at[len++] = (unsigned char)(value | 0x80);
  at[len++] = (unsigned char)value;
  return len;
}

static uint64_t get_whole(const unsigned char **at) {
  uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    unsigned char byte = *(*at)++;
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
}

static size_t put_double(unsigned char *at, double value) {
  memcpy(at, &value, sizeof value);
  return sizeof value;
}

static double get_double(const unsigned char **at) {
  double value;
  memcpy(&value, *at, sizeof value);
  *at += sizeof value;
  return value;
}

/* The lowest byte first: it tells what the word is. */
static inline uint64_t low_first(uint64_t word) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  return __builtin_bswap64(word);
#else
  return word;
#endif
}

static size_t put_word(unsigned char *at, uint64_t word) {
  word = low_first(word);
  memcpy(at, &word, sizeof word);
  return sizeof word;
}

static uint64_t get_word(const unsigned char **at) {
  uint64_t word;
  memcpy(&word, *at, sizeof word);
  *at += sizeof word;
  return low_first(word);
}

static uint64_t zigzag(int64_t value) {
  return (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);
}

static int64_t unzigzag(uint64_t value) {
  return (int64_t)(value >> 1 ^ (value & 1 ? UINT64_MAX : 0));
}

/* A difference of moments: of whole days, as most are, or of seconds. */
static size_t put_moment(unsigned char *at, int64_t difference) {
  int64_t days = difference / CS_DAY_SECONDS;
  if (days * CS_DAY_SECONDS == difference) return put_whole(at, zigzag(days) << 1);
  return put_whole(at, zigzag(difference) << 1 | 1);
}

/* The moment and the day of a line from those of the line before. */
static void get_moment(const unsigned char **at, const struct cs_line *before, struct cs_line *line) {
  uint64_t value = get_whole(at);
  int64_t difference = unzigzag(value >> 1);
  if (value & 1) {
    line->moment = before->moment + difference;
    line->day = (int32_t)cs_day_of(line->moment);
  } else {
    line->moment = before->moment + difference * CS_DAY_SECONDS;
    line->day = before->day + (int32_t)difference;
  }
}

static bool same_bits(double a, double b) {
  return memcmp(&a, &b, sizeof a) == 0;
}

static const double power[SCALES] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};

/* A number that is `units` of the decimal place `scale`, to the last bit. Division is what text to number does, too. */
static bool as_units(double value, int scale, uint64_t *units) {
  double scaled = value * power[scale];
  if (!(scaled >= 0 && scaled < 9e15)) return false;
  int64_t whole = (int64_t)(scaled + 0.5); /* signed numbers are quicker to convert */
  *units = (uint64_t)whole;
  return same_bits((double)whole / power[scale], value);
}

/* The fewest decimals, but hundredths first: that is what money has. */
static int scale_of(double value, uint64_t *units) {
  if (as_units(value, 2, units)) return 2;
  for (int scale = 3; scale < SCALES; scale++)
    if (as_units(value, scale, units)) return scale;
  return RAW_AMOUNT;
}

/* --- packing --- */

/* The link stands behind the room: there was the last line written. */
static uint32_t link_of(const struct cs_lines *lines, uint32_t chunk, size_t room) {
  uint32_t next;
  memcpy(&next, cs_lines_chunk(lines, chunk) + room, sizeof next);
  return next;
}

static void set_link(struct cs_lines *lines, uint32_t chunk, size_t room, uint32_t next) {
  memcpy(cs_lines_chunk(lines, chunk) + room, &next, sizeof next);
}

/* Another slab, or a large one for the small one. */
static enum cs_status add_slab(struct cs_lines *lines, struct cs_error *err) {
  bool small = lines->room == SMALL_SLAB;
  size_t at = lines->room >> CS_LINES_SLAB_BITS, units = lines->room ? SLAB : SMALL_SLAB;
  unsigned char *slab;
  CS_TRY(cs_grow(&lines->slab, &lines->slab_capacity, at + 1, sizeof *lines->slab, "order lines", err));
  CS_TRY(cs_alloc(&slab, units, UNIT, "order lines", err));
  if (small) {
    memcpy(slab, lines->slab[0], SMALL_SLAB * UNIT);
    free(lines->slab[0]);
  }
  lines->slab[at] = slab;
  lines->room = small ? units : lines->room + units;
  return CS_OK;
}

/* Makes room for a chunk, which doesn't go over the end of a slab. */
static enum cs_status add_units(struct cs_lines *lines, size_t units, uint32_t *chunk, struct cs_error *err) {
  if (lines->units >= UINT32_MAX - 4) return cs_fail(err, CS_MEMORY, "too many order lines");
  if ((lines->units & (SLAB - 1)) + units > SLAB) lines->units++;
  if (lines->units + units > lines->room) CS_TRY(add_slab(lines, err));
  *chunk = (uint32_t)lines->units;
  lines->units += units;
  return CS_OK;
}

/* Puts a fresh chunk behind the last one of the customer. */
static enum cs_status extend(struct cs_lines *lines, struct cs_lines_end *end, struct cs_error *err) {
  uint32_t fresh = 0;
  size_t room = end->last ? LARGE : SMALL;
  CS_TRY(add_units(lines, end->last ? 2 : 1, &fresh, err));
  if (end->last) {
    set_link(lines, fresh, room, link_of(lines, end->last - 1, end->room));
    set_link(lines, end->last - 1, end->room, fresh);
  } else {
    set_link(lines, fresh, room, fresh);
  }
  end->last = fresh + 1;
  end->room = (uint16_t)room;
  end->used = 0;
  return CS_OK;
}

APART static enum cs_status append_slowly(struct cs_lines *lines, struct cs_lines_end *end,
                                          const unsigned char *bytes, size_t len, struct cs_error *err) {
  while (len) {
    if (end->used == end->room) CS_TRY(extend(lines, end, err));
    size_t left = (size_t)(end->room - end->used), part = len < left ? len : left;
    memcpy(cs_lines_chunk(lines, end->last - 1) + end->used, bytes, part);
    end->used = (uint16_t)(end->used + part);
    bytes += part;
    len -= part;
  }
  return CS_OK;
}

/* bytes has room for SHORT, whatever len is: most lines are shorter, and are copied without a loop. */
static inline enum cs_status append(struct cs_lines *lines, struct cs_lines_end *end,
                                    const unsigned char *bytes, size_t len, struct cs_error *err) {
  if (len > SHORT || end->used + SHORT > end->room) return append_slowly(lines, end, bytes, len, err);
  memcpy(cs_lines_chunk(lines, end->last - 1) + end->used, bytes, SHORT);
  end->used = (uint16_t)(end->used + len);
  return CS_OK;
}

static size_t put_hash(unsigned char *at, uint32_t hash) {
  memcpy(at, &hash, sizeof hash);
  return sizeof hash;
}

static uint32_t get_hash(const unsigned char **at) {
  uint32_t hash;
  memcpy(&hash, *at, sizeof hash);
  *at += sizeof hash;
  return hash;
}

static size_t put_order(unsigned char *at, uint64_t order, uint64_t before, enum order_form *form) {
  *form = ORDER_SAME;
  if (order == before) return 0;
  *form = ORDER_NONE;
  if (order == CS_ORDER_NONE) return 0;
  if (order & CS_ORDER_HASH) {
    *form = ORDER_HASH;
    for (int i = 0; i < ORDER_HASH_BYTES; i++) at[i] = (unsigned char)(order >> 8 * i);
    return ORDER_HASH_BYTES;
  }
  *form = order & CS_ORDER_LETTER ? ORDER_LETTER : ORDER_FIGURES;
  return put_whole(at, order & ~CS_ORDER_LETTER);
}

static uint64_t get_order(const unsigned char **at, enum order_form form, uint64_t before) {
  if (form == ORDER_SAME) return before;
  if (form == ORDER_NONE) return CS_ORDER_NONE;
  if (form != ORDER_HASH) return get_whole(at) | (form == ORDER_LETTER ? CS_ORDER_LETTER : 0);
  uint64_t order = CS_ORDER_HASH;
  for (int i = 0; i < ORDER_HASH_BYTES; i++, ++*at) order |= (uint64_t) * *at << 8 * i;
  return order;
}

static size_t put_quantity(unsigned char *at, double quantity, enum quantity_form *form) {
  uint64_t units;
  *form = QUANTITY_ONE;
  if (quantity == 1) return 0;
  *form = QUANTITY_WHOLE;
  if (as_units(quantity, 0, &units)) return put_whole(at, units);
  *form = QUANTITY_RAW;
  return put_double(at, quantity);
}

static size_t put_list(unsigned char *at, const struct cs_line *line, int scale, uint64_t units,
                       enum list_form *form) {
  uint64_t list;
  *form = LIST_NONE;
  if (isnan(line->list)) return 0;
  *form = LIST_AMOUNT;
  if (same_bits(line->list, line->amount)) return 0;
  *form = LIST_ABOVE;
  if (scale != RAW_AMOUNT && as_units(line->list, scale, &list))
    return put_whole(at, zigzag((int64_t)(list - units)));
  *form = LIST_RAW;
  return put_double(at, line->list);
}

/* The line without its kept cells, in at most LINE_MOST bytes. */
static size_t pack(const struct cs_line *line, const struct cs_lines_end *end, unsigned char *bytes) {
  enum order_form order;
  enum quantity_form quantity;
  enum list_form list;
  uint64_t units = 0;
  int scale = scale_of(line->amount, &units);
  size_t len = 2;
  len += put_moment(bytes + len, line->moment - end->moment);
  len += put_order(bytes + len, line->order, end->order, &order);
  len += scale == RAW_AMOUNT ? put_double(bytes + len, line->amount) : put_whole(bytes + len, units);
  len += put_quantity(bytes + len, line->quantity, &quantity);
  len += put_list(bytes + len, line, scale, units, &list);
  if (line->product != CS_CODE_MISSING) len += put_whole(bytes + len, line->product);
  if (line->category != CS_CODE_MISSING) len += put_whole(bytes + len, line->category);
  if (line->channel != CS_CODE_MISSING) len += put_whole(bytes + len, line->channel);
  bytes[0] = (unsigned char)((unsigned)line->kind | (unsigned)order << ORDER_SHIFT |
                             (line->product != CS_CODE_MISSING ? HAS_PRODUCT : 0u) |
                             (line->category != CS_CODE_MISSING ? HAS_CATEGORY : 0u));
  bytes[1] =
      (unsigned char)((unsigned)scale | (unsigned)quantity << QUANTITY_SHIFT | (unsigned)list << LIST_SHIFT |
                      (line->channel != CS_CODE_MISSING ? HAS_CHANNEL : 0u));
  return len;
}

/* Amount, quantity and list value in the word of a usual line; 0 where they aren't as in most. */
APART static uint64_t pack_values(const struct cs_line *line) {
  bool list = same_bits(line->list, line->amount);
  uint64_t amount;
  if ((!list && !isnan(line->list)) || !as_units(line->amount, 2, &amount) ||
      !(line->quantity >= 0 && line->quantity <= CS_USUAL_QUANTITY_MOST) ||
      !same_bits((double)(int32_t)line->quantity, line->quantity))
    return 0;
  uint64_t word = cs_lines_pack(amount, (uint64_t)(int32_t)line->quantity);
  return word ? word | (uint64_t)list << LIST_AT : 0;
}

/* The word of a line behind others; 0 where it doesn't fit. */
static inline uint64_t pack_usual(const struct cs_usual_line *line, const struct cs_lines_end *end) {
  int64_t difference = line->moment - end->moment, days = difference / CS_DAY_SECONDS;
  uint32_t category = line->category + 1; /* 0 where it is missing */
  if (line->order != end->order || category > CATEGORY_MOST || days * CS_DAY_SECONDS != difference ||
      zigzag(days) > DAYS_MOST)
    return 0;
  return line->packed | (uint64_t)category << CATEGORY_AT | zigzag(days) << DAYS_AT;
}

/* Whether the line is as most are. */
static bool is_usual(const struct cs_line *line, struct cs_usual_line *usual) {
  if (line->kind != CS_LINE_PURCHASE || line->product != CS_CODE_MISSING || line->channel != CS_CODE_MISSING)
    return false;
  *usual = (struct cs_usual_line){pack_values(line), line->moment, line->order, line->category, line->hash};
  return usual->packed != 0;
}

/* Room for customers as far as this one. */
APART static enum cs_status add_ends(struct cs_lines *lines, uint32_t customer, struct cs_error *err) {
  CS_TRY(
      cs_grow(&lines->end, &lines->end_capacity, (size_t)customer + 1, sizeof *lines->end, "customers", err));
  while (lines->customers <= customer)
    lines->end[lines->customers++] = (struct cs_lines_end){.order = CS_ORDER_NONE};
  return CS_OK;
}

/* A word that goes over the end of a chunk. */
APART static enum cs_status add_across(struct cs_lines *lines, struct cs_lines_end *end, uint64_t word,
                                       uint32_t hash, struct cs_error *err) {
  unsigned char bytes[WORD + HASH_BYTES];
  size_t len = put_word(bytes, word);
  if (lines->hashed) len += put_hash(bytes + len, hash);
  return append_slowly(lines, end, bytes, len, err);
}

APART static enum cs_status add_first(struct cs_lines *lines, uint32_t customer,
                                      const struct cs_usual_line *line, bool *added, struct cs_error *err) {
  CS_TRY(add_ends(lines, customer, err));
  return cs_lines_add_usual(lines, customer, line, added, err);
}

enum cs_status cs_lines_add_usual(struct cs_lines *lines, uint32_t customer, const struct cs_usual_line *line,
                                  bool *added, struct cs_error *err) {
  if (customer >= lines->customers) return add_first(lines, customer, line, added, err);
  struct cs_lines_end *end = &lines->end[customer];
  uint64_t word = pack_usual(line, end);
  *added = word != 0;
  if (!word) return CS_OK;
  end->moment = line->moment;
  if (end->used + WORD + HASH_BYTES > end->room) return add_across(lines, end, word, line->hash, err);
  unsigned char *at = cs_lines_chunk(lines, end->last - 1) + end->used;
  size_t len = put_word(at, word);
  if (lines->hashed) len += put_hash(at + len, line->hash);
  end->used = (uint16_t)(end->used + len);
  return CS_OK;
}

APART static enum cs_status add_unusual(struct cs_lines *lines, struct cs_lines_end *end,
                                        const struct cs_line *line, struct cs_error *err) {
  unsigned char bytes[LINE_MOST];
  size_t len = pack(line, end, bytes);
  if (lines->hashed) len += put_hash(bytes + len, line->hash);
  return append(lines, end, bytes, len, err);
}

APART static enum cs_status add_codes(struct cs_lines *lines, struct cs_lines_end *end, const uint32_t *code,
                                      struct cs_error *err) {
  unsigned char bytes[SHORT];
  for (size_t i = 0; i < lines->kept; i++)
    CS_TRY(append(lines, end, bytes, put_whole(bytes, code[i] == CS_CODE_MISSING ? 0 : (uint64_t)code[i] + 1),
                  err));
  return CS_OK;
}

enum cs_status cs_lines_add(struct cs_lines *lines, uint32_t customer, const struct cs_line *line,
                            const uint32_t *code, struct cs_error *err) {
  struct cs_usual_line usual;
  bool added = false;
  if (is_usual(line, &usual)) CS_TRY(cs_lines_add_usual(lines, customer, &usual, &added, err));
  if (customer >= lines->customers) CS_TRY(add_ends(lines, customer, err));
  struct cs_lines_end *end = &lines->end[customer];
  if (!added) CS_TRY(add_unusual(lines, end, line, err));
  end->moment = line->moment;
  end->order = line->order;
  return lines->kept ? add_codes(lines, end, code, err) : CS_OK;
}

void cs_lines_expect_all(const struct cs_lines *lines, uint32_t customer, int step) {
  if (customer >= lines->customers || !lines->end[customer].last) return;
  const struct cs_lines_end *end = &lines->end[customer];
  uint32_t last = end->last - 1, chunk = last;
  size_t room = end->room;
  for (int i = 0; i < step; i++) {
    chunk = link_of(lines, chunk, room);
    if (chunk == last) return;
    room = i ? LARGE : SMALL;
  }
  const unsigned char *at = cs_lines_chunk(lines, chunk);
  __builtin_prefetch(at);
  if (room == LARGE) __builtin_prefetch(at + UNIT);
}

/* --- unpacking --- */

APART static void unpack(const unsigned char **at, const struct cs_line *before, struct cs_line *line) {
  unsigned first = *(*at)++, second = *(*at)++;
  int scale = (int)(second & 7);
  uint64_t units = 0;
  line->kind = (enum cs_line_kind)(first & 7);
  get_moment(at, before, line);
  line->order = get_order(at, (enum order_form)(first >> ORDER_SHIFT & 7), before->order);
  if (scale == RAW_AMOUNT)
    line->amount = get_double(at);
  else
    line->amount = (double)(units = get_whole(at)) / power[scale];
  switch ((enum quantity_form)(second >> QUANTITY_SHIFT & 3)) {
  case QUANTITY_ONE: line->quantity = 1; break;
  case QUANTITY_WHOLE: line->quantity = (double)get_whole(at); break;
  case QUANTITY_RAW: line->quantity = get_double(at); break;
  }
  switch ((enum list_form)(second >> LIST_SHIFT & 3)) {
  case LIST_NONE: line->list = NAN; break;
  case LIST_AMOUNT: line->list = line->amount; break;
  case LIST_ABOVE: line->list = (double)(units + (uint64_t)unzigzag(get_whole(at))) / power[scale]; break;
  case LIST_RAW: line->list = get_double(at); break;
  }
  line->product = first & HAS_PRODUCT ? (uint32_t)get_whole(at) : CS_CODE_MISSING;
  line->category = first & HAS_CATEGORY ? (uint32_t)get_whole(at) : CS_CODE_MISSING;
  line->channel = second & HAS_CHANNEL ? (uint32_t)get_whole(at) : CS_CODE_MISSING;
}

static inline int64_t days_in(uint64_t word) {
  return unzigzag(word >> DAYS_AT & DAYS_MOST);
}

/* All but moment, day and order. */
static inline void unpack_values(uint64_t word, struct cs_line *line) {
  line->kind = CS_LINE_PURCHASE;
  line->amount = (double)(int64_t)(word >> CS_USUAL_AMOUNT_AT) / power[2];
  line->quantity = (double)(int32_t)(word >> CS_USUAL_QUANTITY_AT & CS_USUAL_QUANTITY_MOST);
  line->list = word >> LIST_AT & 1 ? line->amount : NAN;
  line->category = (uint32_t)(word >> CATEGORY_AT & CATEGORY_MOST) - 1;
  line->product = line->channel = CS_CODE_MISSING;
}

static inline void unpack_usual(uint64_t word, const struct cs_line *before, struct cs_line *line) {
  int64_t days = days_in(word);
  line->moment = before->moment + days * CS_DAY_SECONDS;
  line->day = before->day + (int32_t)days;
  line->order = before->order;
  unpack_values(word, line);
}

/* The chunks of a customer end to end. */
static enum cs_status collect(const struct cs_lines *lines, const struct cs_lines_end *end,
                              struct cs_unpacked *unpacked, size_t *len, struct cs_error *err) {
  uint32_t last = end->last - 1, chunk = link_of(lines, last, end->room);
  size_t room = SMALL;
  for (*len = 0;; chunk = link_of(lines, chunk, room), room = LARGE) {
    CS_TRY(cs_grow(&unpacked->bytes, &unpacked->bytes_capacity, *len + room, 1, "order lines", err));
    memcpy(unpacked->bytes + *len, cs_lines_chunk(lines, chunk), room); /* the whole: quicker than a part */
    *len += chunk == last ? end->used : room;
    if (chunk == last) return CS_OK;
  }
}

/* The kept cells of a line. */
APART static enum cs_status get_codes(const struct cs_lines *lines, const unsigned char **at, size_t line,
                                      struct cs_unpacked *unpacked, struct cs_error *err) {
  CS_TRY(cs_grow(&unpacked->code, &unpacked->code_capacity, (line + 1) * lines->kept, sizeof *unpacked->code,
                 "cells kept", err));
  for (size_t i = 0; i < lines->kept; i++) {
    uint64_t code = get_whole(at);
    unpacked->code[line * lines->kept + i] = code ? (uint32_t)(code - 1) : CS_CODE_MISSING;
  }
  return CS_OK;
}

static enum cs_status unpack_all(const struct cs_lines *lines, size_t len, struct cs_unpacked *unpacked,
                                 struct cs_error *err) {
  size_t count = 0;
  const struct cs_line none = {.order = CS_ORDER_NONE};
  for (const unsigned char *at = unpacked->bytes, *end = at + len; at < end; count++) {
    CS_TRY(
        cs_grow(&unpacked->line, &unpacked->capacity, count + 1, sizeof *unpacked->line, "order lines", err));
    struct cs_line *line = &unpacked->line[count];
    if ((*at & CS_USUAL) == CS_USUAL)
      unpack_usual(get_word(&at), count ? line - 1 : &none, line);
    else
      unpack(&at, count ? line - 1 : &none, line);
    line->hash = lines->hashed ? get_hash(&at) : 0;
    line->at = (uint32_t)count;
    if (lines->kept) CS_TRY(get_codes(lines, &at, count, unpacked, err));
  }
  unpacked->count = count;
  return CS_OK;
}

/* The places of words by their days, in the lowest byte; false where one isn't the word of a usual line. */
static bool order_words(const unsigned char *bytes, size_t count, size_t size, uint64_t place[FEW]) {
  int64_t day = DAY_BIAS;
  for (size_t i = 0; i < count; i++, bytes += size) {
    const unsigned char *at = bytes;
    uint64_t word = get_word(&at);
    if ((word & CS_USUAL) != CS_USUAL) return false;
    day += days_in(word);
    place[i] = (uint64_t)day << 8 | i;
  }
  cs_sort_codes(place, count);
  return true;
}

/* Words into lines, in the order of their places. */
static enum cs_status unpack_words(const struct cs_lines *lines, const uint64_t *place, size_t count,
                                   size_t size, struct cs_unpacked *unpacked, struct cs_error *err) {
  CS_TRY(cs_grow(&unpacked->line, &unpacked->capacity, count, sizeof *unpacked->line, "order lines", err));
  for (size_t i = 0; i < count; i++) {
    struct cs_line *line = &unpacked->line[i];
    size_t which = (unsigned char)place[i];
    const unsigned char *at = unpacked->bytes + which * size;
    line->day = (int32_t)((int64_t)(place[i] >> 8) - DAY_BIAS);
    line->moment = (int64_t)line->day * CS_DAY_SECONDS;
    line->order = CS_ORDER_NONE;
    unpack_values(get_word(&at), line);
    line->hash = lines->hashed ? get_hash(&at) : 0;
    line->at = (uint32_t)which;
  }
  unpacked->count = count;
  unpacked->by_moment = true;
  return CS_OK;
}

enum cs_status cs_lines_get(const struct cs_lines *lines, uint32_t customer, struct cs_unpacked *unpacked,
                            struct cs_error *err) {
  uint64_t place[FEW];
  size_t len, size = WORD + (lines->hashed ? HASH_BYTES : 0);
  unpacked->count = 0;
  unpacked->by_moment = false;
  if (customer >= lines->customers || !lines->end[customer].last) return CS_OK;
  CS_TRY(collect(lines, &lines->end[customer], unpacked, &len, err));
  size_t count = len / size;
  if (lines->kept || len % size || count > FEW || !order_words(unpacked->bytes, count, size, place))
    return unpack_all(lines, len, unpacked, err);
  return unpack_words(lines, place, count, size, unpacked, err);
}
