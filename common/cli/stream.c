#include "cli/run.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The tables that a tool reads and writes, by the options that all tools share. */

const struct cs_read_options *cs_tool_read_options(struct cs_tool *tool) {
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
  tool->read = options;
  return &tool->read;
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

static enum cs_status begin_parts(struct cs_tool *tool, struct cs_error *err) {
  const struct cs_common *common = tool->common;
  CS_TRY(check_stdin(tool));
  tool->reads = cs_table_new();
  if (!tool->reads) return cs_fail_memory(err, 0, "a table");
  return cs_table_parts_begin(&tool->parts, tool->reads, common->files, common->file_count,
                              cs_tool_read_options(tool), &tool->notes, err);
}

enum cs_status cs_tool_read_begin(struct cs_tool *tool, struct cs_table **table) {
  cs_tool_phase(tool, "read");
  enum cs_status status = begin_parts(tool, &tool->err);
  *table = tool->reads;
  if (status == CS_OK) return CS_OK;
  cs_table_free(*table);
  *table = NULL;
  return status;
}

static enum cs_status read_part(struct cs_tool *tool, size_t bytes, bool keep, bool *more) {
  struct cs_table *table = tool->reads;
  uint64_t before = keep ? cs_table_rows(table) : 0;
  if (keep) cs_table_parts_keep(tool->parts);
  CS_TRY(cs_table_parts_next(tool->parts, bytes, more, &tool->err));
  keep_flow(&tool->input, tool->input.rows + cs_table_rows(table) - before, cs_table_columns_read(table),
            cs_table_bytes(table), cs_table_sha256(table));
  return CS_OK;
}

enum cs_status cs_tool_read_next(struct cs_tool *tool, bool keep, bool *more) {
  return read_part(tool, CS_PART_BYTES, keep, more);
}

void cs_tool_read_end(struct cs_tool *tool) {
  cs_table_parts_free(tool->parts);
  tool->parts = NULL;
}

enum cs_status cs_tool_read(struct cs_tool *tool, struct cs_table **table) {
  bool more;
  CS_TRY(cs_tool_read_begin(tool, table));
  enum cs_status status = read_part(tool, SIZE_MAX, false, &more);
  cs_tool_read_end(tool);
  if (status == CS_OK) return CS_OK;
  cs_table_free(*table);
  *table = NULL;
  return status;
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

void cs_tool_tell_flow(struct cs_tool *tool, uint64_t rows, uint64_t columns, uint64_t bytes,
                       const char *sha256) {
  keep_flow(&tool->input, rows, columns, bytes, sha256);
  keep_flow(&tool->output, rows, columns, bytes, sha256);
}

struct cs_write_options cs_tool_write_options(const struct cs_tool *tool) {
  return (struct cs_write_options){.format = (enum cs_format)tool->common->to,
                                   .no_header = tool->common->no_header,
                                   .threads = cs_tool_threads(tool)};
}

enum cs_status cs_tool_write(struct cs_tool *tool, struct cs_table *table) {
  const struct cs_write_options options = cs_tool_write_options(tool);
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
