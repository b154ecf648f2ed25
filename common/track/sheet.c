#include "track/sheet.h"

#include "base/num.h"
#include "data/document.h"
#include "data/encode.h"
#include "report/grid.h"
#include "report/page.h"

#include <math.h>
#include <string.h>

void cs_sheet_release(struct cs_sheet *sheet) {
  cs_str_release(&sheet->text);
  cs_str_release(&sheet->kinds);
  *sheet = (struct cs_sheet)CS_SHEET_INIT;
}

static void add(struct cs_sheet *sheet, const char *text) {
  cs_str_add(&sheet->text, text, strlen(text) + 1);
}

void cs_sheet_column(struct cs_sheet *sheet, char align, const char *name) {
  if (sheet->columns == CS_SHEET_COLUMNS) {
    sheet->text.failed = true;
    return;
  }
  sheet->align[sheet->columns++] = align;
  add(sheet, name);
}

static void add_cell(struct cs_sheet *sheet, const char *text, char kind) {
  add(sheet, text ? text : "");
  cs_str_add_byte(&sheet->kinds, text ? kind : '-');
  sheet->cells++;
}

void cs_sheet_text(struct cs_sheet *sheet, const char *text) {
  add_cell(sheet, text, 'a');
}

void cs_sheet_number(struct cs_sheet *sheet, const char *figure) {
  add_cell(sheet, figure, '0');
}

/* --- writing --- */

static const char *next(const char **at) {
  const char *text = *at;
  *at += strlen(*at) + 1;
  return text;
}

static enum cs_status write_text(const struct cs_sheet *sheet, size_t width, struct cs_str *out,
                                 struct cs_error *err) {
  struct cs_grid grid;
  const char *at = cs_str_text(&sheet->text);
  cs_grid_init(&grid, sheet->align);
  for (size_t i = 0; i < sheet->columns; i++) cs_grid_add(&grid, "%s", next(&at));
  for (size_t i = 0; i < sheet->cells; i++) {
    const char *cell = next(&at);
    cs_grid_add(&grid, "%s", sheet->kinds.data[i] == '-' ? "-" : cell);
  }
  enum cs_status status = cs_grid_write(&grid, width, out, err);
  cs_grid_release(&grid);
  return status;
}

static enum cs_status write_markdown(const struct cs_sheet *sheet, struct cs_str *out, struct cs_error *err) {
  struct cs_page page;
  char align[CS_SHEET_COLUMNS + 1];
  const char *at = cs_str_text(&sheet->text);
  for (size_t i = 0; i <= sheet->columns; i++) align[i] = sheet->align[i] == 'f' ? 'l' : sheet->align[i];
  cs_page_begin(&page, CS_PAGE_MARKDOWN, out);
  cs_page_table(&page, align, "");
  for (size_t i = 0; i < sheet->columns + sheet->cells; i++) cs_page_cell(&page, next(&at));
  cs_page_table_end(&page);
  return cs_page_end(&page, err);
}

static enum cs_status write_csv(const struct cs_sheet *sheet, struct cs_str *out, struct cs_error *err) {
  const char *at = cs_str_text(&sheet->text);
  for (size_t i = 0; i < sheet->columns + sheet->cells; i++) {
    cs_encode_csv(out, cs_slice_of(next(&at)), ',');
    cs_str_add_byte(out, (i + 1) % sheet->columns ? ',' : '\n');
  }
  return cs_str_check(out, "the table", err);
}

static void add_value(struct cs_node *object, const char *name, const char *text, char kind) {
  double value;
  if (kind == '-')
    cs_node_add_null(object, name);
  else if (kind == '0' && cs_num_parse(text, strlen(text), '.', &value))
    cs_node_add_number(object, name, value);
  else
    cs_node_add_text(object, name, text);
}

static enum cs_status write_json(const struct cs_sheet *sheet, struct cs_str *out, struct cs_error *err) {
  struct cs_node *root = cs_node_object(), *rows = cs_node_add_array(root, "rows"), *row = NULL;
  const char *names = cs_str_text(&sheet->text), *at = names, *name = names;
  for (size_t i = 0; i < sheet->columns; i++) next(&at);
  for (size_t i = 0; i < sheet->cells; i++) {
    if (i % sheet->columns == 0) {
      name = names;
      row = cs_node_add_object(rows, NULL);
    }
    const char *column = next(&name);
    add_value(row, column, next(&at), sheet->kinds.data[i]);
  }
  cs_node_keep_integers(root);
  struct cs_node *array = cs_node_take(root, "rows");
  enum cs_status status = cs_node_write(array, out, err);
  cs_node_free(array);
  cs_node_free(root);
  return status;
}

enum cs_status cs_sheet_write(const struct cs_sheet *sheet, enum cs_sheet_format format, size_t width,
                              struct cs_str *out, struct cs_error *err) {
  CS_TRY(cs_str_check(&sheet->text, "the table", err));
  CS_TRY(cs_str_check(&sheet->kinds, "the table", err));
  switch (format) {
  case CS_SHEET_MARKDOWN: return write_markdown(sheet, out, err);
  case CS_SHEET_CSV: return write_csv(sheet, out, err);
  case CS_SHEET_JSON: return write_json(sheet, out, err);
  default: return write_text(sheet, width, out, err);
  }
}
