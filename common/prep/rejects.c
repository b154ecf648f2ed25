#include "prep/rejects.h"

enum cs_status cs_rejects_begin(struct cs_rejects *rejects, const char *path,
                                const struct cs_write_options *options, enum cs_ragged ragged,
                                struct cs_error *err) {
  *rejects = (struct cs_rejects){.options = *options, .ragged = ragged};
  return cs_output_open(&rejects->output, path, err);
}

bool cs_rejects_need_all(const struct cs_rejects *rejects, const struct cs_table *table) {
  enum cs_format format = rejects->options.format;
  return format == CS_FORMAT_JSON || format == CS_FORMAT_JSONL || rejects->ragged == CS_RAGGED_PAD ||
         cs_table_is_json(table);
}

enum cs_status cs_rejects_write(struct cs_rejects *rejects, const struct cs_table *table, const size_t *rows,
                                size_t count, struct cs_error *err) {
  if (rejects->began && !count) return CS_OK;
  CS_TRY(cs_table_write_rows(table, CS_ROWS_AS_READ, rows, count, rejects->output, &rejects->options, err));
  rejects->began = rejects->options.no_header = true;
  return CS_OK;
}

enum cs_status cs_rejects_end(struct cs_rejects *rejects, enum cs_status status, struct cs_error *err) {
  if (status == CS_OK) return cs_output_commit(&rejects->output, err);
  cs_output_abort(&rejects->output);
  return status;
}
