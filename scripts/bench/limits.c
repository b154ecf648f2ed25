/* limits - what the machine can do at most, with all processors: prints the bytes a second of a matrix read from memory, and
 * the multiply-adds of doubles a second, times two. The best of fifteen rounds each, as they
 * are limits. To be compiled for the processor it runs on. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* The chains of one thread stay in registers, and are enough to hide the latency of one instruction. */
#ifdef __AVX512F__
enum { LANES = 8, CHAINS = 16 };
#else
enum { LANES = 4, CHAINS = 12 };
#endif
enum { ROUNDS = 15, THREADS_MOST = 256 };

typedef double vector __attribute__((vector_size(LANES * sizeof(double))));

static const size_t ROWS = ((size_t)512 << 20) / sizeof(vector);
static const long TURNS = 8000000;

struct share {
  const vector *x;
  size_t rows;
  double result; /* so that nothing is left out */
  void (*work)(struct share *share);
};

static double total(const vector *sum, int count) {
  double all = 0;
  for (int c = 0; c < count; c++)
    for (int l = 0; l < LANES; l++) all += sum[c][l];
  return all;
}

static void read_all(struct share *share) {
  vector sum[4] = {{0}};
  for (size_t i = 0; i + 4 <= share->rows; i += 4)
    for (int c = 0; c < 4; c++) sum[c] += share->x[i + (size_t)c];
  share->result = total(sum, 4);
}

/* A multiplication and an addition are one instruction: it is compiled with contraction. */
static void multiply_add(struct share *share) {
  vector sum[CHAINS], factor, term;
  for (int l = 0; l < LANES; l++) factor[l] = 0.999999, term[l] = 1e-9;
  for (int c = 0; c < CHAINS; c++)
    for (int l = 0; l < LANES; l++) sum[c][l] = c;
  for (long turn = 0; turn < TURNS; turn++) {
#pragma GCC unroll 16
    for (int c = 0; c < CHAINS; c++) sum[c] = sum[c] * factor + term;
  }
  share->result = total(sum, CHAINS);
}

static void *start(void *share) {
  ((struct share *)share)->work(share);
  return NULL;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds(void (*work)(struct share *), const vector *x, size_t threads) {
  double least = 1e9;
  static struct share share[THREADS_MOST];
  pthread_t thread[THREADS_MOST];
  for (int round = 0; round < ROUNDS; round++) {
    double begin = now();
    for (size_t t = 0; t < threads; t++) {
      share[t] = (struct share){x + ROWS / threads * t, ROWS / threads, 0, work};
      if (pthread_create(&thread[t], NULL, start, &share[t])) exit(5);
    }
    for (size_t t = 0; t < threads; t++) pthread_join(thread[t], NULL);
    double took = now() - begin;
    if (took < least) least = took;
  }
  return least;
}

int main(void) {
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  size_t threads = processors < 1 ? 1 : processors > THREADS_MOST ? THREADS_MOST : (size_t)processors;
  vector *x = aligned_alloc(sizeof *x, ROWS * sizeof *x);
  if (!x) return 5;
  for (size_t i = 0; i < ROWS; i++)
    for (int l = 0; l < LANES; l++) x[i][l] = (double)(i & 7);
  double bytes = (double)(ROWS * sizeof *x) / seconds(read_all, x, threads);
  double sums = 2.0 * (double)TURNS * CHAINS * LANES * (double)threads / seconds(multiply_add, x, threads);
  printf("%.4g %.4g\n", bytes, sums);
  free(x);
  return 0;
}
