#include "track/join.h"

#include "base/map.h"
#include "data/columns.h"

#include <ctype.h>
#include <stdlib.h>

/* --- the column --- */

static enum cs_status find_named(struct cs_join_side *side, const char *list, struct cs_error *err) {
  struct cs_columns columns = CS_COLUMNS_INIT;
  enum cs_status status = cs_columns_find(&columns, side->table, list, "--id", err);
  if (status == CS_OK && columns.count != 1)
    status = cs_fail(err, CS_USAGE, "--id must name one column, not %zu", columns.count);
  if (status == CS_OK && columns.column[0] >= cs_table_columns_read(side->table))
    status = cs_fail(err, CS_USAGE, "--id must name a column that was read");
  if (status == CS_OK) side->id = columns.column[0];
  cs_columns_release(&columns);
  return status;
}

enum cs_status cs_join_column(struct cs_join_side *side, const char *list, struct cs_error *err) {
  static const char *const usual[] = {"customer_id", "id"};
  size_t found = 0;
  if (list) return find_named(side, list, err);
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
    side->id = cs_table_find(side->table, cs_slice_of(usual[i]));
    if (side->id != SIZE_MAX) return CS_OK;
  }
  for (size_t c = 0; c < cs_table_columns_read(side->table); c++) {
    if (!cs_role_is_id(cs_table_name(side->table, c))) continue;
    side->id = c;
    found++;
  }
  if (found == 1) return CS_OK;
  return cs_table_fail(side->table, SIZE_MAX, SIZE_MAX, err, "%s: --id names the one to join on",
                       found ? "several columns are ids" : "no column is an id by its name");
}

/* --- the rows --- */

/* Ids that are looked up together: the memory that they need is fetched for all of them before it is used. */
enum { BATCH = 64 };

struct ids {
  struct cs_map map;     /* of both tables */
  uint32_t *row;         /* [map.count] where each was met last */
  size_t older;          /* how many are of the older table */
  struct cs_str scratch; /* of the cell at hand */
  struct cs_str text;    /* of the batch */
  size_t begin[BATCH + 1];
  uint32_t hash[BATCH];
};

static struct cs_slice id_in(const struct ids *ids, size_t i) {
  return (struct cs_slice){ids->text.data + ids->begin[i], ids->begin[i + 1] - ids->begin[i]};
}

static enum cs_status read_id(struct ids *ids, const struct cs_join_side *side, size_t row,
                              struct cs_slice *id, struct cs_error *err) {
  cs_str_clear(&ids->scratch);
  CS_TRY(cs_table_cells(side->table, row, &side->id, 1, id, &ids->scratch, err));
  if (!cs_table_is_missing(side->table, *id)) return CS_OK;
  return cs_table_fail(side->table, row, side->id, err, "the row has no id, so it can't be found again");
}

static enum cs_status read_batch(struct ids *ids, const struct cs_join_side *side, size_t first, size_t count,
                                 struct cs_error *err) {
  cs_str_clear(&ids->text);
  for (size_t i = 0; i < count; i++) {
    struct cs_slice id;
    CS_TRY(read_id(ids, side, first + i, &id, err));
    ids->begin[i] = ids->text.len;
    cs_str_add(&ids->text, id.data, id.len);
    ids->begin[i + 1] = ids->text.len;
  }
  CS_TRY(cs_str_check(&ids->text, "the ids", err));
  for (size_t i = 0; i < count; i++) {
    ids->hash[i] = cs_map_hash(id_in(ids, i));
    cs_map_expect(&ids->map, ids->hash[i]);
  }
  for (size_t i = 0; i < count; i++)
    cs_map_expect_text(&ids->map, cs_map_expect_key(&ids->map, ids->hash[i]));
  return CS_OK;
}

static enum cs_status refuse_twice(const struct cs_join_side *side, size_t row, size_t first,
                                   struct cs_error *err) {
  const char *source;
  uint64_t line;
  cs_table_where(side->table, first, &source, &line);
  return cs_table_fail(side->table, row, side->id, err,
                       "the id is on line %llu, too: each customer has one row in such a table",
                       (unsigned long long)line);
}

