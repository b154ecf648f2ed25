#include "segment/names.h"

#include "segment/behind.h"
#include "segment/calls.h"
#include "segment/standing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EFFECT_LEAST 0.5 /* of what is worth a word, in standard deviations */

enum { FEATURES_TOLD = 2, RANK_LOW = 40, RANK_HIGH = 60 };

/* What may tell two clusters of the same name apart. */
struct difference {
  const struct cs_standing *standing;
  struct cs_name_difference words;
};

struct work {
  const struct cs_naming *naming;
  struct cs_names *names;
  struct cs_standings standings;
  struct cs_calls calls; /* what rfm_segment calls the clusters' customers */
  struct difference *difference;
  size_t differences;
  bool *used;     /* [k][differences], what a cluster's name tells already */
  size_t *member; /* [k], clusters of one name */
  struct cs_error *err;
};

/* --- texts --- */

static enum cs_status keep(struct work *work, const struct cs_str *text, const char **kept) {
  CS_TRY(cs_str_check(text, "names", work->err));
  *kept = cs_arena_copy(&work->names->texts, cs_str_text(text), text->len);
  return *kept ? CS_OK : cs_fail_memory(work->err, (double)text->len, "names");
}

/* *joined = FIRST BETWEEN LAST */
static enum cs_status join(struct work *work, const char *first, const char *between, struct cs_slice last,
                           const char **joined) {
  struct cs_str text = CS_STR_INIT;
  cs_str_add_format(&text, "%s%s%.*s", first, between, (int)last.len, last.data);
  enum cs_status status = keep(work, &text, joined);
  cs_str_release(&text);
  return status;
}

static enum cs_status add_word(struct work *work, size_t cluster, const char *word) {
  const char **name = &work->names->name[cluster];
  return join(work, *name, ", ", cs_slice_of(word), name);
}

/* The last resort: NAME (3) */
static enum cs_status add_number(struct work *work, size_t cluster) {
  const char **name = &work->names->name[cluster];
  char number[16];
  snprintf(number, sizeof number, "(%u)", work->naming->number[cluster]);
  return join(work, *name, " ", cs_slice_of(number), name);
}

/* --- telling apart --- */

static bool *used_of(const struct work *work, size_t cluster) {
  return work->used + cluster * work->differences;
}

/* Where a cluster stands by that difference. Ranks for customers, whose money is skewed; effects otherwise. */
static double stand(const struct work *work, size_t difference, size_t cluster) {
  const struct cs_standing *standing = work->difference[difference].standing;
  return work->naming->rules ? standing->rank[cluster] : standing->effect[cluster];
}

/* What is said of a cluster that stands lower, or higher, than its namesakes. That customers stand low or high is said once;
 * where columns make the names, such a word would make it the name of others. */
static const char *word_for(const struct work *work, size_t difference, size_t cluster, bool lower) {
  const struct cs_name_difference *words = &work->difference[difference].words;
  double at = stand(work, difference, cluster);
  bool plain = !work->naming->rules || used_of(work, cluster)[difference];
  if (lower) return !plain && at <= RANK_LOW && words->low ? words->low : words->lower;
  return !plain && at >= RANK_HIGH && words->high ? words->high : words->higher;
}

/* How far apart the members stand; 0 where one has no place. */
static double spread(const struct work *work, size_t difference, const size_t *member, size_t count) {
  double least = INFINITY, most = -INFINITY;
  for (size_t i = 0; i < count; i++) {
    double at = stand(work, difference, member[i]);
    if (isnan(at)) return 0;
    least = fmin(least, at);
    most = fmax(most, at);
  }
  return most - least;
}

static bool is_told(const struct work *work, size_t difference, const size_t *member, size_t count) {
  bool told = false;
  for (size_t i = 0; i < count; i++) told |= used_of(work, member[i])[difference];
  return told;
}

/* The difference by which the members stand farthest apart, or differences when they do by none. One that their names tell
 * already is taken where no other is left. */
