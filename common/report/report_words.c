/* What the report says in words, the same in all outputs. */
#include "report/report.h"

#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *cs_segment_name(const struct cs_segment *segment) {
  if (segment->noise) return "no pattern";
  return segment->name ? segment->name : "";
}

void cs_segment_call(const struct cs_segment *segment, struct cs_str *out) {
  double number;
  if (*cs_segment_name(segment))
    cs_str_add_text(out, cs_segment_name(segment));
  else if (cs_num_parse(segment->label, strlen(segment->label), '.', &number))
    cs_str_add_format(out, "segment %s", segment->label);
  else
    cs_str_add_text(out, segment->label);
}

size_t cs_report_clusters(const struct cs_report *report) {
  size_t count = 0;
  for (size_t s = 0; s < report->labels.k; s++) count += !report->labels.segment[s].noise;
  return count;
}

double cs_report_share(const struct cs_report *report, size_t segment) {
  return (double)report->profile.size[segment] / (double)report->profile.n;
}

const char *cs_report_noun(const struct cs_report *report) {
  return report->customers ? "customers" : "rows";
}

const char *cs_report_noun_of(const struct cs_report *report, size_t count) {
  if (count != 1) return cs_report_noun(report);
  return report->customers ? "customer" : "row";
}

bool cs_report_is_small(const struct cs_report *report) {
  return report->profile.n < CS_SMALL_SEGMENT;
}

bool cs_report_is_density(const struct cs_report *report) {
  const char *kind = cs_evidence_kind(&report->evidence);
  return kind && strcmp(kind, "dbscan") == 0;
}

const char *cs_report_title(const struct cs_report *report) {
  if (!report->customers) return "Clusters";
  return cs_report_is_density(report) ? "The customers who fit no pattern" : "Customer segments";
}

static void add_trait(struct cs_str *out, size_t *said, const char *text) {
  cs_str_add_format(out, "%s%s", (*said)++ ? ", " : "", text);
}

void cs_report_traits(const struct cs_report *report, size_t segment, struct cs_str *out) {
  enum { TOP = 8, SAID = 3 };
  size_t top[TOP], said = 0;
  size_t count = cs_profile_top(&report->profile, segment, 0.3, TOP, top);
  for (size_t i = 0; i < count && said < SAID; i++) {
    const struct cs_report_column *column = &report->column[top[i]];
    struct cs_known_column known = cs_known_column(column->name);
    bool above = cs_profile_effect(&report->profile, segment, top[i]) > 0;
    char text[128];
    if (report->customers && !known.low) continue;
    snprintf(text, sizeof text, "%s %.100s", above ? "high" : "low", column->title);
    add_trait(out, &said, known.low ? (above ? known.high : known.low) : text);
  }
}

/* --- the sentence --- */

static size_t noise_of(const struct cs_report *report) {
  for (size_t s = 0; s < report->labels.k; s++)
    if (report->labels.segment[s].noise) return s;
  return SIZE_MAX;
}

/* Whether the sentence may tell of a segment: not of what is none, nor of few customers but where all is told. */
static bool is_told(const struct cs_report *report, size_t s, bool small) {
  return !report->labels.segment[s].noise && (small || !report->labels.segment[s].small);
}

/* The segment whose share of revenue exceeds its share of customers most, or k. */
static size_t richest(const struct cs_report *report, bool small) {
  size_t best = report->profile.k;
  double most = 0;
  for (size_t s = 0; s < report->profile.k; s++) {
    double more = cs_profile_share(&report->profile, s, report->revenue) - cs_report_share(report, s);
    if (is_told(report, s, small) && more > most) {
      most = more;
      best = s;
    }
  }
  return best;
}

/* The segment whose median customer has been silent longest, or k. */
static size_t quietest(const struct cs_report *report, bool small) {
  size_t best = report->profile.k;
  double most = cs_profile_at(&report->profile, report->profile.k, report->recency)->median;
  for (size_t s = 0; s < report->profile.k; s++) {
    double days = cs_profile_at(&report->profile, s, report->recency)->median;
    if (is_told(report, s, small) && days > most) {
      most = days;
      best = s;
    }
  }
  return best;
}

static void customers_sentence(const struct cs_report *report, bool small, struct cs_str *out) {
  char a[CS_SAY_TEXT], b[CS_SAY_TEXT];
  const struct cs_profile *profile = &report->profile;
  size_t rich = richest(report, small), quiet = quietest(report, small), count = cs_report_clusters(report);
  if (rich < profile->k)
    cs_str_add_format(out, "%s of customers bring %s of revenue",
                      cs_say_percent(a, cs_report_share(report, rich)),
                      cs_say_percent(b, cs_profile_share(profile, rich, report->revenue)));
  else
    cs_str_add_format(out, "%s customer%s in %zu segment%s", cs_say_number(a, (double)profile->n, 0),
                      cs_plural(profile->n), count, cs_plural(count));
  if (quiet < profile->k)
    cs_str_add_format(out, "; %s last bought %s days ago (median)",
                      cs_say_percent(a, cs_report_share(report, quiet)),
                      cs_say_number(b, cs_profile_at(profile, quiet, report->recency)->median, 0));
}

/* What a density clustering is good at. */
static void noise_sentence(const struct cs_report *report, bool small, struct cs_str *out) {
  char a[CS_SAY_TEXT], b[CS_SAY_TEXT], c[CS_SAY_TEXT];
  size_t noise = noise_of(report), count = noise == SIZE_MAX ? 0 : report->profile.size[noise];
  if (count == 0) {
    cs_str_add_text(out, "every customer fits a pattern");
    return;
  }
  cs_str_add_format(out, "%s customer%s (%s) fit%s no pattern", cs_say_number(a, (double)count, 0),
                    cs_plural(count), cs_say_percent(b, cs_report_share(report, noise)),
                    count == 1 ? "s" : "");
  double share = cs_profile_share(&report->profile, noise, report->revenue);
  if (!isnan(share) && (small || !report->labels.segment[noise].small))
    cs_str_add_format(out, " and bring%s %s of revenue", count == 1 ? "s" : "", cs_say_percent(c, share));
}

static void table_sentence(const struct cs_report *report, struct cs_str *out) {
  char a[CS_SAY_TEXT];
  const struct cs_profile *profile = &report->profile;
  size_t count = cs_report_clusters(report), noise = noise_of(report), best;
  cs_str_add_format(out, "%s row%s in %zu cluster%s", cs_say_number(a, (double)profile->n, 0),
                    cs_plural(profile->n), count, cs_plural(count));
  if (noise != SIZE_MAX)
    cs_str_add_format(out, ", %s without a pattern", cs_say_percent(a, cs_report_share(report, noise)));
  if (count > 1 && cs_profile_strongest(profile, 0.1, 1, &best) > 0)
    cs_str_add_format(out, "; %s tells them apart best", report->column[best].title);
}

void cs_report_sentence(const struct cs_report *report, bool small, struct cs_str *out) {
  if (!report->customers)
    table_sentence(report, out);
  else if (cs_report_is_density(report))
    noise_sentence(report, small, out);
  else
    customers_sentence(report, small, out);
}
