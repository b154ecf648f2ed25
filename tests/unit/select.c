/* The rules on tables made by hand, and on the numbers published for iris and Mall (research of R's
 * packages). */
#include "algo/select.h"
#include "unit.h"

#include <stdint.h>

static struct cs_candidate row(size_t k, double silhouette, double davies_bouldin, double calinski_harabasz) {
  struct cs_candidate evidence = {
      k, 150, 20, 100.0 / (double)k, silhouette, davies_bouldin, calinski_harabasz, NULL, NULL, 0, NAN, NAN};
  return evidence;
}

static const double even[10] = {0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9};
static const double weak[10] = {0.9, 0.7, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9};
static const double little[10] = {0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01};
static const double much[10] = {0.08, 0.08, 0.08, 0.08, 0.08, 0.08, 0.08, 0.08, 0.08, 0.08};

/* k = 2 .. 10, all of them stable and large. */
static void sweep(struct cs_candidate evidence[9]) {
  for (size_t i = 0; i < 9; i++) {
    evidence[i] = row(i + 2, 0.5 - (double)i / 100, 0.5 + (double)i / 100, 100 - (double)i);
    evidence[i].rows = 1000;
    evidence[i].smallest = 50;
    evidence[i].jaccard = even;
    evidence[i].error = little;
  }
}