static size_t widest(const struct work *work, const size_t *member, size_t count) {
  size_t best = work->differences;
  double most = 0;
  bool best_told = true;
  for (size_t j = 0; j < work->differences; j++) {
    double wide = spread(work, j, member, count);
    bool told = is_told(work, j, member, count);
    if (!(wide > 0) || told > best_told || (told == best_told && !(wide > most))) continue;
    best = j, most = wide, best_told = told;
  }
  return best;
}

/* Sorts the members by where they stand. They are few. */
static void sort_members(const struct work *work, size_t difference, size_t *member, size_t count) {
  for (size_t i = 1; i < count; i++)
    for (size_t j = i; j > 0 && stand(work, difference, member[j]) < stand(work, difference, member[j - 1]);
         j--) {
      size_t other = member[j];
      member[j] = member[j - 1];
      member[j - 1] = other;
    }
}

/* Where the gap between sorted members is widest: how many lie below. */
static size_t cut(const struct work *work, size_t difference, const size_t *member, size_t count) {
  size_t best = 1;
  double most = 0;
  for (size_t i = 1; i < count; i++) {
    double gap = stand(work, difference, member[i]) - stand(work, difference, member[i - 1]);
    if (gap > most) most = gap, best = i;
  }
  return best;
}

/* Gives clusters of one name different ones: those on either side of a gap another word, and so on among themselves. */
static enum cs_status tell_apart(struct work *work, size_t *member, size_t count) {
  if (count < 2) return CS_OK;
  size_t by = widest(work, member, count);
  for (size_t i = 0; by == work->differences && i < count; i++) CS_TRY(add_number(work, member[i]));
  if (by == work->differences) return CS_OK;
  sort_members(work, by, member, count);
  size_t low = cut(work, by, member, count);
  for (size_t i = 0; i < count; i++) {
    CS_TRY(add_word(work, member[i], word_for(work, by, member[i], i < low)));
    used_of(work, member[i])[by] = true;
  }
  CS_TRY(tell_apart(work, member, low));
  return tell_apart(work, member + low, count - low);
}

static enum cs_status tell_all_apart(struct work *work) {
  size_t k = work->naming->k;
  const char *const *rule = work->names->rule;
  for (size_t c = 0; c < k; c++) {
    size_t count = 0;
    bool first = true;
    for (size_t b = 0; b < k; b++) {
      if (strcmp(rule[b], rule[c]) != 0) continue;
      first &= b >= c;
      work->member[count++] = b;
    }
    if (first) CS_TRY(tell_apart(work, work->member, count));
  }
  return CS_OK;
}

/* Another cluster of the same name, or k. */
static size_t namesake(const struct work *work, size_t cluster) {
  size_t b = 0, k = work->naming->k;
  while (b < k && (b == cluster || strcmp(work->names->name[b], work->names->name[cluster]) != 0)) b++;
  return b;
}

static bool is_kept(const struct work *work, size_t cluster) {
  return work->naming->kept && work->naming->kept[cluster];
}

/* Names that are kept stay; others that are called like another get one word after the other until they aren't. */
static enum cs_status keep_names(struct work *work) {
  const size_t k = work->naming->k;
  for (size_t c = 0; c < k; c++)
    if (is_kept(work, c)) work->names->name[c] = work->naming->kept[c];
  for (size_t c = 0; c < k; c++) {
    size_t other;
    while (!is_kept(work, c) && (other = namesake(work, c)) < k) {
      const size_t pair[] = {c, other};
      size_t by = widest(work, pair, 2);
      if (by == work->differences) {
        CS_TRY(add_number(work, c));
        break;
      }
      bool lower = stand(work, by, c) < stand(work, by, other);
      CS_TRY(add_word(work, c, word_for(work, by, c, lower)));
      used_of(work, c)[by] = true;
    }
  }
  return CS_OK;
}

/* --- customers --- */

static bool fits(const struct work *work, const struct cs_name_rule *rule, size_t cluster) {
  if (!cs_criteria_hold(&work->naming->rules->criteria, rule->when, &work->standings, work->naming->table,
                        cluster))
    return false;
  return rule->instead || !cs_calls_others(&work->calls, cluster, rule->name);
}

