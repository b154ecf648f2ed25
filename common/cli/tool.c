#include "cli/tool.h"

#include "base/memory.h"
#include "base/num.h"
#include "base/parallel.h"
#include "cli/clock.h"
#include "cli/run.h"
#include "cli/text.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDTH = 80 };

/* --- messages --- */

/* In one write, so that the lines of programs that share a terminal aren't mixed. It may be the word that memory is
 * exhausted: then it goes out in parts. */
void cs_run_message(struct cs_tool *tool, const char *text) {
  struct cs_str line = CS_STR_INIT;
  cs_progress_clear(&tool->progress);
  cs_str_add_format(&line, "%s: %s\n", cs_spec_called(tool->spec), text);
  if (line.failed) {
    const char *called = cs_spec_called(tool->spec);
    cs_stderr_put(called, strlen(called));
    cs_stderr_put(": ", 2);
    cs_stderr_put(text, strlen(text));
    cs_stderr_put("\n", 1);
  } else {
    cs_stderr_put(line.data, line.len);
  }
  cs_str_release(&line);
}

void cs_tool_say(struct cs_tool *tool, const char *format, ...) {
  char text[2048];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  cs_error_clean(text);
  cs_log_line(&tool->log, CS_LEVEL_INFO, "note", text, NULL, 0);
  if (!tool->common->quiet) cs_run_message(tool, text);
}

static void log_lines(struct cs_tool *tool, const char *text) {
  struct cs_str line = CS_STR_INIT;
  for (; *text; text += strspn(text, "\n")) {
    size_t len = strcspn(text, "\n");
    cs_str_clear(&line);
    cs_str_add(&line, text, len);
    if (len > 0) cs_log_line(&tool->log, CS_LEVEL_INFO, "note", cs_str_text(&line), NULL, 0);
    text += len;
  }
  cs_str_release(&line);
}

void cs_tool_print(struct cs_tool *tool, const char *text) {
  log_lines(tool, text);
  if (tool->common->quiet) return;
  cs_progress_clear(&tool->progress);
  cs_stderr_put(text, strlen(text));
}

/* The notes that came since the last call. */
static void show_notes(struct cs_tool *tool) {
  struct cs_str line = CS_STR_INIT;
  for (; tool->notes_shown < tool->notes.count; tool->notes_shown++) {
    const struct cs_note *note = &tool->notes.note[tool->notes_shown];
    bool warning = note->kind == CS_NOTE_WARNING;
    cs_str_clear(&line);
    cs_str_add_format(&line, "%s%s", warning ? "warning: " : "", note->text);
    cs_log_line(&tool->log, warning ? CS_LEVEL_WARNING : CS_LEVEL_INFO, "note", note->text, NULL, 0);
    if (!tool->common->quiet) cs_run_message(tool, cs_str_text(&line));
  }
  cs_str_release(&line);
}

/* --- phases --- */

static void end_phase(struct cs_tool *tool) {
  if (!tool->in_phase) return;
  tool->in_phase = false;
  cs_progress_clear(&tool->progress);
  struct cs_phase *phase = &tool->phase[tool->phase_count - 1];
  double peak = cs_clock_peak();
  phase->seconds = cs_clock_seconds() - phase->begin;
  phase->rows =
      strcmp(phase->name, "write") == 0 && tool->output.known ? tool->output.rows : tool->input.rows;
  struct cs_str line = CS_STR_INIT;
  cs_str_add_format(&line, "%s: %.3f s, %llu rows, peak memory ", phase->name, phase->seconds,
                    (unsigned long long)phase->rows);
  cs_text_add_bytes(&line, peak);
  const struct cs_log_field fields[] = {
      {"seconds", phase->seconds}, {"rows", (double)phase->rows}, {"peak_memory_bytes", peak}};
  cs_log_line(&tool->log, CS_LEVEL_INFO, "phase", cs_str_text(&line), fields, sizeof fields / sizeof *fields);
  if (tool->common->verbose && !tool->common->quiet) cs_run_message(tool, cs_str_text(&line));
  cs_str_release(&line);
}

void cs_tool_phase(struct cs_tool *tool, const char *name) {
  end_phase(tool);
  show_notes(tool);
  /* Without memory for its entry the phase runs untold: the run itself will say so. */
  if (cs_grow(&tool->phase, &tool->phase_capacity, tool->phase_count + 1, sizeof *tool->phase, "phases",
              NULL) != CS_OK)
    return;
  struct cs_phase *phase = &tool->phase[tool->phase_count++];
  *phase = (struct cs_phase){.begin = cs_clock_seconds()};
  snprintf(phase->name, sizeof phase->name, "%s", name);
  tool->in_phase = true;
  cs_progress_begin(&tool->progress, phase->begin);
}

