#include "algo/sweep.h"
#include "base/memory.h"
#include "base/num.h"
#include "cli/tool.h"
#include "data/model.h"
#include "segment/christen.h"
#include "segment/customers.h"
#include "segment/evidence.h"
#include "segment/inputs.h"
#include "segment/kmeans_columns.h"
#include "segment/kmeans_model.h"
#include "segment/typical.h"
#include "segment/verdict.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { AUTO_LEAST = 2, AUTO_MOST = 10, K_MOST = 10000, SWEEP_MOST = 100 };
enum select { SELECT_AUTO, SELECT_VOTE, SELECT_BUSINESS };

struct params {
  struct cs_common common;
  const char *clusters, *init, *row_weights, *feature_weights, *medoids;
  int algorithm, exchange, select, scale, simd;
  int64_t restarts, max_iter, silhouette_rows;
  double tolerance;
  bool require_stable, distance, silhouette, confidence;
};

/* What -k asks for. */
struct range {
  size_t least, most;
  bool given;     /* one number */
  bool automatic; /* the word auto */
};

static bool parse_count(struct cs_slice text, size_t *k) {
  int64_t value;
  if (!cs_num_parse_integer(text.data, text.len, &value) || value < 1 || value > K_MOST) return false;
  *k = (size_t)value;
  return true;
}

static bool parse_range(const char *text, struct range *range) {
  const char *dots = strstr(text, "..");
  *range = (struct range){AUTO_LEAST, AUTO_MOST, false, strcmp(text, "auto") == 0};
  if (range->automatic) return true;
  if (!dots) {
    range->given = parse_count(cs_slice_of(text), &range->least);
    range->most = range->least;
    return range->given;
  }
  return parse_count((struct cs_slice){text, (size_t)(dots - text)}, &range->least) &&
         parse_count(cs_slice_of(dots + 2), &range->most) && range->least >= AUTO_LEAST &&
         range->least <= range->most && range->most - range->least < SWEEP_MOST;
}

static enum cs_status check_clusters(const char *value, struct cs_error *err) {
  struct range range;
  if (parse_range(value, &range)) return CS_OK;
  return cs_fail(err, CS_USAGE,
                 "must be a number from 1 to %d, auto, or a range A..B from 2 of at most %d numbers", K_MOST,
                 SWEEP_MOST);
}

#define FIELD(name) offsetof(struct params, name)

