#include "algo/space.h"
#include "algo/sweep.h"
#include "base/memory.h"
#include "base/num.h"
#include "cli/tool.h"
#include "data/features.h"
#include "data/model.h"
#include "data/weights.h"
#include "report/evidence.h"
#include "report/kmeans_columns.h"
#include "report/kmeans_model.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { AUTO_LEAST = 2, AUTO_MOST = 10, K_MOST = 10000, SWEEP_MOST = 100 };
enum select { SELECT_AUTO, SELECT_VOTE, SELECT_BUSINESS };

struct params {
  struct cs_common common;
  const char *clusters, *init, *row_weights, *feature_weights;
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

static enum cs_status check_label(const char *value, struct cs_error *err) {
  if (cs_role_is_cluster(cs_slice_of(value))) return CS_OK;
  return cs_fail(err, CS_USAGE,
                 "must be cluster, cluster_NAME or NAME_cluster, so that no program takes it for a "
                 "feature");
}

#define FIELD(name) offsetof(struct params, name)

static const struct cs_option options[] = {
    {CS_OPTION_HEADING, .help = "Clustering"},
    {CS_OPTION_TEXT, .name = "clusters", .letter = 'k', .argument = "N|auto|A..B", .value = "auto",
     .help = "number of clusters; auto tries 2 to 10, a range tries those in it, and the evidence for each "
             "is shown",
     .offset = FIELD(clusters), .marks = CS_OPTION_FIT, .check = check_clusters},
    {CS_OPTION_CHOICE, .name = "select", .argument = "RULE", .value = "auto", .choices = "auto|vote|business",
     .help = "how to choose among several: vote by silhouette, Davies-Bouldin and Calinski-Harabasz, or "
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
    {CS_OPTION_CHOICE, .name = "scale", .argument = "METHOD", .value = "standard",
     .choices = "standard|minmax|robust|maxabs||none",
     .help = "how columns that aren't prepared (scaled__*, pca__*) are scaled inside; standard is mean 0, "
             "variance 1",
     .offset = FIELD(scale), .marks = CS_OPTION_FIT},
    {CS_OPTION_TEXT, .name = "label", .argument = "NAME", .value = "cluster",
     .help = "name of the appended column", .offset = offsetof(struct params, common.label),
     .check = check_label},
    {CS_OPTION_TEXT, .name = "init", .argument = "k-means++|random|pca|FILE", .value = "k-means++",
     .choices = "k-means++|random|pca",
     .help =
         "where a start begins: greedy k-means++, rows drawn at random, parts cut across their first "
         "principal "
         "components, or at the rows of a table that has the same features; the last two leave nothing to "
         "chance, so that there is one start",
     .offset = FIELD(init), .marks = CS_OPTION_FIT | CS_OPTION_IS_FILE},
    {CS_OPTION_TEXT, .name = "row-weights", .argument = "COLUMN",
     .help = "column that says what each row weighs: a weight of 3 is the row three times",
     .offset = FIELD(row_weights), .marks = CS_OPTION_FIT},
    {CS_OPTION_TEXT, .name = "feature-weights", .argument = "NAME=W,...",
     .help = "what the squared differences of features weigh, once scaled; 1 where nothing is said",
     .offset = FIELD(feature_weights), .marks = CS_OPTION_FIT},
    {CS_OPTION_INTEGER, .name = "restarts", .argument = "N", .lo = 1, .hi = 1000000,
     .help = "number of starts, of which the best is kept; by default 100 up to 10,000 rows and 10 above",
     .offset = FIELD(restarts), .marks = CS_OPTION_FIT},
    {CS_OPTION_CHOICE, .name = "algorithm", .argument = "NAME", .value = "auto",
     .choices = "auto|lloyd|hamerly",
     .help =
         "how the nearest centres are found, with the same output: lloyd looks at every row in every round, "
         "hamerly, which auto takes, at those whose centre may have changed",
     .offset = FIELD(algorithm)},
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
    {CS_OPTION_CHOICE, .name = "simd", .argument = "LEVEL", .value = "auto",
     .choices = "auto|plain|avx2|avx512",
     .help = "the widest vectors to compute with; the output is the same with each", .offset = FIELD(simd)},
    {.type = CS_OPTION_END},
};

static const struct cs_option *const tables[] = {
    options,         cs_options_features, cs_options_seed, cs_options_model,
    cs_options_read, cs_options_write,    cs_options_run,  NULL,
};

static const struct cs_spec spec = {
    .name = "cs-kmeans",
    .summary = "k-means, with the number of clusters chosen and justified",
    .synopsis = "[OPTION]... [FILE]...",
    .description = "Appends a column cluster (1, 2, ... by decreasing size) to a table. Clustered are the "
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
                "      learn from old rows, apply to new ones\n",
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
  struct cs_features features;
  const char **names;       /* of the features */
  struct cs_scaler *scaler; /* NULL: taken as they are */
  double *weight;           /* of the rows, or NULL */
  struct cs_sweep sweep;
  struct cs_choice choice;
  struct range range;
};

static struct cs_error *err_of(const struct work *work) {
  return cs_tool_error(work->tool);
}

/* What is appended to the table. */
static struct cs_kmeans_columns columns_of(const struct work *work) {
  const struct params *params = work->params;
  return (struct cs_kmeans_columns){params->common.label, params->distance, params->silhouette,
                                    params->confidence};
}

static enum cs_status add_columns(const struct work *work, const double *centre, size_t k,
                                  const uint32_t *label) {
  struct cs_kmeans_columns columns = columns_of(work);
  return cs_kmeans_columns_add(&columns, work->table, &work->features.matrix, centre, k, label,
                               cs_tool_threads(work->tool), err_of(work));
}

/* --- learning --- */

/* What the features are once they are scaled inside. */
static const char *const scales[CS_SCALE_METHODS] = {[CS_SCALE_STANDARD] = "mean 0, variance 1",
                                                     [CS_SCALE_MINMAX] = "0 to 1",
                                                     [CS_SCALE_ROBUST] = "median 0, quartiles 1 apart",
                                                     [CS_SCALE_MAXABS] = "largest absolute value 1"};

/* The column of weights is no feature. */
static enum cs_status choose_features(struct work *work) {
  const struct params *params = work->params;
  const struct cs_common *common = &params->common;
  struct cs_features_options how = {.features = common->features,
                                    .exclude = common->exclude,
                                    .id = common->id,
                                    .weights = params->row_weights,
                                    .scaled = scales[params->scale],
                                    .threads = cs_tool_threads(work->tool)};
  if (params->row_weights && cs_table_find(work->table, cs_slice_of(params->row_weights)) == SIZE_MAX)
    return cs_fail(err_of(work), CS_USAGE, "--row-weights: no column '%s'", params->row_weights);
  if (params->row_weights)
    CS_TRY(cs_weights_of_rows(work->table, params->row_weights, how.threads, &work->weight, err_of(work)));
  return cs_features_find(&work->features, work->table, &how, cs_tool_notes(work->tool), err_of(work));
}

/* Features that weigh w are scaled to the square root of it. */
static enum cs_status weigh_features(struct work *work) {
  const struct params *params = work->params;
  size_t d = work->features.matrix.d;
  double *weight;
  if (!params->feature_weights) return CS_OK;
  CS_TRY(cs_alloc(&weight, d, sizeof *weight, "weights", err_of(work)));
  enum cs_status status = cs_weights_of_features(params->feature_weights, "--feature-weights", work->names, d,
                                                 weight, err_of(work));
  if (status == CS_OK && !work->scaler) {
    status = cs_alloc(&work->scaler, d, sizeof *work->scaler, "scales", err_of(work));
    for (size_t j = 0; status == CS_OK && j < d; j++)
      work->scaler[j] = (struct cs_scaler){.method = CS_SCALE_STANDARD, .scale = 1};
  }
  for (size_t j = 0; status == CS_OK && j < d; j++) work->scaler[j].scale /= sqrt(weight[j]);
  free(weight);
  return status;
}

/* A fault of the table as a whole. */
static enum cs_status of_table(const struct work *work, enum cs_status status) {
  if (status != CS_DATA) return status;
  return cs_table_fail(work->table, SIZE_MAX, SIZE_MAX, err_of(work), "%s", err_of(work)->text);
}

/* A fault of the values in column `bad` of the features, or of all where that is SIZE_MAX. */
static enum cs_status blame(struct work *work, enum cs_status status, size_t bad) {
  if (status != CS_DATA) return status;
  return cs_table_fail(work->table, SIZE_MAX, bad == SIZE_MAX ? SIZE_MAX : work->features.columns.column[bad],
                       err_of(work), "%s%s", err_of(work)->text, work->scaler ? "" : ": scale them first");
}

static enum cs_status scale_features(struct work *work) {
  struct cs_matrix *matrix = &work->features.matrix;
  enum cs_scale_method scale = (enum cs_scale_method)work->params->scale;
  size_t bad;
  if (work->features.prepared || scale == CS_SCALE_NONE) return CS_OK;
  CS_TRY(cs_alloc(&work->scaler, matrix->d, sizeof *work->scaler, "scales", err_of(work)));
  enum cs_status status = cs_space_fit(matrix, scale, work->scaler, &bad, err_of(work));
  return blame(work, status, bad);
}

static enum cs_status find_features(struct work *work) {
  size_t bad;
  CS_TRY(choose_features(work));
  CS_TRY(cs_features_names(&work->features, work->table, &work->names, err_of(work)));
  CS_TRY(scale_features(work));
  CS_TRY(weigh_features(work));
  if (work->scaler) cs_space_apply(&work->features.matrix, work->scaler, cs_tool_threads(work->tool));
  enum cs_status status = cs_space_check(&work->features.matrix, &bad, err_of(work));
  return blame(work, status, bad);
}

/* The centres of --init FILE, in the space that is clustered. */
static enum cs_status read_centres(struct work *work) {
  struct init *init = &work->init;
  struct cs_read_options how = *cs_tool_read_options(work->tool);
  int threads = cs_tool_threads(work->tool);
  how.checksum = false;
  init->table = cs_table_new();
  if (!init->table) return cs_fail_memory(err_of(work), 0, "a table");
  CS_TRY(cs_table_read(init->table, &init->file, 1, &how, cs_tool_notes(work->tool), err_of(work)));
  CS_TRY(cs_features_load(&init->features, init->table, work->names, work->features.matrix.d,
                          &(struct cs_features_options){.threads = threads}, err_of(work)));
  if (work->scaler) cs_space_apply(&init->features.matrix, work->scaler, threads);
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
  size_t distinct, rows = work->features.matrix.n;
  CS_TRY(cs_kmeans_distinct(&work->features.matrix, work->weight, work->range.most + 1, &distinct,
                            err_of(work)));
  size_t most = work->range.automatic && distinct <= work->range.most ? distinct - 1 : work->range.most;
  if (most < work->range.least) most = work->range.least;
  if (distinct < most)
    return cs_table_fail(work->table, SIZE_MAX, SIZE_MAX, err_of(work),
                         "%zu rows, %zu of them different in the features%s, can't make %zu clusters", rows,
                         distinct, work->weight ? " and of some weight" : "", most);
  if (most < work->range.most)
    cs_note(cs_tool_notes(work->tool), CS_NOTE_INFO,
            "only %zu rows differ in the features: trying 2 to %zu clusters", distinct, most);
  work->range.most = most;
  return CS_OK;
}

static enum cs_status fit_range(struct work *work) {
  const struct params *params = work->params;
  size_t count = work->range.most - work->range.least + 1, rows = work->features.matrix.n;
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
  CS_TRY(
      cs_sweep_begin(&work->sweep, &work->features.matrix, work->weight, count, how.threads, err_of(work)));
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
  bool fixed = work->range.given && !work->params->require_stable;
  return fixed ? CS_OK : of_table(work, cs_sweep_resample(&work->sweep, seed, threads, err_of(work)));
}

/* Whether cs-prep has prepared the table: recency, frequency and money are there, scaled. */
static bool is_customers(const struct cs_table *table) {
  static const char *const needed[] = {"scaled__days_since_last_purchase", "scaled__total_transactions",
                                       "scaled__total_spent"};
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
    if (cs_table_find(table, cs_slice_of(needed[i])) == SIZE_MAX) return false;
  return true;
}

static void choose(struct work *work) {
  enum select select = (enum select)work->params->select;
  if (select == SELECT_AUTO) select = is_customers(work->table) ? SELECT_BUSINESS : SELECT_VOTE;
  if (work->range.given)
    work->choice = (struct cs_choice){.rule = CS_RULE_FIXED, .runner_up = SIZE_MAX};
  else if (select == SELECT_BUSINESS)
    work->choice = cs_select_business(work->sweep.candidate, work->sweep.count);
  else
    work->choice = cs_select_vote(work->sweep.candidate, work->sweep.count);
}

/* --- telling --- */

static void add_number(struct cs_str *out, const char *name, double value, int digits) {
  char text[CS_NUM_TEXT];
  if (isnan(value)) return;
  cs_num_print(value, digits, text);
  cs_str_add_format(out, ", %s %s", name, text);
}

static void tell_result(const struct work *work) {
  const struct cs_candidate *candidate = &work->sweep.candidate[work->choice.chosen];
  const struct cs_kmeans *fit = &work->sweep.fit[work->choice.chosen];
  struct cs_str text = CS_STR_INIT;
  cs_str_add_format(&text, "%zu cluster%s", fit->k, fit->k == 1 ? "" : "s");
  add_number(&text, "inertia", candidate->inertia, 8);
  add_number(&text, "silhouette", candidate->silhouette, 4);
  add_number(&text, "Davies-Bouldin", candidate->davies_bouldin, 4);
  add_number(&text, "Calinski-Harabasz", candidate->calinski_harabasz, 6);
  cs_str_add_format(&text, "; %zu of %zu starts ended there", fit->recurred, work->sweep.restarts);
  cs_tool_say(work->tool, "%s", cs_str_text(&text));
  cs_str_release(&text);
}

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
  enum cs_status status = cs_evidence_runner_up(sweep, choice, work->names, &text, err_of(work));
  if (status == CS_OK && text.len)
    cs_tool_say(work->tool, "runner-up: k = %zu, %s", sweep->candidate[choice->runner_up].k,
                cs_str_text(&text));
  cs_str_release(&text);
  return status;
}

/* Whether every cluster is stable for some number of them: of those that the business rule may choose, else of all. */
static bool is_reliable(const struct work *work) {
  if (work->choice.rule == CS_RULE_BUSINESS) return work->choice.verdict != CS_VERDICT_UNRELIABLE;
  for (size_t i = 0; i < work->sweep.count; i++)
    if (cs_candidate_stable(&work->sweep.candidate[i])) return true;
  return work->sweep.stability_rows == 0;
}

static void warn_unreliable(const struct work *work) {
  if (!is_reliable(work))
    cs_note(cs_tool_notes(work->tool), CS_NOTE_WARNING,
            "no reliable segmentation: not every %s comes back under resampling%s",
            work->choice.rule == CS_RULE_BUSINESS ? "segment" : "cluster",
            work->range.given ? "" : ", for any number of them");
}

/* What --require-stable asks for. */
static enum cs_status require_stable(const struct work *work) {
  const struct cs_candidate *chosen = &work->sweep.candidate[work->choice.chosen];
  if (!work->params->require_stable || cs_candidate_stable(chosen)) return CS_OK;
  return cs_fail(
      err_of(work), CS_NO,
      "--require-stable: of %zu clusters the least stable has a mean Jaccard of %.3f, %.3f less two "
      "standard errors, not %.2f",
      chosen->k, cs_candidate_jaccard(chosen), cs_candidate_bound(chosen), CS_BUSINESS_JACCARD);
}

/* A run that stopped before convergence warns. */
static void warn_unconverged(const struct work *work) {
  struct cs_str text = CS_STR_INIT;
  for (size_t i = 0; i < work->sweep.count; i++)
    if (!work->sweep.fit[i].converged)
      cs_str_add_format(&text, "%s%zu", text.len ? ", " : "", work->sweep.fit[i].k);
  if (text.len)
    cs_note(cs_tool_notes(work->tool), CS_NOTE_WARNING,
            "k-means stopped before convergence for k = %s, by %s", cs_str_text(&text),
            work->params->tolerance > 0 ? "--tolerance or --max-iter" : "--max-iter");
  cs_str_release(&text);
}

static void tell_metric(void *context, const char *name, double value) {
  const struct work *work = context;
  char text[CS_NUM_TEXT];
  if (isnan(value)) return;
  cs_tool_metric(work->tool, name, value);
  cs_num_shortest(value, text);
  if (work->params->common.verbose) cs_tool_say(work->tool, "metric %s = %s", name, text);
}

static enum cs_status tell(struct work *work) {
  warn_unconverged(work);
  if (!work->range.given) CS_TRY(tell_choice(work));
  warn_unreliable(work);
  tell_result(work);
  cs_tool_metric(work->tool, "k", (double)work->sweep.candidate[work->choice.chosen].k);
  cs_kmeans_metrics(&work->sweep, work->choice.chosen, tell_metric, work);
  return CS_OK;
}

static enum cs_status save(struct work *work) {
  const struct cs_table *table = work->table;
  struct cs_node *model = cs_model_begin("cs-kmeans", cs_table_rows(table), cs_table_sha256(table));
  cs_tool_add_params(work->tool, model);
  enum cs_status status =
      cs_kmeans_model_add(model, table, &work->features, work->names, work->scaler, &work->sweep,
                          &work->choice, cs_tool_threads(work->tool), err_of(work));
  if (status == CS_OK) status = cs_model_write(model, work->params->common.save, err_of(work));
  cs_node_free(model);
  return status;
}

static enum cs_status learn(struct work *work) {
  CS_TRY(find_features(work));
  if (work->init.file) CS_TRY(read_centres(work));
  CS_TRY(limit_range(work));
  cs_tool_phase(work->tool, "fit");
  CS_TRY(fit_range(work));
  cs_tool_phase(work->tool, "judge");
  CS_TRY(judge(work));
  choose(work);
  CS_TRY(tell(work));
  if (work->params->common.save) CS_TRY(save(work));
  const struct cs_kmeans *fit = &work->sweep.fit[work->choice.chosen];
  return add_columns(work, fit->centre, fit->k, fit->label);
}

/* --- applying --- */

static enum cs_status assign(struct work *work, const struct cs_kmeans_model *model) {
  int threads = cs_tool_threads(work->tool);
  uint32_t *label;
  CS_TRY(cs_features_load(&work->features, work->table, model->names, model->d,
                          &(struct cs_features_options){.threads = threads}, err_of(work)));
  if (model->scaler) cs_space_apply(&work->features.matrix, model->scaler, threads);
  CS_TRY(cs_alloc(&label, work->features.matrix.n, sizeof *label, "labels", err_of(work)));
  enum cs_status status = of_table(
      work, cs_kmeans_assign(&work->features.matrix, model->centre, model->k, threads, label, err_of(work)));
  if (status == CS_OK) status = add_columns(work, model->centre, model->k, label);
  free(label);
  return status;
}

static enum cs_status apply(struct work *work, struct cs_kmeans_model *model) {
  if (cs_table_rows(work->table) == 0)
    return cs_table_fail(work->table, SIZE_MAX, SIZE_MAX, err_of(work), "no rows, so nothing to cluster");
  cs_tool_phase(work->tool, "apply");
  return assign(work, model);
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

static enum cs_status run(struct cs_tool *tool, void *context) {
  struct work work = {.tool = tool,
                      .params = context,
                      .features = CS_FEATURES_INIT,
                      .sweep = CS_SWEEP_INIT,
                      .init = {.features = CS_FEATURES_INIT}};
  struct cs_kmeans_model model = CS_KMEANS_MODEL_INIT;
  const char *load = work.params->common.load;
  enum cs_status status = check_params(&work);
  if (status == CS_OK && load) status = cs_kmeans_model_read(&model, load, err_of(&work));
  if (status == CS_OK) status = cs_tool_read(tool, &work.table);
  struct cs_kmeans_columns columns = columns_of(&work);
  if (status == CS_OK) status = cs_kmeans_columns_check(&columns, work.table, err_of(&work));
  if (status == CS_OK) status = load ? apply(&work, &model) : learn(&work);
  if (status == CS_OK) status = cs_tool_write(tool, work.table);
  if (status == CS_OK && !load) status = require_stable(&work);
  cs_kmeans_model_release(&model);
  cs_sweep_release(&work.sweep);
  cs_features_release(&work.features);
  cs_features_release(&work.init.features);
  cs_table_free(work.init.table);
  free(work.scaler);
  free(work.weight);
  free(work.names);
  cs_table_free(work.table);
  return status;
}

int main(int argc, char **argv) {
  struct params params;
  return cs_tool_main(&spec, argc, argv, &params, run);
}
