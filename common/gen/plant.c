#include "gen/plant.h"

#include "gen/refunds.h"

static const struct cs_gen_defect nothing = {.dirt = CS_GEN_DIRTS, .name = "", .column = "", .rule = ""};

/* One table of one customer. */
struct bed {
  struct cs_gen_planting *planting;
  enum cs_gen_table table;
  struct cs_rows *rows, *noted;
  struct cs_rng rng;
};

static void person_release(struct cs_gen_person *person) {
  cs_gen_customer_release(&person->customer);
  cs_gen_history_release(&person->history);
}

void cs_gen_planting_release(struct cs_gen_planting *planting) {
  person_release(&planting->person);
  person_release(&planting->other);
}

static enum cs_status person_draw(struct cs_gen_person *person, const struct cs_gen_planting *planting,
                                  uint64_t index, struct cs_error *err) {
  const struct cs_gen_params *params = planting->params;
  person->index = index;
  CS_TRY(cs_gen_history_draw(&person->history, params, index, err));
  cs_gen_refunds_draw(&person->history, params, index);
  cs_gen_customer_id(index, person->customer.id);
  return planting->anonymous ? CS_OK
                             : cs_gen_customer_draw(&person->customer, params, index, &person->history, err);
}

enum cs_status cs_gen_planting_draw(struct cs_gen_planting *planting, uint64_t index, struct cs_error *err) {
  return person_draw(&planting->person, planting, index, err);
}

/* --- rows --- */

static void note(struct bed *bed, const struct cs_gen_person *person, size_t order,
                 const struct cs_gen_defect *defect) {
  if (bed->noted && defect->dirt != CS_GEN_DIRTS)
    cs_gen_defect_row(bed->noted, bed->table, person->customer.id, order, defect);
}

static bool is_cell(enum cs_gen_dirt dirt) {
  return dirt == CS_GEN_DIRT_MISSING || dirt == CS_GEN_DIRT_OUTLIER || dirt == CS_GEN_DIRT_INVALID;
}

/* The customer's one row; outliers change copies. */
static void customer_row(struct bed *bed, const struct cs_gen_person *person, enum cs_gen_dirt dirt) {
  const struct cs_gen_params *params = bed->planting->params;
  struct cs_gen_customer customer = person->customer;
  struct cs_gen_merged merged;
  struct cs_gen_subject subject = {&customer, NULL, bed->table == CS_GEN_MERGED ? &merged : NULL};
  struct cs_gen_defect defect = nothing;
  if (subject.merged) merged = cs_gen_merge(&person->history, params->end);
  if (is_cell(dirt)) cs_gen_defect_draw(&defect, dirt, bed->table, params, &subject, &bed->rng);
  const struct cs_gen_truth *truth =
      bed->planting->detail == CS_GEN_WITH_TRUTH ? &person->history.truth : NULL;
  cs_gen_customer_row(bed->rows, &customer, subject.merged, truth, &defect);
  note(bed, person, 0, &defect);
}

static void order_row(struct bed *bed, const struct cs_gen_person *person, size_t at, enum cs_gen_dirt dirt) {
  struct cs_gen_customer customer = person->customer;
  struct cs_gen_order order = person->history.order[at];
  struct cs_gen_subject subject = {&customer, &order, NULL};
  struct cs_gen_defect defect = nothing;
  if (is_cell(dirt))
    cs_gen_defect_draw(&defect, dirt, bed->table, bed->planting->params, &subject, &bed->rng);
  cs_gen_order_row(bed->rows, customer.id, at + 1, &order, &defect);
  note(bed, person, at + 1, &defect);
}

static void row(struct bed *bed, const struct cs_gen_person *person, size_t at, enum cs_gen_dirt dirt) {
  if (bed->table == CS_GEN_TRANSACTIONS)
    order_row(bed, person, at, dirt);
  else
    customer_row(bed, person, dirt);
}

/* --- copies --- */

static void copy_row(struct bed *bed, const struct cs_gen_person *person, size_t at) {
  struct cs_gen_defect defect = {.dirt = CS_GEN_DIRT_DUPLICATE, .name = "copy", .column = ""};
  defect.rule = bed->table == CS_GEN_TRANSACTIONS ? "duplicate"
                : bed->table == CS_GEN_MERGED     ? "duplicate_customer"
                                                  : "table_rejected";
  row(bed, person, at, CS_GEN_DIRTS);
  note(bed, person, bed->table == CS_GEN_TRANSACTIONS ? at + 1 : 0, &defect);
}

