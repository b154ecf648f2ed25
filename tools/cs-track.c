#define _XOPEN_SOURCE 700 /* realpath() */
#include "base/num.h"
#include "base/parallel.h"
#include "cli/tool.h"
#include "cs-track/commands.h"
#include "data/checksum.h"
#include "track/census.h"
#include "track/child.h"
#include "track/environment.h"
#include "track/store.h"
#include "track/views.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct params {
  struct cs_common common;
  const char *experiments, *name, *tag, *run, *columns, *where, *sort, *metric;
  bool keep_data, minimise, same, yes;
  int64_t step, limit, width;
  int to; /* enum cs_sheet_format */
};

#define FIELD(field) offsetof(struct params, field)

static const struct cs_option options[] = {
    {CS_OPTION_HEADING, .help = "Where runs are kept"},
    {CS_OPTION_TEXT, .name = "experiments", .argument = "DIR", .value = "outputs/experiments",
     .help = "the folder of recorded runs", .offset = FIELD(experiments),
     .marks = CS_OPTION_IS_FILE | CS_OPTION_ENVIRONMENT},
    {CS_OPTION_HEADING, .help = "Recording: run, log, note, tap"},
    {CS_OPTION_TEXT, .name = "name", .argument = "TEXT", .help = "what the run is called",
     .offset = FIELD(name)},
    {CS_OPTION_TEXT, .name = "tag", .argument = "LIST", .help = "tags of the run, as region=north,team=crm",
     .offset = FIELD(tag), .marks = CS_OPTION_LIST},
    {CS_OPTION_FLAG, .name = "keep-data",
     .help = "copy tables of data into the record, too; they are recorded by their checksum otherwise",
     .offset = FIELD(keep_data)},
    {CS_OPTION_TEXT, .name = "run", .argument = "RUN",
     .help = "the run to add to, by default the one that this is a part of ($CS_RUN)", .offset = FIELD(run),
     .marks = CS_OPTION_NO_CONFIG},
    {CS_OPTION_INTEGER, .name = "step", .argument = "N", .value = "0", .lo = 0, .hi = INFINITY,
     .help = "the step that a metric's value belongs to", .offset = FIELD(step),
     .marks = CS_OPTION_NO_CONFIG},
    {CS_OPTION_HEADING, .help = "Looking: list, show, compare, best, verify"},
    {CS_OPTION_CHOICE, .name = "to", .argument = "FORMAT", .value = "text", .choices = "text|md|csv|json",
     .help = "format of the output", .offset = FIELD(to)},
    {CS_OPTION_TEXT, .name = "columns", .argument = "LIST",
     .help = "list: these values besides, as silhouette,param.cs-kmeans.clusters", .offset = FIELD(columns),
     .marks = CS_OPTION_LIST},
    {CS_OPTION_TEXT, .name = "where", .argument = "LIST",
     .help =
         "list: only runs for which all of these hold, as state=finished,silhouette>=0.3; patterns may be "
         "compared with, as name=weekly*",
     .offset = FIELD(where), .marks = CS_OPTION_LIST},
    {CS_OPTION_TEXT, .name = "sort", .argument = "NAME",
     .help =
         "list: in the order of this value, with - before it the largest first; by default the newest first",
     .offset = FIELD(sort)},
    {CS_OPTION_INTEGER, .name = "limit", .argument = "N", .lo = 1, .hi = INFINITY,
     .help = "at most so many runs; best shows one by default", .offset = FIELD(limit)},
    {CS_OPTION_TEXT, .name = "metric", .argument = "NAME",
     .help = "best: the metric, as silhouette, or cs-kmeans.silhouette where several programs tell it",
     .offset = FIELD(metric)},
    {CS_OPTION_FLAG, .name = "minimise", .help = "best: the lowest value is the best",
     .offset = FIELD(minimise)},
    {CS_OPTION_FLAG, .name = "same", .help = "compare: also show what is the same in all runs",
     .offset = FIELD(same)},
    {CS_OPTION_INTEGER, .name = "width", .argument = "COLUMNS", .value = "100", .lo = 40, .hi = 1000,
     .help = "how wide text may be", .offset = FIELD(width)},
    {CS_OPTION_HEADING, .help = "Removing: rm"},
    {CS_OPTION_FLAG, .name = "yes", .letter = 'y', .help = "don't ask", .offset = FIELD(yes),
     .marks = CS_OPTION_NO_CONFIG},
    {.type = CS_OPTION_END},
};

