/* run.h - what a running tool holds; private to cli/. */
#ifndef CS_CLI_RUN_H
#define CS_CLI_RUN_H

#include "cli/log.h"
#include "cli/progress.h"
#include "cli/tool.h"

struct cs_phase {
  char name[32];
  double begin, seconds;
  uint64_t rows;
};

struct cs_metric {
  char name[64];
  double value;
};

/* What went in or out. */
struct cs_flow {
  bool known;
  uint64_t rows, columns, bytes;
  char sha256[65];
};

struct cs_tool {
  const struct cs_spec *spec;
  void *params;
  struct cs_common *common;
  struct cs_error err;
  struct cs_notes notes;
  size_t notes_shown;
  struct cs_log log;
  struct cs_progress_line progress;
  char began[32];
  double begin;
  struct cs_phase *phase; /* the last one is running while in_phase */
  size_t phase_count, phase_capacity;
  bool in_phase;
  struct cs_metric *metric;
  size_t metric_count, metric_capacity;
  struct cs_flow input, output;
  struct cs_node *wrote; /* files that no option names, an array under "outputs"; NULL: none */
  bool no_record;
  struct cs_read_options read;
  struct cs_table_parts *parts; /* of `reads`, while it is read part by part */
  struct cs_table *reads;
  bool stdin_closed;
};

/* Writes one message to standard error, whatever the progress line does: "cs-kmeans: " text "\n". */
void cs_run_message(struct cs_tool *tool, const char *text);

/* The directory that step records go to ($CS_RUN), or NULL. */
const char *cs_record_directory(void);

/* Writes the step record; a failure is a warning, since the run's own result stands. */
void cs_record_write(struct cs_tool *tool, enum cs_status status);

#endif
