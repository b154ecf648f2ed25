#include "algo/scale.h"
#include "unit.h"

#include <stdint.h>

enum { N = 8 };
static const double value[N] = {0, 1, 2, 4, 8, 16, 32, -0.5};

/* By tests/oracle/scale.py. */
static const struct {
  enum cs_scale_method method;
  double expected[N];
} oracle[] = {
    {CS_SCALE_STANDARD,
     {-0.7461789012309776, -0.6506680018734126, -0.5551571025158474, -0.36413530380071707,
      0.017908293629543465, 0.7819954884900646, 2.3101698782111066, -0.7939343509097602}},
    {CS_SCALE_MINMAX,
     {0.015384615384615385, 0.046153846153846156, 0.07692307692307693, 0.13846153846153847,
      0.26153846153846155, 0.5076923076923077, 1, 0}},
    {CS_SCALE_ROBUST,
     {-0.32432432432432434, -0.21621621621621623, -0.10810810810810811, 0.10810810810810811,
      0.5405405405405406, 1.4054054054054055, 3.135135135135135, -0.3783783783783784}},
    {CS_SCALE_MAXABS, {0, 0.03125, 0.0625, 0.125, 0.25, 0.5, 1, -0.015625}},
    {CS_SCALE_LOG,
     {-1.0593222695771902, -0.536480061094624, -0.23063697533809002, 0.15467974349143587, 0.5980483189010105,
      1.0777758294325623, 1.5780998922446534, -1.5821644780597564}},
    {CS_SCALE_NONE, {0, 1, 2, 4, 8, 16, 32, -0.5}},
};

int main(void) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_scaler scaler;
  bool flat;
  UNIT_BEGIN;

  for (size_t m = 0; m < sizeof oracle / sizeof *oracle; m++) {
    TEST(cs_scale_name(oracle[m].method)) {
      double v[N], fitted[N];
      memcpy(v, value, sizeof v);
      CHECK(cs_scaler_fit(&scaler, oracle[m].method, v, N, &flat, &err) == CS_OK && !flat);
      memcpy(fitted, v, sizeof v);
      memcpy(v, value, sizeof v);
      cs_scaler_apply(&scaler, v, N);
      CHECK(memcmp(fitted, v, sizeof v) == 0);
      for (int i = 0; i < N; i++) CHECK_NEAR(v[i], oracle[m].expected[i], 1e-14);
      cs_scaler_invert(&scaler, v, N);
      for (int i = 0; i < N; i++) CHECK_NEAR(v[i], value[i], 1e-13);
    }
  }
  TEST("scale: every method has a name that finds it") {
    for (int i = 0; i < CS_SCALE_METHODS; i++) {
      enum cs_scale_method found;
      CHECK(cs_scale_find(cs_scale_name((enum cs_scale_method)i), &found) && (int)found == i);
    }
    enum cs_scale_method found;
    CHECK(!cs_scale_find("Standard", &found) && !cs_scale_find("", &found));
  }
  TEST("scale: a constant becomes 0, also where its mean rounds") {
    for (int m = 0; m < CS_SCALE_METHODS; m++) {
      if (m == CS_SCALE_MAXABS || m == CS_SCALE_NONE) continue;
      double v[10];
      for (int i = 0; i < 10; i++) v[i] = 0.1;
      CHECK(cs_scaler_fit(&scaler, (enum cs_scale_method)m, v, 10, &flat, &err) == CS_OK && flat);
      for (int i = 0; i < 10; i++) CHECK(v[i] == 0);
      cs_scaler_release(&scaler);
    }
  }
  TEST("scale: quartiles that coincide leave robust scaling its units, and say so") {
    double v[5] = {3, 3, 3, 3, 9};
    CHECK(cs_scaler_fit(&scaler, CS_SCALE_ROBUST, v, 5, &flat, &err) == CS_OK && flat);
    CHECK(scaler.centre == 3 && scaler.scale == 1);
  }
  TEST("scale: a missing value stays missing") {
    double v[4] = {1, NAN, 3, NAN};
    scaler = (struct cs_scaler){.method = CS_SCALE_STANDARD, .centre = 2, .scale = 1};
    cs_scaler_apply(&scaler, v, 4);
    CHECK(v[0] == -1 && isnan(v[1]) && v[2] == 1);
    cs_scaler_invert(&scaler, v, 4);
    CHECK(v[0] == 1 && isnan(v[1]) && v[2] == 3);
  }
  TEST("scale: a column without a value is refused") {
    CHECK(cs_scaler_fit(&scaler, CS_SCALE_LOG, NULL, 0, NULL, &err) == CS_DATA);
  }
  TEST("scale: log takes what is above -1 only") {
    double v[4] = {0, NAN, -0.999, -1};
    CHECK(cs_scale_outside(CS_SCALE_LOG, v, 4) == 3);
    CHECK(cs_scale_outside(CS_SCALE_LOG, v, 3) == SIZE_MAX);
    CHECK(cs_scale_outside(CS_SCALE_STANDARD, v, 4) == SIZE_MAX);
  }
  TEST("scale: a span beyond the doubles is refused, a value beyond it is found") {
    double v[2] = {-1.7e308, 1.7e308};
    CHECK(cs_scaler_fit(&scaler, CS_SCALE_MINMAX, v, 2, NULL, &err) == CS_DATA);
    scaler = (struct cs_scaler){.method = CS_SCALE_STANDARD, .scale = 1e-10};
    cs_scaler_apply(&scaler, v, 2);
    CHECK(cs_scale_beyond(v, 2) == 0);
  }
  UNIT_END;
}