void cs_tool_progress(struct cs_tool *tool, double fraction) {
  if (!tool->progress.on || !tool->in_phase) return;
  cs_progress_show(&tool->progress, tool->spec->name, tool->phase[tool->phase_count - 1].name, fraction,
                   cs_clock_seconds());
}

void cs_tool_metric(struct cs_tool *tool, const char *name, double value) {
  struct cs_str line = CS_STR_INIT;
  cs_str_add_format(&line, "%s = %.9g", name, value);
  const struct cs_log_field field = {name, value};
  cs_log_line(&tool->log, CS_LEVEL_INFO, "metric", cs_str_text(&line), &field, 1);
  cs_str_release(&line);
  if (cs_grow(&tool->metric, &tool->metric_capacity, tool->metric_count + 1, sizeof *tool->metric, "metrics",
              NULL) != CS_OK)
    return;
  struct cs_metric *metric = &tool->metric[tool->metric_count++];
  metric->value = value;
  snprintf(metric->name, sizeof metric->name, "%s", name);
}

void cs_tool_say_line(void *tool, const char *line) {
  cs_tool_say(tool, "%s", line);
}

void cs_tool_tell_metric(void *tool, const char *name, double value) {
  char text[CS_NUM_TEXT];
  if (isnan(value)) return;
  cs_tool_metric(tool, name, value);
  cs_num_shortest(value, text);
  if (((struct cs_tool *)tool)->common->verbose) cs_tool_say(tool, "metric %s = %s", name, text);
}

/* --- what a tool asks --- */

struct cs_error *cs_tool_error(struct cs_tool *tool) {
  return &tool->err;
}

struct cs_notes *cs_tool_notes(struct cs_tool *tool) {
  return &tool->notes;
}

int cs_tool_threads(const struct cs_tool *tool) {
  return tool->common->threads > 0 ? (int)tool->common->threads : cs_parallel_processors();
}

void cs_tool_leave_no_record(struct cs_tool *tool) {
  tool->no_record = true;
}

void cs_tool_now(char text[CS_TOOL_NOW]) {
  cs_clock_now(text);
}

double cs_tool_seconds(void) {
  return cs_clock_seconds();
}

bool cs_tool_wants_checksum(const struct cs_tool *tool) {
  return tool->common->save || cs_record_directory();
}

/* --- begin --- */

/* A descriptor that is closed at start would be given to the first file that is opened, and messages would go
 * into it. The places are taken by /dev/null, opened so that reading standard input or writing standard
 * output still fails. */
static void fill_descriptors(struct cs_tool *tool) {
  for (int fd = 0; fd <= 2; fd++) {
    if (fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
    if (fd == STDIN_FILENO) tool->stdin_closed = true;
    int filled = open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_WRONLY);
    if (filled >= 0 && filled != fd) close(filled);
  }
}

static void log_option(void *context, const struct cs_option *option, const char *value) {
  struct cs_tool *tool = context;
  if (!value || (option->marks & (CS_OPTION_NO_CONFIG | CS_OPTION_HIDDEN))) return;
  struct cs_str line = CS_STR_INIT;
  cs_str_add_format(&line, "%s = %s", option->name, value);
  cs_log_line(&tool->log, CS_LEVEL_DEBUG, "option", cs_str_text(&line), NULL, 0);
  cs_str_release(&line);
}

static void begin(struct cs_tool *tool) {
  tool->begin = cs_clock_seconds();
  cs_clock_now(tool->began);
  cs_progress_init(&tool->progress, tool->common);
}

static enum cs_status begin_log(struct cs_tool *tool) {
  CS_TRY(cs_log_open(&tool->log, tool->common, tool->spec->name, &tool->err));
  cs_log_line(&tool->log, CS_LEVEL_INFO, "begin", "version " CS_VERSION, NULL, 0);
  if (tool->log.level == CS_LEVEL_DEBUG && !cs_options_each(tool->spec, tool->params, log_option, tool))
    return cs_fail_memory(&tool->err, 0, "the log");
  return CS_OK;
}

/* --- answers that need no run: help, version, configuration, tables --- */

static int terminal_width(void) {
  struct winsize size = {0};
  if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return WIDTH;
}

static enum cs_status make_answer(struct cs_tool *tool, struct cs_str *out, bool *asked) {
  const struct cs_common *common = tool->common;
  *asked = true;
  if (common->help)
    cs_options_help(tool->spec, out, terminal_width());
  else if (common->version)
    cs_str_add_format(out, "%s (cs) %s\n", tool->spec->name, CS_VERSION);
  else if (common->print_options)
    return cs_options_print(tool->spec, common->print_options, out, &tool->err);
  else if (common->print_config)
    cs_options_yaml(tool->spec, tool->params, out);
  else if (common->print_stamp)
    return cs_options_stamp(tool->spec, tool->params, out, &tool->err);
  else
    *asked = false;
  return cs_str_check(out, "the answer", &tool->err);
}

