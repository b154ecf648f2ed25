/* customer.h - who a synthetic customer is: name, address, age, income, and how the shop knows them.
 *
 * Identity leans on behaviour a little (heavy buyers earn somewhat more, bargain hunters come from
 * affiliates, the tier follows the year's orders), so that a profile of the segments has something to say,
 * while nothing of it gives the segment away. It is drawn from a stream of its own.
 */
#ifndef CS_GEN_CUSTOMER_H
#define CS_GEN_CUSTOMER_H

#include "base/str.h"
#include "gen/behaviour.h"

#include <stdint.h>

enum { CS_GEN_ID_TEXT = 16, CS_GEN_CUSTOMERS_MAX = 99999999 };

struct cs_gen_customer {
  char id[CS_GEN_ID_TEXT]; /* "C00000001": its width doesn't depend on the number of customers */
  struct cs_str name, email;
  char gender;           /* F, M, X */
  int64_t birth, signup; /* days */
  const char *country, *region, *city, *acquisition, *tier;
  int64_t income; /* a year, in whole hundreds */
};

#define CS_GEN_CUSTOMER_INIT                                                                                 \
  { "", CS_STR_INIT, CS_STR_INIT, 'X', 0, 0, NULL, NULL, NULL, NULL, NULL, 0 }

void cs_gen_customer_release(struct cs_gen_customer *customer);

/* "C00000001" for index 0; index < CS_GEN_CUSTOMERS_MAX. */
void cs_gen_customer_id(uint64_t index, char text[CS_GEN_ID_TEXT]);

/* Draws customer `index`, whose history is given, anew into `customer`, whose room is used again. */
CS_MUST_CHECK enum cs_status cs_gen_customer_draw(struct cs_gen_customer *customer,
                                                  const struct cs_gen_params *params, uint64_t index,
                                                  const struct cs_gen_history *history, struct cs_error *err);

#endif
