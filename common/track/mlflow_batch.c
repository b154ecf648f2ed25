#include "track/mlflow_batch.h"

#include "base/num.h"
#include "data/encode.h"

/* One of the three lists of a body. */
struct list {
  const char *name;
  struct cs_str items;
  size_t count, most;
};

struct batch {
  struct list tags, params, metrics;
  size_t count, bytes;
};

/* Adds the item unless a limit stands against it. Whatever one item is, it fits into a body alone. */
static bool add_item(struct batch *batch, struct list *list, const struct cs_str *item) {
  if (list->count == list->most || batch->count == CS_MLFLOW_BATCH_ALL ||
      (batch->count > 0 && batch->bytes + item->len + 1 > CS_MLFLOW_BATCH_BYTES))
    return false;
  if (list->count) cs_str_add_byte(&list->items, ',');
  cs_str_add(&list->items, cs_str_text(item), item->len);
  cs_str_inherit(&list->items, item);
  list->count++;
  batch->count++;
  batch->bytes += item->len + 1;
  return true;
}

static void write_pair(struct cs_str *item, const struct cs_mlflow_pair *pair) {
  cs_str_clear(item);
  cs_str_add_text(item, "{\"key\":");
  cs_encode_json(item, cs_slice_of(pair->key));
  cs_str_add_text(item, ",\"value\":");
  cs_encode_json(item, cs_slice_of(pair->value));
  cs_str_add_byte(item, '}');
}

static void write_point(struct cs_str *item, struct cs_slice name, const struct cs_mlflow_point *point) {
  char value[CS_NUM_TEXT];
  cs_num_shortest(point->value, value);
  cs_str_clear(item);
  cs_str_add_text(item, "{\"key\":");
  cs_encode_json(item, name);
  cs_str_add_format(item, ",\"value\":%s,\"timestamp\":%lld,\"step\":%lld}", value, (long long)point->time,
                    (long long)point->step);
}

static void take_pairs(struct batch *batch, struct list *list, const struct cs_mlflow_pairs *pairs,
                       const bool *skip, size_t *at, struct cs_str *item) {
  for (; *at < pairs->count; (*at)++) {
    if (skip && skip[*at]) continue;
    write_pair(item, &pairs->pair[*at]);
    if (!add_item(batch, list, item)) return;
  }
}

static void take_points(struct batch *batch, struct cs_mlflow_batches *batches, struct cs_str *item) {
  const struct cs_mlflow_facts *facts = batches->facts;
  for (; batches->point < facts->points; batches->point++) {
    const struct cs_mlflow_point *point = &facts->point[batches->point];
    if (batches->skip_point && batches->skip_point[batches->point]) continue;
    write_point(item, cs_map_key(&facts->metrics, point->name), point);
    if (!add_item(batch, &batch->metrics, item)) return;
  }
}

static void write_list(struct cs_str *body, const struct list *list) {
  if (!list->count) return;
  cs_str_add_format(body, ",\"%s\":[", list->name);
  cs_str_add(body, cs_str_text(&list->items), list->items.len);
  cs_str_inherit(body, &list->items);
  cs_str_add_byte(body, ']');
}

enum cs_status cs_mlflow_batch_next(struct cs_mlflow_batches *batches, const char *run_id,
                                    struct cs_str *body, bool *more, struct cs_error *err) {
  struct batch batch = {{"tags", CS_STR_INIT, 0, CS_MLFLOW_BATCH_PAIRS},
                        {"params", CS_STR_INIT, 0, CS_MLFLOW_BATCH_PAIRS},
                        {"metrics", CS_STR_INIT, 0, CS_MLFLOW_BATCH_METRICS},
                        0,
                        0};
  struct cs_str item = CS_STR_INIT;
  cs_str_clear(body);
  cs_str_add_text(body, "{\"run_id\":");
  cs_encode_json(body, cs_slice_of(run_id));
  batch.bytes = body->len + sizeof ",\"metrics\":[],\"params\":[],\"tags\":[]}";
  take_pairs(&batch, &batch.tags, &batches->facts->tags, NULL, &batches->tag, &item);
  take_pairs(&batch, &batch.params, &batches->facts->params, batches->skip_param, &batches->param, &item);
  take_points(&batch, batches, &item);
  write_list(body, &batch.metrics);
  write_list(body, &batch.params);
  write_list(body, &batch.tags);
  cs_str_add_byte(body, '}');
  *more = batch.count > 0;
  cs_str_release(&item);
  cs_str_release(&batch.tags.items);
  cs_str_release(&batch.params.items);
  cs_str_release(&batch.metrics.items);
  return cs_str_check(body, "a request", err);
}
