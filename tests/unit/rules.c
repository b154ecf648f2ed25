#include "prep/rules.h"

#include "data/document.h"
#include "prep/scoring.h"
#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

static char path[] = "/tmp/cs-unit-rules-XXXXXX";

static void put(const char *text) {
  FILE *file = fopen(path, "wb");
  if (!file) return;
  fputs(text, file);
  fclose(file);
}

/* Reads the text as a rule file; the message without the name of the file, or "read". */
static const char *reading(const char *text) {
  static struct cs_error err;
  struct cs_rules rules = CS_RULES_INIT;
  put(text);
  enum cs_status status = cs_rules_read(&rules, path, &err);
  cs_rules_release(&rules);
  if (status == CS_OK) return "read";
  if (status != CS_USAGE || strncmp(err.text, path, strlen(path)) != 0) return "wrong status or no file";
  return err.text + strlen(path) + 1;
}

#define HEAD "version: 1\nrules:\n"

/* The name of the cell, on day `day` of the log. */
static const char *name(const struct cs_rules *rules, int r, int f, int m, double day) {
  static char text[64];
  struct cs_slice slice = cs_map_key(&rules->names, cs_rules_name(rules, r, f, m, day));
  snprintf(text, sizeof text, "%.*s", (int)slice.len, slice.data);
  return text;
}

static void test_files(void) {
  struct cs_error err = CS_ERROR_INIT;
  TEST("rules: ranges, single scores, absent dimensions and lists of boxes are read, the first rule counts") {
    struct cs_rules rules = CS_RULES_INIT;
    put(HEAD "- {name: Best, recency: 4-5, frequency: 5}\n"
             "- name: \"B\\u00e4r \\U0001f43b\"\n"
             "  cells: [{recency: 1}, {recency: 5, monetary: 2-3}]\n"
             "- {name: Best, monetary: 4}\n");
    CHECK(cs_rules_read(&rules, path, &err) == CS_OK);
    CHECK_TEXT(name(&rules, 5, 5, 2, 0), "Best");
    CHECK_TEXT(name(&rules, 5, 4, 2, 0), "B\xc3\xa4r \xf0\x9f\x90\xbb");
    CHECK_TEXT(name(&rules, 1, 4, 5, 0), "B\xc3\xa4r \xf0\x9f\x90\xbb");
    CHECK_TEXT(name(&rules, 3, 1, 4, 0), "Best");
    CHECK_TEXT(name(&rules, 3, 1, 3, 0), "Other");
    CHECK(rules.names.count == 3 && rules.count == 3);
    cs_rules_release(&rules);
  }
  TEST("rules: a name is withheld as long as the first weeks last, to the day") {
    struct cs_rules rules = CS_RULES_INIT;
    put(HEAD "- {name: New, frequency: 1, first-weeks: 8, instead: Maybe new}\n- {name: Old}\n");
    CHECK(cs_rules_read(&rules, path, &err) == CS_OK);
    CHECK_TEXT(name(&rules, 5, 1, 1, 0), "Maybe new");
    CHECK_TEXT(name(&rules, 5, 1, 1, 55), "Maybe new");
    CHECK_TEXT(name(&rules, 5, 1, 1, 56), "New");
    CHECK_TEXT(name(&rules, 5, 1, 1, NAN), "New");
    CHECK_TEXT(name(&rules, 5, 2, 1, 0), "Old");
    cs_rules_release(&rules);
  }
  TEST("rules: a file without an end of line, with CR LF, with a mark of its encoding") {
    CHECK_TEXT(reading("version: 1\nrules: [{name: All}]"), "read");
    CHECK_TEXT(reading("\xef\xbb\xbfversion: 1\r\nrules:\r\n- name: All\r\n"), "read");
    CHECK_TEXT(reading("rules: [{name: All}]\nversion: 1\n"), "read");
  }
}