/* A row of the person with nothing wrong in it, from a random one on; SIZE_MAX when there is none. */
static size_t clean_row(const struct bed *bed, struct cs_gen_person *person, struct cs_rng *choice) {
  const struct cs_gen_params *params = bed->planting->params;
  struct cs_rng rng;
  cs_gen_dirt_rng(&rng, params, person->index, bed->table);
  if (bed->table != CS_GEN_TRANSACTIONS) {
    enum cs_gen_dirt dirt = cs_gen_dirt_draw(params, &rng);
    return dirt == CS_GEN_DIRTS || dirt == CS_GEN_DIRT_DUPLICATE ? 0 : SIZE_MAX;
  }
  struct cs_gen_history *history = &person->history;
  cs_gen_dirt_draw_orders(history, params, &rng);
  size_t from = (size_t)cs_rng_below(choice, history->count);
  for (size_t i = 0; i < history->count; i++) {
    size_t at = (from + i) % history->count;
    const struct cs_gen_order *order = &history->order[at];
    bool clean = order->dirt == CS_GEN_DIRTS || order->dirt == CS_GEN_DIRT_DUPLICATE;
    if (clean && order->end == CS_GEN_COMPLETED) return at;
  }
  return SIZE_MAX;
}

/* A copy of a row of an earlier customer, or where there is none of the person's own row `at`. */
static enum cs_status copy_from_afar(struct bed *bed, size_t at, struct cs_error *err) {
  struct cs_gen_planting *planting = bed->planting;
  struct cs_gen_person *person = &planting->person, *other = &planting->other;
  size_t found = SIZE_MAX;
  if (person->index > 0) {
    uint64_t most = person->index < CS_GEN_COPY_DISTANCE ? person->index : CS_GEN_COPY_DISTANCE;
    CS_TRY(person_draw(other, planting, person->index - 1 - cs_rng_below(&bed->rng, most), err));
    found = clean_row(bed, other, &bed->rng);
  }
  if (found == SIZE_MAX)
    copy_row(bed, person, at);
  else
    copy_row(bed, other, found);
  return CS_OK;
}

/* Half of the copies stand directly behind their row. */
static enum cs_status add_row(struct bed *bed, size_t at, enum cs_gen_dirt dirt, struct cs_error *err) {
  row(bed, &bed->planting->person, at, dirt);
  if (dirt != CS_GEN_DIRT_DUPLICATE) return CS_OK;
  if (cs_rng_below(&bed->rng, 2) == 0) return copy_from_afar(bed, at, err);
  copy_row(bed, &bed->planting->person, at);
  return CS_OK;
}

/* --- refunds --- */

static void refund_note(struct bed *bed, size_t at, const char *name, const char *rule, int64_t amount) {
  struct cs_gen_defect defect = {.dirt = CS_GEN_DIRT_REFUND, .name = name, .column = "", .rule = rule};
  cs_gen_defect_amount(&defect, amount);
  note(bed, &bed->planting->person, at + 1, &defect);
}

static void add_end(struct bed *bed, size_t at) {
  const struct cs_gen_order *order = &bed->planting->person.history.order[at];
  switch (order->end) {
  case CS_GEN_CANCELLED: refund_note(bed, at, "cancelled_order", "not_completed", order->amount); return;
  case CS_GEN_REFUNDED:
  case CS_GEN_RETURNED: refund_note(bed, at, "refunded_order", "netted", order->amount); break;
  default: break;
  }
  if (!cs_gen_order_has_return(order)) return;
  cs_gen_return_row(bed->rows, bed->planting->person.customer.id, at + 1, order);
  refund_note(bed, at, "return", "cancelled", -order->back.amount);
}

/* --- a table --- */

static enum cs_status add_orders(struct bed *bed, struct cs_error *err) {
  struct cs_gen_history *history = &bed->planting->person.history;
  cs_gen_dirt_draw_orders(history, bed->planting->params, &bed->rng);
  for (size_t i = 0; i < history->count; i++) {
    CS_TRY(add_row(bed, i, history->order[i].dirt, err));
    add_end(bed, i);
  }
  return CS_OK;
}

enum cs_status cs_gen_planting_add(struct cs_gen_planting *planting, enum cs_gen_table table,
                                   struct cs_rows *rows, struct cs_rows *noted, struct cs_error *err) {
  struct bed bed = {.planting = planting, .table = table, .rows = rows, .noted = noted};
  cs_gen_dirt_rng(&bed.rng, planting->params, planting->person.index, table);
  if (table == CS_GEN_TRANSACTIONS) return add_orders(&bed, err);
  return add_row(&bed, 0, cs_gen_dirt_draw(planting->params, &bed.rng), err);
}
