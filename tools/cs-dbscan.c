#include "algo/dbscan_signs.h"
#include "algo/glosh.h"
#include "algo/levels.h"
#include "base/memory.h"
#include "base/num.h"
#include "cli/tool.h"
#include "data/model.h"
#include "segment/christen.h"
#include "segment/customers.h"
#include "segment/dbscan_evidence.h"
#include "segment/dbscan_model.h"
#include "segment/dbscan_rows.h"
#include "segment/dbscan_validity.h"
#include "segment/dbscan_verdict.h"
#include "segment/inputs.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS_LEAST = 5, POINTS_MOST = 1000000 };

struct params {
  struct cs_common common;
  const char *eps, *min_points, *row_weights, *feature_weights;
  int border, noise, scale, simd;
  bool point_type, distance, outlier_score;
};

/* A number above 0; 0 stands for the word auto. */
static bool parse_eps(const char *text, double *eps) {
  *eps = 0;
  return strcmp(text, "auto") == 0 ||
         (cs_num_parse(text, strlen(text), '.', eps) && *eps > 0 && *eps <= 1e150);
}

static bool parse_points(const char *text, int64_t *points) {
  *points = 0;
  return strcmp(text, "auto") == 0 ||
         (cs_num_parse_integer(text, strlen(text), points) && *points >= 1 && *points <= POINTS_MOST);
}

static enum cs_status check_eps(const char *value, struct cs_error *err) {
  double eps;
  return parse_eps(value, &eps) ? CS_OK : cs_fail(err, CS_USAGE, "must be a distance above 0, or auto");
}

static enum cs_status check_points(const char *value, struct cs_error *err) {
  int64_t points;
  return parse_points(value, &points)
             ? CS_OK
             : cs_fail(err, CS_USAGE, "must be a number from 1 to %d, or auto", POINTS_MOST);
}

#define FIELD(name) offsetof(struct params, name)

static const struct cs_option options[] = {
    {CS_OPTION_HEADING, .help = "What is dense"},
    {CS_OPTION_TEXT, .name = "eps", .letter = 'e', .argument = "R|auto", .value = "auto",
     .help = "rows no farther from each other than R are neighbours, in the space clustered; auto finds R",
     .offset = FIELD(eps), .marks = CS_OPTION_FIT, .check = check_eps},
    {CS_OPTION_TEXT, .name = "min-points", .letter = 'm', .argument = "N|auto", .value = "auto",
     .help = "a row with N neighbours, itself among them, is a core point; auto is 5, or twice the number of "
             "features where that is more",
     .offset = FIELD(min_points), .marks = CS_OPTION_FIT, .check = check_points},
    {CS_OPTION_CHOICE, .name = "border", .argument = "RULE", .value = "nearest", .choices = "nearest|first",
     .help = "where rows belong that are near core points but aren't any: to the nearest one's cluster, or, "
             "as scikit-learn and R "
             "have it, to the cluster with the first core point of the table",
     .offset = FIELD(border), .marks = CS_OPTION_FIT},
    {CS_OPTION_HEADING, .help = "What is measured"},
    {CS_OPTION_CHOICE, .name = "scale", .argument = "METHOD", .value = "standard",
     .choices = "standard|minmax|robust|maxabs||none",
     .help = "how columns that aren't prepared (scaled__*, pca__*) are scaled inside; standard is mean 0, "
             "variance 1",
     .offset = FIELD(scale), .marks = CS_OPTION_FIT},
    {CS_OPTION_TEXT, .name = "row-weights", .argument = "COLUMN",
     .help = "column that says what each row weighs: a weight of 3 is the row three times, except in "
             "scaling; with --eps auto and "
             "--outlier-score weights are 1, 2, 3 and so on, else one below 0 takes from its neighbours",
     .offset = FIELD(row_weights), .marks = CS_OPTION_FIT},
    {CS_OPTION_TEXT, .name = "feature-weights", .argument = "NAME=W,...",
     .help = "what the squared differences of features weigh, once scaled; 1 where nothing is said",
     .offset = FIELD(feature_weights), .marks = CS_OPTION_FIT},
    {CS_OPTION_CHOICE, .name = "simd", .argument = "LEVEL", .value = "auto",
     .choices = "auto|plain|avx2|avx512",
     .help = "the widest vectors to compute with; the output is the same with each", .offset = FIELD(simd),
     .marks = CS_OPTION_ASIDE},
    {.type = CS_OPTION_END},
};