static void test_faults(void) {
  TEST("rules: what is no rule file is told with line and column") {
    CHECK_TEXT(reading(""), "1:1: a rule file is a mapping with version and rules");
    CHECK_TEXT(reading("- a\n"), "1:1: a rule file is a mapping with version and rules");
    CHECK_TEXT(reading("version: 2\n"), "1:10: version: '2' is not 1");
    CHECK_TEXT(reading("rules: [{name: All}]\n"), "1:1: the version is absent (version: 1)");
    CHECK_TEXT(reading("version: 1\n"), "1:1: there is no rule");
    CHECK_TEXT(reading("version: 1\nrules: []\n"), "1:1: there is no rule");
    CHECK_TEXT(reading("version: 1\nrules: {}\n"), "2:8: rules must be a list of rules");
    CHECK_TEXT(reading("version: 1\nrule: []\n"),
               "2:1: 'rule' is no key of a rule file: they are version and rules");
    CHECK_TEXT(reading(HEAD "- name: a\n--- {}\n"), "4:1: a second document is not supported");
    CHECK_TEXT(reading(HEAD "- name: *a\n"), "3:9: aliases are not supported");
  }
  TEST("rules: what is no rule is told with line and column") {
    CHECK_TEXT(reading(HEAD "- Champions\n"),
               "3:3: a rule must be a mapping, as {name: Champions, recency: 4-5}");
    CHECK_TEXT(reading(HEAD "- {recency: 1}\n"), "3:3: a rule without a name");
    CHECK_TEXT(reading(HEAD "- name: a\n- recency: 1\n  monetary: 2\n"), "4:3: a rule without a name");
    CHECK_TEXT(reading(HEAD "- name: ''\n"), "3:9: name: is empty");
    CHECK_TEXT(reading(HEAD "- name:\n"), "3:8: name: is empty");
    CHECK_TEXT(reading(HEAD "- name: \"a\\e[31m\"\n"), "3:9: name: has control characters in it");
    CHECK_TEXT(reading(HEAD "- name: \"a\\x9b\"\n"), "3:9: name: has control characters in it");
    CHECK_TEXT(reading(HEAD "- name: \"a\\0b\"\n"), "3:9: name has a NUL in it");
    CHECK_TEXT(reading(HEAD "- name: [a]\n"), "3:9: name must be a plain value");
    CHECK_TEXT(reading(HEAD "- name: a\n  name: b\n"), "4:3: name: is there twice");
    CHECK_TEXT(reading(HEAD "- name: a\n  recent: 5\n"),
               "4:3: 'recent' is no key of a rule: they are name, recency, frequency, monetary, cells, "
               "first-weeks and "
               "instead");
    CHECK_TEXT(reading(HEAD "- {name: a, recency: 1, cells: [{monetary: 2}]}\n"),
               "3:3: a rule has either cells, or recency, frequency and monetary of its own");
  }
  TEST("rules: ranges are of scores from 1 to 5, the lower one first") {
    static const char *const bad[] = {"0",  "6",     "5-4",   "1-6", "0-3",  "45",  "4-",
                                      "-4", "4 - 5", "4-5-6", "",    "four", "'4 '"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
      char text[128];
      snprintf(text, sizeof text, HEAD "- name: a\n  frequency: %s\n", bad[i]);
      const char *got = reading(text);
      CHECK(strstr(got, " is neither a score nor a range of scores, as 3 or 4-5 (1 to 5)"));
      CHECK(strncmp(got, *bad[i] ? "4:14: frequency: '" : "4:13: frequency: '", 18) == 0);
    }
    CHECK_TEXT(reading(HEAD "- name: a\n  frequency: [4, 5]\n"), "4:14: frequency must be a plain value");
    CHECK_TEXT(reading(HEAD "- {name: a, recency: 1-5, frequency: 2-2, monetary: 5}\n"), "read");
  }
  TEST("rules: cells are a list of boxes, and there are some") {
    CHECK_TEXT(reading(HEAD "- name: a\n  cells: {recency: 1}\n"),
               "4:10: cells must be a list, as [{recency: 4-5, frequency: 1}]");
    CHECK_TEXT(reading(HEAD "- name: a\n  cells: []\n"), "4:3: cells: the list is empty");
    CHECK_TEXT(reading(HEAD "- name: a\n  cells: [4-5]\n"),
               "4:11: an item of cells must be a mapping, as {recency: 4-5, frequency: 1}");
    CHECK_TEXT(reading(HEAD "- name: a\n  cells: [{name: 4-5}]\n"),
               "4:12: 'name' is no dimension: they are recency, frequency and monetary");
  }
  TEST("rules: first weeks are a number of weeks, with the name to use instead") {
    static const char *const bad[] = {"0", "-1", "1001", "1.5", "many", "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
      char text[128], want[128];
      snprintf(text, sizeof text, HEAD "- {name: a, first-weeks: %s, instead: b}\n", bad[i]);
      snprintf(want, sizeof want, "3:26: first-weeks: '%s' is no whole number within 1..1000", bad[i]);
      CHECK_TEXT(reading(text), want);
    }
    CHECK_TEXT(reading(HEAD "- {name: a, first-weeks: 3}\n"),
               "3:3: first-weeks and instead belong together: one of them is absent");
    CHECK_TEXT(reading(HEAD "- {name: a, instead: b}\n"),
               "3:3: first-weeks and instead belong together: one of them is absent");
    CHECK_TEXT(reading(HEAD "- {name: a, first-weeks: 3, instead: ''}\n"), "3:38: instead: is empty");
  }
  TEST("rules: more than a thousand are refused") {
    struct cs_str text = CS_STR_INIT;
    cs_str_add_text(&text, HEAD);
    for (int i = 0; i < CS_RULES_MAX; i++) cs_str_add_text(&text, "- name: a\n");
    CHECK_TEXT(reading(cs_str_text(&text)), "read");
    cs_str_add_text(&text, "- name: a\n");
    CHECK_TEXT(reading(cs_str_text(&text)), "1003:3: there are more than 1000 rules");
    cs_str_release(&text);
  }
}

