#include "report/grid.h"
#include "track/migration_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX = 24, CELL = 11, BLOCK_MAX = 24, STEPS_SHOWN = 10 };

struct page {
  const struct cs_migration *m;
  const struct cs_migration_words *words;
  struct cs_saying saying;
  bool named;
};

static bool has_names(const struct cs_migration *m) {
  for (size_t s = 0; s < m->k; s++)
    if (m->segment[s].name[CS_BEFORE] || m->segment[s].name[CS_NOW] || m->segment[s].noise) return true;
  return false;
}

/* --- matrices --- */

static const char *head_of(const struct cs_migration *m, size_t to) {
  return to == CS_ALL ? "all" : to == m->k ? "left" : m->segment[to].label;
}

static void add_cut(struct cs_grid *grid, const char *text, size_t width) {
  struct cs_str cut = CS_STR_INIT;
  cs_text_add(&cut, text, width);
  cs_str_inherit(&grid->text, &cut);
  cs_grid_add(grid, "%s", cs_str_text(&cut));
  cs_str_release(&cut);
}

static void add_name(struct cs_grid *grid, const struct page *page, size_t segment, enum cs_period period) {
  struct cs_str name = CS_STR_INIT;
  cs_migration_call(page->m, segment, period, &name);
  cs_str_inherit(&grid->text, &name);
  add_cut(grid, cs_str_text(&name), NAME_MAX);
  cs_str_release(&name);
}

/* Label and name of a row. */
static void add_from(struct cs_grid *grid, const struct page *page, size_t from) {
  bool segment = from < page->m->k;
  const char *word = from == CS_ALL ? "all" : "came";
  if (!page->named) {
    add_cut(grid, segment ? page->m->segment[from].label : word, NAME_MAX);
    return;
  }
  cs_grid_add(grid, "%s", segment ? page->m->segment[from].label : "");
  if (segment)
    add_name(grid, page, from, CS_BEFORE);
  else
    cs_grid_add(grid, "%s", word);
}

static void add_figure(struct cs_grid *grid, const struct page *page, enum cs_migration_matrix matrix,
                       size_t from, size_t to) {
  char text[CS_SAY_TEXT];
  double figure = cs_migration_figure(page->m, matrix, from, to, 1);
  cs_grid_add(grid, "%s",
              matrix == CS_MATRIX_CUSTOMERS ? cs_say_number(text, figure, 0)
                                            : cs_say(text, &page->saying, figure));
}

static enum cs_status write_block(const struct page *page, enum cs_migration_matrix matrix,
                                  const struct cs_migration_shape *shape, size_t first, size_t last,
                                  struct cs_str *out, struct cs_error *err) {
  char align[BLOCK_MAX + 3] = {0};
  struct cs_grid grid;
  memcpy(align, page->named ? "lf" : "f", page->named ? 2 : 1);
  memset(align + strlen(align), 'r', last - first);
  cs_grid_init(&grid, align);
  if (page->named) cs_grid_add(&grid, "%s", "");
  cs_grid_add(&grid, "from \\ to");
  for (size_t c = first; c < last; c++) add_cut(&grid, head_of(page->m, shape->to[c]), CELL);
  for (size_t r = 0; r < shape->rows; r++) {
    add_from(&grid, page, shape->from[r]);
    for (size_t c = first; c < last; c++) add_figure(&grid, page, matrix, shape->from[r], shape->to[c]);
  }
  enum cs_status status = cs_grid_write(&grid, page->words->width, out, err);
  cs_grid_release(&grid);
  return status;
}

/* The columns that labels and names take, with the gaps behind them. */
static size_t name_room(const struct page *page) {
  size_t label = 4, name = 0;
  for (size_t s = 0; s < page->m->k; s++) {
    struct cs_str text = CS_STR_INIT;
    cs_migration_call(page->m, s, CS_BEFORE, &text);
    size_t wide[2] = {cs_text_width(page->m->segment[s].label), cs_text_width(cs_str_text(&text))};
    cs_str_release(&text);
    if (wide[0] > label) label = wide[0];
    if (wide[1] > name) name = wide[1];
  }
  if (label > NAME_MAX) label = NAME_MAX;
  if (name > NAME_MAX) name = NAME_MAX;
  return 2 + label + (page->named ? 2 + name : 0);
}

