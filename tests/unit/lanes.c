/* The loops of k-means are the same at each width of vector: what is canonical to the bit, what is a filter in what it decides. */
#include "algo/lanes.h"
#include "algo/points.h"
#include "base/rng.h"
#include "unit.h"

#include <math.h>
#include <stdlib.h>

enum { D_MOST = 19, ROOM_MOST = 24, K_MOST = 21 };

static const struct cs_lanes *width[3];
static size_t widths;

static void find_widths(void) {
  static const char *const name[] = {"plain", "avx2", "avx512"};
  for (size_t i = 0; i < 3; i++) {
    CHECK(cs_lanes_limit(name[i]));
    if (widths == 0 || cs_lanes() != width[widths - 1]) width[widths++] = cs_lanes();
  }
}

static void draw(double *x, size_t n, struct cs_rng *rng) {
  for (size_t i = 0; i < n; i++) x[i] = cs_rng_normal(rng) * 3 + 40;
}

static size_t not_above(const float gap[CS_GROUP], float slack) {
  size_t count = 0;
  for (size_t i = 0; i < CS_GROUP; i++) count += !(gap[i] > slack);
  return count;
}

/* What nearest() promises; and no gap is smaller than it should be by more than `loss`. */
static void check_nearest(const double *x, const uint16_t *row, size_t d, size_t k, const double *centre,
                          double slack, double loss, const uint32_t *label, const float *gap) {
  for (size_t i = 0; i < CS_GROUP; i++) {
    double first = INFINITY, second = INFINITY;
    size_t nearest = cs_nearest_centre(x + row[i] * d, centre, k, d);
    for (size_t c = 0; c < k; c++) {
      double distance = sqrt(cs_square_distance(x + row[i] * d, centre + c * d, d));
      if (distance < first)
        second = first, first = distance;
      else if (distance < second)
        second = distance;
    }
    CHECK(gap[i] <= second - first);
    if (k > 1) CHECK(gap[i] > (second - first) * (1 - 1e-6) - loss);
    if (gap[i] > slack) CHECK(label[i] == nearest);
  }
}

/* What weigh() promises, of distances times a factor each. */
static void check_weighed(const struct cs_lanes *lanes, const float *group, const double *x,
                          const uint16_t *row, size_t d, size_t k, const double *centre,
                          const struct cs_panels *panels) {
  float factor[K_MOST + CS_PANEL], first[CS_GROUP], second[CS_GROUP], doubt[CS_GROUP];
  uint32_t label[CS_GROUP];
  for (size_t c = 0; c < K_MOST + CS_PANEL; c++) factor[c] = (float)(c % 8 + 8) / 16;
  lanes->weigh(group, panels, factor, label, first, second, doubt);
  for (size_t i = 0; i < CS_GROUP; i++) {
    double next = INFINITY, own = cs_square_distance(x + row[i] * d, centre + label[i] * d, d),
           weighed = own * factor[label[i]];
    for (size_t c = 0; c < k; c++)
      if (c != label[i]) next = fmin(next, cs_square_distance(x + row[i] * d, centre + c * d, d) * factor[c]);
    CHECK(label[i] < k && first[i] <= weighed && second[i] <= next * (1 + 1e-6));
    CHECK(own <= (first[i] / factor[label[i]] + doubt[i]) * (1 + 1e-6) && doubt[i] < 0.1);
    CHECK(first[i] > weighed - 0.1 && (k == 1 || second[i] > next - 0.1));
  }
}

