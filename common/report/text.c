#include "report/text.h"

#include "base/num.h"
#include "report/grid.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NAME_WIDTH = 26, NAME_MAX_WIDTH = 24, TRAITS_MAX = 5, BLOCK_MAX = 24 };

static bool has_names(const struct cs_report *report) {
  for (size_t s = 0; s < report->profile.k; s++)
    if (*cs_segment_name(&report->labels.segment[s])) return true;
  return false;
}

/* --- customers --- */

struct page {
  const struct cs_report *report;
  const struct cs_text_options *options;
  bool named;
};

static void add_money(struct cs_grid *grid, const struct page *page, double value, int decimals) {
  char text[CS_SAY_TEXT];
  cs_grid_add(grid, "%s", cs_say_money(text, value, page->report->currency, decimals));
}

static void add_label(struct cs_grid *grid, const struct page *page, const char *label, const char *name) {
  struct cs_str cut = CS_STR_INIT;
  cs_text_add(&cut, name, NAME_MAX_WIDTH);
  cs_grid_add(grid, "%s", label);
  cs_str_inherit(&grid->text, &cut);
  if (page->named) cs_grid_add(grid, "%s", cs_str_text(&cut));
  cs_str_release(&cut);
}

/* group k is all customers. */
static void add_customers(struct cs_grid *grid, const struct page *page, size_t s) {
  char text[CS_SAY_TEXT];
  const struct cs_report *report = page->report;
  const struct cs_profile *profile = &report->profile;
  bool all = s == profile->k;
  if (all)
    add_label(grid, page, page->named ? "" : "all", "all customers");
  else
    add_label(grid, page, report->labels.segment[s].label, cs_segment_name(&report->labels.segment[s]));
  size_t size = all ? profile->n : profile->size[s];
  cs_grid_add(grid, "%s", cs_say_number(text, (double)size, 0));
  cs_grid_add(grid, "%s", cs_say_percent(text, (double)size / (double)profile->n));
  add_money(grid, page, cs_profile_at(profile, s, report->revenue)->sum, 0);
  cs_grid_add(grid, "%s", cs_say_percent(text, cs_profile_share(profile, s, report->revenue)));
  add_money(grid, page, cs_profile_at(profile, s, report->revenue)->median,
            page->report->column[page->report->revenue].median.decimals);
  cs_grid_add(grid, "%s", cs_say_number(text, cs_profile_at(profile, s, report->orders)->median, 0));
  cs_grid_add(grid, "%s", cs_say_number(text, cs_profile_at(profile, s, report->recency)->median, 0));
}

static enum cs_status customers_table(const struct page *page, struct cs_str *out, struct cs_error *err) {
  static const char *const heads[] = {"customers", "share", "revenue", "share", "spend", "orders", "days"};
  struct cs_grid grid;
  cs_grid_init(&grid, page->named ? "lfrrrrrrr" : "frrrrrrr");
  add_label(&grid, page, page->named ? "" : "segment", "segment");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) cs_grid_add(&grid, "%s", heads[i]);
  for (size_t s = 0; s <= page->report->profile.k; s++) add_customers(&grid, page, s);
  enum cs_status status = cs_grid_write(&grid, page->options->width, out, err);
  cs_grid_release(&grid);
  if (status == CS_OK)
    cs_str_add_text(out, "\n  spend, orders, days since the last purchase: the median customer\n");
  return status;
}

/* "clv_advanced +2.1, tenure_days -0.8": at most two columns that aren't in the table above, whole as far as
 * `room` allows. */
static void add_traits(const struct cs_report *report, size_t s, size_t room, struct cs_str *out) {
  size_t top[TRAITS_MAX], used = 0, shown = 0;
  size_t count = cs_profile_top(&report->profile, s, 0.3, TRAITS_MAX, top);
  for (size_t i = 0; i < count && shown < 2; i++) {
    if (report->customers &&
        (top[i] == report->revenue || top[i] == report->orders || top[i] == report->recency))
      continue;
    char effect[CS_SAY_TEXT];
    snprintf(effect, sizeof effect, " %+.1f", cs_profile_effect(&report->profile, s, top[i]));
    size_t need = cs_text_width(report->column[top[i]].name) + strlen(effect) + 2;
    if (shown > 0 && used + need > room) break;
    cs_str_add_text(out, shown++ > 0 ? ", " : "");
    used +=
        cs_text_add(out, report->column[top[i]].name, room > strlen(effect) + 8 ? room - strlen(effect) : 8);
    cs_str_add_text(out, effect);
    used += strlen(effect);
  }
  if (shown == 0) cs_str_add_text(out, "–");
}

/* The columns that labels and names take, with the gap behind them. */
static size_t label_room(const struct page *page) {
  size_t label = 0, name = 0;
  for (size_t s = 0; s < page->report->profile.k; s++) {
    size_t wide[2] = {cs_text_width(page->report->labels.segment[s].label),
                      cs_text_width(cs_segment_name(&page->report->labels.segment[s]))};
    if (wide[0] > label) label = wide[0];
    if (wide[1] > name) name = wide[1];
  }
  if (name > NAME_MAX_WIDTH) name = NAME_MAX_WIDTH;
  return label + 2 + (page->named ? name + 2 : 0);
}