static const struct cs_option *const tables[] = {options, cs_options_output, cs_options_run, NULL};

static const struct cs_job jobs[] = {
    {"run", "-- COMMAND",
     "run a command, a pipe (sh -c 'a | b') or a whole pipeline, and record it; every program of cs "
     "that runs in it adds what it did by itself",
     NULL},
    {"log", "param|metric|tag NAME VALUE", "add to the run that it is a part of, or to --run RUN", NULL},
    {"log", "artifact FILE...", "the same with files", NULL},
    {"note", "TEXT", "the same with a remark", NULL},
    {"tap", "NAME", "in the middle of a pipe: pass on what is read, record its rows, columns and checksum",
     NULL},
    {"list", "", "the recorded runs", NULL},
    {"show", "[RUN]...", "what is known of a run, by default of the last", NULL},
    {"compare", "RUN RUN...", "what differs", NULL},
    {"best", "--metric NAME", "the finished run with the highest value", NULL},
    {"verify", "[RUN]...", "whether the files of a run are what they were", NULL},
    {"rm", "RUN...", "forget runs", NULL},
    {"diff", "OLD NEW",
     "which customers changed their segment between two clustered tables (cs-track diff --help)",
     &cs_track_diff_spec},
    {"push", "[RUN]", "send a run to an MLflow server (cs-track push --help)", &cs_track_push_spec},
    {NULL, NULL, NULL, NULL},
};

static const struct cs_spec spec = {
    .name = "cs-track",
    .summary = "remember runs: their parameters, metrics, files and environment; compare them",
    .synopsis = "COMMAND [OPTION]... [ARGUMENT]...",
    .jobs = jobs,
    .description =
        "A RUN is its id or a beginning of it, its name, last, last~1 for the one before, or the path of its "
        "folder. Values are named as metric.cs-kmeans.silhouette, or by an ending that is unambiguous.",
    .examples = "  cs-track run --name weekly -- sh -c 'cs-prep orders.csv | cs-kmeans -o c.csv'\n"
                "      record a pipe\n"
                "  cs-track list --columns silhouette --sort -silhouette\n"
                "  cs-track compare last~1 last\n"
                "  cs-track best --metric silhouette\n"
                "  cs-track verify last\n"
                "      are the files still those of the run?\n",
    .tables = tables,
    .params_size = sizeof(struct params),
    .takes_files = true,
    .rest_after = "run",
};

struct work {
  struct cs_tool *tool;
  const struct params *params;
  const char *const *argument; /* behind the command */
  size_t arguments;
};

static struct cs_error *err_of(const struct work *work) {
  return cs_tool_error(work->tool);
}

static struct cs_view view_of(const struct work *work) {
  return (struct cs_view){(enum cs_sheet_format)work->params->to, (size_t)work->params->width};
}

/* --- run --- */

/* What the command writes, it writes for the folder that it began in. */
static enum cs_status tell_children(const char *folder, struct cs_error *err) {
  char here[PATH_MAX], path[PATH_MAX];
  if (!getcwd(here, sizeof here)) return cs_fail_errno(err, "the current folder");
  if (!realpath(folder, path)) return cs_fail_errno(err, "%s", folder);
  if (setenv("CS_RUN", path, 1) != 0 || setenv("CS_RUN_BASE", here, 1) != 0)
    return cs_fail_memory(err, 0, "the environment");
  return CS_OK;
}

