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
};

/* `count` centres against DEEP vectors of rows. */
TARGET INLINE void NAME(score)(const NUMBER *x, size_t d, const NUMBER *centre, const NUMBER *half,
                               size_t count, size_t number, struct NAME(best) * best) {
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
      best->second[r] = NAME(min)(best->second[r], NAME(max)(value, best->first[r]));
      best->label[r] = NAME(where_less)(value, best->first[r], this, best->label[r]);
      best->first[r] = NAME(min)(best->first[r], value);
    }
  }
}

TARGET INLINE void NAME(measure)(const NUMBER *x, size_t d, struct NAME(best) * best) {
  for (size_t r = 0; r < DEEP; r++) {
    best->length[r] = NAME(set)(0);
    best->label[r] = NAME(set)(0);
    best->first[r] = best->second[r] = NAME(set)((NUMBER)INFINITY);
  }
  for (size_t j = 0; j < d; j++)
    for (size_t r = 0; r < DEEP; r++) {
      VECTOR from = NAME(load)(x + j * CS_GROUP + r * WIDTH);
      best->length[r] = NAME(plus_product)(best->length[r], from, from);
    }
}

/* The second distance at least and the first at most, squared, as floats. What rounding may make of the first is bounded by the longest
 * centre, and by what the row's length and distance say of its own. */
TARGET INLINE void NAME(store_best)(const struct NAME(best) * best, size_t r, const struct cs_panels *panels,
                                    float *second, float *first) {
  VECTOR length = best->length[r], relative = NAME(set)(panels->PANELS.relative), two = NAME(set)(2),
         least = NAME(plus_product)(length, best->first[r], two),
         centre = NAME(multiply)(NAME(set)((NUMBER)2.5), NAME(add)(length, NAME(max)(NAME(set)(0), least))),
         doubt = NAME(plus_product)(length, two, NAME(min)(NAME(set)(panels->PANELS.longest), centre));
  doubt = NAME(plus_product)(NAME(set)(panels->PANELS.absolute), doubt, relative);
  NAME(store_float)(first, NAME(add)(least, doubt));
  doubt = NAME(plus_product)(NAME(set)(panels->PANELS.absolute), length, relative);
  NAME(store_float)(second, NAME(subtract)(NAME(plus_product)(length, best->second[r], two), doubt));
}

TARGET static size_t NAME(nearest)(const NUMBER *group, const struct cs_panels *panels, float slack,
                                   uint32_t label[CS_GROUP], float gap[CS_GROUP]) {
  size_t d = panels->d, k = panels->k;
  float second[CS_GROUP] = {0};
  for (size_t i = 0; i < CS_GROUP; i += DEEP * WIDTH) {
    struct NAME(best) best;
    size_t c = 0;
    NAME(measure)(group + i, d, &best);
    for (; (int)BROAD == (int)CS_PANEL && c + CS_PANEL / 2 < k; c += CS_PANEL)
      NAME(score)(group + i, d, panels->PANELS.centre + c * d, panels->PANELS.half + c, CS_PANEL, c, &best);
    for (; c < k; c += CS_PANEL / 2) NAME(score)
    (group + i, d, panels->PANELS.centre + c / CS_PANEL * d * CS_PANEL + c % CS_PANEL,
     panels->PANELS.half + c, CS_PANEL / 2, c, &best);
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
