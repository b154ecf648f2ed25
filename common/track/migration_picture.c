#include "report/palette.h"
#include "report/plot_flow.h"
#include "track/migration_words.h"

#include <math.h>
#include <stdlib.h>

struct drawing {
  const struct cs_migration *m;
  struct cs_flow_picture picture;
  struct cs_flow_node *node[CS_FLOW_SIDES]; /* [k + 1] */
  size_t *place[CS_FLOW_SIDES];             /* [k + 1], of the node in the migration */
  size_t *flow;
  struct cs_arena texts;
};

/* A segment has the colour that the report of NEW gives it; those that are gone have the next ones. */
static uint32_t colour_of(const struct cs_migration *m, size_t segment) {
  size_t position = 0;
  if (segment == m->k) return CS_PALETTE_MUTE;
  const struct cs_migration_segment *of = m->segment;
  if (of[segment].noise) return CS_PALETTE_NOISE;
  for (size_t s = 0; s < m->k; s++) {
    bool before =
        of[segment].there[CS_NOW] ? s < segment && of[s].there[CS_NOW] : s < segment || of[s].there[CS_NOW];
    position += before && !of[s].noise;
  }
  return cs_palette_colour(position);
}

static const char *keep(struct drawing *d, struct cs_str *text) {
  const char *copy = text->failed ? NULL : cs_arena_copy(&d->texts, cs_str_text(text), text->len);
  cs_str_release(text);
  return copy;
}

static enum cs_status add_node(struct drawing *d, int side, size_t segment, struct cs_error *err) {
  const struct cs_migration *m = d->m;
  struct cs_str name = CS_STR_INIT;
  size_t at = d->picture.nodes[side]++, came = m->move[CS_MOVE_CAME].customers,
         left = m->move[CS_MOVE_LEFT].customers;
  size_t size = segment < m->k ? m->segment[segment].size[side] : side == CS_FLOW_BEFORE ? came : left;
  cs_migration_call(m, segment, (enum cs_period)side, &name);
  /* Nobody of who came is of who left. */
  d->node[side][at] =
      (struct cs_flow_node){.id = segment < m->k ? segment : m->k + (size_t)side,
                            .size = size,
                            .share = segment < m->k ? (double)size / (double)m->side[side].rows : NAN,
                            .colour = colour_of(m, segment)};
  d->place[side][at] = segment;
  d->node[side][at].name = keep(d, &name);
  return d->node[side][at].name ? CS_OK : cs_fail_memory(err, 0, "a name");
}

static enum cs_status add_nodes(struct drawing *d, struct cs_error *err) {
  const struct cs_migration *m = d->m;
  for (int side = 0; side < CS_FLOW_SIDES; side++) {
    CS_TRY(cs_alloc(&d->node[side], m->k + 1, sizeof *d->node[side], "the segments", err));
    CS_TRY(cs_alloc(&d->place[side], m->k + 1, sizeof *d->place[side], "the segments", err));
    for (size_t s = 0; s < m->k; s++)
      if (m->segment[s].there[side]) CS_TRY(add_node(d, side, s, err));
    if (m->move[side == CS_FLOW_BEFORE ? CS_MOVE_CAME : CS_MOVE_LEFT].customers)
      CS_TRY(add_node(d, side, m->k, err));
    d->picture.node[side] = d->node[side];
  }
  size_t rows = d->picture.nodes[CS_FLOW_BEFORE], columns = d->picture.nodes[CS_FLOW_NOW];
  CS_TRY(cs_alloc(&d->flow, rows * columns, sizeof *d->flow, "the flows", err));
  for (size_t a = 0; a < rows; a++)
    for (size_t b = 0; b < columns; b++)
      d->flow[a * columns + b] =
          cs_migration_flow(m, d->place[CS_FLOW_BEFORE][a], d->place[CS_FLOW_NOW][b])->customers;
  d->picture.flow = d->flow;
  return CS_OK;
}

static enum cs_status add_words(struct drawing *d, const struct cs_migration_words *words,
                                struct cs_error *err) {
  struct cs_str text = CS_STR_INIT;
  char count[CS_SAY_TEXT];
  cs_migration_sentence(d->m, &text);
  if (cs_migration_renumbered(d->m)) cs_str_add_text(&text, " · ");
  cs_migration_doubt(d->m, &text);
  d->picture.words = (struct cs_plot_words){.title = words->title ? words->title : "Who went where",
                                            .subtitle = keep(d, &text),
                                            .noun = cs_migration_noun(d->m),
                                            .currency = words->currency};
  bool kept = d->picture.words.subtitle != NULL;
  for (int side = 0; side < CS_FLOW_SIDES; side++) {
    cs_str_add_format(&text, "%s: %s", words->name[side],
                      cs_say_number(count, (double)d->m->side[side].rows, 0));
    d->picture.head[side] = keep(d, &text);
    kept = kept && d->picture.head[side];
  }
  return kept ? CS_OK : cs_fail_memory(err, 0, "a name");
}

enum cs_status cs_migration_picture(const struct cs_migration *migration,
                                    const struct cs_migration_words *words, struct cs_plot *plot,
                                    struct cs_error *err) {
  struct drawing d = {.m = migration, .picture = {.least = CS_SMALL_SEGMENT}, .texts = CS_ARENA_INIT};
  enum cs_status status = add_words(&d, words, err);
  if (status == CS_OK) status = add_nodes(&d, err);
  if (status == CS_OK) status = cs_plot_flow(plot, &d.picture, err);
  for (int side = 0; side < CS_FLOW_SIDES; side++) {
    free(d.node[side]);
    free(d.place[side]);
  }
  free(d.flow);
  cs_arena_release(&d.texts);
  return status;
}

enum cs_status cs_migration_draw(const struct cs_migration *migration, const struct cs_migration_words *words,
                                 enum cs_image image, unsigned scale, struct cs_str *out,
                                 struct cs_error *err) {
  struct cs_plot plot = CS_PLOT_INIT;
  struct cs_gnuplot gnuplot;
  enum cs_status status = cs_gnuplot_begin(&gnuplot, err);
  if (status == CS_NO) status = CS_IO; /* what was asked for can't be written */
  if (status == CS_OK) status = cs_migration_picture(migration, words, &plot, err);
  if (status == CS_OK) status = cs_plot_draw(&plot, &gnuplot, image, scale, out, err);
  cs_plot_release(&plot);
  return status;
}
