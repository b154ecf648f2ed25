/* DBCV is that of a matrix of all distances, whatever the order of rows, the threads and the unit. */
#include "algo/dbcv.h"

#include "base/rng.h"
#include "unit.h"

#include <stdlib.h>

enum { ROWS = 240, COLUMNS = 10, CLUSTERS = 5, TABLES = 200 };

static struct cs_error err;
static struct cs_rng rng;

struct table {
  size_t n, d;
  double x[ROWS][COLUMNS];
  uint32_t label[ROWS];
};

/* Blobs, some of them in tenths, so that rows and distances are equal, or nearly so; some rows are noise or belong elsewhere. */
static void draw(struct table *table, size_t d) {
  *table = (struct table){.n = 20 + cs_rng_below(&rng, ROWS - 19), .d = d};
  double unit = cs_rng_below(&rng, 3) ? 0.1 : 0, off = cs_rng_below(&rng, 2) ? 4e-7 : 0;
  for (size_t i = 0; i < table->n; i++) {
    uint32_t c = (uint32_t)cs_rng_below(&rng, CLUSTERS);
    for (size_t j = 0; j < d; j++) {
      double x = 2.5 * (double)((c + j) % CLUSTERS) + (0.2 + 0.1 * c) * cs_rng_normal(&rng);
      table->x[i][j] = unit > 0 ? unit * round(x / unit) + off * cs_rng_uniform(&rng) : x;
    }
    if (i > 2 && cs_rng_below(&rng, 10) == 0) memcpy(table->x[i], table->x[i / 2], sizeof table->x[i]);
    uint64_t fate = cs_rng_below(&rng, 20);
    table->label[i] = fate < 2 ? CS_NOISE : fate == 2 ? (uint32_t)cs_rng_below(&rng, CLUSTERS) : c;
  }
}

static double index_with(const struct table *table, int threads) {
  struct cs_matrix matrix;
  struct cs_dbcv labelling[3];
  for (size_t l = 0; l < 3; l++) labelling[l] = (struct cs_dbcv){CLUSTERS, table->label, NAN};
  CHECK(cs_matrix_alloc(&matrix, table->n, table->d, &err) == CS_OK);
  for (size_t i = 0; i < table->n; i++)
    memcpy(cs_matrix_row(&matrix, i), table->x[i], table->d * sizeof(double));
  CHECK(cs_dbcv(&matrix, labelling, 3, threads, &err) == CS_OK);
  CHECK(labelling[0].index == labelling[1].index && labelling[0].index == labelling[2].index);
  cs_matrix_release(&matrix);
  return labelling[0].index;
}

/* --- the reference: of rows in lexicographic order, from a matrix of all distances --- */

static double reach[ROWS][ROWS], core[ROWS];
static bool inner[ROWS];

static double distance_of(const struct table *table, size_t a, size_t b) {
  double sum = 0;
  for (size_t j = 0; j < table->d; j++) sum += pow(table->x[a][j] - table->x[b][j], 2);
  return sqrt(sum);
}

static void find_reach(const struct table *table) {
  for (size_t a = 0; a < table->n; a++) {
    double sum = 0, rows = 0;
    for (size_t b = 0; b < table->n; b++) {
      if (table->label[a] != table->label[b]) continue;
      double apart = distance_of(table, a, b);
      rows++;
      if (apart > 0) sum += pow(1 / apart, (double)table->d);
    }
    core[a] = sum > 0 ? pow(sum / (rows - 1), -1 / (double)table->d) : 0;
  }
  for (size_t a = 0; a < table->n; a++)
    for (size_t b = 0; b < table->n; b++)
      reach[a][b] = fmax(distance_of(table, a, b), fmax(core[a], core[b]));
}

/* The sparseness of a cluster, whose inner rows are marked; below 0: it has fewer than two rows. */
static double find_tree(const struct table *table, uint32_t c) {
  size_t of[ROWS], parent[ROWS] = {0}, degree[ROWS] = {0}, m = 0;
  double link[ROWS], inside = -1, any = -1;
  bool in[ROWS] = {false};
  for (size_t i = 0; i < table->n; i++)
    if (table->label[i] == c) of[m++] = i;
  if (m < 2) return -1;
  in[0] = true;
  for (size_t links = 1; links < m; links++) {
    size_t from = 0, to = SIZE_MAX;
    for (size_t b = 0; b < m; b++)
      for (size_t a = 0; a < m; a++)
        if (in[a] && !in[b] && (to == SIZE_MAX || reach[of[a]][of[b]] < reach[of[from]][of[to]]))
          from = a, to = b;
    link[to] = reach[of[from]][of[to]];
    for (size_t a = m; a-- > 0;)
      if (in[a] && fabs(reach[of[a]][of[to]] - link[to]) <= 1e-5 * link[to]) parent[to] = a;
    degree[to]++, degree[parent[to]]++;
    in[to] = true;
  }
  bool found = false;
  for (size_t b = 0; b < m; b++) found |= inner[of[b]] = degree[b] > 1;
  if (!found) inner[of[0]] = true;
  for (size_t b = 1; b < m; b++) {
    any = fmax(any, link[b]);
    if (inner[of[b]] && inner[of[parent[b]]]) inside = fmax(inside, link[b]);
  }
  return inside >= 0 ? inside : any;
}

