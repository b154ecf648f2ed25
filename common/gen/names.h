/* names.h - people and places of ten countries, from lists of our own: a name fits the country and the
 * gender, a city lies in its region, a region in its country. UTF-8 with the countries' own letters.
 *
 * The people are made up by combining common names; e-mail addresses are in the domains that RFC 2606
 * reserves.
 */
#ifndef CS_GEN_NAMES_H
#define CS_GEN_NAMES_H

#include "base/rng.h"
#include "base/str.h"

#include <stdint.h>

struct cs_gen_place {
  const char *region, *city;
  double weight;
};

struct cs_gen_country {
  const char *name;
  double weight;
  double income;                                           /* median yearly income of a customer, in euros */
  const char *const *female, *const *male, *const *family; /* NULL at the end */
  const struct cs_gen_place *place;                        /* region NULL at the end */
  bool german;                                             /* ä is written ae in ASCII */
  bool two_families;                                       /* the father's and the mother's family name */
  bool slavic; /* a woman's family name in -ski, -cki, -dzki ends in -a */
};

/* One of the countries, by weight. */
const struct cs_gen_country *cs_gen_country_draw(struct cs_rng *rng);
const struct cs_gen_place *cs_gen_place_draw(const struct cs_gen_country *country, struct cs_rng *rng);

/* A name into `name` (added to), and the e-mail address made from it and `number` into `email` (added to).
 * gender is 'F', 'M' or 'X' (a first name from either list). */
void cs_gen_name_draw(const struct cs_gen_country *country, char gender, uint64_t number, struct cs_rng *rng,
                      struct cs_str *name, struct cs_str *email);

/* Adds the letters and digits of text in lower-case ASCII: 'Łukasz' gives lukasz, 'Müller' mueller where
 * german. */
void cs_gen_fold(struct cs_str *out, struct cs_slice text, bool german);

#endif
