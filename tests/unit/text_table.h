/* text_table.h - a table read from a text, by way of a file in the folder of the test. */
#ifndef CS_TESTS_TEXT_TABLE_H
#define CS_TESTS_TEXT_TABLE_H

#include "data/table.h"

#include <stdio.h>

static struct cs_table *read_text(const char *text) {
  static const char *const path = "table.csv";
  struct cs_read_options read = CS_READ_OPTIONS_INIT;
  struct cs_error err = CS_ERROR_INIT;
  struct cs_table *table = cs_table_new();
  FILE *file = fopen(path, "w");
  if (file) {
    fputs(text, file);
    fclose(file);
  }
  if (cs_table_read(table, &path, 1, &read, NULL, &err) != CS_OK) printf("# %s\n", err.text);
  return table;
}

#endif