/* --- the rules that the program carries --- */

static void test_built_in(void) {
  struct cs_error err = CS_ERROR_INIT;
  TEST("rules: the standard rules give each of the 125 cells one of eleven names, once") {
    static const char *const names[] = {
        "Champions",      "Loyal",   "Potential loyalist", "New",         "Promising", "Needs attention",
        "About to sleep", "At risk", "Can't lose",         "Hibernating", "Lost"};
    struct cs_rules rules = CS_RULES_INIT;
    CHECK(cs_rules_standard(&rules, &err) == CS_OK);
    for (int cell = 0; cell < CS_RFM_CELLS; cell++) CHECK(rules.coverage.count[cell] == 1);
    CHECK(rules.names.count == 11 && rules.count == 11);
    for (uint32_t i = 0; i < 11; i++) CHECK(cs_slice_is(cs_map_key(&rules.names, i), names[i]));
    for (size_t i = 0; i < rules.count; i++) CHECK(rules.rule[i].named > 0);
    cs_rules_release(&rules);
  }
  TEST("rules: the standard names mean what they say") {
    struct cs_rules rules = CS_RULES_INIT;
    CHECK(cs_rules_standard(&rules, &err) == CS_OK);
    CHECK_TEXT(name(&rules, 5, 5, 5, 500), "Champions");
    CHECK_TEXT(name(&rules, 4, 4, 4, 500), "Champions");
    CHECK_TEXT(name(&rules, 1, 1, 1, 500), "Lost");
    CHECK_TEXT(name(&rules, 1, 5, 5, 500), "Can't lose");
    CHECK_TEXT(name(&rules, 5, 1, 5, 91), "New");
    CHECK_TEXT(name(&rules, 5, 1, 5, 90), "Promising");
    CHECK_TEXT(name(&rules, 3, 5, 1, 500), "Loyal");
    CHECK_TEXT(name(&rules, 5, 2, 1, 500), "Potential loyalist");
    CHECK_TEXT(name(&rules, 3, 3, 3, 500), "Needs attention");
    CHECK_TEXT(name(&rules, 3, 1, 1, 500), "About to sleep");
    CHECK_TEXT(name(&rules, 2, 3, 3, 500), "At risk");
    CHECK_TEXT(name(&rules, 2, 1, 1, 500), "Hibernating");
    cs_rules_release(&rules);
  }
  TEST("rules: those of models without rules name the rows of the published result as published") {
    struct cs_rules rules = CS_RULES_INIT;
    CHECK(cs_rules_published(&rules, &err) == CS_OK);
    CHECK(rules.other == CS_MAP_NONE && rules.names.count == 10);
    CHECK_TEXT(name(&rules, 3, 4, 3, 0), "Potential Loyalist");
    CHECK_TEXT(name(&rules, 4, 1, 2, 0), "New Customers");
    CHECK_TEXT(name(&rules, 3, 2, 3, 0), "Loyal Customers");
    CHECK_TEXT(name(&rules, 5, 5, 5, 0), "Champions");
    CHECK_TEXT(name(&rules, 1, 1, 1, 0), "Lost");
    CHECK_TEXT(name(&rules, 5, 5, 1, 0), "Potential Loyalist");
    CHECK_TEXT(name(&rules, 2, 1, 5, 0), "At Risk");
    cs_rules_release(&rules);
  }
}

