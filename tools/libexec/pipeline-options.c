/* pipeline-options - what cs-pipeline (a shell script) is told: reads its options, checks them, holds the folder of the run,
 * writes into its .cs/ what the run depends on, and becomes the script again, which finds all that as CS_PIPELINE_*. */
#include "base/memory.h"
#include "cli/tool.h"
#include "pipeline/contents.h"
#include "pipeline/folder.h"
#include "pipeline/words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct params {
  struct cs_common common; /* output: the folder of the run */
  bool demo, skip_kmeans, skip_dbscan, force, dry_run;
  int64_t customers;
  struct cs_texts input;
  const char *map, *as_of, *name;
};

enum { PATH_MOST = 4096 };

/* What main() was given. */
static char **user_words;

#define FIELD(name) offsetof(struct params, name)

static const struct cs_option own[] = {
    {.type = CS_OPTION_HEADING, .help = "Input"},
    {.type = CS_OPTION_TEXTS,
     .name = "input",
     .argument = "FILE",
     .offset = FIELD(input),
     .marks = CS_OPTION_IS_FILE,
     .help =
         "orders, or customers, as cs-prep reads them; several files, here or as operands, are one table; "
         "without any, customers are made up"},
    {.type = CS_OPTION_TEXT,
     .name = "map",
     .letter = 'm',
     .argument = "LIST",
     .offset = FIELD(map),
     .marks = CS_OPTION_LIST,
     .help = "which column is what, where the names don't tell: cs-prep's option of that name"},
    {.type = CS_OPTION_TEXT,
     .name = "as-of",
     .argument = "DATE",
     .offset = FIELD(as_of),
     .help = "the day from which recency is counted: cs-prep's option of that name"},
    {.type = CS_OPTION_INTEGER,
     .name = "num-customers",
     .letter = 'n',
     .argument = "N",
     .lo = 1,
     .hi = 100000000,
     .offset = FIELD(customers),
     .help = "make up N customers: cs-gen's option of that name"},
    {.type = CS_OPTION_FLAG,
     .name = "demo",
     .offset = FIELD(demo),
     .help = "make up customers, whatever input a configuration names"},
    {.type = CS_OPTION_HEADING, .help = "The run"},
    {.type = CS_OPTION_TEXT,
     .name = "output",
     .letter = 'o',
     .argument = "DIR",
     .value = "outputs",
     .offset = FIELD(common.output),
     .marks = CS_OPTION_IS_FILE,
     .help = "the folder of the run"},
    {.type = CS_OPTION_FLAG,
     .name = "skip-kmeans",
     .offset = FIELD(skip_kmeans),
     .help = "leave out k-means and its report"},
    {.type = CS_OPTION_FLAG,
     .name = "skip-dbscan",
     .offset = FIELD(skip_dbscan),
     .help = "leave out DBSCAN and its report"},
    {.type = CS_OPTION_TEXT,
     .name = "load",
     .argument = "DIR",
     .offset = FIELD(common.load),
     .marks = CS_OPTION_IS_FILE,
     .help =
         "score the input with the models of an earlier run, whose folder is DIR, and tell who has moved"},
    {.type = CS_OPTION_TEXT,
     .name = "match",
     .argument = "DIR",
     .offset = FIELD(common.match),
     .marks = CS_OPTION_IS_FILE,
     .help = "find the segments anew, in the scales of an earlier run, whose folder is DIR; those that go on "
             "keep its numbers; tell who has moved"},
    {.type = CS_OPTION_TEXT,
     .name = "name",
     .argument = "TEXT",
     .offset = FIELD(name),
     .help = "what the record of the run is called"},
    {.type = CS_OPTION_FLAG,
     .name = "force",
     .offset = FIELD(force),
     .help = "run all steps, those too that are up to date"},
    {.type = CS_OPTION_FLAG,
     .name = "dry-run",
     .offset = FIELD(dry_run),
     .help = "tell which steps would run, and write nothing"},
    {.type = CS_OPTION_END},
};

static const struct cs_option *const tables[] = {own, cs_options_run, NULL};

