/* places.h - where the first rows of a kind stand: their files and lines, never their cells.
 *
 * Repeats  rows may be added in any order and from several collections: the first are those that were read first.
 */
#ifndef CS_PREP_PLACES_H
#define CS_PREP_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CS_PLACES = 10 };

struct cs_place {
  uint64_t row;       /* how many rows were read before it, from all inputs */
  const char *source; /* as messages name it; outlives the place */
  uint64_t line;      /* from 1 */
};

/* At most CS_PLACES, ascending by row. */
struct cs_places {
  struct cs_place place[CS_PLACES];
  size_t count;
};

#define CS_PLACES_INIT                                                                                       \
  { .count = 0 }

/* Whether that row would be among the first: to find out its line takes a while. */
bool cs_places_want(const struct cs_places *places, uint64_t row);

void cs_places_add(struct cs_places *places, uint64_t row, const char *source, uint64_t line);

void cs_places_merge(struct cs_places *places, const struct cs_places *other);

#endif