int main(void) {
  UNIT_BEGIN;
  struct cs_rng rng;
  double x[64 * D_MOST], group[3][D_MOST * CS_GROUP], origin[D_MOST], point[K_MOST * D_MOST];
  float quick[3][D_MOST * CS_GROUP];
  uint16_t row[CS_GROUP];
  cs_rng_init(&rng, 5, 0);
  find_widths();
  draw(x, 64 * D_MOST, &rng);
  draw(origin, D_MOST, &rng);
  draw(point, K_MOST * D_MOST, &rng);
  for (size_t i = 0; i < CS_GROUP; i++) row[i] = (uint16_t)cs_rng_below(&rng, 60);

  TEST("lanes: a group has its rows column after column, less the origin") {
    for (size_t d = 1; d <= D_MOST; d++)
      for (size_t w = 0; w < widths; w++) {
        width[w]->gather(x, row, d, origin, group[w]);
        for (size_t j = 0; j < d; j++)
          for (size_t i = 0; i < CS_GROUP; i++)
            CHECK(group[w][j * CS_GROUP + i] == x[row[i] * d + j] - origin[j]);
        width[w]->gather_quick(x, row, d, origin, quick[w]);
        for (size_t i = 0; i < d * CS_GROUP; i++) CHECK(quick[w][i] == (float)group[w][i]);
      }
  }
  TEST("lanes: the distances to a point are canonical, and what is left of a potential has the same bits") {
    for (size_t d = 1; d <= D_MOST; d++) {
      double closest[3][CS_GROUP], total[3][CS_TOTAL_LANES], weight[CS_GROUP];
      draw(weight, CS_GROUP, &rng);
      for (size_t w = 0; w < widths; w++) {
        static const double none[D_MOST];
        width[w]->gather(x, row, d, none, group[w]);
        memset(total[w], 0, sizeof total[w]);
        for (size_t i = 0; i < CS_GROUP; i++) closest[w][i] = i % 2 ? 40.0 * (double)d : INFINITY;
        width[w]->potential(group[w], d, d % 2 ? weight : NULL, point, closest[w], total[w]);
        width[w]->closer(group[w], d, point, closest[w]);
        for (size_t i = 0; i < CS_GROUP; i++) {
          double square = cs_square_distance(x + row[i] * d, point, d);
          CHECK(closest[w][i] == (i % 2 ? fmin(square, 40.0 * (double)d) : square));
        }
        for (size_t l = 0; l < CS_TOTAL_LANES; l++) {
          double left = closest[w][l] * (d % 2 ? weight[l] : 1) +
                        closest[w][CS_TOTAL_LANES + l] * (d % 2 ? weight[CS_TOTAL_LANES + l] : 1);
          CHECK(total[w][l] == left);
        }
      }
    }
  }
  TEST("lanes: a row goes into sums and out of others, exactly") {
    for (size_t d = 1; d <= D_MOST; d++)
      for (size_t w = 0; w < widths; w++) {
        double to[2 * ROOM_MOST] = {0}, from[2 * ROOM_MOST] = {0}, scale[D_MOST];
        for (size_t j = 0; j < d; j++) scale[j] = 0x1p25;
        size_t room = cs_lanes_room(d);
        width[w]->add(x, 0.75, scale, d, 3, to, from);
        for (size_t j = 0; j < d; j++) {
          double value = 3 * rint(x[j] * 0.75 * 0x1p56); /* in units of 2^-56 */
          CHECK(to[j] * 0x1p31 + to[room + j] == value && from[j] == -to[j]);
          CHECK(from[room + j] == -to[room + j]);
        }
        for (size_t j = d; j < room; j++) CHECK(to[j] == 0 && to[room + j] == 0);
      }
  }
  TEST("lanes: some rows of a group go into sums and out of others as they do one by one") {
    for (size_t d = 1; d <= D_MOST; d++)
      for (size_t w = 0; w < widths; w++)
        for (int leave = 0; leave < 2; leave++) {
          double sum[4 * 2 * ROOM_MOST] = {0}, single[4 * 2 * ROOM_MOST] = {0}, scale[D_MOST];
          uint32_t from[CS_GROUP], to[CS_GROUP], which = 0x8a15f30d;
          size_t size = 2 * cs_lanes_room(d);
          for (size_t j = 0; j < d; j++) scale[j] = 0x1p25;
          for (uint32_t i = 0; i < CS_GROUP; i++) from[i] = i % 4, to[i] = (i + 1 + i / 8 % 2) % 4;
          double weight[4][2] = {{0}}, count[4][2] = {{0}};
          for (size_t i = 0; i < CS_GROUP; i++) {
            if (!(which >> i & 1)) continue;
            count[to[i]][0] += 1;
            if (leave) count[from[i]][0] -= 1;
            width[w]->add(x + row[i] * d, 1, scale, d, 1, single + to[i] * size,
                          leave ? single + from[i] * size : NULL);
          }
          width[w]->move(x, row, which, scale, d, leave ? from : NULL, to, sum, *weight);
          CHECK(memcmp(sum, single, sizeof sum) == 0 && memcmp(weight, count, sizeof weight) == 0);
        }
  }
  TEST("lanes: how far columns reach, as they are and off the origin") {
    for (size_t d = 1; d <= D_MOST; d++)
      for (size_t w = 0; w < widths; w++)
        for (size_t rows = 0; rows < 40; rows += 13) {
          double size[D_MOST] = {0}, off[D_MOST] = {0}, weight[40];
          draw(weight, 40, &rng);
          width[w]->extend(x, d % 2 ? weight : NULL, rows, d, origin, size, off);
          for (size_t j = 0; j < d; j++) {
            double most = 0, farthest = 0;
            for (size_t i = 0; i < rows; i++) {
              most = fmax(most, fabs(x[i * d + j]) * (d % 2 ? weight[i] : 1));
              farthest = fmax(farthest, fabs(x[i * d + j] - origin[j]));
            }
            CHECK(size[j] == most && off[j] == farthest);
          }
        }
  }
  TEST("lanes: rows are picked unless their gap is above what their slot asks, and labels that differ are "
       "found") {
    enum { ROWS = 77 };
    float gap[ROWS], most[5] = {0, 1, 2, 3, INFINITY};
    uint32_t slot[ROWS], label[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
      slot[i] = (uint32_t)cs_rng_below(&rng, 5);
      gap[i] = i % 11 == 3 ? NAN : (float)cs_rng_below(&rng, 9) / 2;
      label[i] = cs_rng_below(&rng, 3) ? slot[i] : slot[i] ^ 1U << i % 32;
    }
    for (size_t w = 0; w < widths; w++) {
      for (size_t rows = 0; rows <= ROWS; rows++) {
        uint16_t picked[ROWS + CS_GROUP];
        size_t count = width[w]->pick(gap, slot, most, rows, picked), at = 0;
        for (size_t i = 0; i < rows; i++)
          if (!(gap[i] > most[slot[i]])) CHECK(at < count && picked[at++] == i);
        CHECK(at == count);
      }
      for (size_t begin = 0; begin + CS_GROUP <= ROWS; begin++) {
        uint32_t bits = width[w]->differ(slot + begin, label + begin);
        for (size_t i = 0; i < CS_GROUP; i++) CHECK((bits >> i & 1) == (slot[begin + i] != label[begin + i]));
      }
    }
  }
  TEST("lanes: the nearest centre and the gap to the next one, from below, at each width") {
    for (size_t d = 1; d <= D_MOST; d++)
      for (size_t k = 1; k <= K_MOST; k++) {
        struct cs_matrix matrix = {60, d, x};
        struct cs_points points;
        struct cs_panels panels;
        struct cs_error err = CS_ERROR_INIT;
        CHECK(cs_points_begin(&points, &matrix, NULL, 1, &err) == CS_OK);
        CHECK(cs_panels_begin(&panels, k, d, &err) == CS_OK);
        double slack = cs_panels_set(&panels, &points, point);
        for (size_t w = 0; w < widths; w++) {
          uint32_t label[CS_GROUP];
          float gap[CS_GROUP];
          width[w]->gather(x, row, d, points.origin, group[w]);
          size_t open = width[w]->nearest(group[w], &panels, 0.5F, label, gap);
          CHECK(open == not_above(gap, 0.5F));
          check_nearest(x, row, d, k, point, slack, 1e-5, label, gap);
          width[w]->gather_quick(x, row, d, points.origin, quick[w]);
          open = width[w]->nearest_quick(quick[w], &panels, 0.5F, label, gap);
          CHECK(open == not_above(gap, 0.5F));
          check_nearest(x, row, d, k, point, slack, 0.003, label, gap);
          check_weighed(width[w], quick[w], x, row, d, k, point, &panels);
        }
        cs_panels_release(&panels);
        cs_points_release(&points);
      }
  }
  TEST("lanes: a centre far out leaves the gaps of the others as they are, and numbers beyond the floats go "
       "to doubles") {
    enum { D = 3, K = 4 };
    uint16_t each[CS_GROUP];
    double near[CS_GROUP * D], centre[K * D], scratch[D * CS_GROUP];
    draw(near, CS_GROUP * D, &rng);
    draw(centre, K * D, &rng);
    for (uint16_t i = 0; i < CS_GROUP; i++) each[i] = i;
    for (double far = 1; far < 1e300; far *= 1e20) {
      struct cs_matrix matrix = {CS_GROUP, D, near};
      struct cs_points points;
      struct cs_panels panels;
      struct cs_error err = CS_ERROR_INIT;
      centre[(K - 1) * D] = far * 1e4;
      if (far > 1) near[0] = far * 1e4; /* it has a row */
      CHECK(cs_points_begin(&points, &matrix, NULL, 1, &err) == CS_OK);
      CHECK(cs_panels_begin(&panels, K, D, &err) == CS_OK);
      double slack = cs_panels_set(&panels, &points, centre);
      for (size_t w = 0; w < widths; w++) {
        uint32_t label[CS_GROUP];
        float gap[CS_GROUP];
        size_t doubts = 0;
        points.lanes = width[w];
        if (far > 1) {
          CHECK(!panels.quick_fits);
          cs_points_nearest(&points, 0, each, &panels, centre, slack, scratch, &doubts, label, gap);
          for (size_t i = 0; i < CS_GROUP; i++)
            CHECK(label[i] == cs_nearest_centre(near + i * D, centre, K, D));
        } else {
          CHECK(panels.quick_fits);
          width[w]->gather_quick(near, each, D, points.origin, quick[w]);
          width[w]->nearest_quick(quick[w], &panels, (float)slack, label, gap);
          check_nearest(near, each, D, K, centre, slack, 0.003, label, gap);
        }
        CHECK(doubts == 0);
      }
      cs_panels_release(&panels);
      cs_points_release(&points);
    }
  }
  TEST("lanes: where two centres are as near but for rounding, the canonical distance decides") {
    enum { D = 3, DRAWS = 60 };
    double middle[2 * CS_GROUP * D], centre[2 * D], scratch[D * CS_GROUP];
    size_t wrong = 0, misled = 0, doubts = 0;
    uint16_t each[CS_GROUP];
    for (uint16_t i = 0; i < CS_GROUP; i++) each[i] = i;
    for (int draws = 0; draws < DRAWS; draws++) {
      struct cs_matrix matrix = {2 * CS_GROUP, D, middle};
      double off = draws % 3 * 1e6; /* of the other rows, which keep the origin away */
      struct cs_points points;
      struct cs_panels panels;
      struct cs_error err = CS_ERROR_INIT;
      draw(centre, 2 * D, &rng);
      for (size_t i = 0; i < CS_GROUP; i++) {
        double across[D], along = 0, length = 0;
        draw(across, D, &rng); /* made to stand on the line between the centres */
        for (size_t j = 0; j < D; j++) {
          double t = centre[D + j] - centre[j];
          along += across[j] * t, length += t * t;
        }
        for (size_t j = 0; j < D; j++)
          middle[i * D + j] =
              (centre[j] + centre[D + j]) / 2 + across[j] - along / length * (centre[D + j] - centre[j]);
        for (size_t j = 0; j < D; j++) middle[(CS_GROUP + i) * D + j] = middle[i * D + j] - off;
      }
      CHECK(cs_points_begin(&points, &matrix, NULL, 1, &err) == CS_OK);
      CHECK(cs_panels_begin(&panels, 2, D, &err) == CS_OK);
      double slack = cs_panels_set(&panels, &points, centre);
      uint32_t label[CS_GROUP], raw[CS_GROUP];
      float gap[CS_GROUP];
      CHECK(cs_points_nearest(&points, 0, each, &panels, centre, slack, scratch, &doubts, label, gap) > 0);
      points.lanes->nearest(scratch, &panels, (float)slack, raw, gap);
      for (size_t i = 0; i < CS_GROUP; i++) {
        size_t nearest = cs_nearest_centre(middle + i * D, centre, 2, D);
        wrong += label[i] != nearest;
        misled += raw[i] != nearest;
      }
      cs_panels_release(&panels);
      cs_points_release(&points);
    }
    CHECK(wrong == 0 && misled > DRAWS && doubts > 0 && doubts < DRAWS);
  }
  TEST("lanes: widths have names, and no other name is taken") {
    CHECK(!cs_lanes_limit("wide") && cs_lanes_limit("plain"));
    CHECK_TEXT(cs_lanes()->name, "plain");
    CHECK(cs_lanes_limit("avx512"));
  }
  UNIT_END;
}
