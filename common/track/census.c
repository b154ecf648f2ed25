#include "track/census.h"

#include <string.h>

static const char delimiters[] = ",;\t|";

/* --- CSV and TSV --- */

static void end_record(struct cs_census *census) {
  if (!census->in_record) return;
  census->in_record = false;
  if (census->records++ > 0) return;
  for (size_t i = 0; i < sizeof census->commas / sizeof *census->commas; i++)
    if (census->commas[i] + 1 > census->columns) census->columns = census->commas[i] + 1;
}

static void add_cells(struct cs_census *census, const char *data, size_t len) {
  for (const char *end = data + len; data < end; data++) {
    if (*data == '"') {
      census->quoted = !census->quoted;
    } else if (*data == '\n' && !census->quoted) {
      end_record(census);
      continue;
    } else if (census->records == 0 && !census->quoted && *data) {
      const char *found = strchr(delimiters, *data);
      if (found) census->commas[found - delimiters]++;
    }
    if (*data != '\r') census->in_record = true;
    /* Within a record of a long table only quotes and line ends matter. */
    if (census->records > 0 && !census->quoted) {
      const char *line = memchr(data, '\n', (size_t)(end - data));
      const char *stop = line ? line : end;
      if (stop > data + 1 && !memchr(data + 1, '"', (size_t)(stop - data - 1))) data = stop - 1;
    }
  }
}

/* --- JSON --- */

static void add_lines(struct cs_census *census, const char *data, size_t len) {
  for (size_t i = 0; i < len; i++) {
    if (data[i] == '\n')
      census->records += census->in_record, census->in_record = false;
    else if (data[i] != ' ' && data[i] != '\t' && data[i] != '\r')
      census->in_record = true;
  }
}

static void add_array(struct cs_census *census, const char *data, size_t len) {
  for (size_t i = 0; i < len; i++) {
    if (census->quoted) {
      if (census->escaped)
        census->escaped = false;
      else if (data[i] == '\\')
        census->escaped = true;
      else if (data[i] == '"')
        census->quoted = false;
    } else if (data[i] == '"') {
      census->quoted = true;
    } else if (data[i] == '{' || data[i] == '[') {
      census->records += data[i] == '{' && census->depth == 1;
      census->depth++;
    } else if (data[i] == '}' || data[i] == ']') {
      census->depth--;
    }
  }
}

/* --- the whole --- */

static void recognise(struct cs_census *census, const char *data, size_t len) {
  for (size_t i = 0; i < len && census->kind == CS_CENSUS_UNKNOWN; i++) {
    if (strchr(" \t\r\n\xef\xbb\xbf", data[i]) && data[i]) continue;
    census->kind = data[i] == '[' ? CS_CENSUS_ARRAY : data[i] == '{' ? CS_CENSUS_LINES : CS_CENSUS_CELLS;
  }
}

void cs_census_add(struct cs_census *census, const char *data, size_t len) {
  if (census->kind == CS_CENSUS_UNKNOWN) recognise(census, data, len);
  switch (census->kind) {
  case CS_CENSUS_CELLS: add_cells(census, data, len); break;
  case CS_CENSUS_LINES: add_lines(census, data, len); break;
  case CS_CENSUS_ARRAY: add_array(census, data, len); break;
  default: break;
  }
}

void cs_census_end(struct cs_census *census) {
  if (census->kind == CS_CENSUS_CELLS) end_record(census);
  if (census->kind == CS_CENSUS_LINES) census->records += census->in_record, census->in_record = false;
}

uint64_t cs_census_rows(const struct cs_census *census) {
  bool headed = census->kind == CS_CENSUS_CELLS && census->records > 0;
  return census->records - headed;
}