static const struct cs_option written[] = {
    {CS_OPTION_HEADING, .help = "What else is written"},
    {CS_OPTION_CHOICE, .name = "noise", .argument = "WHAT", .value = "keep", .choices = "keep|nearest|drop",
     .help = "rows in no cluster: keep them as -1, give them to the cluster of the nearest core point, or "
             "leave them out",
     .offset = FIELD(noise)},
    {CS_OPTION_FLAG, .name = "point-type", .help = "append whether a row is core, border or noise",
     .offset = FIELD(point_type)},
    {CS_OPTION_FLAG, .name = "distance",
     .help = "append the distance of each row to the nearest core point, 0 of one itself",
     .offset = FIELD(distance)},
    {CS_OPTION_FLAG, .name = "outlier-score",
     .help = "append how far each row lies outside, from 0 in the densest part of a cluster to 1 (GLOSH), "
             "whatever eps is; rows "
             "that are learnt from have one",
     .offset = FIELD(outlier_score)},
    {.type = CS_OPTION_END},
};

static const struct cs_option *const tables[] = {
    options,          cs_options_clusters, written, cs_options_features, cs_options_model, cs_options_read,
    cs_options_write, cs_options_run,      NULL,
};

static const struct cs_spec spec = {
    .name = "cs-dbscan",
    .summary = "density clustering, with eps chosen and justified, noise explained",
    .synopsis = "[OPTION]... [FILE]...",
    .description = "Appends a column cluster to a table: 1, 2, ... by decreasing size, -1 for noise, the "
                   "rows that fit no cluster. "
                   "Clustered are the pca__* columns if there are any, else the scaled__* columns, else "
                   "every numeric column, "
                   "scaled inside; everything that was read passes through untouched.",
    .examples = "  cs-prep orders.csv | cs-dbscan --point-type >clusters.csv\n"
                "      the customers who fit no pattern\n"
                "  cs-dbscan -e 0.5 -m 5 --scale none -f 'petal_*,sepal_*' iris.csv\n"
                "      clusters at a given eps, in the columns' own units\n"
                "  cs-dbscan -e 0.5 --save model.json old.csv >old-clusters.csv\n"
                "  cs-dbscan --load model.json new.csv >new-clusters.csv\n"
                "      learn from old rows, apply to new ones\n",
    .tables = tables,
    .params_size = sizeof(struct params),
    .takes_files = true,
};

/* Everything that a run holds. */
struct work {
  struct cs_tool *tool;
  const struct params *params;
  double eps; /* 0: to be found */
  int64_t min_points;
  struct cs_table *table;
  struct cs_inputs inputs;
  struct cs_kdtree tree;
  struct cs_dbscan_params how;
  struct cs_levels *levels; /* NULL: eps was given */
  struct cs_dbscan fit;
  double dbcv; /* of the fit; NaN: it isn't known */
  struct cs_dbscan_rows rows;
  struct cs_segments segments;
  struct cs_name_rules rules;
};

static struct cs_error *err_of(const struct work *work) {
  return cs_tool_error(work->tool);
}

/* Whether eps is to be found. */
static bool is_found(const struct work *work) {
  return work->eps == 0;
}

static struct cs_dbscan_columns columns_of(const struct work *work) {
  const struct params *params = work->params;
  return (struct cs_dbscan_columns){.label = params->common.label,
                                    .noise = (enum cs_noise)params->noise,
                                    .point_type = params->point_type,
                                    .distance = params->distance,
                                    .outlier_score = params->outlier_score};
}

/* Whether clusters get names; of a model that is applied they can only be its own. */
static bool wants_names(const struct work *work, const struct cs_dbscan_model *model) {
  if (work->params->common.names != CS_SWITCH_AUTO) return work->params->common.names == CS_SWITCH_ON;
  if (work->params->common.load) return model->older.name != NULL;
  return work->params->common.name_rules || cs_is_customers(work->table);
}

/* --- learning --- */

static enum cs_status find_inputs(struct work *work) {
  const struct params *params = work->params;
  const struct cs_inputs_options how = {.features = params->common.features,
                                        .exclude = params->common.exclude,
                                        .id = params->common.id,
                                        .row_weights = params->row_weights,
                                        .feature_weights = params->feature_weights,
                                        .sign = CS_WEIGHTS_SIGNED,
                                        .scale = (enum cs_scale_method)params->scale,
                                        .threads = cs_tool_threads(work->tool)};
  return cs_inputs_find(&work->inputs, work->table, &how, cs_tool_notes(work->tool), err_of(work));
}

