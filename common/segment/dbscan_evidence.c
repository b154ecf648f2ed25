#include "segment/dbscan_evidence.h"

#include "base/num.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { STRETCHES_SHOWN = 6 };

/* Below this score few rows of one population may look like several clusters. */
static const double SCORE_CLEAR = 0.02;

static const char *number(double value, int digits, char text[CS_NUM_TEXT]) {
  cs_num_print(value, digits, text);
  return text;
}

static double per_cent(const struct cs_levels *levels, size_t rows) {
  return 100 * (double)rows / (double)levels->n;
}

/* --- the table --- */

struct line {
  const struct cs_eps_level *level;
  const struct cs_stretch *stretch; /* NULL: none */
  const char *mark;
};

static int by_eps(const void *a, const void *b) {
  const struct line *x = a, *y = b;
  if (x->level->eps != y->level->eps) return x->level->eps < y->level->eps ? -1 : 1;
  return (x->stretch != NULL) - (y->stretch != NULL);
}

static void add_line(const struct cs_levels *levels, const struct line *line, struct cs_str *out) {
  const struct cs_eps_level *level = line->level;
  char eps[CS_NUM_TEXT], dbcv[CS_NUM_TEXT] = "-";
  if (line->stretch && !isnan(line->stretch->dbcv)) snprintf(dbcv, sizeof dbcv, "%.3f", line->stretch->dbcv);
  cs_str_add_format(out, "%9s  %8zu  %8zu  %6.1f %%  %6.1f %%", number(level->eps, 4, eps),
                    level->significant, level->clusters, per_cent(levels, level->largest),
                    per_cent(levels, level->noise));
  if (line->stretch)
    cs_str_add_format(out, "  %6.2f  %6.3f  %7.4f", cs_stretch_factor(line->stretch), line->stretch->apart,
                      line->stretch->score);
  else
    cs_str_add_format(out, "  %6s  %6s  %7s", "-", "-", "-");
  cs_str_add_format(out, "  %6s%s\n", dbcv, line->mark);
}

void cs_dbscan_evidence_table(const struct cs_levels *levels, struct cs_str *out) {
  struct line line[STRETCHES_SHOWN + 2];
  size_t count = 0;
  for (size_t s = 0; s < levels->stretches && s < STRETCHES_SHOWN; s++) {
    bool chosen = s == 0 && levels->lasts;
    line[count++] = (struct line){chosen ? &levels->chosen : &levels->stretch[s].level, &levels->stretch[s],
                                  chosen ? "  <- chosen" : ""};
  }
  line[count++] = (struct line){&levels->knee, NULL, "  knee"};
  if (!levels->lasts) line[count++] = (struct line){&levels->chosen, NULL, "  <- chosen"};
  qsort(line, count, sizeof *line, by_eps);
  cs_str_add_format(out, "%9s  %8s  %8s  %8s  %8s  %6s  %6s  %7s  %6s\n", "eps", "clusters", "any size",
                    "largest", "noise", "lasts", "apart", "score", "DBCV");
  for (size_t l = 0; l < count; l++) add_line(levels, &line[l], out);
}

/* --- words --- */

void cs_dbscan_evidence_reason(const struct cs_levels *levels, struct cs_str *out) {
  char from[CS_NUM_TEXT], to[CS_NUM_TEXT];
  const struct cs_stretch *stretch = &levels->stretch[0];
  if (levels->lasts)
    cs_str_add_format(out, "%zu clusters of %zu core points or more last from eps %s to %s, a factor of %.2f",
                      levels->chosen.significant, levels->least, number(stretch->birth, 3, from),
                      number(stretch->death, 3, to), cs_stretch_factor(stretch));
  else if (levels->equal)
    cs_str_add_text(out, "most rows are there several times: the clusters are the rows that are equal");
  else
    cs_str_add_text(out, "no clusters last over a range of eps: this is one population, a blob or even "
                         "noise; eps is such that it "
                         "tells who doesn't fit");
}