/* How wide the figures of a matrix are, with the gap before them. */
static size_t cell_room(const struct page *page, enum cs_migration_matrix matrix) {
  char text[CS_SAY_TEXT];
  double most = cs_migration_figure(page->m, matrix, CS_ALL, CS_ALL, 1);
  size_t wide = cs_text_width(matrix == CS_MATRIX_CUSTOMERS ? cs_say_number(text, most, 0)
                                                            : cs_say(text, &page->saying, most));
  return 2 + (wide < 4 ? 4 : wide);
}

static enum cs_status write_matrix(const struct page *page, enum cs_migration_matrix matrix,
                                   struct cs_str *out, struct cs_error *err) {
  struct cs_migration_shape shape;
  size_t names = name_room(page), width = page->words->width,
         fit = width > names ? (width - names) / cell_room(page, matrix) : 1;
  CS_TRY(cs_migration_shape_make(&shape, page->m, matrix, err));
  fit = fit < 1 ? 1 : fit > BLOCK_MAX ? BLOCK_MAX : fit;
  size_t blocks = (shape.columns + fit - 1) / fit, block = (shape.columns + blocks - 1) / blocks;
  enum cs_status status = CS_OK;
  for (size_t first = 0; status == CS_OK && first < shape.columns; first += block) {
    size_t last = first + block < shape.columns ? first + block : shape.columns;
    if (first > 0) cs_str_add_byte(out, '\n');
    status = write_block(page, matrix, &shape, first, last, out, err);
  }
  cs_migration_shape_release(&shape);
  return status;
}

static enum cs_status write_matrices(const struct page *page, struct cs_str *out, struct cs_error *err) {
  struct cs_str head = CS_STR_INIT;
  struct page plain = *page; /* the first matrix has told who is who */
  plain.named = false;
  static const char *const of[CS_MATRICES] = {NULL, "had", "have"};
  for (int matrix = 0; matrix < CS_MATRICES; matrix++) {
    if (matrix > 0 && !page->m->by) break;
    cs_str_clear(&head);
    if (matrix == CS_MATRIX_CUSTOMERS)
      cs_str_add_format(&head, "How many %s went from which segment of %s to which of %s",
                        cs_migration_noun(page->m), page->words->name[CS_BEFORE], page->words->name[CS_NOW]);
    else
      cs_str_add_format(&head, "What they %s of %s in %s", of[matrix], page->m->by,
                        page->words->name[matrix == CS_MATRIX_BEFORE ? CS_BEFORE : CS_NOW]);
    cs_str_add_byte(out, '\n');
    cs_text_wrap(out, cs_str_text(&head), page->words->width, 0);
    cs_str_add_byte(out, '\n');
    enum cs_status status = write_matrix(matrix ? &plain : page, (enum cs_migration_matrix)matrix, out, err);
    cs_str_inherit(out, &head);
    if (status == CS_OK) continue;
    cs_str_release(&head);
    return status;
  }
  cs_str_release(&head);
  return CS_OK;
}

/* --- downgrades --- */

static void add_step(struct cs_grid *grid, const struct page *page, const struct cs_migration_step *step) {
  char text[CS_SAY_TEXT];
  const struct cs_migration_flow *flow = cs_migration_flow(page->m, step->from, step->to);
  add_name(grid, page, step->from, CS_BEFORE);
  add_name(grid, page, step->to, CS_NOW);
  cs_grid_add(grid, "%s", cs_say_number(text, (double)flow->customers, 0));
  cs_grid_add(grid, "%s", cs_say(text, &page->saying, flow->revenue[CS_BEFORE]));
  cs_grid_add(grid, "%s", cs_say(text, &page->saying, flow->revenue[CS_NOW]));
}

static enum cs_status write_steps(const struct page *page, const struct cs_migration_step *step, size_t steps,
                                  struct cs_str *out, struct cs_error *err) {
  static const char *const heads[] = {"from", "down to", NULL, "before", "now"};
  struct cs_str line = CS_STR_INIT;
  struct cs_grid grid;
  cs_str_add_byte(out, '\n');
  cs_migration_at_stake(page->m, page->words->currency, 1, &line);
  cs_text_wrap(out, cs_str_text(&line), page->words->width, 0);
  cs_str_inherit(out, &line);
  cs_str_release(&line);
  cs_str_add_byte(out, '\n');
  cs_grid_init(&grid, "ffrrr");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
    cs_grid_add(&grid, "%s", heads[i] ? heads[i] : cs_migration_noun(page->m));
  for (size_t i = 0; i < steps && i < STEPS_SHOWN; i++) add_step(&grid, page, &step[i]);
  enum cs_status status = cs_grid_write(&grid, page->words->width, out, err);
  cs_grid_release(&grid);
  if (status == CS_OK && steps > STEPS_SHOWN)
    cs_str_add_format(out, "  and %zu more such moves\n", steps - STEPS_SHOWN);
  return status;
}

