#include "report/page.h"
#include "track/migration_words.h"

#include <stdlib.h>
#include <string.h>

struct telling {
  const struct cs_migration *m;
  const struct cs_migration_words *words;
  struct cs_saying saying;
  struct cs_page page;
};

static void add_place(struct telling *telling, size_t place, enum cs_period period) {
  struct cs_str name = CS_STR_INIT;
  if (place == CS_ALL)
    cs_str_add_text(&name, "All");
  else
    cs_migration_call(telling->m, place, period, &name);
  cs_page_cell(&telling->page, cs_str_text(&name));
  cs_str_inherit(telling->page.out, &name);
  cs_str_release(&name);
}

/* --- matrices --- */

static void add_figure(struct telling *telling, enum cs_migration_matrix matrix, size_t from, size_t to) {
  char text[CS_SAY_TEXT];
  double figure = cs_migration_figure(telling->m, matrix, from, to, CS_SMALL_SEGMENT);
  cs_page_cell(&telling->page, matrix == CS_MATRIX_CUSTOMERS ? cs_say_number(text, figure, 0)
                                                             : cs_say(text, &telling->saying, figure));
}

static enum cs_status tell_matrix(struct telling *telling, enum cs_migration_matrix matrix,
                                  const char *caption, struct cs_error *err) {
  struct cs_migration_shape shape;
  char *align;
  CS_TRY(cs_migration_shape_make(&shape, telling->m, matrix, err));
  enum cs_status status = cs_alloc(&align, shape.columns + 2, 1, "a table", err);
  if (status == CS_OK) {
    memset(align, 'r', shape.columns + 1);
    align[0] = 'l';
    cs_page_table(&telling->page, align, caption);
    cs_page_cell(&telling->page, "From, down; to, across");
    for (size_t c = 0; c < shape.columns; c++) add_place(telling, shape.to[c], CS_NOW);
    for (size_t r = 0; r < shape.rows; r++) {
      add_place(telling, shape.from[r], CS_BEFORE);
      for (size_t c = 0; c < shape.columns; c++) add_figure(telling, matrix, shape.from[r], shape.to[c]);
    }
    cs_page_table_end(&telling->page);
  }
  free(align);
  cs_migration_shape_release(&shape);
  return status;
}

static enum cs_status tell_customers(struct telling *telling, struct cs_error *err) {
  struct cs_page *page = &telling->page;
  cs_page_heading(page, 2, "customers", "Who went where");
  CS_TRY(tell_matrix(telling, CS_MATRIX_CUSTOMERS, "Number of customers by segment before and now", err));
  for (size_t s = 0; s < telling->m->k; s++) {
    const struct cs_migration_segment *segment = &telling->m->segment[s];
    if (cs_migration_renamed(segment))
      cs_page_note(page, "Segment %.64s was called \"%.200s\" before.", segment->label,
                   segment->name[CS_BEFORE]);
  }
  return CS_OK;
}

static enum cs_status tell_revenue(struct telling *telling, struct cs_error *err) {
  struct cs_page *page = &telling->page;
  if (!telling->m->by) return CS_OK;
  cs_page_heading(page, 2, "revenue", "What they bring");
  cs_page_text(page, "Before: %.200s of these customers in %.200s.", telling->m->by,
               telling->words->name[CS_BEFORE]);
  CS_TRY(tell_matrix(telling, CS_MATRIX_BEFORE, "Revenue before, by segment before and now", err));
  cs_page_text(page, "Now: %.200s of these customers in %.200s.", telling->m->by,
               telling->words->name[CS_NOW]);
  CS_TRY(tell_matrix(telling, CS_MATRIX_NOW, "Revenue now, by segment before and now", err));
  if (cs_migration_has_small(telling->m, CS_SMALL_SEGMENT))
    cs_page_note(page, "Of groups of fewer than %d %s only the number is told; sums are of what is shown.",
                 CS_SMALL_SEGMENT, cs_migration_noun(telling->m));
  return CS_OK;
}

/* --- downgrades --- */

static void add_step(struct telling *telling, const struct cs_migration_step *step) {
  const struct cs_migration_flow *flow = cs_migration_flow(telling->m, step->from, step->to);
  char text[CS_SAY_TEXT];
  add_place(telling, step->from, CS_BEFORE);
  add_place(telling, step->to, CS_NOW);
  cs_page_cell(&telling->page, cs_say_number(text, (double)flow->customers, 0));
  add_figure(telling, CS_MATRIX_BEFORE, step->from, step->to);
  add_figure(telling, CS_MATRIX_NOW, step->from, step->to);
}

