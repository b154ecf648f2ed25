#include "track/migration_words.h"

#include <math.h>

static const char *const revenue_keys[CS_PERIODS] = {"revenue_before", "revenue_now"};

static const char *label_of(const struct cs_migration *m, size_t segment) {
  return segment < m->k ? m->segment[segment].label : NULL;
}

static void add_flow_figures(struct cs_node *node, const struct cs_migration_flow *flow) {
  cs_node_add_integer(node, "customers", (int64_t)flow->customers);
  for (int p = 0; p < CS_PERIODS; p++) cs_node_add_number(node, revenue_keys[p], flow->revenue[p]);
}

static void add_moves(struct cs_node *root, const struct cs_migration *m) {
  struct cs_node *moves = cs_node_add_object(root, "moves");
  for (int move = 0; move < CS_MOVES; move++)
    add_flow_figures(cs_node_add_object(moves, cs_move_name((enum cs_move)move)), &m->move[move]);
}

static void add_segments(struct cs_node *root, const struct cs_migration *m) {
  struct cs_node *list = cs_node_add_array(root, "segments");
  for (size_t s = 0; s < m->k; s++) {
    const struct cs_migration_segment *segment = &m->segment[s];
    struct cs_node *node = cs_node_add_object(list, NULL);
    cs_node_add_text(node, "label", segment->label);
    cs_node_add_text(node, "name_before", segment->name[CS_BEFORE]);
    cs_node_add_text(node, "name_now", segment->name[CS_NOW]);
    cs_node_add_bool(node, "noise", segment->noise);
    cs_node_add_integer(node, "customers_before", (int64_t)segment->size[CS_BEFORE]);
    cs_node_add_integer(node, "customers_now", (int64_t)segment->size[CS_NOW]);
    for (int p = 0; p < CS_PERIODS; p++) {
      enum cs_migration_matrix matrix = p == CS_BEFORE ? CS_MATRIX_BEFORE : CS_MATRIX_NOW;
      double sum =
          cs_migration_figure(m, matrix, p == CS_BEFORE ? s : CS_ALL, p == CS_BEFORE ? CS_ALL : s, 1);
      cs_node_add_number(node, revenue_keys[p], sum);
    }
    cs_node_add_number(node, "mean_before", segment->mean);
  }
}

static void add_flows(struct cs_node *root, const struct cs_migration *m) {
  struct cs_node *list = cs_node_add_array(root, "flows");
  for (size_t from = 0; from <= m->k; from++)
    for (size_t to = 0; to <= m->k; to++) {
      const struct cs_migration_flow *flow = cs_migration_flow(m, from, to);
      if (!flow->customers) continue;
      struct cs_node *node = cs_node_add_object(list, NULL);
      cs_node_add_text(node, "from", label_of(m, from));
      cs_node_add_text(node, "to", label_of(m, to));
      cs_node_add_text(node, "move", cs_move_name(cs_migration_move(m, from, to)));
      add_flow_figures(node, flow);
    }
}

/* What a bin holds: numbers up to an edge, or above all of them; one value, or all others; missing cells. */
static void add_bin(struct cs_node *list, const struct cs_psi *psi, const struct cs_psi_bin *bin) {
  struct cs_node *node = cs_node_add_object(list, NULL);
  if (isnan(bin->upper))
    cs_node_add_text(node, "holds", "missing");
  else if (isinf(bin->upper))
    cs_node_add_text(node, "holds", psi->by_value ? "others" : "above");
  else
    cs_node_add_text(node, "holds", psi->by_value ? "value" : "up to");
  cs_node_add_number(node, "value", bin->upper);
  cs_node_add_integer(node, "before", (int64_t)bin->count[CS_BEFORE]);
  cs_node_add_integer(node, "now", (int64_t)bin->count[CS_NOW]);
}

static void add_features(struct cs_node *root, const struct cs_migration *m) {
  struct cs_node *list = cs_node_add_array(root, "features");
  for (size_t i = 0; i < m->features; i++) {
    const struct cs_psi *psi = &m->feature[i].psi;
    struct cs_node *node = cs_node_add_object(list, NULL);
    cs_node_add_text(node, "name", m->feature[i].name);
    cs_node_add_number(node, "psi", psi->index);
    cs_node_add_number(node, "chance", psi->chance);
    struct cs_node *bins = cs_node_add_array(node, "bins");
    for (size_t b = 0; b < psi->bins; b++) add_bin(bins, psi, &psi->bin[b]);
  }
}

struct cs_node *cs_migration_document(const struct cs_migration *migration) {
  const struct cs_migration_side *before = &migration->side[CS_BEFORE], *now = &migration->side[CS_NOW];
  struct cs_node *root = cs_node_object();
  cs_node_add_text(root, "format", "cs-migration");
  cs_node_add_integer(root, "version", 1);
  cs_node_add_slice(root, "id", cs_table_name(before->table, before->id));
  cs_node_add_slice(root, "label", cs_table_name(before->table, before->labels.column));
  cs_node_add_text(root, "revenue", migration->by);
  cs_node_add_integer(root, "customers_before", (int64_t)before->rows);
  cs_node_add_integer(root, "customers_now", (int64_t)now->rows);
  cs_node_add_integer(root, "customers_both", (int64_t)migration->joined);
  add_moves(root, migration);
  cs_node_add_number(root, "adjusted_rand_index", migration->rand);
  cs_node_add_integer(root, "stayed_if_matched", (int64_t)migration->matched);
  cs_node_add_number(root, "psi_of_segment_shares", migration->shares);
  add_segments(root, migration);
  add_flows(root, migration);
  add_features(root, migration);
  return root;
}