static double reference(const struct table *table) {
  double sparse[CLUSTERS], index = 0;
  memset(inner, 0, sizeof inner);
  find_reach(table);
  for (uint32_t c = 0; c < CLUSTERS; c++) sparse[c] = find_tree(table, c);
  for (uint32_t c = 0; c < CLUSTERS; c++) {
    double apart = INFINITY, rows = 0;
    for (size_t a = 0; a < table->n; a++) {
      rows += table->label[a] == c;
      for (size_t b = 0; b < table->n; b++)
        if (inner[a] && inner[b] && table->label[a] == c && table->label[b] != c)
          apart = fmin(apart, reach[a][b]);
    }
    if (sparse[c] >= 0 && apart < INFINITY)
      index += rows / (double)table->n * (apart - sparse[c]) / fmax(apart, sparse[c]);
  }
  return index;
}

static void swap(struct table *table, size_t a, size_t b) {
  double x[COLUMNS];
  uint32_t label = table->label[a];
  memcpy(x, table->x[a], sizeof x);
  memcpy(table->x[a], table->x[b], sizeof x);
  memcpy(table->x[b], x, sizeof x);
  table->label[a] = table->label[b];
  table->label[b] = label;
}

static bool is_before(const struct table *table, size_t a, size_t b) {
  size_t j = 0;
  while (j < table->d && table->x[a][j] == table->x[b][j]) j++;
  return j < table->d && table->x[a][j] < table->x[b][j];
}

static void sort(struct table *table) {
  for (size_t a = 0; a < table->n; a++)
    for (size_t b = a + 1; b < table->n; b++)
      if (is_before(table, b, a)) swap(table, a, b);
}

static void shuffle(struct table *table) {
  for (size_t a = table->n; a > 1; a--) swap(table, a - 1, cs_rng_below(&rng, a));
}

/* --- small tables --- */

/* One column; a label below 0 is noise. */
static double index_of(size_t n, const double *x, const int *label) {
  struct table table = {.n = n, .d = 1};
  for (size_t i = 0; i < n; i++)
    table.x[i][0] = x[i], table.label[i] = label[i] < 0 ? CS_NOISE : (uint32_t)label[i];
  return index_with(&table, 1);
}

int main(void) {
  static struct table table;
  UNIT_BEGIN;
  TEST("dbcv: the index is that of a matrix of all distances, in one to ten columns, with equal rows") {
    cs_rng_init(&rng, 7, 0);
    for (size_t t = 0; t < TABLES; t++) {
      draw(&table, 1 + t % COLUMNS);
      sort(&table);
      CHECK_NEAR(index_with(&table, 1), reference(&table), 1e-11);
    }
  }
  TEST("dbcv: neither the order of rows, nor threads, nor a power of two decides a bit") {
    cs_rng_init(&rng, 8, 0);
    for (size_t t = 0; t < TABLES; t++) {
      draw(&table, 1 + t % COLUMNS);
      double index = index_with(&table, 1);
      shuffle(&table);
      CHECK(index_with(&table, 3) == index);
      for (size_t i = 0; i < table.n; i++)
        for (size_t j = 0; j < table.d; j++) table.x[i][j] *= 0x1p600;
      CHECK(index_with(&table, 1) == index);
    }
  }
  TEST("dbcv: what an index is made of") {
    /* Core distances are 4/3, 1 and 4/3, so both links are 4/3 long, the middle rows are the inner ones, 10 apart. */
    double six[] = {0, 1, 2, 10, 11, 12, 50, 60};
    CHECK_NEAR(index_of(6, six, (int[]){0, 0, 0, 1, 1, 1}), (10 - 4.0 / 3) / 10, 1e-15);
    CHECK_NEAR(index_of(8, six, (int[]){0, 0, 0, 1, 1, 1, -1, -1}), 0.75 * (10 - 4.0 / 3) / 10, 1e-15);
    CHECK_NEAR(index_of(7, six, (int[]){0, 0, 0, 1, 1, 1, 2}), 6 / 7.0 * (10 - 4.0 / 3) / 10, 1e-15);
    CHECK_NEAR(index_of(4, (double[]){0, 1, 5, 8}, (int[]){0, 0, 1, 1}), 0.5 * (4 / 5.0 + 2 / 5.0), 1e-15);
  }
  TEST("dbcv: noise alone, one cluster, clusters of one row, and of equal rows") {
    double x[] = {0, 0, 0, 4, 4, 4};
    CHECK(index_of(0, x, NULL) == 0);
    CHECK(index_of(3, x, (int[]){-1, -1, -1}) == 0);
    CHECK(index_of(6, x, (int[]){0, 0, 0, 0, 0, 0}) == 0);
    CHECK(index_of(4, x, (int[]){0, 0, 0, 1}) == 0);
    CHECK(index_of(6, x, (int[]){0, 0, 0, 1, 1, 1}) == 1);
    /* The rows 0 and 4 of the first cluster are as far apart as it is from the others; those of two are equal. */
    CHECK_NEAR(index_of(6, x, (int[]){0, 1, 1, 0, 2, 2}), 4 / 6.0, 1e-15);
    CHECK(index_of(4, (double[]){7, 7, 7, 7}, (int[]){0, 0, 1, 1}) == 0);
  }
  TEST("dbcv: numbers as large and as near as doubles are have an index from -1 to 1") {
    double x[] = {-1.7e308, -1.6e308, 1.6e308, 1.7e308, 5e-324, 1e-323, 2e-323, 0};
    double index = index_of(8, x, (int[]){0, 0, 1, 1, 2, 2, 2, 2});
    CHECK(index >= -1 && index <= 1);
    index = index_of(4, x + 4, (int[]){0, 0, 1, 1});
    CHECK(index >= -1 && index <= 1);
  }
  UNIT_END;
}