/* The first rule that fits, or NULL. */
static const struct cs_name_rule *rule_for(const struct work *work, size_t cluster) {
  const struct cs_name_rules *rules = work->naming->rules;
  for (size_t r = 0; r < rules->count; r++)
    if (fits(work, &rules->rule[r], cluster)) return &rules->rule[r];
  return NULL;
}

/* Whether rfm_segment calls others so than one of the clusters that this name is for. Clusters of one name are called alike. */
static bool is_taken(const struct work *work, const struct cs_name_rule *const *rule, const char *name) {
  for (size_t c = 0; c < work->naming->k; c++)
    if (rule[c] && strcmp(rule[c]->name, name) == 0 && cs_calls_others(&work->calls, c, name)) return true;
  return false;
}

static enum cs_status name_by_rules(struct work *work) {
  const struct cs_name_rule **rule;
  CS_TRY(cs_alloc(&rule, work->naming->k, sizeof *rule, "names", work->err));
  for (size_t c = 0; c < work->naming->k; c++) rule[c] = rule_for(work, c);
  for (size_t c = 0; c < work->naming->k; c++) {
    const char **name = &work->names->rule[c];
    *name = rule[c] ? rule[c]->name : "Other";
    if (rule[c] && rule[c]->instead && is_taken(work, rule, *name)) *name = rule[c]->instead;
  }
  free(rule);
  return CS_OK;
}

static enum cs_status look_at_customers(struct work *work) {
  const struct cs_naming *naming = work->naming;
  const struct cs_name_rules *rules = naming->rules;
  size_t *column, count = 0;
  CS_TRY(cs_alloc(&column, rules->criteria.count + rules->differences, sizeof *column, "columns", work->err));
  cs_criteria_want(&rules->criteria, naming->table, column, &count);
  for (size_t i = 0; i < rules->differences; i++)
    cs_columns_want(naming->table, rules->difference[i].column, column, &count);
  enum cs_status status = cs_standings_find(&work->standings, naming->table, column, NULL, count,
                                            naming->label, naming->k, naming->threads, work->err);
  free(column);
  CS_TRY(status);
  CS_TRY(cs_alloc(&work->difference, rules->differences, sizeof *work->difference, "differences", work->err));
  for (size_t i = 0; i < rules->differences; i++) {
    const struct cs_name_difference *difference = &rules->difference[i];
    const struct cs_standing *standing =
        cs_standings_get(&work->standings, naming->table, difference->column);
    if (standing) work->difference[work->differences++] = (struct difference){standing, *difference};
  }
  return cs_calls_find(&work->calls, naming->table, "rfm_segment", naming->label, naming->k, work->err);
}

/* --- others --- */

/* "low petal_length" and so on. */
static enum cs_status add_difference(struct work *work, const struct cs_standing *standing) {
  struct difference *difference = &work->difference[work->differences++];
  struct cs_slice plain = cs_behind_plain(cs_table_name(work->naming->table, standing->column));
  difference->standing = standing;
  CS_TRY(join(work, "low", " ", plain, &difference->words.low));
  CS_TRY(join(work, "lower", " ", plain, &difference->words.lower));
  CS_TRY(join(work, "higher", " ", plain, &difference->words.higher));
  return join(work, "high", " ", plain, &difference->words.high);
}

static enum cs_status look_at_rows(struct work *work) {
  const struct cs_naming *naming = work->naming;
  size_t *column, count;
  CS_TRY(cs_behind_find(naming->table, naming->features, &column, &count, work->err));
  enum cs_status status = cs_standings_find(&work->standings, naming->table, column, NULL, count,
                                            naming->label, naming->k, naming->threads, work->err);
  free(column);
  CS_TRY(status);
  CS_TRY(cs_alloc(&work->difference, count, sizeof *work->difference, "differences", work->err));
  for (size_t j = 0; j < count; j++) {
    if (work->standings.of[j].numeric) CS_TRY(add_difference(work, &work->standings.of[j]));
  }
  return CS_OK;
}

