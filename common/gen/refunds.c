#include "gen/refunds.h"

#include "base/date.h"

enum { DAYS_TO_RETURN = 30 };

/* Of the orders that end otherwise than completed, and aren't a customer's first. */
static enum cs_gen_end end_draw(struct cs_rng *rng) {
  static const double weight[] = {
      [CS_GEN_CANCELLED] = 20, [CS_GEN_REFUNDED] = 25, [CS_GEN_RETURNED] = 25, [CS_GEN_REDUCED] = 30};
  return (enum cs_gen_end)cs_gen_pick(rng, weight, CS_GEN_ENDS, 100);
}

/* Some of the pieces; of a single one a tenth to a half of its price. */
static void reduce(struct cs_gen_order *order, struct cs_rng *rng) {
  if (order->quantity > 1) {
    order->back.quantity = 1 + (int)cs_rng_below(rng, (uint64_t)order->quantity - 1);
    order->back.amount = order->amount * order->back.quantity / order->quantity;
  } else {
    order->back.amount = order->amount * (int64_t)(10 + cs_rng_below(rng, 41)) / 100;
  }
  if (order->back.amount == 0)
    order->end = CS_GEN_COMPLETED; /* of a cent nothing can be given back in part */
}

static void give_back(struct cs_gen_order *order, int64_t end, struct cs_rng *rng) {
  int64_t latest = (end + 1) * CS_DAY_SECONDS - 1;
  order->back.moment =
      order->moment + CS_DAY_SECONDS + (int64_t)cs_rng_below(rng, DAYS_TO_RETURN * CS_DAY_SECONDS);
  if (order->back.moment > latest) order->back.moment = latest;
  order->back.quantity = 0;
  if (order->end == CS_GEN_REDUCED) {
    reduce(order, rng);
    return;
  }
  order->back.quantity = order->quantity;
  order->back.amount = order->amount;
}

void cs_gen_refunds_draw(struct cs_gen_history *history, const struct cs_gen_params *params, uint64_t index) {
  double rate = params->rate[CS_GEN_DIRT_REFUND];
  struct cs_rng rng;
  if (rate <= 0) return;
  cs_gen_rng(&rng, params->seed, index, CS_GEN_STREAM_REFUNDS);
  for (size_t i = 0; i < history->count; i++) {
    struct cs_gen_order *order = &history->order[i];
    if (cs_rng_uniform(&rng) >= rate) continue;
    order->end = i == 0 ? CS_GEN_REDUCED : end_draw(&rng);
    give_back(order, params->end, &rng);
  }
}

bool cs_gen_order_has_return(const struct cs_gen_order *order) {
  return order->end == CS_GEN_RETURNED || order->end == CS_GEN_REDUCED;
}

bool cs_gen_order_is_lost(const struct cs_gen_order *order) {
  return order->end == CS_GEN_CANCELLED || order->end == CS_GEN_REFUNDED || order->end == CS_GEN_RETURNED;
}
