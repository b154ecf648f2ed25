/* figures.h - the numbers of cells that need no more than cutting, all digits at once.
 *
 * Instruction sets differ in speed alone. Private to data/.
 */
#ifndef CS_DATA_FIGURES_H
#define CS_DATA_FIGURES_H

#include "base/num.h"
#include "base/str.h"

#include <stddef.h>

/* A cell that is wanted as a number: cell[position] of a row; of the row at hand the number goes to value[offset]. */
struct cs_figure {
  size_t position, i; /* i is the caller's */
  double *value;
};

/* Takes those from the first-th on until one isn't what cs_num_parse_padded() reads, and returns which; count: all are. From
 * each cell on CS_NUM_PADDED bytes can be read. */
size_t cs_figures_take(const struct cs_slice *cell, const struct cs_figure *figure, size_t first,
                       size_t count, size_t offset, char decimal);

/* The same by the instructions that every processor has, for tests. */
size_t cs_figures_take_plain(const struct cs_slice *cell, const struct cs_figure *figure, size_t first,
                             size_t count, size_t offset, char decimal);

#endif