static void add_index(struct cs_grid *grid, const struct page *page, size_t s, size_t room,
                      struct cs_str *scratch) {
  char text[CS_SAY_TEXT];
  const struct cs_report *report = page->report;
  const size_t columns[3] = {report->revenue, report->orders, report->recency};
  add_label(grid, page, report->labels.segment[s].label, cs_segment_name(&report->labels.segment[s]));
  for (int i = 0; i < 3; i++)
    cs_grid_add(grid, "%s", cs_say_number(text, cs_profile_index(&report->profile, s, columns[i]), 0));
  cs_str_clear(scratch);
  add_traits(report, s, room, scratch);
  cs_str_inherit(&grid->text, scratch);
  cs_grid_add(grid, "%s", cs_str_text(scratch));
}

static enum cs_status index_table(const struct page *page, struct cs_str *out, struct cs_error *err) {
  struct cs_grid grid;
  struct cs_str scratch = CS_STR_INIT;
  bool more = page->report->profile.d > 3;
  /* Indent, three numbers of up to 6 columns, and their gaps. */
  size_t taken = label_room(page) + 2 + 3 * 8,
         room = page->options->width > taken ? page->options->width - taken : 8;
  cs_str_add_text(out, "\nAgainst the average customer, who is 100\n\n");
  cs_grid_init(&grid, page->named ? "lfrrrf" : "frrrf");
  add_label(&grid, page, page->named ? "" : "segment", "segment");
  cs_grid_add(&grid, "spend");
  cs_grid_add(&grid, "orders");
  cs_grid_add(&grid, "days");
  cs_grid_add(&grid, "%s", more ? "stands out by" : "");
  for (size_t s = 0; s < page->report->profile.k; s++) add_index(&grid, page, s, room, &scratch);
  enum cs_status status = cs_grid_write(&grid, page->options->width, out, err);
  cs_grid_release(&grid);
  cs_str_release(&scratch);
  if (status == CS_OK && more)
    cs_str_add_text(out, "\n  stands out by: its mean's distance from that of all, in standard deviations\n");
  return status;
}

/* --- any other table --- */

/* How many clusters stand side by side, 11 columns each beside names and totals; blocks are of equal size. */
static size_t clusters_in_block(const struct page *page) {
  const struct cs_report *report = page->report;
  size_t name = 0, k = report->profile.k;
  for (size_t j = 0; j < report->profile.d; j++)
    if (cs_text_width(report->column[j].name) > name) name = cs_text_width(report->column[j].name);
  if (name > NAME_WIDTH) name = NAME_WIDTH;
  size_t fit = (page->options->width - name - 2) / 11 - 1;
  fit = fit < 1 ? 1 : fit > BLOCK_MAX ? BLOCK_MAX : fit;
  size_t blocks = (k + fit - 1) / fit;
  return (k + blocks - 1) / blocks;
}

static void add_sizes(struct cs_grid *grid, const struct page *page, size_t first, size_t last) {
  char text[CS_SAY_TEXT];
  const struct cs_profile *profile = &page->report->profile;
  cs_grid_add(grid, "rows");
  cs_grid_add(grid, "%s", cs_say_number(text, (double)profile->n, 0));
  for (size_t s = first; s < last; s++)
    cs_grid_add(grid, "%s", cs_say_number(text, (double)profile->size[s], 0));
  cs_grid_add(grid, "share");
  cs_grid_add(grid, "100 %%");
  for (size_t s = first; s < last; s++)
    cs_grid_add(grid, "%s", cs_say_percent(text, cs_report_share(page->report, s)));
}

static enum cs_status means_block(const struct page *page, size_t first, size_t last, struct cs_str *out,
                                  struct cs_error *err) {
  char text[CS_SAY_TEXT], align[BLOCK_MAX + 3] = "f";
  const struct cs_report *report = page->report;
  struct cs_grid grid;
  memset(align + 1, 'r', last - first + 1); /* all, and each cluster */
  cs_grid_init(&grid, align);
  cs_grid_add(&grid, "cluster");
  cs_grid_add(&grid, "all");
  for (size_t s = first; s < last; s++)
    cs_grid_add(&grid, "%s", report->labels.segment[s].noise ? "none" : report->labels.segment[s].label);
  add_sizes(&grid, page, first, last);
  for (size_t j = 0; j < report->profile.d; j++) {
    int decimals = cs_say_decimals(report->profile.deviation[j]);
    cs_grid_add(&grid, "%s", report->column[j].name);
    cs_grid_add(&grid, "%s",
                cs_say_number(text, cs_profile_at(&report->profile, report->profile.k, j)->mean, decimals));
    for (size_t s = first; s < last; s++)
      cs_grid_add(&grid, "%s", cs_say_number(text, cs_profile_at(&report->profile, s, j)->mean, decimals));
  }
  enum cs_status status = cs_grid_write(&grid, page->options->width, out, err);
  cs_grid_release(&grid);
  return status;
}