/* How far outside each row lies. */
static enum cs_status find_scores(struct work *work, const struct cs_reach *reach, size_t min_points) {
  double *score;
  CS_TRY(cs_alloc(&score, reach->n, sizeof *score, "scores", err_of(work)));
  enum cs_status status =
      cs_alloc(&work->rows.score, reach->n, sizeof *work->rows.score, "scores", err_of(work));
  if (status == CS_OK) status = cs_glosh(reach, min_points, score, err_of(work));
  for (size_t place = 0; status == CS_OK && place < reach->n; place++)
    work->rows.score[work->tree.row[place]] = score[place];
  free(score);
  return status;
}

/* What is read of every eps counts rows. */
static enum cs_status check_weights(const struct work *work) {
  const double *weight = work->inputs.weight;
  double total = 0;
  if (!weight) return CS_OK;
  size_t column = cs_table_find(work->table, cs_slice_of(work->params->row_weights));
  for (size_t i = 0; i < work->tree.n; total += weight[i++])
    if (!(weight[i] >= 1) || weight[i] != floor(weight[i]))
      return cs_table_fail(
          work->table, i, column, err_of(work),
          "--eps auto and --outlier-score take weights of 1, 2, 3 and so on, how often a row is "
          "there: with others, give --eps alone");
  if (total <= CS_REACH_HEAVIEST) return CS_OK;
  return cs_table_fail(
      work->table, SIZE_MAX, column, err_of(work),
      "--eps auto and --outlier-score take weights of %.0f in all, not %.0f: give --eps alone",
      CS_REACH_HEAVIEST, total);
}

/* What is known of every eps at once: the one at which clusters last, and how far outside rows lie. */
static enum cs_status look_at_all(struct work *work) {
  struct cs_reach reach;
  size_t min_points = (size_t)work->how.min_points;
  if (min_points > CS_REACH_MOST)
    return cs_fail(err_of(work), CS_USAGE, "--eps auto and --outlier-score take at most %d --min-points",
                   CS_REACH_MOST);
  CS_TRY(check_weights(work));
  cs_tool_phase(work->tool, "eps");
  CS_TRY(cs_reach_find(&reach, &work->tree, min_points, work->how.weight, work->how.threads, err_of(work)));
  enum cs_status status = CS_OK;
  if (reach.total < min_points)
    status = cs_table_fail(work->table, SIZE_MAX, SIZE_MAX, err_of(work),
                           "%zu rows, and %zu make a core point: there is no eps to find",
                           (size_t)reach.total, min_points);
  if (is_found(work) && status == CS_OK)
    status = cs_alloc(&work->levels, 1, sizeof *work->levels, "levels", err_of(work));
  if (is_found(work) && status == CS_OK)
    status = cs_levels_find(work->levels, &reach, min_points, err_of(work));
  if (is_found(work) && status == CS_OK) work->how.eps = work->levels->chosen.eps;
  if (status == CS_OK && work->params->outlier_score) status = find_scores(work, &reach, min_points);
  cs_reach_release(&reach);
  return status;
}

static enum cs_status fit(struct work *work) {
  struct cs_matrix *matrix = &work->inputs.features.matrix;
  size_t twice = 2 * matrix->d;
  int threads = cs_tool_threads(work->tool);
  work->how = (struct cs_dbscan_params){.eps = work->eps,
                                        .min_points = work->min_points       ? (double)work->min_points
                                                      : twice > POINTS_LEAST ? (double)twice
                                                                             : POINTS_LEAST,
                                        .weight = work->inputs.weight,
                                        .border = (enum cs_border)work->params->border,
                                        .threads = threads};
  cs_tool_phase(work->tool, "fit");
  CS_TRY(cs_kdtree_build(&work->tree, matrix, threads, err_of(work)));
  if (is_found(work) || work->params->outlier_score) {
    CS_TRY(look_at_all(work));
    cs_tool_phase(work->tool, "fit");
  }
  return cs_dbscan_fit(&work->fit, &work->tree, &work->how, err_of(work));
}

/* Gives the clusters their numbers. */
static enum cs_status follow(struct work *work, struct cs_dbscan_model *model) {
  const struct cs_dbscan_columns plain = {.noise = CS_NOISE_KEEP};
  struct cs_features features = CS_FEATURES_INIT;
  struct cs_dbscan_rows old = CS_DBSCAN_ROWS_INIT;
  int threads = cs_tool_threads(work->tool);
  CS_TRY(cs_segments_begin(&work->segments, work->fit.k, NULL, err_of(work)));
  if (!work->params->common.match) return CS_OK;
  enum cs_status status = cs_inputs_load(&features, work->table, model->space.names, model->space.scaler,
                                         model->space.d, threads, err_of(work));
  if (status == CS_OK)
    status = cs_dbscan_rows_apply(&old, &plain, model, &features.matrix, threads, err_of(work));
  if (status == CS_OK)
    status = cs_segments_follow(&work->segments, work->fit.label, &model->older, old.label, work->fit.n,
                                err_of(work));
  cs_dbscan_rows_release(&old);
  cs_features_release(&features);
  return status;
}

