/* log.h - one line for each event of a run, appended to a file; private to cli/.
 *
 * A line is one write(2) on a descriptor opened for appending, so lines of the tools of a pipe don't mix. Times are UTC.
 * No line holds a cell value. A log that can't be written any more is given up: the run itself goes on.
 */
#ifndef CS_CLI_LOG_H
#define CS_CLI_LOG_H

#include "base/error.h"
#include "cli/options.h"

#include <stdbool.h>
#include <stddef.h>

enum cs_log_format { CS_LOG_TEXT, CS_LOG_JSON };

struct cs_log {
  int fd; /* -1: none */
  enum cs_level level;
  enum cs_log_format format;
  const char *tool;
  bool failed; /* a line couldn't be written */
};

#define CS_LOG_INIT                                                                                          \
  { -1, CS_LEVEL_INFO, CS_LOG_TEXT, "", false }

/* A number that a line carries, for JSON: the text of the line says it in words. */
struct cs_log_field {
  const char *name;
  double value;
};

CS_MUST_CHECK enum cs_status cs_log_open(struct cs_log *log, const struct cs_common *common, const char *tool,
                                         struct cs_error *err);

/* event: "begin", "phase", "metric", "note", "error", "end". */
void cs_log_line(struct cs_log *log, enum cs_level level, const char *event, const char *text,
                 const struct cs_log_field *fields, size_t count);

void cs_log_close(struct cs_log *log);

#endif