static const struct cs_option options[] = {
    {CS_OPTION_HEADING, .help = "How many clusters"},
    {CS_OPTION_TEXT, .name = "clusters", .letter = 'k', .argument = "N|auto|A..B", .value = "auto",
     .help = "number of clusters; auto tries 2 to 10, a range tries those in it, and the evidence for each "
             "is shown",
     .offset = FIELD(clusters), .marks = CS_OPTION_FIT, .check = check_clusters},
    {CS_OPTION_CHOICE, .name = "select", .argument = "RULE", .value = "auto", .choices = "auto|vote|business",
     .help = "how to choose among several: vote by silhouette, Davies-Bouldin, Calinski-Harabasz and gap, or "
             "business, the "
             "most segments from 3 to 8 that come back under resampling and hold 3 % of the rows; auto is "
             "business "
             "where cs-prep has prepared customers, else vote",
     .offset = FIELD(select), .marks = CS_OPTION_FIT},
    {CS_OPTION_FLAG, .name = "require-stable",
     .help =
         "exit with status 1, after writing the output, unless every cluster comes back under resampling; a "
         "number of clusters that is given is resampled for this, too",
     .offset = FIELD(require_stable), .marks = CS_OPTION_FIT},
    {CS_OPTION_INTEGER, .name = "silhouette-rows", .argument = "N", .value = "20000", .lo = 2, .hi = 1e7,
     .help = "up to N rows the silhouette is exact; above it is that of a sample of N or about 10,000 rows, "
             "whichever is less, with its standard error",
     .offset = FIELD(silhouette_rows), .marks = CS_OPTION_FIT},
    {CS_OPTION_HEADING, .help = "How they are found"},
    {CS_OPTION_CHOICE, .name = "scale", .argument = "METHOD", .value = "standard",
     .choices = "standard|minmax|robust|maxabs||none",
     .help = "how columns that aren't prepared (scaled__*, pca__*) are scaled inside; standard is mean 0, "
             "variance 1",
     .offset = FIELD(scale), .marks = CS_OPTION_FIT},
    {CS_OPTION_TEXT, .name = "init", .argument = "k-means++|random|pca|FILE", .value = "k-means++",
     .choices = "k-means++|random|pca",
     .help =
         "where a start begins: greedy k-means++, rows drawn at random, parts cut across their first "
         "principal "
         "components, or at the rows of a table that has the same features; the last two leave nothing to "
         "chance, so that there is one start",
     .offset = FIELD(init), .marks = CS_OPTION_FIT | CS_OPTION_IS_FILE},
    {CS_OPTION_INTEGER, .name = "restarts", .argument = "N", .lo = 1, .hi = 1000000,
     .help = "number of starts, of which the best is kept; by default 100 up to 10,000 rows and 10 above",
     .offset = FIELD(restarts), .marks = CS_OPTION_FIT},
    {CS_OPTION_TEXT, .name = "row-weights", .argument = "COLUMN",
     .help = "column that says what each row weighs: a weight of 3 is the row three times",
     .offset = FIELD(row_weights), .marks = CS_OPTION_FIT},
    {CS_OPTION_TEXT, .name = "feature-weights", .argument = "NAME=W,...",
     .help = "what the squared differences of features weigh, once scaled; 1 where nothing is said",
     .offset = FIELD(feature_weights), .marks = CS_OPTION_FIT},
    {CS_OPTION_CHOICE, .name = "exchange", .argument = "WHEN", .value = "auto", .choices = "auto|yes|no",
     .help = "when no round changes anything any more, move single rows where that lowers the inertia "
             "(Hartigan and "
             "Wong), and go on; auto does so up to 20,000 rows",
     .offset = FIELD(exchange), .marks = CS_OPTION_FIT},
    {CS_OPTION_INTEGER, .name = "max-iter", .argument = "N", .value = "1000", .lo = 1, .hi = 1000000,
     .help = "rounds that a start may take", .offset = FIELD(max_iter), .marks = CS_OPTION_FIT},
    {CS_OPTION_NUMBER, .name = "tolerance", .argument = "X", .value = "0", .lo = 0, .hi = 1,
     .help = "stop a start when the centres' squared shift is at most X times the mean variance; 0 goes on "
             "until no row "
             "changes its cluster",
     .offset = FIELD(tolerance), .marks = CS_OPTION_FIT},
    {CS_OPTION_CHOICE, .name = "algorithm", .argument = "NAME", .value = "auto",
     .choices = "auto|lloyd|hamerly",
     .help =
         "how the nearest centres are found, with the same output: lloyd looks at every row in every round, "
         "hamerly, which auto takes, at those whose centre may have changed",
     .offset = FIELD(algorithm)},
    {CS_OPTION_CHOICE, .name = "simd", .argument = "LEVEL", .value = "auto",
     .choices = "auto|plain|avx2|avx512",
     .help = "the widest vectors to compute with; the output is the same with each", .offset = FIELD(simd),
     .marks = CS_OPTION_ASIDE},
    {.type = CS_OPTION_END},
};

static const struct cs_option written[] = {
    {CS_OPTION_HEADING, .help = "What else is written"},
    {CS_OPTION_FLAG, .name = "distance",
     .help = "append the distance of each row to its centre, in the space clustered",
     .offset = FIELD(distance)},
    {CS_OPTION_FLAG, .name = "silhouette",
     .help =
         "append the silhouette of each row, exact whatever their number: that takes its time above 100,000",
     .offset = FIELD(silhouette)},
    {CS_OPTION_FLAG, .name = "confidence",
     .help = "append how much nearer a row is to its centre than to the next one: 0 on the border, 1 at the "
             "centre",
     .offset = FIELD(confidence)},
    {CS_OPTION_TEXT, .name = "medoids", .argument = "FILE",
     .help =
         "write the most typical row of each cluster, whose distances to the others have the least sum, to "
         "FILE",
     .offset = FIELD(medoids), .marks = CS_OPTION_IS_FILE | CS_OPTION_WRITES},
    {.type = CS_OPTION_END},
};

