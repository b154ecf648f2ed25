#include "report/plot_rfm.h"

#include "report/plot_inside.h"

#include <math.h>

static const struct cs_box area = {150, 116, CS_PLOT_WIDTH - 48, CS_PLOT_HEIGHT - 92};

enum { GAP = 4 };

static struct cs_box tile(size_t r, size_t f) {
  double wide = (area.right - area.left) / CS_RFM_SCORES, high = (area.bottom - area.top) / CS_RFM_SCORES;
  double left = area.left + wide * (double)f, top = area.top + high * (double)(CS_RFM_SCORES - 1 - r);
  return (struct cs_box){left, top, left + wide - GAP, top + high - GAP};
}

static size_t total(const struct cs_rfm_grid *grid, size_t *most) {
  size_t sum = 0;
  for (size_t r = 0; r < CS_RFM_SCORES; r++)
    for (size_t f = 0; f < CS_RFM_SCORES; f++) {
      sum += grid->count[r][f];
      if (grid->count[r][f] > *most) *most = grid->count[r][f];
    }
  return sum;
}

static void add_tile(struct cs_plot *plot, struct cs_canvas *canvas, const struct cs_rfm_grid *grid, size_t r,
                     size_t f, size_t most) {
  struct cs_box box = tile(r, f);
  size_t count = grid->count[r][f];
  /* Areas of few rows stay apart from those of none. */
  uint32_t colour = count > 0 ? cs_palette_amount(sqrt((double)count / (double)most)) : cs_palette_amount(0);
  struct cs_type bold = {14, cs_palette_text_on(colour), 'c', true}, plain = {11, bold.colour, 'c', false};
  struct cs_str text = CS_STR_INIT;
  double x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
  cs_canvas_box(canvas, box, colour);
  cs_figure_number(&text, (double)count, 0);
  if (count == 0) bold = (struct cs_type){12, CS_PALETTE_MUTE, 'c', false};
  cs_plot_text(plot, x, count > 0 ? y - 12 : y, bold, cs_str_text(&text));
  cs_str_clear(&text);
  cs_figure_unit(&text, grid->spend[r][f], 0, CS_UNIT_MONEY, grid->words.currency);
  if (count > 0) cs_plot_text_within(plot, x, y + 14, plain, box.right - box.left - 16, cs_str_text(&text));
  cs_str_inherit(&plot->script, &text);
  cs_str_release(&text);
}

static void add_axes(struct cs_plot *plot) {
  struct cs_type number = CS_TYPE_MUTE, caption = CS_TYPE_MUTE;
  number.align = caption.align = 'c';
  for (size_t i = 0; i < CS_RFM_SCORES; i++) {
    const char digit[2] = {(char)('1' + i), '\0'};
    struct cs_box across = tile(0, i), up = tile(i, 0);
    cs_plot_text(plot, (across.left + across.right) / 2, area.bottom + 16, number, digit);
    cs_plot_text(plot, area.left - 22, (up.top + up.bottom) / 2, number, digit);
  }
  cs_plot_text(plot, (area.left + area.right) / 2, area.bottom + 52, caption,
               "frequency score: 5 buys most often →");
  cs_plot_text_upright(plot, 84, (area.top + area.bottom) / 2, caption, 580,
                       "recency score: 5 bought last →");
}

static void add_part_of(struct cs_str *out, const struct cs_rfm_grid *grid, size_t lo, size_t hi,
                        size_t all) {
  size_t sum = 0;
  for (size_t r = lo; r <= hi; r++)
    for (size_t f = lo; f <= hi; f++) sum += grid->count[r][f];
  cs_figure_share(out, all ? (double)sum / (double)all : NAN);
}

static void add_words(struct cs_plot *plot, const struct cs_rfm_grid *grid, size_t all) {
  struct cs_str text = CS_STR_INIT;
  cs_plot_add_count(&text, all, grid->words.noun);
  cs_str_add_text(&text, ": ");
  add_part_of(&text, grid, 3, 4, all);
  cs_str_add_text(&text, " have 4 or 5 in both scores, ");
  add_part_of(&text, grid, 0, 1, all);
  cs_str_add_text(&text, " have 1 or 2");
  cs_str_add_format(&plot->alt, "Grid of recency by frequency scores of %s.", cs_str_text(&text));
  cs_plot_add_part(&text, grid->words.subtitle);
  cs_str_add_format(&text, " · in a tile: %s, mean spend", grid->words.noun);
  cs_plot_subtitle(plot, cs_str_text(&text));
  cs_str_inherit(&plot->script, &text);
  cs_str_release(&text);
}

enum cs_status cs_plot_rfm(struct cs_plot *plot, const struct cs_rfm_grid *grid, struct cs_error *err) {
  struct cs_canvas canvas = CS_CANVAS_INIT;
  size_t most = 0, all = total(grid, &most);
  cs_plot_begin(plot, "rfm", CS_PLOT_WIDTH, CS_PLOT_HEIGHT, grid->words.title);
  add_words(plot, grid, all);
  add_axes(plot);
  for (size_t r = 0; r < CS_RFM_SCORES; r++)
    for (size_t f = 0; f < CS_RFM_SCORES; f++) add_tile(plot, &canvas, grid, r, f, most);
  cs_canvas_end(&canvas, plot);
  CS_PLOT_TEMPLATE(plot, rfm);
  return cs_plot_check(plot, err);
}
