#include "cli/log.h"

#include "cli/clock.h"
#include "cli/text.h"
#include "data/document.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static const char *const level_names[] = {"debug", "info", "warning", "error"};

enum cs_status cs_log_open(struct cs_log *log, const struct cs_common *common, const char *tool,
                           struct cs_error *err) {
  *log = (struct cs_log){-1, (enum cs_level)common->log_level, (enum cs_log_format)common->log_format, tool,
                         false};
  if (!common->log_file) return CS_OK;
  log->fd = open(common->log_file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0666);
  if (log->fd < 0) return cs_fail_errno(err, "%s: can't open the log", common->log_file);
  return CS_OK;
}

static void add_json(struct cs_str *line, const struct cs_log *log, enum cs_level level, const char *event,
                     const char *text, const struct cs_log_field *fields, size_t count) {
  char now[CS_CLOCK_TEXT];
  struct cs_str clean = CS_STR_INIT;
  struct cs_node *node = cs_node_object();
  cs_clock_now(now);
  cs_text_add_clean(&clean, text);
  cs_node_add_text(node, "time", now);
  cs_node_add_text(node, "level", level_names[level]);
  cs_node_add_text(node, "tool", log->tool);
  cs_node_add_integer(node, "pid", getpid());
  cs_node_add_text(node, "event", event);
  cs_node_add_str(node, "text", &clean);
  for (size_t i = 0; i < count; i++) cs_node_add_number(node, fields[i].name, fields[i].value);
  if (cs_node_write_line(node, line, NULL) != CS_OK) line->failed = true;
  cs_node_free(node);
  cs_str_release(&clean);
}

static void add_text(struct cs_str *line, const struct cs_log *log, enum cs_level level, const char *event,
                     const char *text) {
  char now[CS_CLOCK_TEXT];
  cs_clock_now(now);
  cs_str_add_format(line, "%s %s %s[%ld] %s: ", now, level_names[level], log->tool, (long)getpid(), event);
  cs_text_add_clean(line, text);
}

void cs_log_line(struct cs_log *log, enum cs_level level, const char *event, const char *text,
                 const struct cs_log_field *fields, size_t count) {
  if (log->fd < 0 || level < log->level) return;
  struct cs_str line = CS_STR_INIT;
  if (log->format == CS_LOG_JSON)
    add_json(&line, log, level, event, text, fields, count);
  else
    add_text(&line, log, level, event, text);
  cs_str_add_byte(&line, '\n');
  ssize_t wrote = -1;
  if (!line.failed) {
    do wrote = write(log->fd, line.data, line.len);
    while (wrote < 0 && errno == EINTR);
  }
  if (line.failed || wrote != (ssize_t)line.len) {
    log->failed = true;
    cs_log_close(log);
  }
  cs_str_release(&line);
}

void cs_log_close(struct cs_log *log) {
  if (log->fd >= 0) close(log->fd);
  log->fd = -1;
}