static const struct cs_option *const tables[] = {
    options,          cs_options_clusters, written,          cs_options_features, cs_options_seed,
    cs_options_model, cs_options_read,     cs_options_write, cs_options_run,      NULL,
};

static const struct cs_spec spec = {
    .name = "cs-kmeans",
    .summary = "k-means, with the number of clusters chosen and justified",
    .synopsis = "[OPTION]... [FILE]...",
    .description = "Appends a column cluster (1, 2, ... by decreasing size) to a table, and cluster_name to "
                   "one of customers. Clustered are the "
                   "pca__* columns if there "
                   "are any, else the scaled__* columns, else every numeric column, scaled inside; "
                   "everything that was read passes "
                   "through untouched. With -k auto several numbers of clusters are tried, the evidence for "
                   "each is shown on "
                   "standard error, and the choice is justified.",
    .examples = "  cs-gen -n 500 | cs-prep | cs-kmeans -k auto >clusters.csv\n"
                "      customer segments, their number chosen for use in business\n"
                "  cs-kmeans -k 3 -f petal_length,petal_width --scale none iris.csv\n"
                "      three clusters on two columns, in their own units\n"
                "  cs-kmeans -k 5 --save model.json old.csv >old-clusters.csv\n"
                "  cs-kmeans --load model.json new.csv >new-clusters.csv\n"
                "      learn from old rows, apply to new ones\n"
                "  cs-kmeans -k auto --match old.json --save new.json new.csv\n"
                "      learn anew; clusters that go on keep their numbers\n",
    .tables = tables,
    .params_size = sizeof(struct params),
    .takes_files = true,
};

static const char *const inits[] = {
    [CS_SEED_PLUSPLUS] = "k-means++", [CS_SEED_RANDOM] = "random", [CS_SEED_PARTS] = "pca"};

/* What --init asks for; a name that is none of a method is that of a file. */
struct init {
  enum cs_seeding seeding;
  const char *file;
  struct cs_table *table;
  struct cs_features features; /* its rows, as the centres of the first round */
};

/* Everything that a run holds. */
struct work {
  struct init init;
  struct cs_tool *tool;
  const struct params *params;
  struct cs_table *table;
  struct cs_inputs inputs;
  struct cs_sweep sweep;
  struct cs_choice choice;
  struct cs_segments segments;
  struct cs_name_rules rules;
  struct range range;
};

static struct cs_error *err_of(const struct work *work) {
  return cs_tool_error(work->tool);
}

/* A fault of the table as a whole. */
static enum cs_status of_table(const struct work *work, enum cs_status status) {
  if (status != CS_DATA) return status;
  return cs_table_fail(work->table, SIZE_MAX, SIZE_MAX, err_of(work), "%s", err_of(work)->text);
}

/* What is appended to the table. */
static struct cs_kmeans_columns columns_of(const struct work *work) {
  const struct params *params = work->params;
  return (struct cs_kmeans_columns){params->common.label, &work->segments, params->distance,
                                    params->silhouette, params->confidence};
}

static enum cs_status add_columns(const struct work *work, const double *centre, size_t k,
                                  const uint32_t *label) {
  struct cs_kmeans_columns columns = columns_of(work);
  CS_TRY(cs_kmeans_columns_add(&columns, work->table, &work->inputs.features.matrix, centre, k, label,
                               cs_tool_threads(work->tool), err_of(work)));
  if (!work->params->medoids) return CS_OK;
  const struct cs_write_options how = cs_tool_write_options(work->tool);
  return cs_typical_write(work->params->medoids, work->table, &work->inputs.features.matrix,
                          work->inputs.weight, label, &work->segments, &how, err_of(work));
}