static void tell_steps(struct telling *telling, const struct cs_migration_step *step, size_t steps) {
  static const char *const heads[] = {"From", "Down to", "Customers", "Had before", "Have now"};
  struct cs_str line = CS_STR_INIT;
  struct cs_page *page = &telling->page;
  cs_migration_at_stake(telling->m, telling->words->currency, CS_SMALL_SEGMENT, &line);
  if (line.len) cs_page_text(page, "%s.", cs_str_text(&line));
  cs_str_inherit(page->out, &line);
  cs_str_release(&line);
  if (!steps) {
    cs_page_text(page, "Nobody moved down.");
    return;
  }
  cs_page_table(page, "llrrr", "Moves down, those of most revenue first");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) cs_page_cell(page, heads[i]);
  for (size_t i = 0; i < steps; i++) add_step(telling, &step[i]);
  cs_page_table_end(page);
  cs_page_note(page,
               "Down is into a segment whose average customer had less %.200s before than that of the "
               "segment left.",
               telling->m->by);
}

static enum cs_status tell_downs(struct telling *telling, struct cs_error *err) {
  struct cs_migration_step *step;
  size_t steps;
  if (!telling->m->by) return CS_OK;
  CS_TRY(cs_migration_downs(telling->m, CS_SMALL_SEGMENT, &step, &steps, err));
  cs_page_heading(&telling->page, 2, "downgrades", "Who moved down");
  tell_steps(telling, step, steps);
  free(step);
  return CS_OK;
}

/* --- drift --- */

static enum cs_status tell_drift(struct telling *telling, struct cs_error *err) {
  struct cs_page *page = &telling->page;
  size_t *order, features = telling->m->features;
  char text[CS_SAY_TEXT];
  if (!features) return CS_OK;
  CS_TRY(cs_alloc(&order, features, sizeof *order, "the features", err));
  cs_migration_order_features(telling->m, order);
  cs_page_heading(page, 2, "drift", "How far the features have drifted");
  cs_page_table(page, "lrrl", "Stability index of each feature");
  cs_page_cell(page, "Feature");
  cs_page_cell(page, "Stability index");
  cs_page_cell(page, "By chance up to");
  cs_page_cell(page, "Change");
  for (size_t i = 0; i < features; i++) {
    const struct cs_migration_feature *feature = &telling->m->feature[order[i]];
    cs_page_cell(page, feature->name);
    cs_page_cell(page, cs_say_number(text, feature->psi.index, 3));
    cs_page_cell(page, cs_say_number(text, feature->psi.chance, 3));
    cs_page_cell(page, cs_psi_words(&feature->psi));
  }
  cs_page_table_end(page);
  free(order);
  cs_page_note(page,
               "The population stability index compares all %s of both tables: below 0.1 little has "
               "changed, from 0.25 on much. Of two samples of one population 5 in 100 exceed the third "
               "column.",
               cs_migration_noun(telling->m));
  return CS_OK;
}

/* --- the whole --- */

static void tell_lead(struct telling *telling) {
  struct cs_str line = CS_STR_INIT;
  char count[CS_PERIODS][CS_SAY_TEXT];
  cs_migration_sentence(telling->m, &line);
  cs_str_add_byte(&line, '.');
  cs_str_inherit(telling->page.out, &line);
  cs_page_lead(&telling->page, cs_str_text(&line));
  cs_str_clear(&line);
  cs_migration_doubt(telling->m, &line);
  if (line.len) cs_page_text(&telling->page, "%s.", cs_str_text(&line));
  cs_str_inherit(telling->page.out, &line);
  cs_str_release(&line);
  for (int p = 0; p < CS_PERIODS; p++) cs_say_number(count[p], (double)telling->m->side[p].rows, 0);
  cs_page_text(&telling->page, "Before: %.200s, %s %s. Now: %.200s, %s.", telling->words->name[CS_BEFORE],
               count[CS_BEFORE], cs_migration_noun(telling->m), telling->words->name[CS_NOW], count[CS_NOW]);
}

static void tell_agreement(struct telling *telling) {
  struct cs_str line = CS_STR_INIT;
  cs_migration_agreement(telling->m, &line);
  cs_page_heading(&telling->page, 2, "agreement", "How much the segments are the same");
  cs_page_text(&telling->page, "%s.", cs_str_text(&line));
  cs_str_inherit(telling->page.out, &line);
  cs_str_release(&line);
}

enum cs_status cs_migration_markdown(const struct cs_migration *migration,
                                     const struct cs_migration_words *words, struct cs_str *out,
                                     struct cs_error *err) {
  struct telling telling = {
      .m = migration, .words = words, .saying = cs_migration_saying(migration, words->currency)};
  cs_page_begin(&telling.page, CS_PAGE_MARKDOWN, out);
  cs_page_heading(&telling.page, 1, "migration", words->title ? words->title : "Segment migration");
  tell_lead(&telling);
  CS_TRY(tell_customers(&telling, err));
  CS_TRY(tell_revenue(&telling, err));
  CS_TRY(tell_downs(&telling, err));
  CS_TRY(tell_drift(&telling, err));
  tell_agreement(&telling);
  return cs_page_end(&telling.page, err);
}