static const struct cs_spec spec = {
    .name = "cs-pipeline",
    .summary = "the whole run, from orders to reports",
    .synopsis = "[OPTION]... [FILE]...",
    .description =
        "Runs the other programs, from orders (or made-up customers) to segments, models and reports in one "
        "folder. What is up to date isn't made again: contents, options and programs count. k-means and "
        "DBSCAN run side by side. A run that failed or was killed is taken up by the next.",
    .examples = "  cs-pipeline --demo\n"
                "      500 made-up customers, to outputs/visualizations/kmeans_dashboard.html\n"
                "  cs-pipeline --input orders.csv -o q1\n"
                "      your own\n"
                "  cs-pipeline --input orders-q2.csv --load q1 -o q2\n"
                "      next quarter's customers in the same segments, and who has moved\n"
                "  cs-pipeline -c base.yaml -c shop.yaml --set cs-kmeans.clusters=5 orders/*.csv\n"
                "      options of all programs, from files and from here\n",
    .tables = tables,
    .params_size = sizeof(struct params),
    .takes_files = true,
};

/* --- what a run holds --- */

struct work {
  struct cs_tool *tool;
  struct params params; /* with the operands as input, and the folder named so that it is no option */
  struct cs_arena texts;
  struct cs_str state; /* the folder of what the run knows about itself */
};

static struct cs_error *err_of(const struct work *work) {
  return cs_tool_error(work->tool);
}

/* FOLDER/NAME, in the arena. */
static enum cs_status path_in(struct work *work, const char *folder, const char *name, const char **path) {
  struct cs_str text = CS_STR_INIT;
  cs_str_add_format(&text, "%s/%s", folder, name);
  enum cs_status status = cs_str_check(&text, "a path", err_of(work));
  if (status == CS_OK) {
    *path = cs_arena_copy(&work->texts, text.data, text.len);
    if (!*path) status = cs_fail_memory(err_of(work), (double)text.len, "a path");
  }
  cs_str_release(&text);
  return status;
}

static enum cs_status put(struct work *work, const char *name, const struct cs_str *text) {
  const char *path;
  CS_TRY(path_in(work, cs_str_text(&work->state), name, &path));
  return cs_folder_put(path, text, err_of(work));
}

/* --- the options --- */

/* Operands are more input; those of the command line take the place of what a configuration names. */
static enum cs_status take_operands(struct work *work) {
  struct params *params = &work->params;
  size_t given = params->common.file_count, kept = params->input.count;
  if (given == 0) return CS_OK;
  if (!cs_options_on_command_line(&params->common, "input")) kept = 0;
  const char **item = cs_arena_alloc(&work->texts, (kept + given) * sizeof *item);
  if (!item) return cs_fail_memory(err_of(work), (double)(kept + given) * 8, "the input");
  for (size_t i = 0; i < kept; i++) item[i] = params->input.item[i];
  for (size_t i = 0; i < given; i++) item[kept + i] = params->common.files[i];
  params->input = (struct cs_texts){item, kept + given};
  return CS_OK;
}

/* Before anything is made: a wrong name leaves no folder. */
static enum cs_status check_file(struct work *work, const char *path) {
  if (strcmp(path, "-") == 0)
    return cs_fail(err_of(work), CS_USAGE,
                   "the run reads its input more than once: write it into a file, and name that");
  if (access(path, R_OK) != 0) return cs_fail_errno(err_of(work), "%s: can't open", path);
  return CS_OK;
}

static enum cs_status take_input(struct work *work) {
  struct params *params = &work->params;
  bool typed = params->common.file_count > 0 || cs_options_on_command_line(&params->common, "input");
  if (typed && (params->demo || cs_options_on_command_line(&params->common, "num-customers")))
    return cs_fail(err_of(work), CS_USAGE, "--%s makes up customers; it can't be used with --input",
                   params->demo ? "demo" : "num-customers");
  CS_TRY(take_operands(work));
  if (params->demo || (!typed && cs_options_on_command_line(&params->common, "num-customers")))
    params->input.count = 0;
  for (size_t i = 0; i < params->input.count; i++) CS_TRY(check_file(work, params->input.item[i]));
  return CS_OK;
}

static bool is_same_folder(const char *a, const char *b) {
  struct stat one, other;
  return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
         one.st_ino == other.st_ino;
}

static const char *last_run(const struct params *params) {
  return params->common.load ? params->common.load : params->common.match;
}

