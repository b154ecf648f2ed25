#include "cli/run.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The tables that a tool reads and writes, by the options that all tools share. */

static struct cs_read_options read_options(const struct cs_tool *tool) {
  const struct cs_common *common = tool->common;
  struct cs_read_options options = CS_READ_OPTIONS_INIT;
  options.format = (enum cs_format)common->from;
  options.delimiter = common->delimiter;
  options.no_header = common->no_header;
  if (common->decimal) options.decimal = common->decimal;
  if (common->encoding) options.encoding = common->encoding;
  if (common->na) options.missing = common->na;
  options.ragged = (enum cs_ragged)common->ragged;
  if (common->max_field > 0) options.max_field = (size_t)common->max_field;
  options.checksum = cs_tool_wants_checksum(tool);
  options.threads = cs_tool_threads(tool);
  return options;
}

/* Standard input is named by "-", and by naming nothing. */
static size_t count_stdin(const struct cs_common *common) {
  size_t count = common->file_count == 0;
  for (size_t i = 0; i < common->file_count; i++) count += strcmp(common->files[i], "-") == 0;
  return count;
}

static enum cs_status check_stdin(struct cs_tool *tool) {
  size_t count = count_stdin(tool->common);
  if (count > 1) return cs_fail(&tool->err, CS_USAGE, "standard input is named twice");
  if (count == 0) return CS_OK;
  if (tool->stdin_closed) return cs_fail(&tool->err, CS_IO, "standard input is closed");
  if (isatty(STDIN_FILENO) && !tool->common->quiet)
    cs_run_message(tool, "reading from the terminal; end with Ctrl-D, or see --help");
  return CS_OK;
}

static void keep_flow(struct cs_flow *flow, uint64_t rows, uint64_t columns, uint64_t bytes,
                      const char *sha256) {
  *flow = (struct cs_flow){.known = true, .rows = rows, .columns = columns, .bytes = bytes};
  snprintf(flow->sha256, sizeof flow->sha256, "%s", sha256);
}

enum cs_status cs_tool_read(struct cs_tool *tool, struct cs_table **table) {
  struct cs_read_options options = read_options(tool);
  cs_tool_phase(tool, "read");
  *table = NULL;
  CS_TRY(check_stdin(tool));
  struct cs_table *fresh = cs_table_new();
  if (!fresh) return cs_fail_memory(&tool->err, 0, "a table");
  enum cs_status status =
      cs_table_read(fresh, tool->common->files, tool->common->file_count, &options, &tool->notes, &tool->err);
  if (status != CS_OK) {
    cs_table_free(fresh);
    return status;
  }
  keep_flow(&tool->input, cs_table_rows(fresh), cs_table_columns_read(fresh), cs_table_bytes(fresh),
            cs_table_sha256(fresh));
  *table = fresh;
  return CS_OK;
}

enum cs_status cs_tool_open_output(struct cs_tool *tool, struct cs_output **output) {
  cs_tool_phase(tool, "write");
  CS_TRY(cs_output_open(output, tool->common->output, &tool->err));
  if (!cs_record_directory()) return CS_OK;
  enum cs_status status = cs_output_checksum(*output, &tool->err);
  if (status != CS_OK) cs_output_abort(output);
  return status;
}

enum cs_status cs_tool_close_output(struct cs_tool *tool, struct cs_output **output, enum cs_status status,
                                    uint64_t rows, uint64_t columns) {
  if (status != CS_OK) {
    cs_output_abort(output);
    return status;
  }
  struct cs_flow flow;
  keep_flow(&flow, rows, columns, cs_output_bytes(*output),
            cs_record_directory() ? cs_output_sha256(*output) : "");
  status = cs_output_commit(output, &tool->err);
  if (status == CS_OK) tool->output = flow;
  return status;
}

enum cs_status cs_tool_write(struct cs_tool *tool, struct cs_table *table) {
  const struct cs_write_options options = {.format = (enum cs_format)tool->common->to,
                                           .no_header = tool->common->no_header,
                                           .threads = cs_tool_threads(tool)};
  struct cs_output *output;
  CS_TRY(cs_tool_open_output(tool, &output));
  enum cs_status status = cs_table_write(table, output, &options, &tool->err);
  return cs_tool_close_output(tool, &output, status, cs_table_kept(table), cs_table_columns(table));
}

enum cs_status cs_tool_write_text(struct cs_tool *tool, const struct cs_str *text) {
  struct cs_output *output;
  CS_TRY(cs_str_check(text, "the text", &tool->err));
  CS_TRY(cs_tool_open_output(tool, &output));
  enum cs_status status = cs_output_write(output, cs_str_text(text), text->len, &tool->err);
  return cs_tool_close_output(tool, &output, status, 0, 0);
}
