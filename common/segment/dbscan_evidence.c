#include "segment/dbscan_evidence.h"

#include "base/num.h"

#include <math.h>
#include <stdlib.h>

enum { STRETCHES_SHOWN = 6 };

/* Below this factor few rows of one population may look like several clusters. */
static const double FACTOR_CLEAR = 1.5;

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
  double factor; /* 0: none */
  const char *mark;
};

static int by_eps(const void *a, const void *b) {
  const struct line *x = a, *y = b;
  if (x->level->eps != y->level->eps) return x->level->eps < y->level->eps ? -1 : 1;
  return (x->factor > y->factor) - (x->factor < y->factor);
}

static void add_line(const struct cs_levels *levels, const struct line *line, struct cs_str *out) {
  const struct cs_eps_level *level = line->level;
  char eps[CS_NUM_TEXT];
  cs_str_add_format(out, "%9s  %8zu  %8zu  %6.1f %%  %6.1f %%", number(level->eps, 4, eps),
                    level->significant, level->clusters, per_cent(levels, level->largest),
                    per_cent(levels, level->noise));
  if (line->factor > 0)
    cs_str_add_format(out, "  %8.2f", line->factor);
  else
    cs_str_add_format(out, "  %8s", "-");
  if (isnan(level->validity))
    cs_str_add_format(out, "  %8s%s\n", "-", line->mark);
  else
    cs_str_add_format(out, "  %8.3f%s\n", level->validity, line->mark);
}

void cs_dbscan_evidence_table(const struct cs_levels *levels, struct cs_str *out) {
  struct line line[STRETCHES_SHOWN + 2];
  size_t count = 0;
  bool last = cs_levels_last(levels);
  for (size_t s = 0; s < levels->stretches && s < STRETCHES_SHOWN; s++)
    line[count++] = (struct line){s || !last ? cs_levels_of(levels, &levels->stretch[s]) : &levels->chosen,
                                  levels->stretch[s].factor, s || !last ? "" : "  <- chosen"};
  line[count++] = (struct line){&levels->at_knee, 0, last ? "  knee" : "  knee <- chosen"};
  qsort(line, count, sizeof *line, by_eps);
  cs_str_add_format(out, "%9s  %8s  %8s  %8s  %8s  %8s  %8s\n", "eps", "clusters", "any size", "largest",
                    "noise", "lasts", "validity");
  for (size_t l = 0; l < count; l++) add_line(levels, &line[l], out);
}

/* --- words --- */

void cs_dbscan_evidence_reason(const struct cs_levels *levels, struct cs_str *out) {
  char from[CS_NUM_TEXT], to[CS_NUM_TEXT];
  if (!cs_levels_last(levels)) {
    cs_str_add_text(out, "no number of clusters from 2 on lasts over a range of eps: this is one population, "
                         "with rows that fit it and "
                         "rows that don't; eps is the knee of the k-distances");
    return;
  }
  const struct cs_stretch *stretch = &levels->stretch[0];
  const struct cs_eps_level *first = &levels->level[stretch->first], *last = &levels->level[stretch->last];
  cs_str_add_format(out,
                    "%zu clusters of %zu rows or more last from eps %s to %s, a factor of %.2f: longer than "
                    "any other number of "
                    "clusters",
                    first->significant, levels->least, number(first->eps, 3, from), number(last->eps, 3, to),
                    stretch->factor);
}

void cs_dbscan_evidence_knee(const struct cs_levels *levels, struct cs_str *out) {
  const struct cs_eps_level *knee = &levels->at_knee;
  char eps[CS_NUM_TEXT];
  if (!cs_levels_last(levels)) return;
  bool same = knee->significant == levels->chosen.significant;
  cs_str_add_format(
      out, "the knee of the k-distances, at eps %s, has %s: %zu clusters of that size, %.1f %% noise",
      number(knee->eps, 3, eps), same ? "as many" : "another number", knee->significant,
      per_cent(levels, knee->noise));
}

void cs_dbscan_evidence_doubt(const struct cs_levels *levels, struct cs_str *out) {
  if (!cs_levels_last(levels) || levels->stretch[0].factor >= FACTOR_CLEAR) return;
  cs_str_add_format(out,
                    "%zu clusters last over a factor of %.2f of eps only: where rows are few a single "
                    "population can look so",
                    levels->chosen.significant, levels->stretch[0].factor);
}

/* --- the model --- */

static void add_level(struct cs_node *array, const struct cs_eps_level *level) {
  struct cs_node *node = cs_node_add_object(array, NULL);
  cs_node_add_number(node, "eps", level->eps);
  cs_node_add_integer(node, "clusters", (int64_t)level->clusters);
  cs_node_add_integer(node, "significant", (int64_t)level->significant);
  cs_node_add_integer(node, "core", (int64_t)level->core);
  cs_node_add_integer(node, "noise", (int64_t)level->noise);
  cs_node_add_integer(node, "largest", (int64_t)level->largest);
  cs_node_add_number(node, "validity", level->validity);
}

static void add_choice(const struct cs_levels *levels, struct cs_node *model) {
  struct cs_node *choice = cs_node_add_object(model, "choice");
  struct cs_str text = CS_STR_INIT;
  bool last = cs_levels_last(levels);
  cs_node_add_text(choice, "rule", last ? "longest" : "knee");
  cs_node_add_number(choice, "eps", levels->eps);
  cs_node_add_number(choice, "factor", last ? levels->stretch[0].factor : NAN);
  cs_node_add_integer(choice, "least_rows", (int64_t)levels->least);
  cs_node_add_number(choice, "knee", levels->knee);
  cs_dbscan_evidence_reason(levels, &text);
  cs_node_add_str(choice, "reason", &text);
  cs_str_release(&text);
}

void cs_dbscan_evidence_add(const struct cs_levels *levels, struct cs_node *model) {
  add_choice(levels, model);
  cs_node_add_numbers(model, "k_distance", levels->curve, levels->points);
  struct cs_node *selection = cs_node_add_array(model, "selection");
  for (size_t l = 0; l < levels->count; l++) add_level(selection, &levels->level[l]);
}