static enum cs_status check(struct work *work) {
  struct params *params = &work->params;
  const char *last = last_run(params);
  if (params->common.load && params->common.match)
    return cs_fail(err_of(work), CS_USAGE,
                   "--load uses the segments of a run, --match finds them anew: name one");
  if (params->skip_kmeans && params->skip_dbscan)
    return cs_fail(err_of(work), CS_USAGE, "--skip-kmeans and --skip-dbscan leave nothing to do");
  if (last && is_same_folder(last, params->common.output))
    return cs_fail(err_of(work), CS_USAGE,
                   "--%s: the folder of the earlier run is the one that is written: name another with -o",
                   params->common.load ? "load" : "match");
  return CS_OK;
}

/* A folder called -x, for those who take words with a dash for options. */
static enum cs_status name_folder(struct work *work) {
  const char **output = &work->params.common.output;
  return **output == '-' ? path_in(work, ".", *output, output) : CS_OK;
}

/* --- what the run depends on --- */

static enum cs_status add_content(struct work *work, struct cs_contents *contents, const char *path,
                                  const char *name, struct cs_str *out) {
  char sum[CS_SHA256_TEXT];
  CS_TRY(cs_contents_find(contents, path, sum, err_of(work)));
  cs_str_add_format(out, "%s %s\n", name, sum);
  return CS_OK;
}

static enum cs_status find_input(struct work *work, struct cs_contents *contents, struct cs_str *words,
                                 struct cs_str *stamp) {
  const struct cs_texts *input = &work->params.input;
  cs_str_add_text(words, "set --");
  for (size_t i = 0; i < input->count; i++) {
    cs_words_add(words, input->item[i]);
    CS_TRY(add_content(work, contents, input->item[i], "input", stamp));
  }
  cs_str_add_byte(words, '\n');
  return CS_OK;
}

/* A file of the earlier run: in data/ of its folder, or in the folder itself. */
static enum cs_status find_earlier(struct work *work, struct cs_contents *contents, const char *name,
                                   bool needed, struct cs_str *words, struct cs_str *stamp) {
  const char *folder = last_run(&work->params), *path, *plain;
  CS_TRY(path_in(work, folder, "data", &path));
  CS_TRY(path_in(work, path, name, &path));
  CS_TRY(path_in(work, folder, name, &plain));
  if (access(path, R_OK) != 0 && access(plain, R_OK) == 0) path = plain;
  if (!needed && access(path, R_OK) != 0) return CS_OK;
  CS_TRY(add_content(work, contents, path, name, stamp));
  cs_str_add_format(words, "earlier_%.*s=", (int)strcspn(name, "."), name);
  struct cs_str word = CS_STR_INIT;
  cs_words_add(&word, path);
  cs_str_add_text(words, cs_str_text(&word) + 1);
  cs_str_inherit(words, &word);
  cs_str_release(&word);
  cs_str_add_byte(words, '\n');
  return CS_OK;
}

static enum cs_status find_last_run(struct work *work, struct cs_contents *contents, struct cs_str *words,
                                    struct cs_str *stamp) {
  const struct params *params = &work->params;
  if (!last_run(params)) return CS_OK;
  cs_str_add_format(stamp, "%s\n", params->common.load ? "load" : "match");
  CS_TRY(find_earlier(work, contents, "prep_model.json", true, words, stamp));
  if (!params->skip_kmeans) {
    CS_TRY(find_earlier(work, contents, "kmeans_model.json", true, words, stamp));
    CS_TRY(find_earlier(work, contents, "customer_clusters_kmeans.csv", false, words, stamp));
  }
  if (params->skip_dbscan) return CS_OK;
  CS_TRY(find_earlier(work, contents, "dbscan_model.json", true, words, stamp));
  return find_earlier(work, contents, "customer_clusters_dbscan.csv", false, words, stamp);
}

static enum cs_status write_contents(struct work *work, struct cs_contents *contents, const char *memory) {
  struct cs_str words = CS_STR_INIT, input = CS_STR_INIT, earlier = CS_STR_INIT;
  enum cs_status status = find_input(work, contents, &words, &input);
  if (status == CS_OK) status = find_last_run(work, contents, &words, &earlier);
  if (status == CS_OK) status = put(work, "words", &words);
  if (status == CS_OK) status = put(work, "input.stamp", &input);
  if (status == CS_OK) status = put(work, "earlier.stamp", &earlier);
  if (status == CS_OK) status = cs_contents_write(contents, memory, err_of(work));
  cs_str_release(&words);
  cs_str_release(&input);
  cs_str_release(&earlier);
  return status;
}