/* --- learning --- */

static enum cs_status find_inputs(struct work *work) {
  const struct params *params = work->params;
  const struct cs_inputs_options how = {.features = params->common.features,
                                        .exclude = params->common.exclude,
                                        .id = params->common.id,
                                        .row_weights = params->row_weights,
                                        .feature_weights = params->feature_weights,
                                        .scale = (enum cs_scale_method)params->scale,
                                        .threads = cs_tool_threads(work->tool)};
  return cs_inputs_find(&work->inputs, work->table, &how, cs_tool_notes(work->tool), err_of(work));
}

/* The centres of --init FILE, in the space that is clustered. */
static enum cs_status read_centres(struct work *work) {
  struct init *init = &work->init;
  const struct cs_inputs *inputs = &work->inputs;
  struct cs_read_options how = *cs_tool_read_options(work->tool);
  how.checksum = false;
  init->table = cs_table_new();
  if (!init->table) return cs_fail_memory(err_of(work), 0, "a table");
  CS_TRY(cs_table_read(init->table, &init->file, 1, &how, cs_tool_notes(work->tool), err_of(work)));
  CS_TRY(cs_inputs_load(&init->features, init->table, inputs->names, inputs->scaler,
                        inputs->features.matrix.d, cs_tool_threads(work->tool), err_of(work)));
  size_t k = init->features.matrix.n;
  if (k < 1 || k > K_MOST)
    return cs_table_fail(init->table, SIZE_MAX, SIZE_MAX, err_of(work), "%zu rows, not 1 to %d centres", k,
                         K_MOST);
  if (!work->range.automatic && !(work->range.given && work->range.least == k))
    return cs_table_fail(init->table, SIZE_MAX, SIZE_MAX, err_of(work),
                         "%zu row%s, which isn't the number that -k asks for", k, k == 1 ? "" : "s");
  work->range = (struct range){k, k, true, false};
  return CS_OK;
}

/* The rows allow no more clusters than there are different ones. */
static enum cs_status limit_range(struct work *work) {
  const struct cs_inputs *inputs = &work->inputs;
  size_t distinct, rows = inputs->features.matrix.n;
  CS_TRY(cs_kmeans_distinct(&inputs->features.matrix, inputs->weight, work->range.most + 1, &distinct,
                            err_of(work)));
  size_t most = work->range.automatic && distinct <= work->range.most ? distinct - 1 : work->range.most;
  if (most < work->range.least) most = work->range.least;
  if (distinct < most)
    return cs_table_fail(work->table, SIZE_MAX, SIZE_MAX, err_of(work),
                         "%zu rows, %zu of them different in the features%s, can't make %zu clusters", rows,
                         distinct, work->inputs.weight ? " and of some weight" : "", most);
  if (most < work->range.most)
    cs_note(cs_tool_notes(work->tool), CS_NOTE_INFO,
            "only %zu rows differ in the features: trying 2 to %zu clusters", distinct, most);
  work->range.most = most;
  return CS_OK;
}

static enum cs_status fit_range(struct work *work) {
  const struct params *params = work->params;
  size_t count = work->range.most - work->range.least + 1, rows = work->inputs.features.matrix.n;
  struct cs_kmeans_params how = {
      .restarts = params->restarts ? (size_t)params->restarts : cs_kmeans_restarts(rows),
      .max_iter = (size_t)params->max_iter,
      .tolerance = params->tolerance,
      .seeding = work->init.seeding,
      .begin = work->init.features.matrix.x,
      .algorithm = (enum cs_kmeans_algorithm)params->algorithm,
      .exchange = (enum cs_kmeans_exchange)params->exchange,
      .seed = (uint64_t)params->common.seed,
      .threads = cs_tool_threads(work->tool),
  };
  CS_TRY(cs_sweep_begin(&work->sweep, &work->inputs.features.matrix, work->inputs.weight, count, how.threads,
                        err_of(work)));
  for (how.k = work->range.least; how.k <= work->range.most; how.k++) {
    how.stream = (uint64_t)how.k << 32;
    CS_TRY(of_table(work, cs_sweep_fit(&work->sweep, &how, err_of(work))));
    cs_tool_progress(work->tool, (double)work->sweep.count / (double)count);
  }
  return CS_OK;
}

