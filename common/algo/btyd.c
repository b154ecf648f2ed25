#include "algo/btyd.h"

#include "base/memory.h"
#include "base/parallel.h"

#include <math.h>
#include <stdbool.h>

enum { BLOCK = 1024 };

static void get(const void *source, size_t begin, size_t count, struct cs_observed *row) {
  const struct cs_histories *h = source;
  for (size_t i = 0; i < count; i++)
    row[i] = (struct cs_observed){{h->x[begin + i], h->tx[begin + i], h->T[begin + i]}, 1};
}

/* Comparisons are such that NaN fails them. */
static bool is_history(double x, double tx, double T) {
  return x >= 0 && x <= 0x1p53 && x == floor(x) && tx >= 0 && tx <= T && T < INFINITY && (x > 0 || tx == 0);
}

static enum cs_status check(const struct cs_histories *h, struct cs_error *err) {
  for (size_t i = 0; i < h->n; i++)
    if (!is_history(h->x[i], h->tx[i], h->T[i]))
      return cs_fail(err, CS_DATA,
                     "customer %zu has no purchase history: 0 <= t_x <= T doesn't hold, or x isn't a count",
                     i + 1);
  return CS_OK;
}

/* The time by repeat purchase, all customers together; of sorted rows, so that it doesn't depend on their order. 0:
 * there is too little of either. */
static double mean_interval(const struct cs_observations *observations) {
  double purchases = 0, time = 0, buyers = 0;
  for (size_t i = 0; i < observations->n; i++) {
    const struct cs_observed *row = &observations->row[i];
    purchases += row->weight * row->value[0];
    time += row->weight * row->value[2];
    if (row->value[0] > 0) buyers += row->weight;
  }
  return buyers < CS_FIT_FEWEST ? 0 : time / purchases;
}

enum cs_status cs_histories_observe(const struct cs_histories *histories,
                                    struct cs_observations *observations, double *unit,
                                    struct cs_error *err) {
  *observations = (struct cs_observations)CS_OBSERVATIONS_INIT;
  CS_TRY(check(histories, err));
  CS_TRY(
      cs_alloc(&observations->row, histories->n, sizeof *observations->row, "the purchase histories", err));
  get(histories, 0, histories->n, observations->row);
  observations->n = histories->n;
  cs_observations_group(observations);
  *unit = mean_interval(observations);
  return CS_OK;
}

double cs_histories_most(const struct cs_histories *histories) {
  double most = 0;
  for (size_t i = 0; i < histories->n; i++) most = fmax(most, histories->x[i]);
  return most;
}

double cs_histories_sum(const struct cs_histories *histories, const struct cs_terms *terms, int threads) {
  struct cs_point sum;
  cs_rows_sum(&(struct cs_rows){histories->n, histories, get}, terms, threads, &sum);
  return sum.value;
}

struct each {
  size_t n;
  void (*work)(void *context, size_t begin, size_t end);
  void *context;
};

static void work_piece(void *context, size_t piece, int thread) {
  const struct each *each = context;
  size_t begin = piece * BLOCK;
  (void)thread;
  each->work(each->context, begin, each->n - begin < BLOCK ? each->n : begin + BLOCK);
}

void cs_histories_each(const struct cs_histories *histories, int threads,
                       void (*work)(void *context, size_t begin, size_t end), void *context) {
  struct each each = {histories->n, work, context};
  cs_parallel(threads, (histories->n + BLOCK - 1) / BLOCK, work_piece, &each);
}
