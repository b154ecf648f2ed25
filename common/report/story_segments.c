/* Each segment by itself, and what holds of all. */
#include "report/story_inside.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>

/* --- each segment --- */

enum { TYPICAL_TOLD = 6 };

static void tell_columns(struct cs_page *page, const struct cs_report *report, size_t s, const char *name) {
  char text[CS_SAY_TEXT], caption[512];
  snprintf(caption, sizeof caption, "%.200s beside all %s", name, cs_report_noun(report));
  cs_page_table(page, "lrrrrr", caption);
  cs_page_cell(page, "Average");
  cs_page_cell(page, "This segment");
  cs_page_cell(page, "Its median");
  cs_page_cell(page, report->customers ? "All customers" : "All rows");
  cs_page_cell(page, "Index");
  cs_page_cell(page, "Distance");
  for (size_t i = 0; i < report->keys; i++) {
    size_t j = report->key[i];
    const struct cs_profile_cell *own = cs_profile_at(&report->profile, s, j),
                                 *all = cs_profile_at(&report->profile, report->labels.k, j);
    const struct cs_report_column *column = &report->column[j];
    cs_page_cell(page, column->title);
    cs_page_cell(page, cs_say(text, &column->mean, own->mean));
    cs_page_cell(page, cs_say(text, &column->median, own->median));
    cs_page_cell(page, cs_say(text, &column->mean, all->mean));
    cs_page_cell(page, cs_say_number(text, cs_profile_index(&report->profile, s, j), 0));
    cs_page_cell(page, cs_say_signed(text, cs_profile_effect(&report->profile, s, j), 1));
  }
  cs_page_table_end(page);
}

/* The row that is most typical of the segment, which isn't named. */
static void tell_typical(struct cs_page *page, const struct cs_report *report, size_t s) {
  const struct cs_plane *plane = &report->plane;
  struct cs_str text = CS_STR_INIT;
  if (!plane->medoid || plane->medoid[s] == SIZE_MAX || report->labels.segment[s].noise) return;
  for (size_t i = 0, said = 0; i < report->keys && said < TYPICAL_TOLD; i++) {
    const struct cs_report_column *column = &report->column[report->key[i]];
    double value = column->value[plane->medoid[s]];
    char number[CS_SAY_TEXT];
    if (isnan(value)) continue;
    cs_str_add_format(&text, "%s%s %s", said++ ? ", " : "", column->title,
                      cs_say(number, &column->median, value));
  }
  if (text.len)
    cs_page_text(page, "A typical %s: %s.", report->customers ? "customer" : "row", cs_str_text(&text));
  cs_str_inherit(page->out, &text);
  cs_str_release(&text);
}

static void tell_border(struct cs_page *page, const struct cs_story *story, size_t s) {
  const struct cs_plane *plane = &story->report->plane;
  struct cs_str other = CS_STR_INIT;
  char text[CS_SAY_TEXT];
  if (!plane->n || !(plane->border[s] >= 0.005) || plane->neighbour[s] == SIZE_MAX) return;
  cs_story_call(story, plane->neighbour[s], &other);
  cs_page_text(page, "On the border with %s: %s of them could as well be there.", cs_str_text(&other),
               cs_say_percent(text, plane->border[s]));
  cs_str_inherit(page->out, &other);
  cs_str_release(&other);
}

static void tell_stability(struct cs_page *page, const struct cs_report *report, size_t s) {
  double jaccard = cs_evidence_stability_of(&report->evidence, report->labels.segment[s].label);
  if (isnan(jaccard)) return;
  cs_page_text(page, "When %s are drawn anew, it %s: %s.", cs_report_noun(report), cs_stability_fate(jaccard),
               cs_stability_words(jaccard));
}

/* "country: France 34 % (index 180), Spain 2 % (index 30)" */
static void tell_categories(struct cs_page *page, const struct cs_report *report, size_t s) {
  const struct cs_categories *categories = &report->categories;
  if (!categories->told) return;
  for (size_t i = 0; i < categories->told[s]; i++) {
    const struct cs_category *category = &categories->of[s][i];
    char share[CS_SAY_TEXT], index[CS_SAY_TEXT];
    cs_page_item(page, false, category->column, "%s, %s of them (index %s)", category->value,
                 cs_say_percent(share, category->share), cs_say_number(index, category->index, 0));
  }
}

