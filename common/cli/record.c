#include "base/num.h"
#include "cli/clock.h"
#include "cli/run.h"
#include "cli/spec.h"
#include "cli/text.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The step record that each tool of a tracked run leaves in $CS_RUN/steps (docs/schemas/step.json). */

const char *cs_record_directory(void) {
  const char *directory = getenv("CS_RUN");
  return directory && *directory ? directory : NULL;
}

/* --- values --- */

/* To the microsecond: what lies below is noise. */
static void add_seconds(struct cs_node *parent, const char *key, double seconds) {
  cs_node_add_number(parent, key, round(seconds * 1e6) / 1e6);
}

static void add_clean(struct cs_node *parent, const char *key, const char *value) {
  struct cs_str clean = CS_STR_INIT;
  cs_text_add_clean(&clean, value);
  cs_node_add_str(parent, key, &clean);
  cs_str_release(&clean);
}

static void add_option(struct cs_node *parent, const struct cs_option *option, const char *value) {
  int64_t integer;
  double number;
  if (!value)
    cs_node_add_null(parent, option->name);
  else if (cs_option_is_bare(option) && strcmp(value, "auto") != 0)
    cs_node_add_bool(parent, option->name, strcmp(value, "true") == 0);
  else if (option->type == CS_OPTION_INTEGER && cs_num_parse_integer(value, strlen(value), &integer))
    cs_node_add_integer(parent, option->name, integer);
  else if (option->type == CS_OPTION_NUMBER && cs_num_parse(value, strlen(value), '.', &number))
    cs_node_add_number(parent, option->name, number);
  else
    add_clean(parent, option->name, value);
}

static void visit_fit(void *context, const struct cs_option *option, const char *value) {
  if (option->marks & CS_OPTION_FIT) add_option(context, option, value);
}

void cs_tool_add_params(struct cs_tool *tool, struct cs_node *model) {
  struct cs_node *params = cs_node_add_object(model, "params");
  if (!cs_options_each(tool->spec, tool->params, visit_fit, params)) cs_node_fail(params);
}

static void visit_effective(void *context, const struct cs_option *option, const char *value) {
  if (!(option->marks & (CS_OPTION_NO_CONFIG | CS_OPTION_HIDDEN))) add_option(context, option, value);
}

/* --- the record --- */

static void add_flow(struct cs_node *record, const char *key, const struct cs_flow *flow) {
  if (!flow->known) {
    cs_node_add_null(record, key);
    return;
  }
  struct cs_node *node = cs_node_add_object(record, key);
  cs_node_add_integer(node, "rows", (int64_t)flow->rows);
  cs_node_add_integer(node, "columns", (int64_t)flow->columns);
  cs_node_add_integer(node, "bytes", (int64_t)flow->bytes);
  cs_node_add_text(node, "sha256", flow->sha256[0] ? flow->sha256 : NULL);
}

/* Paths are told as they lead from where the whole run began ($CS_RUN_BASE), or from the root. */
static void add_path(struct cs_node *paths, const char *path) {
  struct cs_str text = CS_STR_INIT;
  const char *base = getenv("CS_RUN_BASE");
  char here[PATH_MAX];
  size_t len = base ? strlen(base) : 0;
  if (path[0] != '/' && base && getcwd(here, sizeof here) && strcmp(here, base) != 0) {
    bool below = strncmp(here, base, len) == 0 && here[len] == '/';
    cs_str_add_format(&text, "%s/", below ? here + len + 1 : here);
  }
  cs_str_add_text(&text, path);
  cs_node_add_name(paths, NULL, &text);
  cs_str_release(&text);
}

void cs_tool_wrote(struct cs_tool *tool, const char *path) {
  if (!cs_record_directory()) return;
  if (!tool->wrote) {
    tool->wrote = cs_node_object();
    cs_node_add_array(tool->wrote, "outputs");
  }
  add_path(cs_node_edit(tool->wrote, "outputs"), path);
}

static void visit_output(void *context, const struct cs_option *option, const char *value) {
  if (value && (option->marks & CS_OPTION_WRITES) && strcmp(value, "-") != 0) add_path(context, value);
}

/* The files that stand now: none after a failure. */
static void add_outputs(struct cs_tool *tool, enum cs_status status, struct cs_node *record) {
  struct cs_node *outputs = cs_node_take(tool->wrote, "outputs");
  if (!outputs || status > CS_NO) {
    cs_node_free(outputs);
    outputs = cs_node_add_array(record, "outputs");
  } else {
    cs_node_add_node(record, "outputs", outputs);
  }
  if (status <= CS_NO && !cs_options_each(tool->spec, tool->params, visit_output, outputs))
    cs_node_fail(outputs);
}