/* --- models --- */

static const char *model_fault(const char *json) {
  static struct cs_error err;
  struct cs_rules rules = CS_RULES_INIT;
  struct cs_node *node = NULL;
  err.text[0] = '\0';
  if (cs_node_parse(&node, cs_slice_of(json), "m", &err) != CS_OK) return "no JSON";
  enum cs_status status = cs_rules_get(&rules, node, "m", &err);
  cs_node_free(node);
  cs_rules_release(&rules);
  return status == CS_OK ? "read" : status == CS_DATA ? err.text : "wrong status";
}

#define BOX "{\"recency\":[1,5],\"frequency\":[1,5],\"monetary\":[1,5]}"

static void test_models(void) {
  struct cs_error err = CS_ERROR_INIT;
  TEST("rules: what was written to a model is read again") {
    struct cs_rules rules = CS_RULES_INIT, again = CS_RULES_INIT;
    struct cs_str text = CS_STR_INIT, second = CS_STR_INIT;
    CHECK(cs_rules_standard(&rules, &err) == CS_OK);
    struct cs_node *node = cs_node_object(), *copy = cs_node_object();
    cs_rules_add(&rules, node);
    CHECK(cs_node_write(node, &text, &err) == CS_OK);
    CHECK(cs_rules_get(&again, node, "m", &err) == CS_OK);
    cs_rules_add(&again, copy);
    CHECK(cs_node_write(copy, &second, &err) == CS_OK);
    CHECK_TEXT(cs_str_text(&second), cs_str_text(&text));
    CHECK(memcmp(&again.coverage, &rules.coverage, sizeof rules.coverage) == 0);
    CHECK_TEXT(name(&again, 5, 1, 5, 90), "Promising");
    cs_node_free(node);
    cs_node_free(copy);
    cs_str_release(&text);
    cs_str_release(&second);
    cs_rules_release(&rules);
    cs_rules_release(&again);
  }
  TEST("rules: a model's rules are checked") {
    CHECK_TEXT(model_fault("{\"rules\":[{\"name\":\"a\",\"cells\":[" BOX "]}]}"), "read");
    CHECK_TEXT(model_fault("{}"), "read");
    CHECK_TEXT(model_fault("{\"rules\":[]}"), "m: rfm.rules isn't an array of rules");
    CHECK_TEXT(model_fault("{\"rules\":[1]}"), "m: rfm.rules[0]: it has no name");
    CHECK_TEXT(model_fault("{\"rules\":[{\"name\":\"\",\"cells\":[" BOX "]}]}"),
               "m: rfm.rules[0]: it has no name");
    CHECK_TEXT(model_fault("{\"rules\":[{\"name\":\"\\u0007\",\"cells\":[" BOX "]}]}"),
               "m: rfm.rules[0]: it has no name");
    CHECK_TEXT(
        model_fault("{\"rules\":[{\"name\":\"a\",\"cells\":[" BOX "]},{\"name\":\"a\",\"cells\":[]}]}"),
        "m: rfm.rules[1]: it has no cells");
    CHECK_TEXT(
        model_fault(
            "{\"rules\":[{\"name\":\"a\",\"cells\":[{\"recency\":[0,5],\"frequency\":[1,5],\"monetary\":[1,"
            "5]}]}]}"),
        "m: rfm.rules[0]: a range isn't one of scores");
    CHECK_TEXT(
        model_fault(
            "{\"rules\":[{\"name\":\"a\",\"cells\":[{\"recency\":[4,3],\"frequency\":[1,5],\"monetary\":[1,"
            "5]}]}]}"),
        "m: rfm.rules[0]: a range isn't one of scores");
    CHECK_TEXT(model_fault("{\"rules\":[{\"name\":\"a\",\"cells\":[{\"recency\":[1,5]}]}]}"),
               "m: 'frequency' is missing");
    CHECK_TEXT(model_fault("{\"rules\":[{\"name\":\"a\",\"cells\":[" BOX "],\"first_weeks\":2}]}"),
               "m: rfm.rules[0]: first_weeks or instead can't be");
    CHECK_TEXT(model_fault("{\"rules\":[{\"name\":\"a\",\"cells\":[" BOX
                           "],\"first_weeks\":0.5,\"instead\":\"b\"}]}"),
               "m: rfm.rules[0]: first_weeks or instead can't be");
  }
}

