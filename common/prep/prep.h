/* prep.h - from a table as it was exported to customers with features: the steps of cs-prep, in their order.
 *
 * Life cycle   cs_prep_read, cs_prep_add_up, then cs_prep_fit or cs_prep_load, then cs_prep_apply; cs_prep_release in any
 *              case.
 * Memory       the rows of orders are there for a part at a time; customers are a whole table.
 * Ownership    tables are the caller's. `result` is the table to be written: the input, or a new one, which belongs to the
 *              prep.
 */
#ifndef CS_PREP_PREP_H
#define CS_PREP_PREP_H

#include "base/error.h"
#include "base/notes.h"
#include "data/document.h"
#include "data/table.h"
#include "prep/basis.h"
#include "prep/clv.h"
#include "prep/features.h"
#include "prep/orders.h"
#include "prep/outliers.h"
#include "prep/quality.h"
#include "prep/rejects.h"
#include "prep/scoring.h"

/* A table whose rows come part by part. `next` reads some, behind those that are there if `keep`, and forgets these
 * otherwise; *more is false when none came. */
struct cs_prep_input {
  struct cs_table *table;
  void *context;
  enum cs_status (*next)(void *context, bool keep, bool *more, struct cs_error *err);
};

struct cs_prep {
  struct cs_mapping mapping; /* of the customers, or of the orders alone */
  struct cs_table *table;
  struct cs_map known; /* customers whose orders are in a table of their own */
  size_t *known_row;   /* their rows */
  struct cs_orders orders;
  struct cs_customers customers;
  struct cs_scoring scoring;
  struct cs_clv clv;
  struct cs_holdout holdout;
  struct cs_basis basis;
  struct cs_outliers outliers;
  bool marked;         /* outliers are, and those to be dropped are gone */
  bool described;      /* the features that rest on what was learnt are filled */
  const char *window;  /* --window, as it was given or stands in the model; NULL without one */
  char *loaded_window; /* the model's, owned */
  int64_t model_span;  /* days that the model's data spanned; 0 where that isn't known */
  struct cs_audit audit;
  struct cs_table *made;   /* a new table, or NULL */
  struct cs_table *result; /* what is to be written */
  struct cs_bad_rows bad_customers;
};

#define CS_PREP_INIT                                                                                         \
  {                                                                                                          \
    .known = CS_MAP_INIT, .orders = CS_ORDERS_INIT, .customers = CS_CUSTOMERS_INIT, .basis = CS_BASIS_INIT,  \
    .scoring = CS_SCORING_INIT, .clv = CS_CLV_INIT, .audit = CS_AUDIT_INIT,                                  \
    .bad_customers = CS_BAD_ROWS_INIT, .outliers = CS_OUTLIERS_INIT                                          \
  }

void cs_prep_release(struct cs_prep *prep);

/* Recognises what `input` is, reads all of it and judges the rows of orders. transactions are the orders of the customers
 * in `input`, or NULL. options->map and id as in cs_mapping_find(); map is about the orders. Bad rows go to `rejects`,
 * which may be NULL, as they come; the caller begins and ends it. */
CS_MUST_CHECK enum cs_status cs_prep_read(struct cs_prep *prep, const struct cs_prep_input *input,
                                          const struct cs_prep_input *transactions,
                                          const struct cs_orders_options *options, struct cs_rejects *rejects,
                                          struct cs_error *err);

/* Adds orders up to customers, or judges the rows of customers. */
CS_MUST_CHECK enum cs_status cs_prep_add_up(struct cs_prep *prep, const struct cs_orders_options *options,
                                            struct cs_rejects *rejects, struct cs_error *err);

/* How to learn and apply. */
struct cs_prep_options {
  const char *basis;
  bool saved; /* what is learnt goes into a model: scores are learnt also where none are made */
  int threads;
  struct cs_clv_options clv; /* of a loaded model only horizon, discount, month and margin count */
};

/* Learns scores, as far as they weren't given before (cs_scoring_begin()), lifetime value and basis. */
CS_MUST_CHECK enum cs_status cs_prep_fit(struct cs_prep *prep, const struct cs_prep_options *options,
                                         struct cs_notes *notes, struct cs_error *err);

/* Takes them from a model; before the input is read, since window and time unit come with it. */
CS_MUST_CHECK enum cs_status cs_prep_load(struct cs_prep *prep, const struct cs_node *model, const char *path,
                                          struct cs_error *err);

/* Scores the customers, and appends every feature and the basis to the result. Warns where the data span other than the
 * model's. */
CS_MUST_CHECK enum cs_status cs_prep_apply(struct cs_prep *prep, const struct cs_prep_options *options,
                                           struct cs_notes *notes, struct cs_error *err);

/* Adds what was learnt to a model, with as_of, which is told and never read back. */
void cs_prep_add(const struct cs_prep *prep, struct cs_node *model);

/* CS_DATA when more than `most` of the rows are bad, or rows were read and no customer is left; the message names the
 * rules and their counts. */
CS_MUST_CHECK enum cs_status cs_prep_check(const struct cs_prep *prep, double most, struct cs_error *err);

/* "541909 rows: no_customer 135080, ..." */
void cs_prep_describe(const struct cs_prep *prep, struct cs_str *text);

#endif