static void add_phases(const struct cs_tool *tool, struct cs_node *phases) {
  for (size_t i = 0; i < tool->phase_count; i++) {
    struct cs_node *node = cs_node_add_object(phases, NULL);
    cs_node_add_text(node, "name", tool->phase[i].name);
    add_seconds(node, "seconds", tool->phase[i].seconds);
    cs_node_add_integer(node, "rows", (int64_t)tool->phase[i].rows);
  }
}

/* A metric that is set again keeps its last value: keys of an object are unique. */
static void add_metrics(const struct cs_tool *tool, struct cs_node *metrics) {
  for (size_t i = 0; i < tool->metric_count; i++) {
    size_t later = i + 1;
    while (later < tool->metric_count && strcmp(tool->metric[later].name, tool->metric[i].name) != 0) later++;
    if (later == tool->metric_count) cs_node_add_number(metrics, tool->metric[i].name, tool->metric[i].value);
  }
}

static struct cs_node *make_record(struct cs_tool *tool, enum cs_status status) {
  struct cs_node *record = cs_node_object();
  cs_node_add_text(record, "format", "cs-step");
  cs_node_add_integer(record, "version", 1);
  cs_node_add_text(record, "tool", tool->spec->name);
  cs_node_add_text(record, "tool_version", CS_VERSION);
  cs_node_add_integer(record, "pid", getpid());
  cs_node_add_text(record, "began", tool->began);
  cs_node_add_integer(record, "status", status);
  if (status == CS_OK || !tool->err.text[0])
    cs_node_add_null(record, "error");
  else
    add_clean(record, "error", tool->err.text);
  add_seconds(record, "wall_seconds", cs_clock_seconds() - tool->begin);
  add_seconds(record, "cpu_seconds", cs_clock_processor());
  cs_node_add_integer(record, "peak_memory_bytes", (int64_t)cs_clock_peak());
  struct cs_node *options = cs_node_add_object(record, "options");
  if (!cs_options_each(tool->spec, tool->params, visit_effective, options)) cs_node_fail(options);
  struct cs_node *operands = cs_node_add_array(record, "operands");
  for (size_t i = 0; i < tool->common->file_count; i++) add_clean(operands, NULL, tool->common->files[i]);
  add_flow(record, "input", &tool->input);
  add_flow(record, "output", &tool->output);
  add_outputs(tool, status, record);
  add_phases(tool, cs_node_add_array(record, "phases"));
  add_metrics(tool, cs_node_add_object(record, "metrics"));
  struct cs_node *warnings = cs_node_add_array(record, "warnings");
  for (size_t i = 0; i < tool->notes.count; i++)
    if (tool->notes.note[i].kind == CS_NOTE_WARNING) add_clean(warnings, NULL, tool->notes.note[i].text);
  return record;
}

/* DIR/steps/PID-TOOL.json, or with _2, _3 ... when a process of that number (another container's, say) left
 * one. */
static enum cs_status make_path(const struct cs_tool *tool, struct cs_str *path, struct cs_error *err) {
  const char *directory = cs_record_directory();
  cs_str_add_format(path, "%s/steps", directory);
  CS_TRY(cs_str_check(path, "a path", err));
  if (mkdir(cs_str_text(path), 0777) != 0 && errno != EEXIST)
    return cs_fail_errno(err, "%s: can't make the directory", cs_str_text(path));
  cs_str_add_format(path, "/%ld-%s", (long)getpid(), tool->spec->name);
  size_t stem = path->len;
  cs_str_add_text(path, ".json");
  for (int number = 2; !path->failed && access(cs_str_text(path), F_OK) == 0; number++) {
    path->len = stem;
    cs_str_add_format(path, "_%d.json", number);
  }
  return cs_str_check(path, "a path", err);
}

static enum cs_status write_record(struct cs_tool *tool, enum cs_status status, struct cs_error *err) {
  struct cs_str text = CS_STR_INIT, path = CS_STR_INIT;
  struct cs_node *record = make_record(tool, status);
  enum cs_status result = cs_node_write(record, &text, err);
  if (result == CS_OK) result = make_path(tool, &path, err);
  if (result == CS_OK) result = cs_output_file(cs_str_text(&path), &text, err);
  cs_node_free(record);
  cs_str_release(&text);
  cs_str_release(&path);
  return result;
}

void cs_record_write(struct cs_tool *tool, enum cs_status status) {
  struct cs_error err = CS_ERROR_INIT;
  if (!cs_record_directory() || tool->no_record || !tool->common->state) return;
  if (write_record(tool, status, &err) != CS_OK)
    cs_note(&tool->notes, CS_NOTE_WARNING, "the step record was not written: %s", err.text);
}