static enum cs_status find_contents(struct work *work) {
  struct cs_contents contents = CS_CONTENTS_INIT;
  const char *memory;
  CS_TRY(path_in(work, cs_str_text(&work->state), "contents", &memory));
  enum cs_status status = cs_contents_read(&contents, memory, err_of(work));
  if (status == CS_OK) status = write_contents(work, &contents, memory);
  cs_contents_release(&contents);
  return status;
}

/* The options of this run, but for where it goes and what decides nothing: read back, they make the same in another
 * folder. */
static enum cs_status write_config(struct work *work) {
  struct params params = work->params;
  struct cs_str text = CS_STR_INIT;
  params.common.output = params.common.log_file = NULL;
  params.common.threads = 0;
  params.common.log_level = CS_LEVEL_INFO;
  params.common.log_format = params.common.progress = 0;
  params.common.quiet = params.common.verbose = params.force = params.dry_run = false;
  cs_options_yaml(&spec, &params, &text);
  enum cs_status status = put(work, "cs-pipeline.yaml", &text);
  cs_str_release(&text);
  return status;
}

/* --- the folder --- */

static enum cs_status hold(struct work *work) {
  const char *lock;
  bool held;
  CS_TRY(path_in(work, cs_str_text(&work->state), "lock", &lock));
  CS_TRY(cs_folder_lock(lock, CS_FOLDER_TRY, &held, err_of(work)));
  if (held) return CS_OK;
  cs_tool_say(work->tool, "waiting for the end of another run in %s", work->params.common.output);
  return cs_folder_lock(lock, CS_FOLDER_WAIT, &held, err_of(work));
}

/* A dry run knows what it knows in a folder that goes away again. */
static enum cs_status begin_dry(struct work *work) {
  const char *base = getenv("TMPDIR");
  cs_str_add_format(&work->state, "%s/cs-pipeline.XXXXXX", base && *base ? base : "/tmp");
  CS_TRY(cs_str_check(&work->state, "a path", err_of(work)));
  if (!mkdtemp(work->state.data))
    return cs_fail_errno(err_of(work), "%s: can't make the folder", work->state.data);
  return CS_OK;
}

/* Where the shell isn't reached. */
static void end_dry(const struct work *work) {
  static const char *const names[] = {"words", "input.stamp", "earlier.stamp", "contents",
                                      "cs-pipeline.yaml"};
  struct cs_str path = CS_STR_INIT;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    cs_str_clear(&path);
    cs_str_add_format(&path, "%s/%s", cs_str_text(&work->state), names[i]);
    unlink(cs_str_text(&path));
  }
  rmdir(cs_str_text(&work->state));
  cs_str_release(&path);
}

static enum cs_status begin(struct work *work) {
  if (work->params.dry_run) return begin_dry(work);
  cs_str_add_format(&work->state, "%s/.cs", work->params.common.output);
  CS_TRY(cs_str_check(&work->state, "a path", err_of(work)));
  CS_TRY(cs_folder_make(cs_str_text(&work->state), err_of(work)));
  return hold(work);
}

/* --- the shell --- */

static enum cs_status set_word(struct work *work, const char *name, const char *value) {
  if (setenv(name, value ? value : "", 1) == 0) return CS_OK;
  return cs_fail_errno(err_of(work), "%s", name);
}

static enum cs_status set_flag(struct work *work, const char *name, bool value) {
  return set_word(work, name, value ? "1" : "");
}

/* What the other programs are told: the layers of the configuration. */
static enum cs_status set_layers(struct work *work) {
  const struct cs_common *common = &work->params.common;
  struct cs_str words = CS_STR_INIT;
  for (size_t i = 0; i < common->config.count; i++) {
    cs_str_add_text(&words, " --config");
    cs_words_add(&words, common->config.item[i]);
  }
  for (size_t i = 0; i < common->set.count; i++) {
    cs_str_add_text(&words, " --set");
    cs_words_add(&words, common->set.item[i]);
  }
  enum cs_status status = cs_str_check(&words, "the command line", err_of(work));
  if (status == CS_OK) status = set_word(work, "CS_PIPELINE_LAYERS", cs_str_text(&words));
  cs_str_release(&words);
  return status;
}

static enum cs_status set_number(struct work *work, const char *name, int64_t value) {
  char text[32];
  snprintf(text, sizeof text, "%lld", (long long)value);
  return set_word(work, name, value > 0 ? text : "");
}