static enum cs_status judge(struct work *work) {
  uint64_t seed = (uint64_t)work->params->common.seed;
  int threads = cs_tool_threads(work->tool);
  CS_TRY(cs_sweep_judge(&work->sweep, (size_t)work->params->silhouette_rows, seed, threads, err_of(work)));
  if (!work->range.given) CS_TRY(cs_sweep_gap(&work->sweep, seed, threads, err_of(work)));
  bool fixed = work->range.given && !work->params->require_stable;
  return fixed ? CS_OK : of_table(work, cs_sweep_resample(&work->sweep, seed, threads, err_of(work)));
}

/* Whether clusters get names; of a model that is applied they can only be its own. */
static bool wants_names(const struct work *work, const struct cs_kmeans_model *model) {
  if (work->params->common.names != CS_SWITCH_AUTO) return work->params->common.names == CS_SWITCH_ON;
  if (work->params->common.load) return model->older.name != NULL;
  return work->params->common.name_rules || cs_is_customers(work->table);
}

static void choose(struct work *work) {
  enum select select = (enum select)work->params->select;
  if (select == SELECT_AUTO) select = cs_is_customers(work->table) ? SELECT_BUSINESS : SELECT_VOTE;
  if (work->range.given)
    work->choice = (struct cs_choice){.rule = CS_RULE_FIXED, .runner_up = SIZE_MAX};
  else if (select == SELECT_BUSINESS)
    work->choice = cs_select_business(work->sweep.candidate, work->sweep.count);
  else
    work->choice = cs_select_vote(work->sweep.candidate, work->sweep.count, work->sweep.gap_of_one);
}

/* --- following an older model --- */

/* The clusters of the rows by a model: *label is [rows], the caller's to free() also when this fails. */
static enum cs_status label_by(const struct work *work, const struct cs_kmeans_model *model,
                               struct cs_features *features, uint32_t **label) {
  int threads = cs_tool_threads(work->tool);
  CS_TRY(cs_inputs_load(features, work->table, model->space.names, model->space.scaler, model->space.d,
                        threads, err_of(work)));
  CS_TRY(cs_alloc(label, features->matrix.n, sizeof **label, "labels", err_of(work)));
  return of_table(
      work, cs_kmeans_assign(&features->matrix, model->centre, model->k, threads, *label, err_of(work)));
}

/* Gives the clusters their numbers. */
static enum cs_status follow(struct work *work, const struct cs_kmeans_model *model) {
  const struct cs_kmeans *fit = &work->sweep.fit[work->choice.chosen];
  struct cs_features features = CS_FEATURES_INIT;
  uint32_t *label = NULL;
  CS_TRY(cs_segments_begin(&work->segments, fit->k, NULL, err_of(work)));
  if (!work->params->common.match) return CS_OK;
  enum cs_status status = label_by(work, model, &features, &label);
  if (status == CS_OK)
    status = cs_segments_follow(&work->segments, fit->label, &model->older, label, fit->n, err_of(work));
  cs_features_release(&features);
  free(label);
  return status;
}

static enum cs_status name_segments(struct work *work, const struct cs_kmeans_model *older) {
  const struct params *params = work->params;
  if (!wants_names(work, older)) return CS_OK;
  const struct cs_naming how = {.table = work->table,
                                .label = work->sweep.fit[work->choice.chosen].label,
                                .features = &work->inputs.features.columns,
                                .rules = params->common.name_rules ? &work->rules : NULL,
                                .threads = cs_tool_threads(work->tool)};
  return cs_christen(&work->segments, how, older->older.name, cs_tool_notes(work->tool), err_of(work));
}

