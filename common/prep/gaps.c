#include "prep/gaps.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

static enum cs_status add_row(struct cs_gaps *gaps, size_t row, struct cs_error *err) {
  if (!gaps->bit) CS_TRY(cs_alloc(&gaps->bit, gaps->rows / 8 + 1, 1, "marks of rows", err));
  if (cs_gaps_has(gaps, row)) return CS_OK;
  gaps->bit[row / 8] |= (unsigned char)(1u << row % 8);
  gaps->count++;
  return CS_OK;
}

enum cs_status cs_gaps_find(struct cs_gaps *gaps, const struct cs_vectors *vectors, struct cs_error *err) {
  *gaps = (struct cs_gaps){NULL, vectors->n, 0};
  for (size_t j = 0; j < vectors->d; j++)
    for (size_t row = 0; row < vectors->n; row++)
      if (isnan(vectors->v[j][row])) CS_TRY(add_row(gaps, row, err));
  return CS_OK;
}

void cs_gaps_release(struct cs_gaps *gaps) {
  free(gaps->bit);
  *gaps = (struct cs_gaps)CS_GAPS_INIT;
}

bool cs_gaps_has(const struct cs_gaps *gaps, size_t row) {
  return gaps->bit && gaps->bit[row / 8] >> row % 8 & 1;
}

void cs_gaps_close(const struct cs_gaps *gaps, double *v) {
  size_t count = 0;
  for (size_t row = 0; gaps->count > 0 && row < gaps->rows; row++)
    if (!cs_gaps_has(gaps, row)) v[count++] = v[row];
}

void cs_gaps_open(const struct cs_gaps *gaps, double *v, double value) {
  size_t count = gaps->rows - gaps->count;
  for (size_t row = gaps->count > 0 ? gaps->rows : 0; row-- > 0;)
    v[row] = cs_gaps_has(gaps, row) ? value : v[--count];
}

size_t cs_gaps_row(const struct cs_gaps *gaps, size_t i) {
  if (gaps->count == 0) return i;
  size_t row = 0;
  for (;; row++)
    if (!cs_gaps_has(gaps, row) && i-- == 0) return row;
}