/* The difference with the largest effect on the cluster that isn't told yet, if it is worth a word. */
static size_t most_telling(const struct work *work, size_t cluster, double least) {
  size_t best = work->differences;
  for (size_t j = 0; j < work->differences; j++) {
    double effect = fabs(work->difference[j].standing->effect[cluster]);
    if (!(effect >= least) || used_of(work, cluster)[j]) continue;
    if (best == work->differences || effect > fabs(work->difference[best].standing->effect[cluster]))
      best = j;
  }
  return best;
}

/* Whether two clusters are high and low in the same columns. */
static bool tell_the_same(const struct work *work, size_t a, size_t b) {
  bool same = true;
  for (size_t j = 0; same && j < work->differences; j++) {
    const double *effect = work->difference[j].standing->effect;
    same = used_of(work, a)[j] == used_of(work, b)[j];
    if (used_of(work, a)[j]) same &= (effect[a] > 0) == (effect[b] > 0);
  }
  return same;
}

/* Up to two columns: the second must tell half as much as the first. */
static enum cs_status name_by_columns(struct work *work, size_t cluster) {
  struct cs_str text = CS_STR_INIT;
  double least = EFFECT_LEAST;
  for (int told = 0; told < FEATURES_TOLD; told++) {
    size_t j = most_telling(work, cluster, least);
    if (j == work->differences) break;
    double effect = work->difference[j].standing->effect[cluster];
    const struct cs_name_difference *words = &work->difference[j].words;
    cs_str_add_format(&text, "%s%s", told ? ", " : "", effect > 0 ? words->high : words->low);
    used_of(work, cluster)[j] = true;
    least = fmax(least, fabs(effect) / 2);
  }
  if (!text.len) cs_str_add_text(&text, "average");
  enum cs_status status = keep(work, &text, &work->names->rule[cluster]);
  for (size_t b = cluster; b-- > 0;) /* the order of the words is no difference */
    if (tell_the_same(work, b, cluster)) work->names->rule[cluster] = work->names->rule[b];
  cs_str_release(&text);
  return status;
}

/* --- the whole --- */

static enum cs_status make(struct work *work) {
  const struct cs_naming *naming = work->naming;
  size_t k = naming->k;
  CS_TRY(naming->rules ? look_at_customers(work) : look_at_rows(work));
  CS_TRY(cs_alloc(&work->names->name, 2 * k, sizeof *work->names->name, "names", work->err));
  CS_TRY(cs_alloc(&work->used, k * work->differences, sizeof *work->used, "names", work->err));
  CS_TRY(cs_alloc(&work->member, k, sizeof *work->member, "names", work->err));
  work->names->rule = work->names->name + k;
  if (naming->rules) CS_TRY(name_by_rules(work));
  for (size_t c = 0; !naming->rules && c < k; c++) CS_TRY(name_by_columns(work, c));
  memcpy(work->names->name, work->names->rule, k * sizeof *work->names->name);
  CS_TRY(tell_all_apart(work));
  return keep_names(work);
}

enum cs_status cs_names_make(struct cs_names *names, const struct cs_naming *naming, struct cs_error *err) {
  struct work work = {
      .naming = naming, .names = names, .standings = CS_STANDINGS_INIT, .calls = CS_CALLS_INIT, .err = err};
  enum cs_status status = make(&work);
  cs_standings_release(&work.standings);
  cs_calls_release(&work.calls);
  free(work.difference);
  free(work.used);
  free(work.member);
  return status;
}

void cs_names_release(struct cs_names *names) {
  free(names->name);
  cs_arena_release(&names->texts);
  *names = (struct cs_names)CS_NAMES_INIT;
}

bool cs_name_is_of_rule(const char *name, const char *rule) {
  size_t len = strlen(rule);
  return strncmp(name, rule, len) == 0 &&
         (!name[len] || name[len] == ',' || strncmp(name + len, " (", 2) == 0);
}
