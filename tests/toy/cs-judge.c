/* cs-judge [--cuts] BLOCK BEFORE BEHIND FILE... - what the reader of JSON tables says of each file between two texts,
 * one line a file: name, exit status, and then the number of columns, their names and the cells of all rows, escaped as
 * in TSV (\N is a missing one), or the message. With --cuts the exit status for the first 0, 1, 2, ... bytes, a digit
 * each. Between texts a file counts without its outermost brackets: [1] is 1. The reader gets BLOCK bytes at a time, 0
 * for as many as it likes.
 */
#include "base/str.h"
#include "data/encode.h"
#include "data/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const path[] = {"json"};

static enum cs_status read_table(struct cs_table *table, size_t block, const char *text, size_t len,
                                 struct cs_error *err) {
  struct cs_read_options options = CS_READ_OPTIONS_INIT;
  struct cs_notes notes = CS_NOTES_INIT;
  remove(*path); /* some file systems wait for the disk when a file is written again */
  FILE *file = fopen(*path, "wb");
  if (!file) return cs_fail(err, CS_IO, "cannot write '%s'", *path);
  size_t put = fwrite(text, 1, len, file);
  if (fclose(file) != 0 || put != len) return cs_fail(err, CS_IO, "cannot write '%s'", *path);
  options.format = CS_FORMAT_JSON;
  options.block = block;
  enum cs_status status = cs_table_read(table, path, 1, &options, &notes, err);
  cs_notes_release(&notes);
  return status;
}

static enum cs_status add_rows(const struct cs_table *table, struct cs_str *line, struct cs_error *err) {
  struct cs_str scratch = CS_STR_INIT;
  enum cs_status status = CS_OK;
  size_t columns = cs_table_columns(table);
  cs_str_add_format(line, "\t%zu", columns);
  for (size_t column = 0; column < columns; column++) {
    cs_str_add_byte(line, '\t');
    cs_encode_tsv(line, cs_table_name(table, column));
  }
  for (size_t at = 0; at < cs_table_rows(table) * columns && status == CS_OK; at++) {
    struct cs_slice cell;
    size_t column = at % columns;
    cs_str_clear(&scratch);
    status = cs_table_cells(table, at / columns, &column, 1, &cell, &scratch, err);
    cs_str_add_byte(line, '\t');
    if (status == CS_OK && cell.data)
      cs_encode_tsv(line, cell);
    else
      cs_str_add_text(line, "\\N");
  }
  cs_str_release(&scratch);
  return status;
}

static enum cs_status judge(size_t block, const char *text, size_t len, bool cuts, struct cs_str *line) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_table *table = cs_table_new();
  if (!table) return CS_MEMORY;
  enum cs_status status = read_table(table, block, text, len, &err);
  cs_str_add_format(line, "%d", (int)status);
  if (!cuts && status == CS_OK)
    status = add_rows(table, line, &err);
  else if (!cuts)
    cs_str_add_format(line, "\t%s", err.text);
  cs_table_free(table);
  return status == CS_DATA ? CS_OK : status;
}

static bool read_file(struct cs_str *text, const char *name) {
  FILE *file = fopen(name, "rb");
  char part[4096];
  size_t got;
  if (!file) return false;
  while ((got = fread(part, 1, sizeof part, file)) > 0) cs_str_add(text, part, got);
  return fclose(file) == 0;
}

static struct cs_slice inside(struct cs_slice text) {
  size_t begin = 0, end = text.len;
  while (begin < end && text.data[begin] != '[') begin++;
  while (end > begin && text.data[end - 1] != ']') end--;
  if (end <= begin + 1) return text;
  return (struct cs_slice){text.data + begin + 1, end - begin - 2};
}

static enum cs_status judge_file(const char *const *arg, const char *name, bool cuts) {
  struct cs_str content = CS_STR_INIT, text = CS_STR_INIT, line = CS_STR_INIT;
  const char *base = strrchr(name, '/');
  size_t block = strtoul(arg[0], NULL, 10);
  enum cs_status status = CS_OK;
  if (!read_file(&content, name)) status = CS_IO;
  struct cs_slice part = {content.data, content.len};
  if (*arg[1]) part = inside(part);
  cs_str_add_text(&text, arg[1]);
  cs_str_add(&text, part.data, part.len);
  cs_str_add_text(&text, arg[2]);
  cs_str_add_format(&line, "%s\t", base ? base + 1 : name);
  for (size_t len = cuts ? 0 : text.len; len <= text.len && status == CS_OK; len++)
    status = judge(block, text.data, len, cuts, &line);
  fwrite(line.data, 1, line.len, stdout);
  putchar('\n');
  cs_str_release(&content);
  cs_str_release(&text);
  cs_str_release(&line);
  return status;
}

int main(int argc, char **argv) {
  bool cuts = argc > 1 && strcmp(argv[1], "--cuts") == 0;
  const char *const *arg = (const char *const *)argv + 1 + cuts;
  if (argc < 5 + cuts) return CS_USAGE;
  for (const char *const *name = arg + 3; *name; name++) {
    enum cs_status status = judge_file(arg, *name, cuts);
    if (status != CS_OK) return status;
  }
  return fflush(stdout) == 0 ? CS_OK : CS_IO;
}
