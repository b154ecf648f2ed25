#include "report/story.h"

#include "report/story_inside.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

void cs_story_call(const struct cs_story *story, size_t segment, struct cs_str *out) {
  struct cs_str name = CS_STR_INIT;
  cs_segment_call(&story->report->labels.segment[segment], &name);
  cs_str_inherit(out, &name);
  cs_page_name(cs_str_text(&name), out);
  cs_str_release(&name);
}

const struct cs_segment_advice *cs_story_advice(const struct cs_story *story, size_t segment) {
  if (!story->advice || !story->advice->of || segment >= story->report->labels.k) return NULL;
  if (cs_report_is_small(story->report)) return NULL; /* all are the average */
  return story->advice->of[segment].rule ? &story->advice->of[segment] : NULL;
}

void cs_story_cell(struct cs_page *page, const struct cs_report *report, size_t segment, const char *text) {
  bool small =
      segment < report->labels.k ? report->labels.segment[segment].small : cs_report_is_small(report);
  cs_page_cell(page, small ? "–" : text);
}

/* --- the segments --- */

/* "+12 (+3 %)", "new" */
static void cell_of_change(struct cs_page *page, const struct cs_story *story, size_t segment) {
  const struct cs_previous *previous = story->previous;
  char a[CS_SAY_TEXT], text[2 * CS_SAY_TEXT];
  bool all = segment == story->report->labels.k;
  size_t now = all ? story->report->profile.n : story->report->profile.size[segment];
  size_t then = all ? previous->rows : previous->size[segment];
  if (then == SIZE_MAX) {
    cs_page_cell(page, "new");
    return;
  }
  double more = (double)now - (double)then;
  if (now == then) {
    cs_page_cell(page, "unchanged");
    return;
  }
  snprintf(text, sizeof text, "%s%s (%+.0f %%)", more > 0 ? "+" : "", cs_say_number(a, more, 0),
           100 * more / (double)then + 0.0);
  cs_page_cell(page, text);
}

static void cells_of_customers(struct cs_page *page, const struct cs_story *story, size_t s) {
  const struct cs_report *report = story->report;
  const struct cs_profile *profile = &report->profile;
  const size_t medians[3] = {report->revenue, report->orders, report->recency};
  char text[CS_SAY_TEXT];
  const struct cs_profile_cell *revenue = cs_profile_at(profile, s, report->revenue);
  cs_story_cell(page, report, s, cs_say_money(text, revenue->sum, report->currency, 0));
  cs_story_cell(page, report, s, cs_say_percent(text, cs_profile_share(profile, s, report->revenue)));
  for (size_t i = 0; i < 3; i++) {
    const struct cs_profile_cell *cell = cs_profile_at(profile, s, medians[i]);
    cs_story_cell(page, report, s, cs_say(text, &report->column[medians[i]].median, cell->median));
  }
}

enum { COLUMNS_SHOWN = 4 };

static void cells_of_rows(struct cs_page *page, const struct cs_report *report, size_t s) {
  char text[CS_SAY_TEXT];
  for (size_t i = 0; i < report->keys && i < COLUMNS_SHOWN; i++) {
    size_t j = report->key[i];
    double mean = cs_profile_at(&report->profile, s, j)->mean;
    cs_story_cell(page, report, s, cs_say(text, &report->column[j].mean, mean));
  }
}

static bool advises(const struct cs_story *story) {
  return story->advice && story->advice->of;
}

static void cell_of_action(struct cs_page *page, const struct cs_story *story, size_t s) {
  const struct cs_segment_advice *advice = cs_story_advice(story, s);
  struct cs_str text = CS_STR_INIT;
  if (advice && advice->treat_as != SIZE_MAX) {
    cs_str_add_text(&text, "treat as ");
    cs_story_call(story, advice->treat_as, &text);
  }
  cs_page_cell(page, text.len ? cs_str_text(&text) : advice ? advice->rule->action : "");
  cs_str_inherit(page->out, &text);
  cs_str_release(&text);
}

static void head_of_segments(struct cs_page *page, const struct cs_story *story) {
  static const char *const customers[] = {"Revenue", "Share of revenue", "Median spend", "Median orders",
                                          "Days since last"};
  const struct cs_report *report = story->report;
  cs_page_cell(page, "Segment");
  cs_page_cell(page, report->customers ? "Customers" : "Rows");
  cs_page_cell(page, "Share");
  for (size_t i = 0; report->customers && i < sizeof customers / sizeof *customers; i++)
    cs_page_cell(page, customers[i]);
  for (size_t i = 0; !report->customers && i < report->keys && i < COLUMNS_SHOWN; i++)
    cs_page_cell(page, report->column[report->key[i]].title);
  if (story->previous) cs_page_cell(page, "Since the last run");
  if (advises(story)) cs_page_cell(page, "What to do");
}

