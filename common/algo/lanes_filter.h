/* lanes_filter.h - nearest() of lanes.h in one precision. Included by lanes_kernels.h for each of the two, which says before what a
 * NUMBER is and where the PANELS have theirs, how many are in a VECTOR (WIDTH), how many vectors of rows (DEEP) meet how many
 * centres at a time (BROAD), and by NAME() what the operations are called.
 *
 * Each score is that of the least squared distance that rounding allows, so that a centre far out makes doubtful what is near to it and
 * nothing else.
 */
/* The best two of what a row has to each centre, |c|^2 / 2 - x c. */
struct NAME(best) {
  VECTOR first[DEEP], second[DEEP], label[DEEP];
  VECTOR length[DEEP]; /* |x|^2 */
  VECTOR base[DEEP];   /* half of it, less what rounding may make of it */
};

/* `count` centres against DEEP vectors of rows. With factors, a score is half the least squared distance times its centre's. */
TARGET INLINE void NAME(score)(const NUMBER *x, size_t d, const NUMBER *centre, const NUMBER *half,
                               size_t count, size_t number, const NUMBER *factor, struct NAME(best) * best) {
  VECTOR score[DEEP][CS_PANEL];
  for (size_t c = 0; c < count; c++)
    for (size_t r = 0; r < DEEP; r++) score[r][c] = NAME(set)(half[c]);
  for (size_t j = 0; j < d; j++) {
    VECTOR from[DEEP];
    for (size_t r = 0; r < DEEP; r++) from[r] = NAME(load)(x + j * CS_GROUP + r * WIDTH);
    for (size_t c = 0; c < count; c++) {
      VECTOR to = NAME(set)(centre[j * CS_PANEL + c]);
      for (size_t r = 0; r < DEEP; r++) score[r][c] = NAME(less_product)(score[r][c], from[r], to);
    }
  }
  for (size_t c = 0; c < count; c++) {
    VECTOR this = NAME(set)((NUMBER)(number + c));
    for (size_t r = 0; r < DEEP; r++) {
      VECTOR value = score[r][c];
      if (factor) value = NAME(multiply)(NAME(set)(factor[number + c]), NAME(add)(best->base[r], value));
      best->second[r] = NAME(min)(best->second[r], NAME(max)(value, best->first[r]));
      best->label[r] = NAME(where_less)(value, best->first[r], this, best->label[r]);
      best->first[r] = NAME(min)(best->first[r], value);
    }
  }
}

TARGET INLINE void NAME(measure)(const NUMBER *x, const struct cs_panels *panels, struct NAME(best) * best) {
  for (size_t r = 0; r < DEEP; r++) {
    best->length[r] = NAME(set)(0);
    best->label[r] = NAME(set)(0);
    best->first[r] = best->second[r] = NAME(set)((NUMBER)INFINITY);
  }
  for (size_t j = 0; j < panels->d; j++)
    for (size_t r = 0; r < DEEP; r++) {
      VECTOR from = NAME(load)(x + j * CS_GROUP + r * WIDTH);
      best->length[r] = NAME(plus_product)(best->length[r], from, from);
    }
  VECTOR half = NAME(set)((1 - panels->PANELS.relative) / 2), less = NAME(set)(-panels->PANELS.absolute / 2);
  for (size_t r = 0; r < DEEP; r++) best->base[r] = NAME(plus_product)(less, best->length[r], half);
}

TARGET INLINE void NAME(search)(const NUMBER *x, const struct cs_panels *panels, const NUMBER *factor,
                                struct NAME(best) * best) {
  size_t d = panels->d, k = panels->k, c = 0;
  NAME(measure)(x, panels, best);
  for (; (int)BROAD == (int)CS_PANEL && c + CS_PANEL / 2 < k; c += CS_PANEL)
    NAME(score)(x, d, panels->PANELS.centre + c * d, panels->PANELS.half + c, CS_PANEL, c, factor, best);
  for (; c < k; c += CS_PANEL / 2) NAME(score)
  (x, d, panels->PANELS.centre + c / CS_PANEL * d * CS_PANEL + c % CS_PANEL, panels->PANELS.half + c,
   CS_PANEL / 2, c, factor, best);
}

/* What rounding may make of the first distance, given the least that it may be, squared: the longest centre bounds it, and what the row's
 * length and this distance say of its own. */
TARGET INLINE VECTOR NAME(doubt)(VECTOR length, VECTOR least, VECTOR lengths,
                                 const struct cs_panels *panels) {
  VECTOR near = NAME(add)(length, NAME(max)(NAME(set)(0), least)),
         centre = NAME(min)(NAME(set)(panels->PANELS.longest), NAME(multiply)(NAME(set)((NUMBER)2.5), near));
  return NAME(multiply)(NAME(set)(panels->PANELS.relative),
                        NAME(plus_product)(lengths, NAME(set)(2), centre));
}

/* The second distance at least and the first at most, squared, as floats. */
TARGET INLINE void NAME(store_best)(const struct NAME(best) * best, size_t r, const struct cs_panels *panels,
                                    float *second, float *first) {
  VECTOR length = best->length[r], absolute = NAME(set)(panels->PANELS.absolute), two = NAME(set)(2),
         least = NAME(plus_product)(length, best->first[r], two),
         doubt = NAME(add)(NAME(doubt)(length, least, length, panels), absolute);
  NAME(store_float)(first, NAME(add)(least, doubt));
  doubt = NAME(plus_product)(absolute, length, NAME(set)(panels->PANELS.relative));
  NAME(store_float)(second, NAME(subtract)(NAME(plus_product)(length, best->second[r], two), doubt));
}

TARGET static size_t NAME(nearest)(const NUMBER *group, const struct cs_panels *panels, float slack,
                                   uint32_t label[CS_GROUP], float gap[CS_GROUP]) {
  float second[CS_GROUP] = {0};
  for (size_t i = 0; i < CS_GROUP; i += DEEP * WIDTH) {
    struct NAME(best) best;
    NAME(search)(group + i, panels, NULL, &best);
    for (size_t r = 0; r < DEEP; r++) {
      NAME(store_best)(&best, r, panels, second + i + r * WIDTH, gap + i + r * WIDTH);
      NAME(store_count)(label + i + r * WIDTH, best.label[r]);
    }
  }
  return find_gaps(second, slack, gap);
}

#undef NUMBER
#undef NAME
#undef PANELS
#undef VECTOR
#undef WIDTH
#undef DEEP
#undef BROAD
