/* The numbers of clusters: by decreasing weight, then by their means; where these are the same, too, as those of rings around one point, by
 * their lexicographically least core points. */
#include "algo/dbscan_inside.h"
#include "algo/sums.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

struct cluster {
  cs_exact weight;
  cs_exact sum; /* of the column at hand: of clusters of one weight it stands for the mean */
  const struct cs_kdtree *tree;
  uint32_t id;    /* before it is numbered */
  uint32_t least; /* place of its least core point */
};

struct numbering {
  const struct cs_density *density;
  struct cluster *cluster; /* [k], in order as far as it is known */
  size_t k;
  bool *tied; /* [k]: with the one before */
  int exponent; /* weights are in whole numbers of 2^exponent, so many that those of all rows are at most 2^62 */
};

static int by_weight(const void *a, const void *b) {
  const struct cluster *x = a, *y = b;
  if (x->weight != y->weight) return x->weight < y->weight ? 1 : -1;
  return (x->id > y->id) - (x->id < y->id);
}

static int by_sum(const void *a, const void *b) {
  const struct cluster *x = a, *y = b;
  if (x->sum != y->sum) return x->sum > y->sum ? 1 : -1;
  return (x->id > y->id) - (x->id < y->id);
}

static int by_least(const void *a, const void *b) {
  const struct cluster *x = a, *y = b;
  return cs_kdtree_compare(x->tree, x->least, y->least);
}

/* --- sets as they come --- */

static bool is_core(const struct cs_density *density, size_t leaf, size_t i) {
  return density->core_bits[leaf] >> i & 1;
}

/* The sets get ids in the order of their roots, which root[] turns into. */
static size_t give_ids(const struct cs_density *density) {
  uint32_t *id = density->scratch;
  size_t k = 0, n = density->tree->n;
  for (size_t place = 0; place < n; place++)
    if (density->root[place] == place) id[place] = (uint32_t)k++;
  for (size_t place = 0; place < n; place++)
    if (density->root[place] != CS_NOISE) density->root[place] = id[density->root[place]];
  return k;
}

static void choose_unit(struct numbering *numbering) {
  const double *weight = numbering->density->params->weight;
  size_t n = numbering->density->tree->n;
  double most = 0;
  for (size_t i = 0; weight && i < n; i++) most = fmax(most, fabs(weight[i]));
  frexp(most * (double)n, &numbering->exponent);
  numbering->exponent -= 62;
}

static int64_t weight_of(const struct numbering *numbering, size_t place) {
  const double *weight = numbering->density->params->weight;
  return weight ? llrint(ldexp(weight[numbering->density->tree->row[place]], -numbering->exponent)) : 1;
}

static void weigh_clusters(const struct numbering *numbering) {
  const struct cs_density *density = numbering->density;
  for (size_t c = 0; c < numbering->k; c++)
    numbering->cluster[c] = (struct cluster){.tree = density->tree, .id = (uint32_t)c};
  for (size_t place = 0; place < density->tree->n; place++)
    if (density->root[place] != CS_NOISE)
      numbering->cluster[density->root[place]].weight += weight_of(numbering, place);
}

/* --- ties --- */

static bool has_ties(const struct numbering *numbering) {
  for (size_t i = 1; i < numbering->k; i++)
    if (numbering->tied[i]) return true;
  return false;
}

/* position[id], in the order as far as it is known. */
static void find_positions(const struct numbering *numbering, uint32_t *position) {
  for (size_t i = 0; i < numbering->k; i++) position[numbering->cluster[i].id] = (uint32_t)i;
}

/* The weighed sums of one column, in whole numbers of 2^-62 of its largest number. */
static void sum_column(const struct numbering *numbering, size_t column, const uint32_t *position) {
  const struct cs_density *density = numbering->density;
  const struct cs_kdtree *tree = density->tree;
  double most = fmax(fabs(cs_kdtree_box(tree, 1)[column]), fabs(cs_kdtree_box(tree, 1)[tree->d + column]));
  int exponent;
  frexp(most, &exponent);
  for (size_t c = 0; c < numbering->k; c++) numbering->cluster[c].sum = 0;
  for (size_t leaf = 0; leaf < tree->leaves; leaf++) {
    struct cs_leaf block = cs_kdtree_leaf(tree, leaf);
    for (size_t i = 0; i < block.m; i++) {
      uint32_t id = density->root[block.begin + i];
      if (id != CS_NOISE)
        numbering->cluster[position[id]].sum +=
            (cs_exact)llrint(ldexp(block.x[column * block.m + i], 62 - exponent)) *
            weight_of(numbering, block.begin + i);
    }
  }
}