static void tell_advice(struct cs_page *page, const struct cs_story *story, size_t s) {
  const struct cs_segment_advice *advice = cs_story_advice(story, s);
  char money[CS_SAY_TEXT];
  if (!advice) return;
  if (advice->treat_as != SIZE_MAX) {
    struct cs_str other = CS_STR_INIT;
    cs_story_call(story, advice->treat_as, &other);
    cs_page_item(page, false, "What to do", "treat as %s: they hardly differ", cs_str_text(&other));
    cs_str_inherit(page->out, &other);
    cs_str_release(&other);
    return;
  }
  cs_page_item(page, false, "What to do", "%s", advice->rule->action);
  cs_page_item(page, false, "Channel", "%s", advice->rule->channel);
  cs_page_item(page, false, "Watch", "%s", advice->rule->kpi);
  if (!isnan(advice->at_stake))
    cs_page_item(page, false, "At stake", "%s, %s in the last 12 months",
                 cs_say_money(money, advice->at_stake, story->report->currency, 0),
                 story->advice->margin < 1 ? "the margin on what they spent" : "what they spent");
  if (advice->rule->caution) cs_page_item(page, false, "Caution", "%s", advice->rule->caution);
}

static void tell_segment(struct cs_page *page, const struct cs_story *story, size_t s) {
  const struct cs_report *report = story->report;
  const struct cs_segment *segment = &report->labels.segment[s];
  struct cs_str name = CS_STR_INIT, traits = CS_STR_INIT;
  char count[CS_SAY_TEXT], share[CS_SAY_TEXT];
  cs_story_call(story, s, &name);
  cs_page_heading(page, 3, NULL, cs_str_text(&name));
  cs_report_traits(report, s, &traits);
  cs_page_text(page, "%s %s (%s)%s%s.", cs_say_number(count, (double)report->profile.size[s], 0),
               cs_report_noun_of(report, report->profile.size[s]),
               cs_say_percent(share, cs_report_share(report, s)), traits.len ? ": " : "",
               cs_str_text(&traits));
  if (segment->small) {
    cs_page_text(page, "Too few for any detail.");
  } else {
    if (report->keys) tell_columns(page, report, s, cs_str_text(&name));
    tell_typical(page, report, s);
    tell_categories(page, report, s);
    tell_border(page, story, s);
    tell_stability(page, report, s);
    tell_advice(page, story, s);
  }
  cs_str_inherit(page->out, &name);
  cs_str_inherit(page->out, &traits);
  cs_str_release(&name);
  cs_str_release(&traits);
}

void cs_story_segments(struct cs_page *page, const struct cs_story *story) {
  cs_page_heading(page, 2, "each", "Each segment");
  cs_page_note(
      page, "Index: 100 is the average of all. Distance: from the average of all, in standard deviations.");
  for (size_t s = 0; s < story->report->labels.k; s++) tell_segment(page, story, s);
}

/* --- all customers --- */

static double held_by(const struct cs_insights *insights, size_t per_cent) {
  return insights->held[per_cent * (CS_LORENZ_POINTS - 1) / 100];
}

void cs_story_insights(struct cs_page *page, const struct cs_story *story) {
  const struct cs_report *report = story->report;
  const struct cs_insights *insights = &report->insights;
  char a[CS_SAY_TEXT], b[CS_SAY_TEXT];
  if (!report->customers || cs_report_is_small(report)) return;
  cs_page_heading(page, 2, "insights", "What holds of all customers");
  if (!isnan(insights->gini))
    cs_page_item(page, false, "Concentration",
                 "the best quarter of the customers brings %s of revenue, the best hundredth %s (Gini %.2f)",
                 cs_say_percent(a, held_by(insights, 25)), cs_say_percent(b, held_by(insights, 1)),
                 insights->gini);
  cs_page_item(page, false, "Active", "%s have bought in the last %d days",
               cs_say_percent(a, insights->active), CS_ACTIVE_DAYS);
  cs_page_item(page, false, "Dormant", "%s haven't bought for more than %d days",
               cs_say_percent(a, insights->dormant), CS_DORMANT_DAYS);
  cs_page_item(page, false, "Once", "%s have bought once", cs_say_percent(a, insights->once));
}