/* --- cuts --- */

static const char *cuts_fault(const char *text) {
  static struct cs_error err;
  struct cs_cuts cuts[CS_RFM_DIMENSIONS] = {{.origin = CS_ORIGIN_NONE}};
  err.text[0] = '\0';
  enum cs_status status = cs_cuts_parse(cuts, text, &err);
  return status == CS_OK ? "read" : status == CS_USAGE ? err.text : "wrong status";
}

static void test_cuts(void) {
  static const char form[] = "must give cuts of recency, frequency and monetary, each at most once, as "
                             "recency=30,60,90,180;frequency=2,3,5,10";
  TEST("cuts: those of any dimension are read, the others are left to be learnt") {
    struct cs_error err = CS_ERROR_INIT;
    struct cs_cuts cuts[CS_RFM_DIMENSIONS] = {{.origin = CS_ORIGIN_NONE}};
    CHECK(cs_cuts_parse(cuts, " monetary = -5, 0.5,1e2 ,250 ;recency=30,60,90,180", &err) == CS_OK);
    CHECK(cuts[CS_RFM_MONETARY].origin == CS_ORIGIN_GIVEN && cuts[CS_RFM_RECENCY].origin == CS_ORIGIN_GIVEN);
    CHECK(cuts[CS_RFM_FREQUENCY].origin == CS_ORIGIN_NONE);
    CHECK(cuts[CS_RFM_MONETARY].at[0] == -5 && cuts[CS_RFM_MONETARY].at[1] == 0.5 &&
          cuts[CS_RFM_MONETARY].at[2] == 100 && cuts[CS_RFM_RECENCY].at[3] == 180);
  }
  TEST("cuts: faults are told") {
    CHECK_TEXT(cuts_fault("frequency=2,2,3,3"), "read");
    CHECK_TEXT(cuts_fault(""), form);
    CHECK_TEXT(cuts_fault("recency"), "must give 4 ascending numbers for recency");
    CHECK_TEXT(cuts_fault("recent=1,2,3,4"), form);
    CHECK_TEXT(cuts_fault("recency=1,2,3,4;"), form);
    CHECK_TEXT(cuts_fault("recency=1,2,3,4;recency=1,2,3,4"), form);
    CHECK_TEXT(cuts_fault("recency=1,2,3"), "must give 4 ascending numbers for recency");
    CHECK_TEXT(cuts_fault("recency=1,2,3,4,5"), "must give 4 ascending numbers for recency");
    CHECK_TEXT(cuts_fault("recency=1,3,2,4"), "must give 4 ascending numbers for recency");
    CHECK_TEXT(cuts_fault("recency=1,2,x,4"), "must give 4 ascending numbers for recency");
    CHECK_TEXT(cuts_fault("recency=1,2,3,1e999"), "must give 4 ascending numbers for recency");
    CHECK_TEXT(cuts_fault("recency=1,2,3,nan"), "must give 4 ascending numbers for recency");
    CHECK_TEXT(cuts_fault("recency=1,2,,4"), "must give 4 ascending numbers for recency");
    CHECK_TEXT(cuts_fault("recency=1,2,3,4;monetary="), "must give 4 ascending numbers for monetary");
  }
}

int main(void) {
  UNIT_BEGIN;
  int fd = mkstemp(path);
  if (fd >= 0) close(fd);
  test_files();
  test_faults();
  test_built_in();
  test_models();
  test_cuts();
  unlink(path);
  UNIT_END;
}