/* Sorts each run of clusters that are tied, and parts it where they differ. */
static void part_ties(const struct numbering *numbering, int (*compare)(const void *, const void *),
                      bool (*differ)(const struct cluster *a, const struct cluster *b)) {
  struct cluster *cluster = numbering->cluster;
  for (size_t begin = 0, end; begin < numbering->k; begin = end) {
    for (end = begin + 1; end < numbering->k && numbering->tied[end];) end++;
    qsort(cluster + begin, end - begin, sizeof *cluster, compare);
    for (size_t i = begin + 1; i < end; i++) numbering->tied[i] = !differ(&cluster[i - 1], &cluster[i]);
  }
}

static bool differ_in_weight(const struct cluster *a, const struct cluster *b) {
  return a->weight != b->weight;
}

static bool differ_in_sum(const struct cluster *a, const struct cluster *b) {
  return a->sum != b->sum;
}

static bool never(const struct cluster *a, const struct cluster *b) {
  (void)a, (void)b;
  return false;
}

static void find_least(const struct numbering *numbering, const uint32_t *position) {
  const struct cs_density *density = numbering->density;
  const struct cs_kdtree *tree = density->tree;
  for (size_t c = 0; c < numbering->k; c++) numbering->cluster[c].least = CS_NOISE;
  for (size_t leaf = 0; leaf < tree->leaves; leaf++) {
    struct cs_leaf block = cs_kdtree_leaf(tree, leaf);
    for (size_t i = 0; i < block.m; i++) {
      if (!is_core(density, leaf, i)) continue;
      struct cluster *cluster = &numbering->cluster[position[density->root[block.begin + i]]];
      uint32_t place = (uint32_t)(block.begin + i);
      if (cluster->least == CS_NOISE || cs_kdtree_compare(tree, place, cluster->least) < 0)
        cluster->least = place;
    }
  }
}

static void order(const struct numbering *numbering, uint32_t *position) {
  for (size_t i = 1; i < numbering->k; i++) numbering->tied[i] = true;
  part_ties(numbering, by_weight, differ_in_weight);
  for (size_t j = 0; j < numbering->density->tree->d && has_ties(numbering); j++) {
    find_positions(numbering, position);
    sum_column(numbering, j, position);
    part_ties(numbering, by_sum, differ_in_sum);
  }
  if (!has_ties(numbering)) return;
  find_positions(numbering, position);
  find_least(numbering, position);
  part_ties(numbering, by_least, never);
}

/* --- the whole --- */

enum cs_status cs_density_number(struct cs_density *density, size_t *k, size_t **size, struct cs_error *err) {
  struct numbering numbering = {.density = density, .k = give_ids(density)};
  uint32_t *position = density->scratch;
  enum cs_status status =
      cs_alloc(&numbering.cluster, numbering.k, sizeof *numbering.cluster, "clusters", err);
  if (status == CS_OK)
    status = cs_alloc(&numbering.tied, numbering.k, sizeof *numbering.tied, "clusters", err);
  if (status == CS_OK) status = cs_alloc(size, numbering.k, sizeof **size, "clusters", err);
  if (status == CS_OK) {
    *k = numbering.k;
    choose_unit(&numbering);
    weigh_clusters(&numbering);
    order(&numbering, position);
    find_positions(&numbering, position);
    for (size_t place = 0; place < density->tree->n; place++) {
      if (density->root[place] == CS_NOISE) continue;
      density->root[place] = position[density->root[place]];
      (*size)[density->root[place]]++;
    }
  }
  free(numbering.cluster);
  free(numbering.tied);
  return status;
}