static enum cs_status add_tags(struct cs_experiment *experiment, const char *list, struct cs_error *err) {
  struct cs_str item = CS_STR_INIT;
  enum cs_status status = CS_OK;
  for (const char *at = list ? list : ""; status == CS_OK && *at;) {
    size_t len = strcspn(at, ",");
    cs_str_clear(&item);
    cs_str_add(&item, at, len);
    at += len + (at[len] == ',');
    status = cs_str_check(&item, "a tag", err);
    char *value = status == CS_OK && item.data ? strchr(item.data, '=') : NULL;
    if (status == CS_OK && !value) status = cs_fail(err, CS_USAGE, "--tag: write NAME=VALUE");
    if (status != CS_OK) break;
    *value = '\0';
    status = cs_experiment_check_name(item.data, err);
    if (status == CS_OK) cs_experiment_set_tag(experiment, item.data, value + 1);
  }
  cs_str_release(&item);
  return status;
}

static enum cs_status begin_run(struct work *work, const char *now, struct cs_str *folder, int *hold) {
  struct cs_experiment experiment = CS_EXPERIMENT_INIT;
  const struct cs_experiment_begin begin = {work->params->name, now, work->argument, work->arguments};
  CS_TRY(cs_store_create(work->params->experiments, now, folder, err_of(work)));
  CS_TRY(cs_store_hold(cs_str_text(folder), hold, err_of(work)));
  enum cs_status status = cs_experiment_make(&experiment, cs_str_text(folder), &begin,
                                             cs_environment(cs_parallel_processors()), err_of(work));
  if (status == CS_OK) status = add_tags(&experiment, work->params->tag, err_of(work));
  if (status == CS_OK) status = cs_experiment_write(&experiment, err_of(work));
  cs_experiment_release(&experiment);
  if (status == CS_OK) status = tell_children(cs_str_text(folder), err_of(work));
  if (status != CS_OK) cs_store_let_go(cs_str_text(folder), *hold);
  return status;
}

struct ending {
  struct cs_experiment_end end;
  bool keep_data;
};

static enum cs_status end_record(void *context, struct cs_experiment *experiment, struct cs_error *err) {
  const struct ending *ending = context;
  CS_TRY(cs_experiment_end(experiment, &ending->end, err));
  return cs_artifacts_take_outputs(experiment, ending->keep_data, err);
}

/* What a shell tells of it; the command has said what it had to say, but for why it couldn't be run. */
static enum cs_status status_of(struct work *work, const struct cs_child *child, const char *unrun) {
  *err_of(work) = (struct cs_error)CS_ERROR_INIT;
  if (unrun) snprintf(err_of(work)->text, sizeof err_of(work)->text, "%s", unrun);
  return (enum cs_status)(child->signal ? 128 + child->signal : child->exit_status);
}

static enum cs_status record_end(struct work *work, const char *folder, const struct cs_child *child,
                                 const char *unrun, double seconds) {
  char now[CS_TOOL_NOW];
  cs_tool_now(now);
  struct ending ending = {
      {now, seconds, child->cpu_seconds, child->peak_memory_bytes, child->exit_status, child->signal, unrun},
      work->params->keep_data};
  return cs_experiment_change(folder, end_record, &ending, err_of(work));
}

static enum cs_status record_run(struct work *work, const char *folder, int hold, double begin) {
  struct cs_child child;
  struct cs_error inner = CS_ERROR_INIT;
  const char *unrun = cs_child_run(work->argument, &child, &inner) == CS_OK ? NULL : inner.text;
  enum cs_status status = record_end(work, folder, &child, unrun, cs_tool_seconds() - begin);
  cs_store_let_go(folder, hold);
  if (status == CS_OK) {
    cs_tool_say(work->tool, "recorded in %s", folder);
    cs_track_push_after_run(work->tool, folder);
  } else if (child.exit_status || child.signal) {
    cs_tool_say(work->tool, "not recorded: %s", err_of(work)->text);
  } else {
    return status;
  }
  return status_of(work, &child, unrun);
}

