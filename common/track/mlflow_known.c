#include "track/mlflow_inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the server has of a run, so that none of it is sent twice: some servers keep a point of a metric as often as it
 * comes, and none lets a parameter change. */

/* What makes a point the same; zeros are alike. */
struct mark {
  double value;
  int64_t time, step;
  uint64_t name;
};

static struct cs_slice mark_of(const struct cs_mlflow_point *point, struct mark *mark) {
  memset(mark, 0, sizeof *mark);
  *mark = (struct mark){point->value + 0.0, point->time, point->step, point->name};
  return (struct cs_slice){(const char *)mark, sizeof *mark};
}

/* The points of the record by what makes them: index to the first such point. What repeats one isn't to be sent. */
static enum cs_status index_points(struct cs_mlflow_push *push, struct cs_map *map, size_t *first,
                                   struct cs_error *err) {
  for (size_t i = 0; i < push->facts.points; i++) {
    struct mark mark;
    uint32_t index;
    size_t known = map->count;
    CS_TRY(cs_map_add(map, mark_of(&push->facts.point[i], &mark), &index, err));
    if (index == known)
      first[index] = i;
    else
      push->skip_point[i] = true;
  }
  return CS_OK;
}

/* A metric as the server tells it; the name is ours or CS_MAP_NONE. */
static struct cs_mlflow_point read_point(const struct cs_node *node, uint32_t name) {
  struct cs_mlflow_point point = {name, cs_mlflow_number(cs_node_get(node, "value"), NAN),
                                  (int64_t)cs_mlflow_number(cs_node_get(node, "timestamp"), 0),
                                  (int64_t)cs_mlflow_number(cs_node_get(node, "step"), 0)};
  return point;
}

struct known {
  struct cs_mlflow_push *push;
  struct cs_map points;
  size_t *first; /* [points] */
  size_t *of;    /* [metrics], how many points the record has of each */
};

static bool mark_known(struct known *known, const struct cs_mlflow_point *point) {
  struct mark mark;
  uint32_t index = cs_map_find(&known->points, mark_of(point, &mark));
  if (index != CS_MAP_NONE) known->push->skip_point[known->first[index]] = true;
  return index != CS_MAP_NONE;
}

/* All points that the server has of a metric, page by page. */
static enum cs_status read_history(struct known *known, uint32_t name, const char *key,
                                   struct cs_error *err) {
  struct cs_str token = CS_STR_INIT;
  enum cs_status status;
  bool more;
  do {
    const char *run_id = cs_str_text(&known->push->result->run_id);
    const char *part[] = {"/api/2.0/mlflow/metrics/get-history?max_results=20000&run_id=",
                          run_id,
                          "&metric_key=",
                          key,
                          token.len ? "&page_token=" : NULL,
                          cs_str_text(&token),
                          NULL};
    struct cs_node *answer = NULL;
    status = cs_mlflow_get(known->push, part, &answer, err);
    for (const struct cs_node *at = cs_node_first(cs_node_get(answer, "metrics")); at;
         at = cs_node_next(at)) {
      struct cs_mlflow_point point = read_point(at, name);
      mark_known(known, &point);
    }
    const char *next = cs_node_text(cs_node_get(answer, "next_page_token"), "");
    more = *next && strcmp(next, cs_str_text(&token)) != 0;
    cs_str_clear(&token);
    cs_str_add_text(&token, next);
    if (status == CS_OK) status = cs_str_check(&token, "an answer", err);
    cs_node_free(answer);
  } while (status == CS_OK && more);
  cs_str_release(&token);
  return status;
}

/* The run tells of each metric the latest point, which is all there is to know where we have one only. */
static enum cs_status read_metrics(struct known *known, const struct cs_node *metrics, struct cs_error *err) {
  const struct cs_mlflow_facts *facts = &known->push->facts;
  for (const struct cs_node *at = cs_node_first(metrics); at; at = cs_node_next(at)) {
    const char *key = cs_node_text(cs_node_get(at, "key"), "");
    uint32_t name = cs_map_find(&facts->metrics, cs_slice_of(key));
    if (name == CS_MAP_NONE) continue;
    struct cs_mlflow_point point = read_point(at, name);
    if (mark_known(known, &point) && known->of[name] == 1) continue;
    CS_TRY(read_history(known, name, key, err));
  }
  return CS_OK;
}

static void read_params(struct cs_mlflow_push *push, const struct cs_node *params) {
  const struct cs_mlflow_pairs *own = &push->facts.params;
  size_t differ = 0;
  for (const struct cs_node *at = cs_node_first(params); at; at = cs_node_next(at)) {
    uint32_t index = cs_map_find(&own->taken, cs_slice_of(cs_node_text(cs_node_get(at, "key"), "")));
    if (index == CS_MAP_NONE) continue;
    push->skip_param[index] = true;
    differ += strcmp(cs_node_text(cs_node_get(at, "value"), ""), own->pair[index].value) != 0;
  }
  if (differ)
    cs_note(push->notes, CS_NOTE_WARNING,
            "%zu parameter%s another value on the server, which MLflow doesn't let change", differ,
            differ == 1 ? " has" : "s have");
}

static enum cs_status ask(struct known *known, struct cs_error *err) {
  struct cs_mlflow_push *push = known->push;
  const char *part[] = {"/api/2.0/mlflow/runs/get?run_id=", cs_str_text(&push->result->run_id), NULL};
  struct cs_node *answer = NULL;
  CS_TRY(cs_mlflow_get(push, part, &answer, err));
  const struct cs_node *data = cs_node_get(cs_node_get(answer, "run"), "data");
  read_params(push, cs_node_get(data, "params"));
  enum cs_status status = read_metrics(known, cs_node_get(data, "metrics"), err);
  cs_node_free(answer);
  return status;
}

static enum cs_status mark_all(struct known *known, struct cs_error *err) {
  const struct cs_mlflow_facts *facts = &known->push->facts;
  CS_TRY(cs_alloc(&known->first, facts->points, sizeof *known->first, "metrics", err));
  CS_TRY(cs_alloc(&known->of, facts->metrics.count, sizeof *known->of, "metrics", err));
  CS_TRY(index_points(known->push, &known->points, known->first, err));
  for (size_t i = 0; i < facts->points; i++) known->of[facts->point[i].name]++;
  return known->push->new_run ? CS_OK : ask(known, err);
}

enum cs_status cs_mlflow_known(struct cs_mlflow_push *push, struct cs_error *err) {
  struct known known = {push, CS_MAP_INIT, NULL, NULL};
  enum cs_status status = mark_all(&known, err);
  cs_map_release(&known.points);
  free(known.first);
  free(known.of);
  push->new_run = false;
  return status;
}