static void row_of_segments(struct cs_page *page, const struct cs_story *story, size_t s) {
  const struct cs_report *report = story->report;
  struct cs_str name = CS_STR_INIT;
  char text[CS_SAY_TEXT];
  bool all = s == report->labels.k;
  size_t size = all ? report->profile.n : report->profile.size[s];
  if (all)
    cs_str_add_format(&name, "All %s", cs_report_noun(report));
  else
    cs_story_call(story, s, &name);
  cs_page_cell(page, cs_str_text(&name));
  cs_str_inherit(page->out, &name);
  cs_str_release(&name);
  cs_page_cell(page, cs_say_number(text, (double)size, 0));
  cs_page_cell(page, cs_say_percent(text, (double)size / (double)report->profile.n));
  if (report->customers)
    cells_of_customers(page, story, s);
  else
    cells_of_rows(page, report, s);
  if (story->previous) cell_of_change(page, story, s);
  if (advises(story)) cell_of_action(page, story, s);
}

static bool has_small(const struct cs_report *report) {
  for (size_t s = 0; s < report->labels.k; s++)
    if (report->labels.segment[s].small) return true;
  return false;
}

static void tell_segments(struct cs_page *page, const struct cs_story *story) {
  const struct cs_report *report = story->report;
  char align[16] = "lrr";
  size_t more = report->customers ? 5 : report->keys < COLUMNS_SHOWN ? report->keys : COLUMNS_SHOWN;
  memset(align + 3, 'r', more + (story->previous != NULL));
  if (advises(story)) align[strlen(align)] = 'l';
  cs_page_heading(page, 2, "segments", "The segments");
  cs_page_table(page, align, "The segments: size, and what they bring");
  head_of_segments(page, story);
  for (size_t s = 0; s <= report->labels.k; s++) row_of_segments(page, story, s);
  cs_page_table_end(page);
  if (report->customers)
    cs_page_note(page, "Spend, orders and days since the last purchase are those of the median customer.");
  else if (report->keys)
    cs_page_note(page, "Columns are averages.");
  if (has_small(report))
    cs_page_note(page, "Of groups of fewer than %d %s nothing but their size is told.", CS_SMALL_SEGMENT,
                 cs_report_noun(report));
  if (story->previous && story->previous->gone)
    cs_page_note(page, "%zu segment%s of the last run %s there any more.", story->previous->gone,
                 cs_plural(story->previous->gone), story->previous->gone == 1 ? "isn't" : "aren't");
}

/* --- what to do --- */

static void tell_first(struct cs_page *page, const struct cs_story *story) {
  const struct cs_advice *advice = story->advice;
  cs_page_heading(page, 2, "first", "What to do first");
  for (size_t i = 0; i < advice->firsts; i++) {
    size_t s = advice->first[i];
    struct cs_str name = CS_STR_INIT;
    char count[CS_SAY_TEXT], share[CS_SAY_TEXT];
    cs_story_call(story, s, &name);
    cs_page_item(page, true, cs_str_text(&name), "%s. %s customers, %s of revenue; watch: %s.",
                 advice->of[s].rule->action, cs_say_number(count, (double)story->report->profile.size[s], 0),
                 cs_say_percent(share, cs_profile_share(&story->report->profile, s, story->report->revenue)),
                 advice->of[s].rule->kpi);
    cs_str_inherit(page->out, &name);
    cs_str_release(&name);
  }
  if (!advice->firsts) cs_page_text(page, "No segment is large enough for an action of its own.");
}

static void add_at_risk(const struct cs_story *story, struct cs_str *out) {
  for (size_t s = 0, said = 0; s < story->report->labels.k; s++) {
    if (isnan(story->advice->of[s].at_stake)) continue;
    cs_str_add_text(out, said++ ? ", " : "");
    cs_story_call(story, s, out);
  }
}

static void tell_risk(struct cs_page *page, const struct cs_story *story) {
  const struct cs_advice *advice = story->advice;
  struct cs_str who = CS_STR_INIT;
  char money[CS_SAY_TEXT], share[CS_SAY_TEXT], margin[CS_SAY_TEXT];
  cs_page_heading(page, 2, "risk", "Money at risk");
  add_at_risk(story, &who);
  if (isnan(advice->at_stake))
    cs_page_text(page, "Not known: the table doesn't say what was spent in the last 12 months (spent_12m).");
  else if (!who.len)
    cs_page_text(page, "No segment of value has gone quiet.");
  else if (advice->margin < 1)
    cs_page_text(page, "%s: the margin, at %s, on what %s spent in the last 12 months (%s of all).",
                 cs_say_money(money, advice->at_stake, story->report->currency, 0),
                 cs_say_percent(margin, advice->margin), cs_str_text(&who),
                 cs_say_percent(share, advice->share));
  else
    cs_page_text(page, "%s: what %s spent in the last 12 months (%s of all).",
                 cs_say_money(money, advice->at_stake, story->report->currency, 0), cs_str_text(&who),
                 cs_say_percent(share, advice->share));
  cs_str_inherit(page->out, &who);
  cs_str_release(&who);
}

