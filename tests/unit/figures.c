/* Numbers of cells that were cut, by vectors and without: held against cs_num_parse(). */
#include "data/figures.h"

#include "base/rng.h"
#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CELLS = 8, CELL_MAX = 20 };

struct row {
  char text[CELLS * (CELL_MAX + 1) + CS_NUM_PADDED];
  struct cs_slice cell[CELLS];
};

/* Most are numbers, some of them longer than what is read at once, and some are none. */
static size_t add_cell(struct cs_rng *rng, char *to, char decimal) {
  static const char byte[] = "0123456789.,-+ e%\xc2";
  size_t len = cs_rng_below(rng, CELL_MAX), kinds = cs_rng_below(rng, 12) ? 10 : sizeof byte - 1;
  for (size_t i = 0; i < len; i++) to[i] = byte[cs_rng_below(rng, kinds)];
  if (len > 1 && cs_rng_below(rng, 3)) to[cs_rng_below(rng, len)] = decimal;
  if (len > 1 && cs_rng_below(rng, 3) == 0) to[0] = '-';
  return len;
}

static void make_row(struct cs_rng *rng, struct row *row, char decimal) {
  char *at = row->text;
  for (size_t c = 0; c < CELLS; c++) {
    row->cell[c] = (struct cs_slice){at, add_cell(rng, at, decimal)};
    at += row->cell[c].len;
    *at++ = "0123456789.,"[cs_rng_below(rng, 12)]; /* what stands behind means nothing */
  }
  memset(at, '7', CS_NUM_PADDED);
}

typedef size_t taker(const struct cs_slice *cell, const struct cs_figure *figure, size_t first, size_t count,
                     size_t offset, char decimal);

/* Takes all cells of a row into the second number of each place, NaN where one is left to others. */
static size_t take_row(taker *take, const struct row *row, char decimal, double value[2 * CELLS]) {
  struct cs_figure figure[CELLS];
  size_t taken = 0;
  for (size_t c = 0; c < CELLS; c++)
    figure[c] = (struct cs_figure){CELLS - 1 - c, c, value + 2 * (CELLS - 1 - c)};
  for (size_t i = 0; i < 2 * CELLS; i++) value[i] = NAN;
  for (size_t f = 0, next; f < CELLS; f = next + 1) {
    next = take(row->cell, figure, f, CELLS, 1, decimal);
    taken += next - f;
  }
  return taken;
}

static bool same_as_parsed(const struct row *row, char decimal, const double value[2 * CELLS]) {
  for (size_t c = 0; c < CELLS; c++) {
    double parsed, got = value[2 * c + 1];
    if (!isnan(value[2 * c])) return false; /* that is another row's */
    if (isnan(got)) continue;
    if (!cs_num_parse(row->cell[c].data, row->cell[c].len, decimal, &parsed)) return false;
    if (memcmp(&parsed, &got, sizeof got) != 0) return false;
  }
  return true;
}

int main(void) {
  UNIT_BEGIN;
  struct cs_rng rng;
  cs_rng_init(&rng, 11, 0);
  TEST("figures: what is taken are the numbers that all others read; vectors take what is taken without "
       "them") {
    bool same = true;
    size_t taken = 0, rows = 100000;
    for (size_t i = 0; i < rows && same; i++) {
      struct row row;
      double value[2 * CELLS], plain[2 * CELLS];
      char decimal = cs_rng_below(&rng, 4) ? '.' : ',';
      make_row(&rng, &row, decimal);
      size_t count = take_row(cs_figures_take, &row, decimal, value);
      same = count == take_row(cs_figures_take_plain, &row, decimal, plain) &&
             same_as_parsed(&row, decimal, value) && memcmp(value, plain, sizeof value) == 0;
      taken += count;
    }
    CHECK(same);
    CHECK(taken > rows * CELLS / 2 && taken < rows * CELLS);
  }
  UNIT_END;
}
