/* Expected values: pandas 1.5.3 (Series([7, 7, 14]).std() / .mean()) and scipy.stats.entropy. */
#include "prep/habits.h"
#include "base/date.h"

#include "unit.h"

enum { MONDAY = 4 }; /* 1970-01-05 */

/* A line on a day, at an hour. */
static struct cs_line line_on(int day, int hour) {
  return (struct cs_line){.moment = (int64_t)(MONDAY + day) * CS_DAY_SECONDS + hour * 3600,
                          .day = MONDAY + day,
                          .quantity = 1,
                          .order = (uint64_t)day,
                          .category = CS_CODE_MISSING,
                          .channel = CS_CODE_MISSING};
}

static double cv_of(struct cs_line *line, size_t count) {
  return cs_habit_interval_cv(&(struct cs_line_list){line, count, count});
}

static struct cs_map map_of(const char *const *texts, size_t count) {
  struct cs_map map = CS_MAP_INIT;
  struct cs_error err = CS_ERROR_INIT;
  for (uint32_t i = 0, index; i < count; i++)
    CHECK(cs_map_add(&map, cs_slice_of(texts[i]), &index, &err) == CS_OK);
  return map;
}

int main(void) {
  UNIT_BEGIN;

  TEST("habits: the variation of intervals is that of pandas; days count once, cancelled lines not at all") {
    struct cs_line line[] = {line_on(0, 9),  line_on(0, 20), line_on(7, 0), line_on(9, 0),
                             line_on(14, 0), line_on(28, 0), line_on(28, 1)};
    line[3].quantity = 0;
    CHECK_NEAR(cv_of(line, 7), 0.4330127018922193, 1e-15);
  }
  TEST("habits: two intervals are the least, and equal ones vary by nothing") {
    struct cs_line line[] = {line_on(0, 0), line_on(7, 0), line_on(14, 0), line_on(21, 0)};
    CHECK(isnan(cv_of(line, 0)) && isnan(cv_of(line, 1)) && isnan(cv_of(line, 2)));
    CHECK(cv_of(line, 3) == 0 && cv_of(line, 4) == 0);
    line[0].quantity = line[1].quantity = 0; /* the first day is cancelled: one interval is left */
    CHECK(isnan(cv_of(line, 4)));
  }
  TEST("habits: weekends are Saturday and Sunday, evenings begin at 18:00") {
    struct cs_line line[] = {line_on(0, 17), line_on(4, 18), line_on(5, 23), line_on(5, 23), line_on(6, 0)};
    struct cs_line_list lines = {line, 5, 5};
    bool timed = false;
    CHECK_NEAR(cs_habit_weekend(&lines), 0.5, 0);
    CHECK_NEAR(cs_habit_evening(&lines, &timed), 0.5, 0);
    CHECK(timed);
  }
  TEST("habits: dates without a time of day are told") {
    struct cs_line line[] = {line_on(0, 0), line_on(4, 0)};
    struct cs_line_list lines = {line, 2, 2}, none = {NULL, 0, 0};
    bool timed = false;
    CHECK(cs_habit_evening(&lines, &timed) == 0 && !timed);
    CHECK(isnan(cs_habit_evening(&none, &timed)) && isnan(cs_habit_weekend(&none)));
  }
  TEST("habits: entropy is scipy's, whatever numbers the categories have") {
    struct cs_line line[10];
    const uint32_t code[] = {3, 3, 0, 9, 3, 0, 3, 7, 3, 9}, other[] = {0, 0, 9, 3, 0, 9, 0, 4, 0, 3};
    uint64_t scratch[10];
    double entropy, again;
    for (int i = 0; i < 10; i++) {
      line[i] = line_on(i, 0);
      line[i].category = code[i];
    }
    struct cs_line_list lines = {line, 10, 10};
    CHECK(cs_habit_categories(&lines, scratch, &entropy) == 4);
    CHECK(cs_habit_categories(&lines, scratch, NULL) == 4);
    CHECK_NEAR(entropy, 1.2206072645530173, 1e-15);
    for (int i = 0; i < 10; i++) line[i].category = other[i];
    CHECK(cs_habit_categories(&lines, scratch, &again) == 4 && again == entropy);
    CHECK(cs_habit_categories(&lines, scratch, NULL) == 4);
    line[8].category = 100; /* beyond what has a bit of its own */
    CHECK(cs_habit_categories(&lines, scratch, NULL) == 5);
    CHECK(cs_habit_categories(&lines, scratch, &again) == 5);
    for (int i = 0; i < 10; i++) line[i].category = 5;
    CHECK(cs_habit_categories(&lines, scratch, &entropy) == 1 && entropy == 0);
    for (int i = 0; i < 10; i++) line[i].category = CS_CODE_MISSING;
    CHECK(cs_habit_categories(&lines, scratch, &entropy) == 0 && isnan(entropy));
    CHECK(cs_habit_categories(&lines, scratch, NULL) == 0);
  }
  TEST("habits: first and last category, of one moment the text that sorts first") {
    static const char *const texts[] = {"toys", "books", "food"};
    struct cs_map map = map_of(texts, 3);
    struct cs_line line[] = {line_on(0, 0), line_on(1, 0), line_on(1, 0),
                             line_on(3, 0), line_on(3, 0), line_on(4, 0)};
    const uint32_t code[] = {CS_CODE_MISSING, 0, 1, 2, 0, 1};
    for (int i = 0; i < 6; i++) line[i].category = code[i];
    line[5].quantity = 0;
    struct cs_line_list lines = {line, 6, 6};
    CHECK(cs_habit_first_category(&lines, &map) == 1);
    CHECK(cs_habit_last_category(&lines, &map) == 2);
    lines.count = 1;
    CHECK(cs_habit_first_category(&lines, &map) == CS_CODE_MISSING);
    CHECK(cs_habit_last_category(&lines, &map) == CS_CODE_MISSING);
    cs_map_release(&map);
  }
  TEST("habits: channels count orders, not lines; ties go to the text that sorts first") {
    static const char *const texts[] = {"web", "store"};
    struct cs_map map = map_of(texts, 2);
    struct cs_line line[] = {line_on(0, 0), line_on(0, 0), line_on(0, 0), line_on(1, 0), line_on(2, 0)};
    uint64_t scratch[5];
    const uint32_t code[] = {0, 0, 0, 1, CS_CODE_MISSING};
    for (int i = 0; i < 5; i++) line[i].channel = code[i];
    struct cs_channel_mix mix = cs_habit_channels(&(struct cs_line_list){line, 5, 5}, &map, scratch);
    CHECK(mix.channels == 2 && mix.main == 1 && mix.share == 0.5);
    line[4].channel = 0;
    mix = cs_habit_channels(&(struct cs_line_list){line, 5, 5}, &map, scratch);
    CHECK(mix.channels == 2 && mix.main == 0);
    CHECK_NEAR(mix.share, 2.0 / 3, 1e-15);
    mix = cs_habit_channels(&(struct cs_line_list){NULL, 0, 0}, &map, scratch);
    CHECK(mix.channels == 0 && mix.main == CS_CODE_MISSING && isnan(mix.share));
    cs_map_release(&map);
  }
  UNIT_END;
}