static enum cs_status name_segments(struct work *work, const struct cs_dbscan_model *older) {
  const struct params *params = work->params;
  if (!wants_names(work, older)) return CS_OK;
  const struct cs_naming how = {.table = work->table,
                                .label = work->fit.label,
                                .features = &work->inputs.features.columns,
                                .rules = params->common.name_rules ? &work->rules : NULL,
                                .threads = cs_tool_threads(work->tool)};
  return cs_christen(&work->segments, how, older->older.name, cs_tool_notes(work->tool), err_of(work));
}

/* --- telling --- */

static void say_text(const struct work *work, struct cs_str *text, const char *prefix) {
  if (text->len) cs_tool_say(work->tool, "%s%s", prefix, cs_str_text(text));
  cs_str_clear(text);
}

static void tell_choice(const struct work *work) {
  struct cs_str text = CS_STR_INIT;
  cs_dbscan_evidence_table(work->levels, &text);
  cs_tool_print(work->tool, cs_str_text(&text));
  cs_str_clear(&text);
  cs_dbscan_evidence_reason(work->levels, &text);
  say_text(work, &text, "chosen: ");
  cs_dbscan_evidence_knee(work->levels, &text);
  say_text(work, &text, "");
  cs_dbscan_evidence_dbcv(work->levels, &text);
  say_text(work, &text, "");
  cs_dbscan_evidence_doubt(work->levels, &text);
  if (text.len) cs_note(cs_tool_notes(work->tool), CS_NOTE_WARNING, "%s", cs_str_text(&text));
  cs_str_release(&text);
}

static enum cs_status tell(struct work *work) {
  struct cs_dbscan_signs signs;
  struct cs_str text = CS_STR_INIT;
  CS_TRY(cs_dbscan_find_signs(&signs, &work->fit, &work->tree, &work->how, err_of(work)));
  const struct cs_dbscan_verdict verdict = {&work->fit, &work->how, &signs, &work->inputs, work->tree.d};
  if (work->levels) tell_choice(work);
  cs_dbscan_verdict_warn(&verdict, cs_tool_notes(work->tool));
  cs_dbscan_verdict_result(&verdict, &text);
  cs_tool_say(work->tool, "%s", cs_str_text(&text));
  cs_str_release(&text);
  if (work->segments.name && work->fit.k)
    cs_segments_tell_names(&work->segments, work->fit.size, work->fit.n, cs_tool_say_line, work->tool);
  if (cs_segments_followed(&work->segments)) cs_segments_tell(&work->segments, cs_tool_say_line, work->tool);
  cs_tool_tell_metric(work->tool, "eps", work->how.eps);
  cs_tool_tell_metric(work->tool, "clusters", (double)work->fit.k);
  cs_dbscan_metrics(&work->fit, work->dbcv, cs_tool_tell_metric, work->tool);
  return CS_OK;
}

static enum cs_status save(struct work *work) {
  const char *path = work->params->common.save;
  const struct cs_dbscan_learnt learnt = {work->table, &work->inputs, &work->tree,    &work->how,
                                          &work->fit,  work->dbcv,    &work->segments};
  struct cs_node *model =
      cs_model_begin("cs-dbscan", cs_table_rows(work->table), cs_table_sha256(work->table));
  cs_tool_add_params(work->tool, model);
  enum cs_status status =
      cs_dbscan_model_add(model, &learnt, path, cs_tool_threads(work->tool), err_of(work));
  if (work->levels) cs_dbscan_evidence_add(work->levels, model);
  if (status == CS_OK) status = cs_model_write(model, path, err_of(work));
  cs_node_free(model);
  return status;
}

static enum cs_status learn(struct work *work, struct cs_dbscan_model *older) {
  const struct cs_dbscan_columns columns = columns_of(work);
  CS_TRY(find_inputs(work));
  CS_TRY(fit(work));
  cs_tool_phase(work->tool, "judge");
  CS_TRY(cs_dbscan_validity(&work->fit, &work->tree, &work->how, work->levels, &work->dbcv, err_of(work)));
  CS_TRY(follow(work, older));
  CS_TRY(name_segments(work, older));
  CS_TRY(tell(work));
  if (work->params->common.save) CS_TRY(save(work));
  return cs_dbscan_rows_learn(&work->rows, &columns, &work->fit, &work->tree, cs_tool_threads(work->tool),
                              err_of(work));
}

