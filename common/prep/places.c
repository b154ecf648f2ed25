#include "prep/places.h"

bool cs_places_want(const struct cs_places *places, uint64_t row) {
  return places->count < CS_PLACES || row < places->place[CS_PLACES - 1].row;
}

void cs_places_add(struct cs_places *places, uint64_t row, const char *source, uint64_t line) {
  if (!cs_places_want(places, row)) return;
  size_t at = places->count < CS_PLACES ? places->count++ : CS_PLACES - 1;
  for (; at > 0 && places->place[at - 1].row > row; at--) places->place[at] = places->place[at - 1];
  places->place[at] = (struct cs_place){row, source, line};
}

void cs_places_merge(struct cs_places *places, const struct cs_places *other) {
  for (size_t i = 0; i < other->count; i++)
    cs_places_add(places, other->place[i].row, other->place[i].source, other->place[i].line);
}