static enum cs_status run_command(struct work *work) {
  struct cs_str folder = CS_STR_INIT;
  char now[CS_TOOL_NOW];
  int hold;
  if (!work->arguments) return cs_fail(err_of(work), CS_USAGE, "run what? cs-track run -- COMMAND");
  cs_tool_now(now);
  double begin = cs_tool_seconds();
  enum cs_status status = begin_run(work, now, &folder, &hold);
  if (status == CS_OK) status = record_run(work, cs_str_text(&folder), hold, begin);
  cs_str_release(&folder);
  return status;
}

/* --- log, note --- */

/* The folder of the run to add to. */
static enum cs_status find_target(const struct work *work, struct cs_str *folder) {
  const char *running = getenv("CS_RUN");
  if (work->params->run)
    return cs_store_find(work->params->experiments, work->params->run, folder, err_of(work));
  if (!running || !*running)
    return cs_fail(err_of(work), CS_USAGE, "this is no part of a run: name one with --run RUN");
  cs_str_add_text(folder, running);
  return cs_str_check(folder, "a path", err_of(work));
}

struct addition {
  const struct work *work;
  char now[CS_TOOL_NOW];
};

static enum cs_status change_target(struct work *work,
                                    enum cs_status (*change)(void *context, struct cs_experiment *experiment,
                                                             struct cs_error *err)) {
  struct cs_str folder = CS_STR_INIT;
  struct addition addition = {.work = work};
  cs_tool_now(addition.now);
  enum cs_status status = find_target(work, &folder);
  if (status == CS_OK) status = cs_experiment_change(cs_str_text(&folder), change, &addition, err_of(work));
  cs_str_release(&folder);
  return status;
}

static enum cs_status add_metric(const struct addition *addition, struct cs_experiment *experiment,
                                 const char *name, const char *text, struct cs_error *err) {
  double value;
  if (!cs_num_parse(text, strlen(text), '.', &value))
    return cs_fail(err, CS_USAGE, "the metric '%s': '%s' is not a number", name, text);
  cs_experiment_add_metric(experiment, name, value, addition->work->params->step, addition->now);
  return CS_OK;
}

static enum cs_status add_pair(void *context, struct cs_experiment *experiment, struct cs_error *err) {
  const struct addition *addition = context;
  const char *const *argument = addition->work->argument, *name = argument[1], *value = argument[2];
  CS_TRY(cs_experiment_check_name(name, err));
  if (argument[0][0] == 'm') return add_metric(addition, experiment, name, value, err);
  (argument[0][0] == 'p' ? cs_experiment_set_param : cs_experiment_set_tag)(experiment, name, value);
  return CS_OK;
}

static enum cs_status add_files(void *context, struct cs_experiment *experiment, struct cs_error *err) {
  const struct work *work = ((const struct addition *)context)->work;
  for (size_t i = 1; i < work->arguments; i++)
    CS_TRY(cs_artifact_add(experiment, work->argument[i], work->params->keep_data, err));
  return CS_OK;
}

static enum cs_status log_command(struct work *work) {
  static const char *const pair[] = {"param", "metric", "tag"};
  const char *kind = work->arguments ? work->argument[0] : "";
  if (strcmp(kind, "artifact") == 0 && work->arguments > 1) return change_target(work, add_files);
  for (size_t i = 0; i < sizeof pair / sizeof *pair; i++)
    if (strcmp(kind, pair[i]) == 0 && work->arguments == 3) return change_target(work, add_pair);
  return cs_fail(err_of(work), CS_USAGE,
                 "log what? log param|metric|tag NAME VALUE, or log artifact FILE...");
}

static enum cs_status add_note(void *context, struct cs_experiment *experiment, struct cs_error *err) {
  const struct addition *addition = context;
  struct cs_str text = CS_STR_INIT;
  for (size_t i = 0; i < addition->work->arguments; i++)
    cs_str_add_format(&text, "%s%s", i ? " " : "", addition->work->argument[i]);
  enum cs_status status = cs_str_check(&text, "the note", err);
  if (status == CS_OK) cs_experiment_add_note(experiment, cs_str_text(&text), addition->now);
  cs_str_release(&text);
  return status;
}

