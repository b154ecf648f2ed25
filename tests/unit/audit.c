/* What the audit is made of: the places of rows, e-mail addresses of several customers, odd days. */
#include "base/date.h"
#include "base/rng.h"
#include "prep/days.h"
#include "prep/emails.h"
#include "prep/places.h"
#include "prep/summary.h"
#include "unit.h"

#include <stdlib.h>

enum { SPAN = 400 };

static struct cs_error err;

/* --- days --- */

static int64_t day_of(int year, int month, int day) {
  return cs_days_from_civil((struct cs_civil){year, month, day});
}

/* A calendar from Monday 2024-01-01 on, with `usual` lines on weekdays and `weekend` on Saturdays and Sundays. */
static void fill(uint32_t *lines, size_t span, uint32_t usual, uint32_t weekend) {
  for (size_t i = 0; i < span; i++) lines[i] = i % 7 < 5 ? usual : weekend;
}

static struct cs_days calendar(const uint32_t *lines, size_t span) {
  struct cs_days days = CS_DAYS_INIT;
  CHECK(cs_days_of_calendar(&days, lines, span, day_of(2024, 1, 1), &err) == CS_OK);
  return days;
}

static struct cs_days_spikes spikes_of(const uint32_t *lines, size_t span) {
  struct cs_days days = calendar(lines, span);
  struct cs_days_spikes spikes;
  CHECK(cs_days_spikes(&days, &spikes, &err) == CS_OK);
  cs_days_release(&days);
  return spikes;
}

static struct cs_days_holes holes_of(const uint32_t *lines, size_t span) {
  struct cs_days days = calendar(lines, span);
  struct cs_days_holes holes;
  CHECK(cs_days_holes(&days, &holes, &err) == CS_OK);
  cs_days_release(&days);
  return holes;
}

static struct cs_days_apart apart_of(const uint32_t *lines, size_t span) {
  struct cs_days days = calendar(lines, span);
  struct cs_days_apart apart = cs_days_apart(&days);
  cs_days_release(&days);
  return apart;
}

static void clear(uint32_t *lines, size_t from, size_t count) {
  for (size_t i = from; i < from + count; i++) lines[i] = 0;
}

/* The warnings of a calendar, one after the other. */
static void warnings_of(const uint32_t *lines, size_t span, char *text, size_t size) {
  struct cs_days days = calendar(lines, span);
  struct cs_notes notes = CS_NOTES_INIT;
  CHECK(cs_days_warn(&days, CS_DAYS_OF_LINES, &notes, &err) == CS_OK);
  *text = '\0';
  for (size_t i = 0; i < notes.count; i++) {
    strncat(text, notes.note[i].text, size - strlen(text) - 1);
    strncat(text, "\n", size - strlen(text) - 1);
  }
  cs_notes_release(&notes);
  cs_days_release(&days);
}

/* --- e-mails --- */

static struct cs_emails_shared count_pairs(const char *const (*pair)[2], size_t count, uint64_t seed) {
  struct cs_emails emails = CS_EMAILS_INIT;
  struct cs_table *table = cs_table_new();
  struct cs_rng rng;
  size_t order[64];
  cs_rng_init(&rng, seed, 0);
  for (size_t i = 0; i < count; i++) {
    size_t j = cs_rng_below(&rng, i + 1);
    order[i] = order[j];
    order[j] = i;
  }
  for (size_t i = 0; i < count; i++) {
    const char *const *at = pair[order[i]];
    CHECK(cs_emails_add(&emails, cs_email_hash(table, cs_slice_of(at[1])), (uint32_t)at[0][0], &err) ==
          CS_OK);
  }
  cs_table_free(table);
  return cs_emails_count(&emails);
}

