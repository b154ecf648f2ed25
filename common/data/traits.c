#include "data/traits.h"

#include "base/memory.h"
#include "base/parallel.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

enum {
  BLOCK_ROWS = 8192,
  CHUNK_ROWS = 256, /* of all columns: what is near the processor */
  LANES = 4,        /* of a sum */
  EXPONENT_MOST = 1000
};

/* Sums of powers of the values about their mean, in units of 2^exponent, so that no cube is beyond the doubles. */
struct moments {
  int exponent;
  double count, mean, m2, m3;
};

/* The values of a part of a column that aren't missing. */
struct part {
  size_t present;
  bool varies, broken; /* not one value, not whole numbers alone */
  double first, least, most;
  size_t codes; /* more than CS_TRAITS_CODES: too many */
  double code[CS_TRAITS_CODES];
  struct moments moments;
};

struct look {
  struct cs_traits *traits;
  size_t count, n, step;
  unsigned asked;
  atomic_bool *varies, *broken; /* [count]: what some block has found others need not look for */
  struct part *part;            /* [blocks][count] */
};

/* --- parts --- */

static bool is_constant(const double *v, size_t n) {
  for (size_t i = 1; i < n; i++)
    if (v[i] != v[0]) return false;
  return true;
}

static bool is_whole(const double *v, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (v[i] != floor(v[i]) || fabs(v[i]) > 0x1p53) return false;
  return true;
}

static void add_code(struct part *part, double value) {
  size_t at = 0;
  if (part->codes > CS_TRAITS_CODES) return;
  while (at < part->codes && part->code[at] != value) at++;
  if (at < part->codes) return;
  if (at < CS_TRAITS_CODES) part->code[at] = value;
  part->codes++;
}

static void find_extremes(struct part *part, const double *v, size_t n) {
  double least[LANES], most[LANES];
  for (size_t l = 0; l < LANES; l++) least[l] = most[l] = v[0];
  for (size_t i = 0; i + LANES <= n; i += LANES)
    for (size_t l = 0; l < LANES; l++) {
      least[l] = v[i + l] < least[l] ? v[i + l] : least[l];
      most[l] = v[i + l] > most[l] ? v[i + l] : most[l];
    }
  part->least = fmin(fmin(least[0], least[1]), fmin(least[2], least[3]));
  part->most = fmax(fmax(most[0], most[1]), fmax(most[2], most[3]));
  for (size_t i = n - n % LANES; i < n; i++) {
    part->least = fmin(part->least, v[i]);
    part->most = fmax(part->most, v[i]);
  }
}

static int exponent_of(double size) {
  int exponent;
  frexp(size, &exponent);
  return exponent > EXPONENT_MOST ? EXPONENT_MOST : exponent < -EXPONENT_MOST ? -EXPONENT_MOST : exponent;
}

/* Of v[n], behind which LANES zeros can be written. */
static struct moments moments_of(const struct part *part, double *v, size_t n) {
  int exponent = exponent_of(fmax(fabs(part->least), fabs(part->most)));
  double unit = ldexp(1, -exponent), sum[LANES] = {0}, m2[LANES] = {0}, m3[LANES] = {0};
  for (size_t l = 0; l < LANES; l++) v[n + l] = 0;
  for (size_t i = 0; i < n; i += LANES)
    for (size_t l = 0; l < LANES; l++) sum[l] += v[i + l] *= unit;
  double mean = (sum[0] + sum[1] + (sum[2] + sum[3])) / (double)n;
  for (size_t i = n; i % LANES; i++) v[i] = mean;
  for (size_t i = 0; i < n; i += LANES)
    for (size_t l = 0; l < LANES; l++) {
      double gap = v[i + l] - mean;
      m2[l] += gap * gap;
      m3[l] += gap * gap * gap;
    }
  return (struct moments){exponent, (double)n, mean, m2[0] + m2[1] + (m2[2] + m2[3]),
                          m3[0] + m3[1] + (m3[2] + m3[3])};
}

static void change_exponent(struct moments *moments, int exponent) {
  double unit = ldexp(1, moments->exponent - exponent);
  moments->mean *= unit;
  moments->m2 *= unit * unit;
  moments->m3 *= unit * unit * unit;
  moments->exponent = exponent;
}

/* After Pebay (2008), "Formulas for robust, one-pass parallel computation of covariances and arbitrary-order statistical
 * moments", 2.1. */
static void join_moments(struct moments *a, struct moments b) {
  if (b.count == 0) return;
  if (a->count == 0 || a->exponent < b.exponent) change_exponent(a, b.exponent);
  change_exponent(&b, a->exponent);
  double n = a->count + b.count, gap = b.mean - a->mean, step = gap / n;
  a->m3 += b.m3 + gap * step * step * a->count * b.count * (a->count - b.count) +
           3 * step * (a->count * b.m2 - b.count * a->m2);
  a->m2 += b.m2 + gap * step * a->count * b.count;
  a->mean += step * b.count;
  a->count = n;
}

