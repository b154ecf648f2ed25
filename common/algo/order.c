#include "algo/order.h"

#include "algo/stats.h"
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Around a few ranks another pass costs less than sorting many values that no rank is near. */
enum { FEW_RANKS = 8, SMALL_ROOM = 1 << 14 };

/* Values are told apart twelve bits at a time: a tally of that many counters stays in the fastest cache. */
enum { DIGIT = 12, DIGITS = 1 << DIGIT, LEVELS = (64 + DIGIT - 1) / DIGIT };

struct search {
  const double *v;
  size_t n;
  const size_t *rank;
  double *out;
  size_t room;   /* values that are sorted at a time */
  double *work;  /* [room] */
  size_t *tally; /* [LEVELS][DIGITS] */
};

/* The values whose keys are low to high, and the ranks that fall among them. */
struct range {
  uint64_t low, high;
  size_t below, count; /* values before the range, in it */
  size_t first, last;  /* ranks [first, last) */
  int shift;           /* low and high differ in the bits below it */
};

/* Unsigned integers in the order of the doubles that they stand for. */
static uint64_t key_of(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

static double value_of(uint64_t key) {
  uint64_t bits = key >> 63 ? key & ~((uint64_t)1 << 63) : ~key;
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static void sort_range(const struct search *search, const struct range *range) {
  double *work = search->work;
  size_t count = 0;
  for (size_t i = 0; i < search->n; i++)
    if (key_of(search->v[i]) - range->low <= range->high - range->low) work[count++] = search->v[i];
  cs_sort(work, count);
  for (size_t r = range->first; r < range->last; r++) search->out[r] = work[search->rank[r] - range->below];
}

static void count_digits(const struct search *search, const struct range *range, int shift, size_t *tally) {
  memset(tally, 0, DIGITS * sizeof *tally);
  for (size_t i = 0; i < search->n; i++) {
    uint64_t place = key_of(search->v[i]) - range->low;
    if (place <= range->high - range->low) tally[place >> shift]++;
  }
}

/* The part of the range that begins with digit `from` and ends with `to`. */
static struct range part_of(const struct range *range, size_t from, size_t to, size_t below, size_t count,
                            int shift) {
  uint64_t low = range->low + ((uint64_t)from << shift);
  uint64_t high = range->low + ((uint64_t)to << shift) + (((uint64_t)1 << shift) - 1);
  return (struct range){low, high, below, count, range->first, range->first, shift};
}

static void find(const struct search *search, struct range range, int level);

/* From digit `from` on, of which the next rank is: as many digits as can be sorted together, or that one
 * alone. */
static struct range next_part(const struct search *search, const struct range *range, size_t from,
                              size_t below, int shift, const size_t *tally) {
  size_t to = from, count = tally[from], rank = range->first;
  for (size_t digit = from, total = count;;) {
    while (rank < range->last && search->rank[rank] < below + total) rank++;
    to = digit;
    count = total;
    if (rank == range->last) break;
    /* On to the digit of the next rank, if there is room for all up to it. */
    while (total <= search->room && search->rank[rank] >= below + total) total += tally[++digit];
    if (total > search->room) break;
  }
  struct range part = part_of(range, from, to, below, count, shift);
  part.last = rank;
  return part;
}

static void split(const struct search *search, struct range range, int level) {
  int shift = range.shift > DIGIT ? range.shift - DIGIT : 0;
  size_t *tally = search->tally + (size_t)level * DIGITS, digit = 0, below = range.below;
  count_digits(search, &range, shift, tally);
  while (range.first < range.last) {
    while (search->rank[range.first] >= below + tally[digit]) below += tally[digit++];
    struct range part = next_part(search, &range, digit, below, shift, tally);
    find(search, part, level + 1);
    range.first = part.last;
  }
}

static void find(const struct search *search, struct range range, int level) {
  if (range.low == range.high)
    for (size_t r = range.first; r < range.last; r++) search->out[r] = value_of(range.low);
  else if (range.count <= search->room)
    sort_range(search, &range);
  else
    split(search, range, level);
}

enum cs_status cs_order(const double *v, size_t n, const size_t *rank, size_t count, double *out,
                        struct cs_error *err) {
  size_t room = count <= FEW_RANKS ? SMALL_ROOM : CS_ORDER_ROOM;
  struct search search = {v, n, rank, out, room, NULL, NULL};
  CS_TRY(cs_alloc(&search.work, n < room ? n : room, sizeof *search.work, "the quantiles", err));
  enum cs_status status = cs_alloc(&search.tally, n > room ? (size_t)LEVELS * DIGITS : 0,
                                   sizeof *search.tally, "the quantiles", err);
  if (status == CS_OK && count > 0) find(&search, (struct range){0, UINT64_MAX, 0, n, 0, count, 64}, 0);
  free(search.tally);
  free(search.work);
  return status;
}