/* --- applying --- */

static enum cs_status apply(struct work *work, struct cs_dbscan_model *model) {
  const struct cs_dbscan_columns columns = columns_of(work);
  struct cs_features *features = &work->inputs.features;
  int threads = cs_tool_threads(work->tool);
  if (cs_table_rows(work->table) == 0)
    return cs_table_fail(work->table, SIZE_MAX, SIZE_MAX, err_of(work), "no rows, so nothing to cluster");
  cs_tool_phase(work->tool, "apply");
  CS_TRY(cs_segments_begin(&work->segments, model->k, model->older.number, err_of(work)));
  if (wants_names(work, model)) CS_TRY(cs_segments_name(&work->segments, model->older.name, err_of(work)));
  CS_TRY(cs_inputs_load(features, work->table, model->space.names, model->space.scaler, model->space.d,
                        threads, err_of(work)));
  return cs_dbscan_rows_apply(&work->rows, &columns, model, &features->matrix, threads, err_of(work));
}

/* --- the whole --- */

static enum cs_status check_params(struct work *work) {
  static const char *const levels[] = {NULL, "plain", "avx2", "avx512"};
  const struct params *params = work->params;
  if (params->common.load && params->common.save)
    return cs_fail(err_of(work), CS_USAGE, "--save has nothing to save beside --load");
  if (params->common.load && params->outlier_score)
    return cs_fail(err_of(work), CS_USAGE,
                   "--outlier-score is of rows that are learnt from: not beside --load");
  if (params->simd) cs_lanes_limit(levels[params->simd]);
  if (!parse_eps(params->eps, &work->eps)) return check_eps(params->eps, err_of(work));
  return parse_points(params->min_points, &work->min_points) ? CS_OK
                                                             : check_points(params->min_points, err_of(work));
}

static enum cs_status check_columns(const struct work *work, const struct cs_dbscan_model *model) {
  const struct params *params = work->params;
  const struct cs_dbscan_columns columns = columns_of(work);
  if (params->common.load && params->common.names == CS_SWITCH_ON && !model->older.name)
    return cs_fail(err_of(work), CS_DATA, "%s: the model has no names of clusters", params->common.load);
  return cs_dbscan_rows_check(&columns, wants_names(work, model), work->table, err_of(work));
}

static enum cs_status run(struct cs_tool *tool, void *context) {
  struct work work = {.tool = tool,
                      .params = context,
                      .inputs = CS_INPUTS_INIT,
                      .tree = CS_KDTREE_INIT,
                      .fit = CS_DBSCAN_INIT,
                      .rows = CS_DBSCAN_ROWS_INIT,
                      .segments = CS_SEGMENTS_INIT,
                      .rules = CS_NAME_RULES_INIT};
  struct cs_dbscan_model model = CS_DBSCAN_MODEL_INIT;
  const char *load = work.params->common.load, *older = load ? load : work.params->common.match;
  const struct cs_dbscan_columns columns = columns_of(&work);
  enum cs_status status = check_params(&work);
  if (status == CS_OK && work.params->common.name_rules)
    status = cs_name_rules_read(&work.rules, work.params->common.name_rules, err_of(&work));
  if (status == CS_OK && older)
    status = cs_dbscan_model_read(&model, older, cs_tool_threads(tool), err_of(&work));
  if (status == CS_OK) status = cs_tool_read(tool, &work.table);
  if (status == CS_OK) status = check_columns(&work, &model);
  if (status == CS_OK) status = load ? apply(&work, &model) : learn(&work, &model);
  if (status == CS_OK)
    status = cs_dbscan_rows_add(&work.rows, &columns, &work.segments, work.table, err_of(&work));
  if (status == CS_OK) status = cs_tool_write(tool, work.table);
  cs_dbscan_model_release(&model);
  cs_dbscan_rows_release(&work.rows);
  cs_dbscan_release(&work.fit);
  free(work.levels);
  cs_kdtree_release(&work.tree);
  cs_segments_release(&work.segments);
  cs_name_rules_release(&work.rules);
  cs_inputs_release(&work.inputs);
  cs_table_free(work.table);
  return status;
}

int main(int argc, char **argv) {
  struct params params;
  return cs_tool_main(&spec, argc, argv, &params, run);
}