int main(void) {
  UNIT_BEGIN;
  const struct cs_candidate iris[] = {row(2, 0.681046, 0.404293, 513.924546),
                                      row(3, 0.552819, 0.661972, 561.627757),
                                      row(4, 0.498051, 0.780307, 530.765808)};
  const struct cs_candidate mall[] = {row(4, .493196, .710364, 174.0644), row(5, .553932, .572563, 247.3590),
                                      row(6, .539761, .652243, 242.5376), row(8, .458513, .753184, 268.9392),
                                      row(9, .460504, .755237, 271.8734)};
  struct cs_candidate evidence[9];

  TEST("select: on iris silhouette and Davies-Bouldin say 2, Calinski-Harabasz 3; the vote is 2") {
    CHECK(cs_best_silhouette(iris, 3) == 0 && cs_best_davies_bouldin(iris, 3) == 0);
    CHECK(cs_best_calinski_harabasz(iris, 3) == 1);
    struct cs_choice choice = cs_select_vote(iris, 3, NAN);
    CHECK(choice.chosen == 0 && choice.votes == 2 && choice.runner_up == 1 && choice.runner_up_votes == 1);
  }
  TEST("select: on Mall silhouette and Davies-Bouldin say 5, Calinski-Harabasz 9") {
    CHECK(mall[cs_best_silhouette(mall, 5)].k == 5 && mall[cs_best_davies_bouldin(mall, 5)].k == 5);
    CHECK(mall[cs_best_calinski_harabasz(mall, 5)].k == 9);
    CHECK(mall[cs_select_vote(mall, 5, NAN).chosen].k == 5);
  }
  TEST("select: three different votes go to the smallest k, and equal values to the smaller k") {
    const struct cs_candidate tied[] = {row(2, 0.3, 0.9, 50), row(3, 0.5, 0.8, 60), row(4, 0.4, 0.5, 70),
                                        row(5, 0.5, 0.7, 80)};
    CHECK(cs_best_silhouette(tied, 4) == 1);
    CHECK(tied[cs_select_vote(tied, 4, NAN).chosen].k == 3);
  }
  TEST("select: a criterion without a value has no vote") {
    const struct cs_candidate two[] = {row(2, 0.3, NAN, NAN), row(3, 0.5, NAN, NAN)};
    CHECK(cs_best_davies_bouldin(two, 2) == SIZE_MAX);
    struct cs_choice choice = cs_select_vote(two, 2, NAN);
    CHECK(choice.chosen == 1 && choice.votes == 1);
  }
  TEST("select: the gap statistic takes 4 on iris by clusGap's numbers, and votes for it") {
    /* research of R's clusGap: 200 references (tests/oracle/gap.R) */
    static const double gap[8] = {0.0923, 0.3872, 0.4963, 0.5450, 0.5501, 0.5671, 0.5717, 0.5743},
                        error[8] = {0.0305, 0.0217, 0.0208, 0.0208, 0.0198, 0.0202, 0.0196, 0.0195};
    sweep(evidence);
    for (size_t i = 0; i < 7; i++) evidence[i].gap = gap[i + 1], evidence[i].gap_error = error[i + 1];
    CHECK(evidence[cs_best_gap(evidence, 7, gap[0])].k == 4 && !cs_gap_prefers_one(evidence, gap[0]));
    evidence[2].silhouette = 1, evidence[1].davies_bouldin = 0.1;
    struct cs_choice choice = cs_select_vote(evidence, 7, gap[0]);
    CHECK(evidence[choice.chosen].k == 4 && choice.votes == 2 && evidence[choice.runner_up].k == 2);
    /* 3 and the next are tried alone: 2 and 1 aren't there to be taken */
    CHECK(evidence[1 + cs_best_gap(evidence + 1, 6, 1)].k == 4);
    CHECK(!cs_gap_prefers_one(evidence + 1, 1));
    /* what isn't followed by the next k can't be judged */
    CHECK(cs_best_gap(evidence, 3, gap[0]) == SIZE_MAX);
    evidence[3].k = 7;
    CHECK(evidence[cs_best_gap(evidence, 7, gap[0])].k == 6);
  }
  TEST("select: one cluster that reaches the gap of two takes the vote away from all") {
    sweep(evidence);
    for (size_t i = 0; i < 9; i++) evidence[i].gap = 0.5, evidence[i].gap_error = 0.125;
    CHECK(cs_best_gap(evidence, 9, 0.3) == 0 && cs_select_vote(evidence, 9, 0.3).votes == 4);
    CHECK(cs_gap_prefers_one(evidence, 0.375) && cs_best_gap(evidence, 9, 0.375) == SIZE_MAX);
    CHECK(cs_select_vote(evidence, 9, 0.375).votes == 3);
    CHECK(!cs_gap_prefers_one(evidence, NAN));
  }
  TEST("select: a gap that rises all the way prefers none") {
    sweep(evidence);
    for (size_t i = 0; i < 9; i++) evidence[i].gap = (double)i, evidence[i].gap_error = 0.9;
    CHECK(cs_best_gap(evidence, 9, -1) == SIZE_MAX && cs_best_gap(evidence, 1, -1) == SIZE_MAX);
    CHECK(!cs_gap_prefers_one(evidence, -1));
  }
  TEST("select: business takes the largest k up to 8 that passes") {
    sweep(evidence);
    struct cs_choice choice = cs_select_business(evidence, 9);
    CHECK(evidence[choice.chosen].k == 8 && choice.verdict == CS_VERDICT_RELIABLE);
    CHECK(evidence[choice.runner_up].k == 7);
  }
  TEST("select: one cluster that doesn't come back rules a k out, two standard errors count, and so does "
       "size") {
    sweep(evidence);
    for (size_t i = 4; i < 9; i++) evidence[i].jaccard = weak;
    CHECK(evidence[cs_select_business(evidence, 9).chosen].k == 5);
    evidence[3].error = much;
    CHECK(evidence[cs_select_business(evidence, 9).chosen].k == 4);
    evidence[2].smallest = 29;
    CHECK(evidence[cs_select_business(evidence, 9).chosen].k == 3);
    evidence[1].rows = 100, evidence[1].smallest = 9;
    struct cs_choice choice = cs_select_business(evidence, 9);
    CHECK(evidence[choice.chosen].k == 2 && choice.verdict == CS_VERDICT_TWO);
  }
  TEST("select: the bound is the least mean less two errors, exactly 0.75 passes") {
    const double jaccard[3] = {0.9, 0.875, 0.8}, error[3] = {0.01, 0.0625, 0.01};
    struct cs_candidate three = row(3, 0, 0, 0);
    three.jaccard = jaccard, three.error = error;
    CHECK(cs_candidate_bound(&three) == 0.75 && cs_candidate_stable(&three));
    CHECK(cs_candidate_jaccard(&three) == 0.8);
  }
  TEST("select: a finer k that passes is taken though a coarser one fails") {
    sweep(evidence);
    for (size_t i = 0; i < 9; i++) evidence[i].jaccard = i == 4 ? even : weak;
    CHECK(evidence[cs_select_business(evidence, 9).chosen].k == 6);
  }
  TEST("select: when nothing passes, not even 2, the verdict says so") {
    sweep(evidence);
    for (size_t i = 0; i < 9; i++) evidence[i].jaccard = weak;
    struct cs_choice choice = cs_select_business(evidence, 9);
    CHECK(evidence[choice.chosen].k == 2 && choice.verdict == CS_VERDICT_UNRELIABLE);
    CHECK(choice.runner_up != SIZE_MAX);
  }
  TEST("select: with a single k there is no runner-up") {
    sweep(evidence);
    CHECK(cs_select_business(evidence + 2, 1).runner_up == SIZE_MAX);
    CHECK(cs_select_vote(evidence + 2, 1, NAN).runner_up == SIZE_MAX);
  }
  TEST("select: the extra cluster is the one that no coarser cluster is like, and its parent holds most of "
       "it") {
    static const uint32_t coarse[10] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1};
    static const uint32_t fine[10] = {0, 0, 0, 0, 2, 2, 2, 1, 1, 1};
    struct cs_error err = CS_ERROR_INIT;
    struct cs_extra extra = {9, 9, 9};
    CHECK(cs_extra_find(coarse, 2, fine, 3, 10, &extra, &err) == CS_OK);
    CHECK(extra.cluster == 2 && extra.parent == 0 && extra.common == 2);
  }
  UNIT_END;
}