static enum cs_status set_log(struct work *work) {
  static const char *const levels[] = {"debug", "info", "warning", "error"}, *const formats[] = {"text",
                                                                                                 "json"};
  const struct cs_common *common = &work->params.common;
  if (common->progress != CS_PROGRESS_AUTO)
    CS_TRY(set_word(work, "CS_PROGRESS", common->progress == CS_PROGRESS_ALWAYS ? "always" : "never"));
  CS_TRY(set_word(work, "CS_LOG_FILE", common->log_file));
  CS_TRY(set_word(work, "CS_LOG_LEVEL", levels[common->log_level]));
  return set_word(work, "CS_LOG_FORMAT", formats[common->log_format]);
}

static enum cs_status set_environment(struct work *work) {
  const struct params *params = &work->params;
  char here[PATH_MOST];
  if (!getcwd(here, sizeof here)) return cs_fail_errno(err_of(work), "the current folder");
  CS_TRY(set_layers(work));
  CS_TRY(set_log(work));
  CS_TRY(set_word(work, "CS_PIPELINE_PHASE", "run"));
  CS_TRY(set_word(work, "CS_PIPELINE_FROM", here));
  CS_TRY(set_word(work, "CS_PIPELINE_OUTPUT", params->common.output));
  CS_TRY(set_word(work, "CS_PIPELINE_STATE", cs_str_text(&work->state)));
  CS_TRY(set_word(work, "CS_PIPELINE_MAP", params->map));
  CS_TRY(set_word(work, "CS_PIPELINE_AS_OF", params->as_of));
  CS_TRY(set_word(work, "CS_PIPELINE_NAME", params->name));
  CS_TRY(set_number(work, "CS_PIPELINE_CUSTOMERS", params->customers));
  CS_TRY(set_flag(work, "CS_PIPELINE_INPUT", params->input.count > 0));
  CS_TRY(set_word(work, "CS_PIPELINE_EARLIER",
                  params->common.load    ? "load"
                  : params->common.match ? "match"
                                         : ""));
  CS_TRY(set_flag(work, "CS_PIPELINE_SKIP_KMEANS", params->skip_kmeans));
  CS_TRY(set_flag(work, "CS_PIPELINE_SKIP_DBSCAN", params->skip_dbscan));
  CS_TRY(set_flag(work, "CS_PIPELINE_FORCE", params->force));
  CS_TRY(set_flag(work, "CS_PIPELINE_DRY", params->dry_run));
  CS_TRY(set_flag(work, "CS_PIPELINE_QUIET", params->common.quiet));
  CS_TRY(set_flag(work, "CS_PIPELINE_VERBOSE", params->common.verbose));
  CS_TRY(set_number(work, "CS_THREADS", params->common.threads));
  return set_number(work, "CS_PIPELINE_JOBS", cs_tool_threads(work->tool));
}

/* The words of the user go along: they are what the record of the run tells. Comes back only when there is no shell. */
static enum cs_status become_script(struct work *work) {
  const char *script = getenv("CS_PIPELINE_SCRIPT");
  if (!script)
    return cs_fail(err_of(work), CS_USAGE,
                   "CS_PIPELINE_SCRIPT isn't set: it is cs-pipeline that starts this program");
  size_t count = 0;
  while (user_words[count]) count++;
  const char **words = cs_arena_alloc(&work->texts, (count + 2) * sizeof *words);
  if (!words) return cs_fail_memory(err_of(work), (double)(count + 2) * 8, "the command line");
  words[0] = "sh";
  words[1] = script;
  for (size_t i = 1; i <= count; i++) words[i + 1] = user_words[i];
  execvp("sh", (char *const *)words);
  return cs_fail_errno(err_of(work), "sh: can't be started");
}

static enum cs_status run_all(struct work *work) {
  CS_TRY(take_input(work));
  CS_TRY(name_folder(work));
  CS_TRY(check(work));
  CS_TRY(begin(work));
  CS_TRY(find_contents(work));
  CS_TRY(write_config(work));
  CS_TRY(set_environment(work));
  return become_script(work);
}

static enum cs_status run(struct cs_tool *tool, void *context) {
  struct work work = {.tool = tool, .params = *(struct params *)context, .state = CS_STR_INIT};
  enum cs_status status = run_all(&work);
  if (work.params.dry_run && work.state.len) end_dry(&work);
  cs_str_release(&work.state);
  cs_arena_release(&work.texts);
  return status;
}

int main(int argc, char **argv) {
  struct params params;
  user_words = argv;
  return cs_tool_main(&spec, argc, argv, &params, run);
}