/* --- telling --- */

static enum cs_status tell_choice(const struct work *work) {
  const struct cs_sweep *sweep = &work->sweep;
  const struct cs_choice *choice = &work->choice;
  bool business = choice->rule == CS_RULE_BUSINESS;
  struct cs_str text = CS_STR_INIT;
  cs_evidence_table(sweep, choice, &text);
  cs_tool_print(work->tool, cs_str_text(&text));
  cs_str_clear(&text);
  cs_evidence_criteria(sweep, &text);
  cs_tool_say(work->tool, "%s%s", cs_str_text(&text), business ? " (shown, not used)" : "");
  cs_str_clear(&text);
  cs_evidence_reason(sweep, choice, &text);
  cs_tool_say(work->tool, "chosen by %s: k = %zu, %s", business ? "business rule" : "vote",
              sweep->candidate[choice->chosen].k, cs_str_text(&text));
  cs_str_clear(&text);
  enum cs_status status =
      cs_evidence_runner_up(sweep, choice, &work->segments, work->inputs.names, &text, err_of(work));
  if (status == CS_OK && text.len)
    cs_tool_say(work->tool, "runner-up: k = %zu, %s", sweep->candidate[choice->runner_up].k,
                cs_str_text(&text));
  cs_str_release(&text);
  return status;
}

static enum cs_status tell(struct work *work) {
  const struct cs_kmeans *fit = &work->sweep.fit[work->choice.chosen];
  struct cs_str text = CS_STR_INIT;
  if (!work->range.given) CS_TRY(tell_choice(work));
  cs_verdict_warn(&work->sweep, &work->choice, work->params->tolerance, cs_tool_notes(work->tool));
  cs_verdict_result(&work->sweep, &work->choice, &text);
  cs_tool_say(work->tool, "%s", cs_str_text(&text));
  cs_str_release(&text);
  if (work->segments.name)
    cs_segments_tell_names(&work->segments, fit->size, fit->n, cs_tool_say_line, work->tool);
  if (cs_segments_followed(&work->segments)) cs_segments_tell(&work->segments, cs_tool_say_line, work->tool);
  cs_tool_metric(work->tool, "k", (double)work->sweep.candidate[work->choice.chosen].k);
  cs_kmeans_metrics(&work->sweep, work->choice.chosen, cs_tool_tell_metric, work->tool);
  return CS_OK;
}

static enum cs_status save(struct work *work) {
  const struct cs_table *table = work->table;
  const struct cs_kmeans_learnt learnt = {table, &work->inputs, &work->sweep, &work->choice, &work->segments};
  struct cs_node *model = cs_model_begin("cs-kmeans", cs_table_rows(table), cs_table_sha256(table));
  cs_tool_add_params(work->tool, model);
  enum cs_status status = cs_kmeans_model_add(model, &learnt, cs_tool_threads(work->tool), err_of(work));
  if (status == CS_OK) status = cs_model_write(model, work->params->common.save, err_of(work));
  cs_node_free(model);
  return status;
}

static enum cs_status learn(struct work *work, const struct cs_kmeans_model *older) {
  CS_TRY(find_inputs(work));
  if (work->init.file) CS_TRY(read_centres(work));
  CS_TRY(limit_range(work));
  cs_tool_phase(work->tool, "fit");
  CS_TRY(fit_range(work));
  cs_tool_phase(work->tool, "judge");
  CS_TRY(judge(work));
  choose(work);
  CS_TRY(follow(work, older));
  CS_TRY(name_segments(work, older));
  CS_TRY(tell(work));
  if (work->params->common.save) CS_TRY(save(work));
  const struct cs_kmeans *fit = &work->sweep.fit[work->choice.chosen];
  return add_columns(work, fit->centre, fit->k, fit->label);
}

/* --- applying --- */