static enum cs_status add_older(struct ids *ids, const struct cs_join_side *side, size_t first, size_t count,
                                uint32_t *partner, struct cs_error *err) {
  (void)partner;
  for (size_t i = 0; i < count; i++) {
    uint32_t index;
    CS_TRY(cs_map_add_hashed(&ids->map, id_in(ids, i), ids->hash[i], &index, err));
    if (index != first + i) return refuse_twice(side, first + i, index, err);
    ids->row[index] = CS_JOIN_NONE;
  }
  return CS_OK;
}

/* ids->row tells, of both kinds of ids, in which newer row they were. */
static enum cs_status find_newer(struct ids *ids, const struct cs_join_side *side, size_t first, size_t count,
                                 uint32_t *partner, struct cs_error *err) {
  for (size_t i = 0; i < count; i++) {
    size_t known = ids->map.count;
    uint32_t index;
    CS_TRY(cs_map_add_hashed(&ids->map, id_in(ids, i), ids->hash[i], &index, err));
    if (index < known && ids->row[index] != CS_JOIN_NONE)
      return refuse_twice(side, first + i, ids->row[index], err);
    ids->row[index] = (uint32_t)(first + i);
    partner[first + i] = index < ids->older ? index : CS_JOIN_NONE;
  }
  return CS_OK;
}

static enum cs_status for_batches(struct ids *ids, const struct cs_join_side *side,
                                  enum cs_status (*use)(struct ids *, const struct cs_join_side *, size_t,
                                                        size_t, uint32_t *, struct cs_error *),
                                  uint32_t *partner, struct cs_error *err) {
  size_t rows = cs_table_rows(side->table);
  for (size_t first = 0; first < rows; first += BATCH) {
    size_t count = rows - first < BATCH ? rows - first : BATCH;
    CS_TRY(read_batch(ids, side, first, count, err));
    CS_TRY(use(ids, side, first, count, partner, err));
  }
  return CS_OK;
}

static void release_ids(struct ids *ids) {
  cs_map_release(&ids->map);
  cs_str_release(&ids->scratch);
  cs_str_release(&ids->text);
  free(ids->row);
}

enum cs_status cs_join_rows(const struct cs_join_side *older, const struct cs_join_side *newer,
                            uint32_t *partner, struct cs_error *err) {
  struct ids ids = {
      .map = CS_MAP_INIT, .older = cs_table_rows(older->table), .scratch = CS_STR_INIT, .text = CS_STR_INIT};
  enum cs_status status =
      cs_alloc(&ids.row, ids.older + cs_table_rows(newer->table), sizeof *ids.row, "the ids", err);
  if (status == CS_OK) status = for_batches(&ids, older, add_older, partner, err);
  if (status == CS_OK) status = for_batches(&ids, newer, find_newer, partner, err);
  release_ids(&ids);
  return status;
}

/* --- nearly the same --- */

static void add_plain(struct cs_slice id, struct cs_str *out) {
  id = cs_slice_trim(id);
  if (id.len > 2 && id.data[id.len - 1] == '0' && id.data[id.len - 2] == '.') id.len -= 2;
  for (; id.len > 1 && *id.data == '0'; id.len--) id.data++;
  for (size_t i = 0; i < id.len; i++) cs_str_add_byte(out, (char)tolower((unsigned char)id.data[i]));
}

enum cs_status cs_join_nearly(const struct cs_join_side *older, const struct cs_join_side *newer,
                              size_t *rows, struct cs_error *err) {
  struct ids ids = {.map = CS_MAP_INIT, .scratch = CS_STR_INIT, .text = CS_STR_INIT};
  struct cs_str plain = CS_STR_INIT;
  enum cs_status status = CS_OK;
  *rows = 0;
  for (int s = 0; s < 2; s++) {
    const struct cs_join_side *side = s ? newer : older;
    for (size_t i = 0; status == CS_OK && i < cs_table_rows(side->table); i++) {
      struct cs_slice id;
      uint32_t index;
      cs_str_clear(&plain);
      status = read_id(&ids, side, i, &id, err);
      if (status != CS_OK) break;
      add_plain(id, &plain);
      const struct cs_slice key = {cs_str_text(&plain), plain.len};
      if (s)
        *rows += cs_map_find(&ids.map, key) != CS_MAP_NONE;
      else
        status = cs_map_add(&ids.map, key, &index, err);
    }
  }
  if (status == CS_OK) status = cs_str_check(&plain, "an id", err);
  release_ids(&ids);
  cs_str_release(&plain);
  return status;
}