int main(void) {
  uint32_t lines[SPAN];
  char text[1024];
  UNIT_BEGIN;

  TEST("places: the first ten rows, in whatever order they come and from however many collections") {
    struct cs_places all = CS_PLACES_INIT, part[3] = {CS_PLACES_INIT, CS_PLACES_INIT, CS_PLACES_INIT},
                     merged = CS_PLACES_INIT;
    for (uint64_t i = 0; i < 101; i++) {
      uint64_t row = i * 37 % 101;
      cs_places_add(&all, row, row < 50 ? "a" : "b", row % 50 + 2);
      cs_places_add(&part[i % 3], row, row < 50 ? "a" : "b", row % 50 + 2);
    }
    for (int i = 2; i >= 0; i--) cs_places_merge(&merged, &part[i]);
    CHECK(all.count == 10 && merged.count == 10);
    for (size_t i = 0; i < 10; i++) {
      CHECK(all.place[i].row == i && all.place[i].line == i + 2);
      CHECK(merged.place[i].row == i && merged.place[i].line == i + 2);
    }
    CHECK(!cs_places_want(&all, 10) && !cs_places_want(&all, 9) && cs_places_want(&all, 8));
  }

  TEST("e-mails: an address counts when two customers have it, whatever its case, blanks and the order of "
       "rows") {
    static const char *const pair[][2] = {{"a", "x@shop.example"},
                                          {"b", " X@Shop.EXAMPLE\t"},
                                          {"b", "x@shop.example"},
                                          {"c", "y@shop.example"},
                                          {"c", "Y@shop.example"},
                                          {"d", "none"},
                                          {"e", "none"},
                                          {"d", ""},
                                          {"e", ""},
                                          {"f", "z@shop.example"},
                                          {"g", "z@shop.example"},
                                          {"h", "z@shop.example"},
                                          {"a", "z@shop.example"},
                                          {"i", "x@shop.exampl"},
                                          {"j", "\xc3\x84@shop.example"},
                                          {"k", "\xc3\xa4@shop.example"}};
    for (uint64_t seed = 0; seed < 20; seed++) {
      struct cs_emails_shared shared = count_pairs(pair, sizeof pair / sizeof *pair, seed);
      CHECK(shared.emails == 2);    /* x and z */
      CHECK(shared.customers == 5); /* a, b; a, f, g, h */
    }
    CHECK(count_pairs(pair, 0, 1).emails == 0);
  }
  TEST(
      "e-mails: as many as grow the set several times, each customer with one of a third as many addresses") {
    struct cs_emails emails = CS_EMAILS_INIT;
    struct cs_table *table = cs_table_new();
    for (uint32_t i = 0; i < 30000; i++) {
      snprintf(text, sizeof text, "c%u@shop.example", i % 10000);
      CHECK(cs_emails_add(&emails, cs_email_hash(table, cs_slice_of(text)), i, &err) == CS_OK);
      CHECK(cs_emails_add(&emails, cs_email_hash(table, cs_slice_of(text)), i, &err) == CS_OK);
    }
    CHECK(emails.count == 30000);
    struct cs_emails_shared shared = cs_emails_count(&emails);
    CHECK(shared.emails == 10000 && shared.customers == 30000);
    CHECK(emails.slot == NULL);
    cs_table_free(table);
  }

  TEST("days: the last one stands alone after more than 30 days and 3 times the longest gap before") {
    fill(lines, SPAN, 5, 0); /* gaps of 3 days */
    clear(lines, 100, SPAN - 100);
    lines[99 + 30] = 1;
    CHECK(apart_of(lines, SPAN).days == 0);
    lines[99 + 30] = 0;
    lines[99 + 31] = 1; /* the last day before is 98, a Monday */
    CHECK(apart_of(lines, SPAN).days == 1 && apart_of(lines, SPAN).gap == 31);
    CHECK(apart_of(lines, SPAN).first == day_of(2024, 1, 1) + 130);
    clear(lines, 50, 14); /* a gap of 15 or 16 days: 32 is no more than 3 times as much */
    CHECK(apart_of(lines, SPAN).days == 0);
  }
  TEST("days: several last ones stand alone when they have no more than a hundredth of the lines") {
    fill(lines, SPAN, 5, 5);
    clear(lines, 100, SPAN - 100);
    lines[300] = 2;
    lines[390] = 3; /* 5 of 505 */
    struct cs_days_apart apart = apart_of(lines, SPAN);
    CHECK(apart.days == 2 && apart.first == day_of(2024, 1, 1) + 300 && apart.gap == 201);
    lines[390] = 5; /* 7 of 507: only the very last day may have so many, and its gap isn't 3 times 201 */
    CHECK(apart_of(lines, SPAN).days == 0);
    warnings_of(lines, SPAN, text, sizeof text);
    CHECK_TEXT(text, "");
    lines[390] = 3;
    warnings_of(lines, SPAN, text, sizeof text);
    CHECK(strstr(text, "the last 2 dates stand alone: 2024-10-27 is 201 days after the one before"));
  }
  TEST("days: early dates that stand alone hide no late ones, as long as they are few") {
    fill(lines, SPAN, 5, 5);
    clear(lines, 1, 199); /* a gap of 200 days */
    clear(lines, 300, SPAN - 300);
    lines[390] = 3;
    /* Before the gap are 5 lines of 508, then 6 of 509. */
    CHECK(apart_of(lines, SPAN).days == 1 && apart_of(lines, SPAN).gap == 91);
    lines[0] = 6;
    CHECK(apart_of(lines, SPAN).days == 0);
  }
  TEST("days: the last purchase dates of customers, where some have none") {
    double value[] = {20000, NAN, 19999, 20000, 20001, 20005, 20100, NAN};
    struct cs_days days = CS_DAYS_INIT;
    CHECK(cs_days_of_column(&days, value, 8, &err) == CS_OK);
    CHECK(days.count == 5 && days.day[1].day == 20000 && days.day[1].lines == 2);
    struct cs_days_apart apart = cs_days_apart(&days);
    CHECK(apart.days == 1 && apart.first == 20100 && apart.gap == 95);
    cs_days_release(&days);
    CHECK(cs_days_of_column(&days, value, 0, &err) == CS_OK && days.count == 0);
    CHECK(cs_days_apart(&days).days == 0);
    cs_days_release(&days);
  }

  TEST("days: a spike is measured by the same day of the week, so that busy Sundays are none") {
    fill(lines, SPAN, 10, 150);
    CHECK(spikes_of(lines, SPAN).count == 0);
    lines[100] = 99; /* a Wednesday: 9.9 times, and fewer than 100 */
    CHECK(spikes_of(lines, SPAN).count == 0);
    lines[100] = 100;
    struct cs_days_spikes spikes = spikes_of(lines, SPAN);
    CHECK(spikes.count == 1 && spikes.told == 1);
    CHECK(spikes.day[0].day == day_of(2024, 1, 1) + 100 && spikes.day[0].lines == 100);
    lines[104] = 1499; /* a Sunday: 9.99 times */
    CHECK(spikes_of(lines, SPAN).count == 1);
  }
  TEST("days: many spikes don't hide one another, a growing shop has none, the five largest are told") {
    fill(lines, SPAN, 10, 10);
    for (size_t i = 5; i < SPAN; i += 13) lines[i] = 200 + (uint32_t)i % 5;
    struct cs_days_spikes spikes = spikes_of(lines, SPAN);
    CHECK(spikes.count == 31 && spikes.told == 5); /* 5, 18, ..., 395 */
    for (size_t i = 0; i < 5; i++) CHECK(spikes.day[i].lines == 204);
    for (size_t i = 0; i < 5; i++)
      CHECK(spikes.day[i].day == day_of(2024, 1, 1) + 5 + 13 * (3 + 5 * (int64_t)i));
    /* From 10 to 10,000 lines a day within 400 days. */
    for (size_t i = 0; i < SPAN; i++) lines[i] = (uint32_t)(10 * exp(log(1000) * (double)i / SPAN));
    CHECK(spikes_of(lines, SPAN).count == 0);
  }
  TEST("days: where few days have lines a spike is measured by all of them") {
    clear(lines, 0, SPAN);
    for (size_t i = 0; i < SPAN; i += 41) lines[i] = 20; /* ten days, no two of a weekday near */
    CHECK(spikes_of(lines, SPAN).count == 0);
    lines[82] = 200;
    CHECK(spikes_of(lines, SPAN).count == 1);
    lines[82] = 0;
    CHECK(spikes_of(lines, SPAN).count == 0); /* nine days: too few to say what is usual */
  }

  TEST("days: a hole is 7 days without lines where single days are the most otherwise") {
    fill(lines, SPAN, 5, 5);
    clear(lines, 200, 6);
    CHECK(holes_of(lines, SPAN).count == 0);
    clear(lines, 200, 7);
    struct cs_days_holes holes = holes_of(lines, SPAN);
    CHECK(holes.count == 1 && holes.told == 1);
    CHECK(holes.hole[0].from == day_of(2024, 7, 19) && holes.hole[0].to == day_of(2024, 7, 25));
    warnings_of(lines, SPAN, text, sizeof text);
    CHECK_TEXT(text,
               "no orders from 2024-07-19 to 2024-07-25: closed, or is a part of the export missing?\n");
  }
  TEST("days: a shop that is closed at weekends has a hole from 13 days on") {
    fill(lines, SPAN, 5, 0);
    clear(lines, 203, 10); /* from a Monday on, and the weekend before: 12 days */
    CHECK(holes_of(lines, SPAN).count == 0);
    clear(lines, 213, 1);
    struct cs_days_holes holes = holes_of(lines, SPAN);
    CHECK(holes.count == 1 && holes.hole[0].to - holes.hole[0].from + 1 == 13);
  }
  TEST("days: holes at the ends are none, and the five longest are told in the order of time") {
    fill(lines, SPAN, 5, 5);
    clear(lines, 14, 20);
    clear(lines, SPAN - 34, 20);
    CHECK(holes_of(lines, SPAN).count == 0);
    fill(lines, SPAN, 5, 5);
    static const size_t length[] = {9, 8, 12, 8, 10, 11, 9}, told[] = {0, 1, 2, 4, 5};
    for (size_t i = 0; i < 6; i++) clear(lines, 50 + 40 * i, length[i]);
    struct cs_days_holes holes = holes_of(lines, SPAN);
    CHECK(holes.count == 6 && holes.told == 5);
    for (size_t i = 0; i < 5; i++) {
      CHECK(holes.hole[i].from == day_of(2024, 1, 1) + 50 + 40 * (int64_t)told[i]);
      CHECK(holes.hole[i].to - holes.hole[i].from + 1 == (int64_t)length[told[i]]);
    }
    clear(lines, 50 + 40 * 6,
          length[6]); /* a seventh in 332 steps: more than a fiftieth is the rhythm of the log */
    CHECK(holes_of(lines, SPAN).count == 0);
  }
  UNIT_END;
}