/* --- what is covered --- */

static void tell_coverage(struct cs_page *page, const struct cs_story *story) {
  const struct cs_report *report = story->report;
  const struct cs_coverage *coverage = story->coverage;
  char a[CS_SAY_TEXT], b[CS_SAY_TEXT];
  cs_page_heading(page, 2, "coverage", "What this covers");
  cs_page_item(page, false, report->customers ? "Customers" : "Rows", "%s in %zu segment%s",
               cs_say_number(a, (double)report->profile.n, 0), cs_report_clusters(report),
               cs_plural(cs_report_clusters(report)));
  if (coverage && coverage->first)
    cs_page_item(page, false, "Period", "orders from %s to %s; time is counted to %s", coverage->first,
                 coverage->last, coverage->as_of);
  if (coverage && coverage->guests > 0)
    cs_page_item(page, false, "Guests", "%s of revenue comes from orders without a customer and isn't here",
                 cs_say_percent(a, coverage->guests));
  if (coverage && coverage->gross > 0)
    cs_page_item(page, false, "Refunds", "%s of %s were given back (%s) and are taken off",
                 cs_say_money(a, coverage->refunded, report->currency, 0),
                 cs_say_money(b, coverage->gross, report->currency, 0),
                 cs_say_percent((char[CS_SAY_TEXT]){0}, coverage->refunded / coverage->gross));
  if (coverage && coverage->bad_rows > 0)
    cs_page_item(page, false, "Left out", "%s of %s rows that were read couldn't be used",
                 cs_say_number(a, coverage->bad_rows, 0), cs_say_number(b, coverage->rows, 0));
  if (report->customers)
    cs_page_item(page, false, "Currency", "%s",
                 report->currency ? report->currency
                                  : "the table doesn't say: amounts are as they stand there");
}

/* --- how far it can be trusted --- */

/* Customers are a continuum: what statisticians call weak is usual here. */
static const char *retail_words(double silhouette) {
  return silhouette > 0.45   ? "clearer than customers' usually are"
         : silhouette > 0.25 ? "close to each other, with soft borders, as is usual for customers"
                             : "running into each other: the lines between them are drawn, not found";
}

static void tell_trust(struct cs_page *page, const struct cs_story *story) {
  const struct cs_report *report = story->report;
  const struct cs_evidence *evidence = &report->evidence;
  double least = cs_evidence_stability(evidence);
  cs_page_heading(page, 2, "trust", "How far to trust it");
  if (!evidence->model) {
    cs_page_text(page, "No model was given, so how the segments came about isn't known here.");
    return;
  }
  if (!isnan(least))
    cs_page_item(page, false, "Would they be found again?",
                 "When %s are drawn anew, the least stable of the segments %s: %s.", cs_report_noun(report),
                 cs_stability_fate(least), cs_stability_words(least));
  if (!isnan(evidence->silhouette))
    cs_page_item(page, false, "Are they apart?", "The segments are %s.",
                 report->customers ? retail_words(evidence->silhouette)
                                   : cs_silhouette_words(evidence->silhouette));
  if (cs_report_is_density(report))
    cs_page_item(
        page, false, "What this is for",
        "It tells who lives where others do and who doesn't; it isn't made to divide %s into groups of "
        "equal kind.",
        cs_report_noun(report));
  cs_page_item(
      page, false, "What it can't say",
      "Segments describe what was; they don't say what a campaign would bring. Try it on a part, and keep "
      "a control group.");
}

void cs_story_page_one(struct cs_page *page, const struct cs_story *story) {
  struct cs_str sentence = CS_STR_INIT;
  cs_report_sentence(story->report, false, &sentence);
  cs_str_add_byte(&sentence, '.');
  if (page->format == CS_PAGE_MARKDOWN)
    cs_page_heading(page, 1, "title", story->title ? story->title : cs_report_title(story->report));
  cs_page_lead(page, cs_str_text(&sentence));
  cs_str_inherit(page->out, &sentence);
  cs_str_release(&sentence);
  tell_segments(page, story);
  if (advises(story)) {
    tell_first(page, story);
    tell_risk(page, story);
  }
  tell_coverage(page, story);
  tell_trust(page, story);
}

enum cs_status cs_story_tell(const struct cs_story *story, enum cs_page_format format, struct cs_str *out,
                             struct cs_error *err) {
  struct cs_page page;
  cs_page_begin(&page, format, out);
  cs_story_page_one(&page, story);
  cs_story_insights(&page, story);
  cs_page_charts(&page);
  cs_story_segments(&page, story);
  cs_story_appendix(&page, story);
  return cs_page_end(&page, err);
}