void cs_dbscan_evidence_knee(const struct cs_levels *levels, struct cs_str *out) {
  const struct cs_eps_level *knee = &levels->knee;
  char eps[CS_NUM_TEXT];
  bool same = knee->significant == levels->chosen.significant;
  cs_str_add_format(
      out, "the knee of the k-distances, at eps %s, has %s: %zu cluster%s of that size, %.1f %% noise",
      number(knee->eps, 3, eps), same ? "as many" : "another number", knee->significant,
      knee->significant == 1 ? "" : "s", per_cent(levels, knee->noise));
}

void cs_dbscan_evidence_dbcv(const struct cs_levels *levels, struct cs_str *out) {
  const struct cs_stretch *best = NULL;
  char eps[CS_NUM_TEXT];
  double least = levels->lasts ? levels->stretch[0].dbcv : 0; /* one population has no index */
  for (size_t s = 0; s < levels->stretches; s++)
    if (levels->stretch[s].dbcv > (best ? best->dbcv : least)) best = &levels->stretch[s];
  if (!best) return;
  cs_str_add_format(out, "DBCV, which doesn't choose, prefers eps %s, with %zu clusters of that size: %.3f",
                    number(best->level.eps, 3, eps), best->level.significant, best->dbcv);
  if (levels->lasts) cs_str_add_format(out, ", and %.3f here", least);
}

void cs_dbscan_evidence_doubt(const struct cs_levels *levels, struct cs_str *out) {
  if (!levels->lasts || levels->stretch[0].score >= SCORE_CLEAR) return;
  cs_str_add_format(out,
                    "%zu clusters last over a factor of %.2f of eps only, and aren't far apart: few rows of "
                    "one population can look so",
                    levels->chosen.significant, cs_stretch_factor(&levels->stretch[0]));
}

/* --- the model --- */

static void add_stretch(struct cs_node *array, const struct cs_stretch *stretch) {
  struct cs_node *node = cs_node_add_object(array, NULL);
  cs_node_add_number(node, "eps", stretch->level.eps);
  cs_node_add_number(node, "from", stretch->birth);
  cs_node_add_number(node, "to", stretch->death);
  cs_node_add_integer(node, "clusters", (int64_t)stretch->level.clusters);
  cs_node_add_integer(node, "significant", (int64_t)stretch->level.significant);
  cs_node_add_integer(node, "core", (int64_t)stretch->level.core);
  cs_node_add_integer(node, "noise", (int64_t)stretch->level.noise);
  cs_node_add_integer(node, "largest", (int64_t)stretch->level.largest);
  cs_node_add_number(node, "apart", stretch->apart);
  cs_node_add_number(node, "spread", stretch->spread);
  cs_node_add_number(node, "score", stretch->score);
  cs_node_add_number(node, "dbcv", stretch->dbcv);
}

static void add_choice(const struct cs_levels *levels, struct cs_node *model) {
  struct cs_node *choice = cs_node_add_object(model, "choice");
  struct cs_str text = CS_STR_INIT;
  cs_node_add_text(choice, "rule", levels->lasts ? "lasting" : levels->equal ? "equal" : "knee");
  cs_node_add_number(choice, "eps", levels->chosen.eps);
  cs_node_add_integer(choice, "least_core", (int64_t)levels->least);
  cs_node_add_number(choice, "knee", levels->knee.eps);
  cs_dbscan_evidence_reason(levels, &text);
  cs_node_add_str(choice, "reason", &text);
  cs_str_release(&text);
}

void cs_dbscan_evidence_add(const struct cs_levels *levels, struct cs_node *model) {
  bool added[CS_STRETCHES] = {false};
  add_choice(levels, model);
  cs_node_add_numbers(model, "k_distance", levels->curve, levels->points);
  struct cs_node *selection = cs_node_add_array(model, "selection");
  for (size_t s = 0; s < levels->stretches; s++) { /* by their eps */
    size_t next = SIZE_MAX;
    for (size_t i = 0; i < levels->stretches; i++)
      if (!added[i] && (next == SIZE_MAX || levels->stretch[i].level.eps < levels->stretch[next].level.eps))
        next = i;
    added[next] = true;
    add_stretch(selection, &levels->stretch[next]);
  }
}