static enum cs_status write_answer(struct cs_tool *tool, const struct cs_str *text) {
  struct cs_output *output;
  CS_TRY(cs_output_open(&output, NULL, &tool->err));
  enum cs_status status = cs_output_write(output, cs_str_text(text), text->len, &tool->err);
  if (status != CS_OK) {
    cs_output_abort(&output);
    return status;
  }
  return cs_output_commit(&output, &tool->err);
}

static enum cs_status answer(struct cs_tool *tool, bool *asked) {
  struct cs_str text = CS_STR_INIT;
  enum cs_status status = make_answer(tool, &text, asked);
  if (status == CS_OK && *asked) status = write_answer(tool, &text);
  /* A table with faults is no usage error of whoever asks: the answer to "is it right" is no. */
  if (status == CS_OK && *asked && text.len > 0 && tool->common->print_options &&
      strcmp(tool->common->print_options, "check") == 0)
    status = cs_fail(&tool->err, CS_NO, "the option table has faults");
  cs_str_release(&text);
  return status;
}

/* --- end --- */

/* Tools write through cs_output; this catches what anything else left in stdio. */
static enum cs_status flush_stdout(struct cs_tool *tool, enum cs_status status) {
  bool failed = fflush(stdout) != 0 || ferror(stdout);
  if (failed && status == CS_OK) return cs_fail_errno(&tool->err, "standard output: can't write");
  return status;
}

static void log_end(struct cs_tool *tool, enum cs_status status) {
  double peak = cs_clock_peak(), wall = cs_clock_seconds() - tool->begin, cpu = cs_clock_processor();
  struct cs_str line = CS_STR_INIT;
  cs_str_add_format(&line, "exit status %d, %.3f s, processor %.3f s, peak memory ", (int)status, wall, cpu);
  cs_text_add_bytes(&line, peak);
  const struct cs_log_field fields[] = {
      {"status", (double)status}, {"seconds", wall}, {"cpu_seconds", cpu}, {"peak_memory_bytes", peak}};
  cs_log_line(&tool->log, CS_LEVEL_INFO, "end", cs_str_text(&line), fields, sizeof fields / sizeof *fields);
  cs_str_release(&line);
}

static enum cs_status end(struct cs_tool *tool, enum cs_status status) {
  end_phase(tool);
  show_notes(tool);
  status = flush_stdout(tool, status);
  if (status != CS_OK && tool->err.text[0]) {
    cs_log_line(&tool->log, status == CS_NO ? CS_LEVEL_WARNING : CS_LEVEL_ERROR, "error", tool->err.text,
                NULL, 0);
    cs_run_message(tool, tool->err.text);
  }
  cs_record_write(tool, status);
  show_notes(tool);
  log_end(tool, status);
  if (tool->log.failed) cs_run_message(tool, "warning: the log could not be written to its end");
  return status;
}

static void release(struct cs_tool *tool) {
  cs_log_close(&tool->log);
  cs_notes_release(&tool->notes);
  free(tool->phase);
  free(tool->metric);
  cs_node_free(tool->wrote);
  cs_options_release(tool->common);
}

static enum cs_status run_tool(struct cs_tool *tool, int argc, char **argv,
                               enum cs_status (*run)(struct cs_tool *tool, void *params)) {
  bool asked = false;
  enum cs_status status = cs_options_parse(tool->spec, argc, argv, tool->params, &tool->err);
  begin(tool);
  if (status == CS_OK) status = answer(tool, &asked);
  if (asked) {
    if (status != CS_OK) cs_run_message(tool, tool->err.text);
    return status;
  }
  bool usage = status == CS_USAGE;
  if (status == CS_OK) status = begin_log(tool);
  if (status == CS_OK) status = run(tool, tool->params);
  status = end(tool, status);
  if (usage) {
    char hint[128];
    cs_stderr_put(hint,
                  (size_t)snprintf(hint, sizeof hint, "Try '%.64s --help'\n", cs_spec_called(tool->spec)));
  }
  return status;
}

int cs_tool_main(const struct cs_spec *spec, int argc, char **argv, void *params,
                 enum cs_status (*run)(struct cs_tool *tool, void *params)) {
  struct cs_tool tool = {
      .spec = spec, .params = params, .common = params, .notes = CS_NOTES_INIT, .log = CS_LOG_INIT};
  fill_descriptors(&tool);
  signal(SIGXFSZ, SIG_IGN); /* a file at its size limit is a write error, not a death */
  enum cs_status status = run_tool(&tool, argc, argv, run);
  release(&tool);
  return (int)status;
}