static enum cs_status apply(struct work *work, const struct cs_kmeans_model *model) {
  uint32_t *label = NULL;
  if (cs_table_rows(work->table) == 0)
    return cs_table_fail(work->table, SIZE_MAX, SIZE_MAX, err_of(work), "no rows, so nothing to cluster");
  cs_tool_phase(work->tool, "apply");
  CS_TRY(cs_segments_begin(&work->segments, model->k, model->older.number, err_of(work)));
  if (wants_names(work, model)) CS_TRY(cs_segments_name(&work->segments, model->older.name, err_of(work)));
  enum cs_status status = label_by(work, model, &work->inputs.features, &label);
  if (status == CS_OK) status = add_columns(work, model->centre, model->k, label);
  free(label);
  return status;
}

/* --- the whole --- */

static enum cs_status check_params(struct work *work) {
  static const char *const levels[] = {NULL, "plain", "avx2", "avx512"};
  const struct params *params = work->params;
  bool found = false;
  if (params->common.load && params->common.save)
    return cs_fail(err_of(work), CS_USAGE, "--save has nothing to save beside --load");
  for (size_t i = 0; !found && i < sizeof inits / sizeof *inits; i++)
    if (strcmp(params->init, inits[i]) == 0) found = true, work->init.seeding = (enum cs_seeding)i;
  if (!found) work->init.file = params->init;
  if ((work->init.file || work->init.seeding == CS_SEED_PARTS) && params->restarts > 1)
    return cs_fail(err_of(work), CS_USAGE,
                   "--restarts %lld: --init %s leaves nothing to chance, so one start is all there is",
                   (long long)params->restarts, params->init);
  if (params->simd) cs_lanes_limit(levels[params->simd]);
  return parse_range(params->clusters, &work->range) ? CS_OK : check_clusters(params->clusters, err_of(work));
}

static enum cs_status check_columns(const struct work *work, const struct cs_kmeans_model *model) {
  const struct params *params = work->params;
  struct cs_kmeans_columns columns = columns_of(work);
  if (params->common.load && params->common.names == CS_SWITCH_ON && !model->older.name)
    return cs_fail(err_of(work), CS_DATA, "%s: the model has no names of clusters", params->common.load);
  return cs_kmeans_columns_check(&columns, wants_names(work, model), work->table, err_of(work));
}

static enum cs_status run(struct cs_tool *tool, void *context) {
  struct work work = {.tool = tool,
                      .params = context,
                      .inputs = CS_INPUTS_INIT,
                      .sweep = CS_SWEEP_INIT,
                      .segments = CS_SEGMENTS_INIT,
                      .rules = CS_NAME_RULES_INIT,
                      .init = {.features = CS_FEATURES_INIT}};
  struct cs_kmeans_model model = CS_KMEANS_MODEL_INIT;
  const char *load = work.params->common.load, *older = load ? load : work.params->common.match;
  enum cs_status status = check_params(&work);
  if (status == CS_OK && work.params->common.name_rules)
    status = cs_name_rules_read(&work.rules, work.params->common.name_rules, err_of(&work));
  if (status == CS_OK && older) status = cs_kmeans_model_read(&model, older, err_of(&work));
  if (status == CS_OK) status = cs_tool_read(tool, &work.table);
  if (status == CS_OK) status = check_columns(&work, &model);
  if (status == CS_OK) status = load ? apply(&work, &model) : learn(&work, &model);
  if (status == CS_OK) status = cs_tool_write(tool, work.table);
  if (status == CS_OK && work.params->require_stable)
    status = cs_verdict_require_stable(&work.sweep, &work.choice, err_of(&work));
  cs_kmeans_model_release(&model);
  cs_segments_release(&work.segments);
  cs_name_rules_release(&work.rules);
  cs_sweep_release(&work.sweep);
  cs_inputs_release(&work.inputs);
  cs_features_release(&work.init.features);
  cs_table_free(work.init.table);
  cs_table_free(work.table);
  return status;
}

int main(int argc, char **argv) {
  struct params params;
  return cs_tool_main(&spec, argc, argv, &params, run);
}