static enum cs_status write_downs(const struct page *page, struct cs_str *out, struct cs_error *err) {
  struct cs_migration_step *step;
  size_t steps;
  if (!page->m->by) return CS_OK;
  CS_TRY(cs_migration_downs(page->m, 1, &step, &steps, err));
  enum cs_status status = CS_OK;
  if (steps)
    status = write_steps(page, step, steps, out, err);
  else
    cs_str_add_text(out, "\nNobody moved down.\n");
  free(step);
  return status;
}

/* --- drift --- */

static void write_foot(const struct page *page, const char *text, struct cs_str *out) {
  cs_str_add_text(out, "  ");
  cs_text_wrap(out, text, page->words->width - 2, 4);
}

static enum cs_status write_drift(const struct page *page, struct cs_str *out, struct cs_error *err) {
  char text[CS_SAY_TEXT];
  struct cs_grid grid;
  size_t *order, features = page->m->features;
  if (!features) return CS_OK;
  CS_TRY(cs_alloc(&order, features, sizeof *order, "the features", err));
  cs_migration_order_features(page->m, order);
  cs_str_add_text(out, "\nHow far the features have drifted\n\n");
  cs_grid_init(&grid, "frrl");
  cs_grid_add(&grid, "feature");
  cs_grid_add(&grid, "PSI");
  cs_grid_add(&grid, "chance");
  cs_grid_add(&grid, "change");
  for (size_t i = 0; i < features; i++) {
    const struct cs_migration_feature *feature = &page->m->feature[order[i]];
    cs_grid_add(&grid, "%s", feature->name);
    cs_grid_add(&grid, "%s", cs_say_number(text, feature->psi.index, 3));
    cs_grid_add(&grid, "%s", cs_say_number(text, feature->psi.chance, 3));
    cs_grid_add(&grid, "%s", cs_psi_words(&feature->psi));
  }
  free(order);
  enum cs_status status = cs_grid_write(&grid, page->words->width, out, err);
  cs_grid_release(&grid);
  if (status == CS_OK) {
    cs_str_add_byte(out, '\n');
    write_foot(page, "PSI: population stability index, little below 0.1, much from 0.25 on", out);
    write_foot(page, "chance: what two samples of one population exceed in 5 of 100 cases", out);
  }
  return status;
}

/* --- the whole --- */

static void write_names(const struct page *page, struct cs_str *out) {
  struct cs_str line = CS_STR_INIT;
  for (size_t s = 0; s < page->m->k; s++) {
    const struct cs_migration_segment *segment = &page->m->segment[s];
    if (!cs_migration_renamed(segment)) continue;
    cs_str_clear(&line);
    cs_str_add_format(&line, "Segment %s was called '%s', now '%s'", segment->label, segment->name[CS_BEFORE],
                      segment->name[CS_NOW]);
    cs_text_wrap(out, cs_str_text(&line), page->words->width, 2);
  }
  cs_str_inherit(out, &line);
  cs_str_release(&line);
}

static void write_line(const struct page *page, void (*add)(const struct cs_migration *, struct cs_str *),
                       struct cs_str *out) {
  struct cs_str line = CS_STR_INIT;
  add(page->m, &line);
  if (line.len) cs_text_wrap(out, cs_str_text(&line), page->words->width, 2);
  cs_str_inherit(out, &line);
  cs_str_release(&line);
}

enum cs_status cs_migration_text(const struct cs_migration *migration, const struct cs_migration_words *words,
                                 struct cs_str *out, struct cs_error *err) {
  struct page page = {migration, words, cs_migration_saying(migration, words->currency),
                      has_names(migration)};
  if (words->title) {
    cs_text_wrap(out, words->title, words->width, 0);
    cs_str_add_byte(out, '\n');
  }
  write_line(&page, cs_migration_sentence, out);
  write_line(&page, cs_migration_doubt, out);
  write_names(&page, out);
  CS_TRY(write_matrices(&page, out, err));
  CS_TRY(write_downs(&page, out, err));
  CS_TRY(write_drift(&page, out, err));
  cs_str_add_byte(out, '\n');
  write_line(&page, cs_migration_agreement, out);
  return cs_str_check(out, "the report", err);
}
