/* Expected values: roc_auc_score of scikit-learn 1.2.1 (the first is its documentation's example). */
#include "algo/auc.h"

#include "unit.h"

static double auc_of(const double *score, const bool *is_case, size_t n) {
  struct cs_error err = CS_ERROR_INIT;
  double auc = -1;
  return cs_auc(score, is_case, n, &auc, &err) == CS_OK ? auc : -1;
}

int main(void) {
  UNIT_BEGIN;
  TEST("auc: what scikit-learn says, with and without ties") {
    CHECK_NEAR(auc_of((const double[]){0.1, 0.4, 0.35, 0.8}, (const bool[]){0, 0, 1, 1}, 4), 0.75, 0);
    CHECK_NEAR(auc_of((const double[]){1, 1, 2, 2, 3}, (const bool[]){0, 1, 0, 1, 1}, 5), 2.0 / 3, 1e-15);
    CHECK_NEAR(auc_of((const double[]){3, 1, 2}, (const bool[]){1, 0, 0}, 3), 1, 0);
    CHECK_NEAR(auc_of((const double[]){5, 5, 5, 5}, (const bool[]){1, 0, 1, 0}, 4), 0.5, 0);
  }
  TEST("auc: without cases, or without others, there is none") {
    CHECK(isnan(auc_of((const double[]){1, 2}, (const bool[]){1, 1}, 2)));
    CHECK(isnan(auc_of((const double[]){1, 2}, (const bool[]){0, 0}, 2)));
    CHECK(isnan(auc_of(NULL, NULL, 0)));
  }
  UNIT_END;
}