static enum cs_status traits_table(const struct page *page, struct cs_str *out, struct cs_error *err) {
  struct cs_grid grid;
  struct cs_str scratch = CS_STR_INIT;
  cs_str_add_text(
      out, "\nWhat sets them apart: distance of the mean from that of all, in standard deviations\n\n");
  cs_grid_init(&grid, page->named ? "lff" : "ff");
  for (size_t s = 0; s < page->report->profile.k; s++) {
    const struct cs_segment *segment = &page->report->labels.segment[s];
    add_label(&grid, page, segment->noise && !page->named ? "none" : segment->label,
              cs_segment_name(segment));
    cs_str_clear(&scratch);
    add_traits(page->report, s, page->options->width - label_room(page) - 2, &scratch);
    cs_str_inherit(&grid.text, &scratch);
    cs_grid_add(&grid, "%s", cs_str_text(&scratch));
  }
  enum cs_status status = cs_grid_write(&grid, page->options->width, out, err);
  cs_grid_release(&grid);
  cs_str_release(&scratch);
  return status;
}

static enum cs_status means_tables(const struct page *page, struct cs_str *out, struct cs_error *err) {
  size_t k = page->report->profile.k, block = clusters_in_block(page);
  for (size_t first = 0; first < k; first += block) {
    if (first > 0) cs_str_add_byte(out, '\n');
    CS_TRY(means_block(page, first, first + block < k ? first + block : k, out, err));
  }
  return page->report->profile.d > 0 ? traits_table(page, out, err) : CS_OK;
}

/* --- evidence --- */

static void add_stability(const struct cs_evidence *evidence, size_t width, struct cs_str *out) {
  struct cs_str line = CS_STR_INIT;
  cs_str_add_text(&line, "Stability: resampling finds the clusters again with a mean Jaccard of");
  for (size_t i = 0; i < evidence->stability_count; i++)
    cs_str_add_format(&line, "%s %.2f", i ? "," : "", evidence->stability[i].jaccard);
  cs_str_add_format(&line, "; the weakest is %s", cs_stability_words(cs_evidence_stability(evidence)));
  cs_str_inherit(out, &line);
  cs_text_wrap(out, cs_str_text(&line), width, 2);
  cs_str_release(&line);
}

static void add_evidence(const struct cs_evidence *evidence, size_t width, struct cs_str *out) {
  struct cs_str line = CS_STR_INIT;
  char text[CS_SAY_TEXT];
  cs_str_add_byte(out, '\n');
  cs_str_add_format(&line, "Found by %s", evidence->tool);
  if (!isnan(evidence->k)) cs_str_add_format(&line, " with k = %.0f", evidence->k);
  if (!isnan(evidence->eps)) {
    cs_num_print(evidence->eps, 4, text);
    cs_str_add_format(&line, " with eps %s", text);
  }
  if (!isnan(evidence->min_points)) cs_str_add_format(&line, " and min_points %.0f", evidence->min_points);
  if (evidence->rule) cs_str_add_format(&line, ", chosen by rule %s", evidence->rule);
  if (evidence->reason) cs_str_add_format(&line, ": %s", evidence->reason);
  if (!isnan(evidence->runner_up)) cs_str_add_format(&line, "; runner-up k = %.0f", evidence->runner_up);
  cs_text_wrap(out, cs_str_text(&line), width, 2);
  if (!isnan(evidence->silhouette)) {
    cs_str_clear(&line);
    cs_str_add_format(&line, "Separation: silhouette %.2f, the clusters are %s", evidence->silhouette,
                      cs_silhouette_words(evidence->silhouette));
    cs_text_wrap(out, cs_str_text(&line), width, 2);
  }
  cs_str_inherit(out, &line);
  cs_str_release(&line);
  if (evidence->stability_count > 0) add_stability(evidence, width, out);
}

enum cs_status cs_report_text(const struct cs_report *report, const struct cs_text_options *options,
                              struct cs_str *out, struct cs_error *err) {
  struct cs_str sentence = CS_STR_INIT;
  struct page page = {report, options, has_names(report)};
  bool density = report->customers && cs_report_is_density(report);
  if (options->title || density) {
    cs_text_wrap(out, options->title ? options->title : cs_report_title(report), options->width, 0);
    cs_str_add_byte(out, '\n');
  }
  cs_report_sentence(report, true, &sentence);
  cs_str_inherit(out, &sentence);
  cs_text_wrap(out, cs_str_text(&sentence), options->width, 2);
  cs_str_release(&sentence);
  cs_str_add_byte(out, '\n');
  if (report->customers) {
    CS_TRY(customers_table(&page, out, err));
    CS_TRY(index_table(&page, out, err));
  } else {
    CS_TRY(means_tables(&page, out, err));
  }
  if (report->evidence.model) add_evidence(&report->evidence, options->width, out);
  return cs_str_check(out, "the report", err);
}