static enum cs_status note_command(struct work *work) {
  if (!work->arguments) return cs_fail(err_of(work), CS_USAGE, "note what? note TEXT");
  return change_target(work, add_note);
}

/* --- tap --- */

struct tap {
  struct cs_census census;
  struct cs_checksum *checksum;
  struct cs_output *output;
  uint64_t bytes;
};

static enum cs_status pass_on(struct tap *tap, struct cs_error *err) {
  static char block[256 * 1024];
  for (;;) {
    ssize_t got = read(STDIN_FILENO, block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cs_fail_errno(err, "standard input: can't read");
    if (got == 0) return CS_OK;
    CS_TRY(cs_output_write(tap->output, block, (size_t)got, err));
    cs_checksum_add(tap->checksum, block, (size_t)got);
    cs_census_add(&tap->census, block, (size_t)got);
    tap->bytes += (uint64_t)got;
  }
}

static enum cs_status tap_command(struct work *work) {
  struct tap tap = {0};
  char sha256[CS_SHA256_TEXT];
  if (work->arguments != 1) return cs_fail(err_of(work), CS_USAGE, "tap NAME: one name");
  CS_TRY(cs_experiment_check_name(work->argument[0], err_of(work)));
  if (!getenv("CS_RUN")) cs_tool_say(work->tool, "this is no part of a run: nothing is recorded");
  CS_TRY(cs_checksum_new(&tap.checksum, err_of(work)));
  enum cs_status status = cs_output_open(&tap.output, work->params->common.output, err_of(work));
  if (status == CS_OK) status = pass_on(&tap, err_of(work));
  if (status == CS_OK)
    status = cs_output_commit(&tap.output, err_of(work));
  else
    cs_output_abort(&tap.output);
  cs_census_end(&tap.census);
  cs_checksum_text(tap.checksum, sha256);
  cs_checksum_free(tap.checksum);
  if (status == CS_OK)
    cs_tool_tell_flow(work->tool, cs_census_rows(&tap.census), tap.census.columns, tap.bytes, sha256);
  return status;
}

/* --- looking --- */

static enum cs_status list_command(struct work *work) {
  struct cs_history history = CS_HISTORY_INIT;
  struct cs_str out = CS_STR_INIT;
  const struct params *params = work->params;
  const struct cs_list_options how = {params->columns, params->where, params->sort, (size_t)params->limit};
  const struct cs_view view = view_of(work);
  enum cs_status status =
      cs_history_read(&history, params->experiments, cs_tool_notes(work->tool), err_of(work));
  if (status == CS_OK && history.count == 0)
    cs_tool_say(work->tool, "no run has been recorded in %s", params->experiments);
  if (status == CS_OK) status = cs_view_list(&history, &how, &view, &out, err_of(work));
  if (status == CS_OK) status = cs_tool_write_text(work->tool, &out);
  cs_str_release(&out);
  cs_history_release(&history);
  return status;
}

static enum cs_status best_command(struct work *work) {
  struct cs_history history = CS_HISTORY_INIT;
  struct cs_str out = CS_STR_INIT;
  const struct params *params = work->params;
  const struct cs_view view = view_of(work);
  if (!params->metric) return cs_fail(err_of(work), CS_USAGE, "best by what? --metric NAME");
  enum cs_status status =
      cs_history_read(&history, params->experiments, cs_tool_notes(work->tool), err_of(work));
  if (status == CS_OK)
    status = cs_view_best(&history, params->metric, params->minimise,
                          params->limit ? (size_t)params->limit : 1, &view, &out, err_of(work));
  if (status == CS_OK) status = cs_tool_write_text(work->tool, &out);
  cs_str_release(&out);
  cs_history_release(&history);
  return status;
}

static enum cs_status compare_command(struct work *work) {
  struct cs_history history = CS_HISTORY_INIT;
  struct cs_str out = CS_STR_INIT, folder = CS_STR_INIT;
  const struct cs_view view = view_of(work);
  enum cs_status status = CS_OK;
  if (work->arguments < 2) return cs_fail(err_of(work), CS_USAGE, "compare what? compare RUN RUN...");
  for (size_t i = 0; status == CS_OK && i < work->arguments; i++) {
    cs_str_clear(&folder);
    status = cs_store_find(work->params->experiments, work->argument[i], &folder, err_of(work));
    if (status == CS_OK) status = cs_history_add(&history, cs_str_text(&folder), err_of(work));
  }
  if (status == CS_OK) status = cs_view_compare(&history, work->params->same, &view, &out, err_of(work));
  if (status == CS_OK) status = cs_tool_write_text(work->tool, &out);
  cs_str_release(&folder);
  cs_str_release(&out);
  cs_history_release(&history);
  return status;
}

/* Calls visit with the record of each run that was named, or of the last one. */
static enum cs_status each_run(struct work *work,
                               enum cs_status (*visit)(struct work *work, struct cs_experiment *experiment,
                                                       void *context),
                               void *context) {
  static const char *const last[] = {"last"};
  const char *const *run = work->arguments ? work->argument : last;
  enum cs_status status = CS_OK;
  for (size_t i = 0; status == CS_OK && i < (work->arguments ? work->arguments : 1); i++) {
    struct cs_experiment experiment = CS_EXPERIMENT_INIT;
    struct cs_str folder = CS_STR_INIT;
    status = cs_store_find(work->params->experiments, run[i], &folder, err_of(work));
    if (status == CS_OK) status = cs_experiment_read(&experiment, cs_str_text(&folder), err_of(work));
    if (status == CS_OK) status = visit(work, &experiment, context);
    cs_experiment_release(&experiment);
    cs_str_release(&folder);
  }
  return status;
}

static enum cs_status show_run(struct work *work, struct cs_experiment *experiment, void *context) {
  struct cs_str *out = context;
  const struct cs_view view = view_of(work);
  if (out->len) cs_str_add_byte(out, '\n');
  return cs_view_run(experiment, &view, out, err_of(work));
}

static enum cs_status show_command(struct work *work) {
  struct cs_str out = CS_STR_INIT;
  if (work->params->to == CS_SHEET_CSV || work->params->to == CS_SHEET_MARKDOWN)
    return cs_fail(err_of(work), CS_USAGE, "show writes text or json");
  if (work->params->to == CS_SHEET_JSON && work->arguments > 1)
    return cs_fail(err_of(work), CS_USAGE, "show --to json: one run at a time");
  enum cs_status status = each_run(work, show_run, &out);
  if (status == CS_OK) status = cs_tool_write_text(work->tool, &out);
  cs_str_release(&out);
  return status;
}

struct verification {
  struct cs_sheet sheet;
  size_t bad;
};

static enum cs_status verify_run(struct work *work, struct cs_experiment *experiment, void *context) {
  struct verification *verification = context;
  return cs_view_verified(experiment, &verification->sheet, &verification->bad, err_of(work));
}

static enum cs_status verify_command(struct work *work) {
  struct verification verification = {CS_SHEET_INIT, 0};
  struct cs_str out = CS_STR_INIT;
  const struct cs_view view = view_of(work);
  cs_view_verified_head(&verification.sheet);
  enum cs_status status = each_run(work, verify_run, &verification);
  if (status == CS_OK)
    status = cs_sheet_write(&verification.sheet, view.format, view.width, &out, err_of(work));
  if (status == CS_OK) status = cs_tool_write_text(work->tool, &out);
  if (status == CS_OK && verification.bad)
    status = cs_fail(err_of(work), CS_NO, "%zu files are not what they were", verification.bad);
  cs_str_release(&out);
  cs_sheet_release(&verification.sheet);
  return status;
}

/* --- rm --- */

static enum cs_status ask(const struct work *work, const char *id, bool *agreed) {
  char answer[16] = "";
  *agreed = true;
  if (work->params->yes) return CS_OK;
  if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
    return cs_fail(err_of(work), CS_USAGE, "rm asks on a terminal; --yes says that it is meant");
  cs_tool_say(work->tool, "remove the run %s and its files? [y/N]", id);
  *agreed = fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
  return CS_OK;
}

static enum cs_status remove_run(struct work *work, struct cs_experiment *experiment, void *context) {
  (void)context;
  const char *folder = cs_str_text(&experiment->folder);
  bool agreed;
  if (strcmp(cs_node_text(cs_node_get(experiment->root, "state"), ""), "running") == 0)
    return cs_fail(err_of(work), CS_NO, "the run %s goes on: it isn't removed", cs_store_id(folder));
  CS_TRY(ask(work, cs_store_id(folder), &agreed));
  return agreed ? cs_store_remove(folder, err_of(work)) : CS_OK;
}

static enum cs_status rm_command(struct work *work) {
  if (!work->arguments) return cs_fail(err_of(work), CS_USAGE, "remove what? rm RUN...");
  return each_run(work, remove_run, NULL);
}

/* --- commands --- */

struct command {
  const char *name;
  enum cs_status (*run)(struct work *work);
  const char *options; /* that it takes besides --experiments, each between blanks */
};

static const struct command commands[] = {
    {"run", run_command, " name tag keep-data "},
    {"log", log_command, " run step keep-data "},
    {"note", note_command, " run "},
    {"tap", tap_command, " output "},
    {"list", list_command, " to columns where sort limit width output "},
    {"show", show_command, " to width output "},
    {"compare", compare_command, " to same width output "},
    {"best", best_command, " to metric minimise limit width output "},
    {"verify", verify_command, " to width output "},
    {"rm", rm_command, " yes "},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

/* Options of other commands would be ignored silently. Those of a configuration are for whom they are for. */
static enum cs_status check_options(struct cs_tool *tool, const struct command *command,
                                    const struct cs_common *common) {
  for (const struct cs_option *option = options; option->type != CS_OPTION_END; option++) {
    char word[64];
    if (option->type == CS_OPTION_HEADING || strcmp(option->name, "experiments") == 0) continue;
    snprintf(word, sizeof word, " %s ", option->name);
    if (cs_options_on_command_line(common, option->name) && !strstr(command->options, word))
      return cs_fail(cs_tool_error(tool), CS_USAGE, "--%s is not for '%s'", option->name, command->name);
  }
  return CS_OK;
}

static enum cs_status no_command(struct cs_tool *tool, const char *name) {
  struct cs_str known = CS_STR_INIT;
  for (size_t i = 0; i < COMMANDS; i++) cs_str_add_format(&known, "%s%s", i ? ", " : "", commands[i].name);
  enum cs_status status =
      cs_fail(cs_tool_error(tool), CS_USAGE, *name ? "'%s' is no command: there are %s" : "%s%s",
              *name ? name : "say what to do: ", cs_str_text(&known));
  cs_str_release(&known);
  return status;
}

static enum cs_status run(struct cs_tool *tool, void *context) {
  const struct params *params = context;
  const struct cs_common *common = &params->common;
  const char *name = common->file_count ? common->files[0] : "";
  struct work work = {tool, params, common->files + 1, common->file_count ? common->file_count - 1 : 0};
  for (size_t i = 0; i < COMMANDS; i++) {
    if (strcmp(commands[i].name, name) != 0) continue;
    if (commands[i].run != tap_command) cs_tool_leave_no_record(tool);
    CS_TRY(check_options(tool, &commands[i], common));
    return commands[i].run(&work);
  }
  return no_command(tool, name);
}

int main(int argc, char **argv) {
  struct params params;
  const char *command = argc > 1 ? argv[1] : "";
  if (strcmp(command, "diff") == 0) return cs_track_diff_main(argc - 1, argv + 1);
  if (strcmp(command, "push") == 0) return cs_track_push_main(argc - 1, argv + 1);
  return cs_tool_main(&spec, argc, argv, &params, run);
}