static void join(struct part *all, const struct part *part) {
  if (!part->present) return;
  if (!all->present) {
    *all = *part;
    return;
  }
  all->present += part->present;
  all->varies |= part->varies || part->first != all->first;
  all->broken |= part->broken;
  all->least = fmin(all->least, part->least);
  all->most = fmax(all->most, part->most);
  for (size_t c = 0; c < part->codes && c < CS_TRAITS_CODES; c++) add_code(all, part->code[c]);
  if (part->codes > all->codes) all->codes = part->codes;
  join_moments(&all->moments, part->moments);
}

/* --- rows --- */

/* Whether more rows can't change anything. */
static bool is_settled(const struct look *look, size_t i) {
  return atomic_load_explicit(&look->varies[i], memory_order_relaxed) &&
         atomic_load_explicit(&look->broken[i], memory_order_relaxed) && !(look->asked & CS_TRAIT_SKEWED);
}

/* Looks at the values v[n], of which there are some, and spoils them. */
static struct part look_at(const struct look *look, size_t i, double *v, size_t n) {
  struct part part = {.present = n, .first = v[0], .least = v[0], .most = v[0]};
  bool whole = look->asked & CS_TRAIT_WHOLE, skewed = look->asked & CS_TRAIT_SKEWED;
  part.varies = atomic_load_explicit(&look->varies[i], memory_order_relaxed) || !is_constant(v, n);
  if (part.varies) atomic_store_explicit(&look->varies[i], true, memory_order_relaxed);
  part.broken = !whole || atomic_load_explicit(&look->broken[i], memory_order_relaxed) || !is_whole(v, n);
  if (part.broken) atomic_store_explicit(&look->broken[i], true, memory_order_relaxed);
  for (size_t at = 0; !part.broken && at < n && part.codes <= CS_TRAITS_CODES; at++) add_code(&part, v[at]);
  if (skewed || !part.broken) find_extremes(&part, v, n);
  if (skewed) part.moments = moments_of(&part, v, n);
  return part;
}

static void look_at_block(void *context, size_t block, int thread) {
  const struct look *look = context;
  (void)thread;
  size_t end = (block + 1) * BLOCK_ROWS < look->n ? (block + 1) * BLOCK_ROWS : look->n;
  for (size_t begin = block * BLOCK_ROWS; begin < end; begin += CHUNK_ROWS) {
    size_t rows = end - begin < CHUNK_ROWS ? end - begin : CHUNK_ROWS;
    for (size_t i = 0; i < look->count; i++) {
      const double *v = look->traits[i].v + begin * look->step;
      if (is_settled(look, i)) continue;
      double present[CHUNK_ROWS + LANES] = {0};
      size_t n = 0;
      for (size_t row = 0; row < rows; row++) {
        present[n] = v[row * look->step];
        n += !isnan(present[n]);
      }
      if (!n) continue;
      struct part part = look_at(look, i, present, n);
      join(&look->part[block * look->count + i], &part);
    }
  }
}

static enum cs_status is_row_number(const struct look *look, size_t i, const struct part *all,
                                    struct cs_error *err) {
  bool *row_number = &look->traits[i].row_number;
  size_t n = look->n, step = look->step;
  const double *v = look->traits[i].v;
  unsigned char *seen;
  if (all->broken || all->present < n || all->most - all->least != (double)(n - 1)) return CS_OK;
  CS_TRY(cs_alloc(&seen, n / 8 + 1, 1, "marks of rows", err));
  *row_number = true;
  for (size_t row = 0; row < n && *row_number; row++) {
    size_t at = (size_t)(v[row * step] - all->least);
    *row_number = !(seen[at / 8] >> at % 8 & 1);
    seen[at / 8] |= (unsigned char)(1 << at % 8);
  }
  free(seen);
  return CS_OK;
}

static enum cs_status conclude(const struct look *look, size_t i, struct cs_error *err) {
  struct cs_traits *traits = &look->traits[i];
  struct part all = {.present = 0};
  for (size_t block = 0; block * BLOCK_ROWS < look->n; block++)
    join(&all, &look->part[block * look->count + i]);
  double m2 = all.moments.m2 / all.moments.count, m3 = all.moments.m3 / all.moments.count;
  traits->constant = !all.varies;
  traits->code = all.present && !all.broken && all.codes <= CS_TRAITS_CODES;
  traits->skewed = m2 > 0 && fabs(m3) > 2 * m2 * sqrt(m2);
  traits->row_number = false;
  return all.present ? is_row_number(look, i, &all, err) : CS_OK;
}

enum cs_status cs_traits_find(struct cs_traits *traits, size_t count, unsigned asked, size_t n, size_t step,
                              int threads, struct cs_error *err) {
  struct look look = {.traits = traits, .count = count, .n = n, .step = step, .asked = asked};
  size_t blocks = (n + BLOCK_ROWS - 1) / BLOCK_ROWS;
  CS_TRY(cs_alloc(&look.part, blocks * count, sizeof *look.part, "columns", err));
  enum cs_status status = cs_alloc(&look.varies, 2 * count, sizeof *look.varies, "columns", err);
  look.broken = look.varies + count;
  if (status == CS_OK) cs_parallel(threads, blocks, look_at_block, &look);
  for (size_t i = 0; i < count && status == CS_OK; i++) status = conclude(&look, i, err);
  free(look.part);
  free(look.varies);
  return status;
}
