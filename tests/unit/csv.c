/* Records of CSV and TSV. The judge is held against libcsv itself, on records made at random. */
#include "data/csv.h"

#include "base/rng.h"
#include "unit.h"

#include <stdint.h>
#include <stdlib.h>

static struct cs_slice pick(struct cs_rng *rng, const char *const *pieces, size_t count) {
  return cs_slice_of(pieces[cs_rng_below(rng, count)]);
}

/* A record as it could stand in a file, well formed or not, with an even number of quotes. */
static void make_record(struct cs_rng *rng, struct cs_str *record) {
  static const char *const pieces[] = {"a",     "12",  ",",   ",", "\"", "\"\"",
                                       "\"x\"", ",\"", "\",", " ", "\r", "\xc3\xa9"};
  cs_str_clear(record);
  for (uint64_t n = cs_rng_below(rng, 12); n > 0; n--) {
    struct cs_slice piece = pick(rng, pieces, sizeof pieces / sizeof *pieces);
    cs_str_add(record, piece.data, piece.len);
  }
  if (cs_csv_count(cs_str_text(record), record->len, '"') % 2) cs_str_add_byte(record, '"');
  cs_str_add_byte(record, '\n');
  record->len--;
}

static enum cs_csv_verdict judge_new(const struct cs_str *record, bool reference, size_t *cells) {
  struct cs_csv_judge *judge;
  if (cs_csv_judge_new(&judge, ',', NULL) != CS_OK) return CS_CSV_NO_MEMORY;
  enum cs_csv_verdict verdict = reference ? cs_csv_judge_reference(judge, record->data, record->len, cells)
                                          : cs_csv_judge_record(judge, record->data, record->len, cells);
  cs_csv_judge_free(judge);
  return verdict;
}

static size_t walk(const struct cs_str *record) {
  const char *at = record->data;
  size_t cells = 0;
  for (; at; cells++) cs_csv_next(&at, record->data + record->len, ',', true);
  return cells;
}

static bool same_as_libcsv(struct cs_rng *rng) {
  struct cs_str record = CS_STR_INIT;
  bool same = true;
  for (int i = 0; i < 20000 && same; i++) {
    size_t cells = 0, expected = 0;
    make_record(rng, &record);
    enum cs_csv_verdict verdict = judge_new(&record, false, &cells);
    struct cs_csv_flaw flaw = cs_csv_diagnose(record.data, record.len, true, ',', 1000);
    same = verdict == judge_new(&record, true, &expected) && (flaw.what != NULL) == (verdict == CS_CSV_BAD);
    if (verdict == CS_CSV_GOOD) same = same && cells == expected && walk(&record) == cells;
    if (!same) printf("# %s\n", record.data);
  }
  cs_str_release(&record);
  return same;
}

static const char *flaw_of(const char *record, size_t max_field, size_t *at) {
  struct cs_csv_flaw flaw = cs_csv_diagnose(record, strlen(record), true, ',', max_field);
  *at = flaw.at;
  return flaw.what ? flaw.what : "";
}

static char recognise(const char *header, char *tie) {
  return cs_csv_recognise(cs_slice_of(header), tie);
}

static const char *text_of(const char *raw, bool tsv, struct cs_str *scratch) {
  static char text[64];
  cs_str_clear(scratch);
  struct cs_slice cell =
      tsv ? cs_tsv_text(cs_slice_of(raw), scratch) : cs_csv_text(cs_slice_of(raw), scratch);
  snprintf(text, sizeof text, "%.*s", (int)cell.len, cell.data);
  return text;
}

/* Finds the ends of the records with every cut of the text into two blocks. */
static bool splits_anywhere(const char *text, size_t first) {
  size_t len = strlen(text);
  for (size_t cut = 0; cut <= len; cut++) {
    struct cs_csv_probe probe = {0, false};
    size_t end = cs_csv_record_end(&probe, text, cut, true);
    if (end == cut) end = cs_csv_record_end(&probe, text, len, true);
    if (end != first) return false;
  }
  return true;
}

static void test_splitting(void) {
  TEST("csv: bytes are counted exactly at every length and place") {
    char text[700];
    for (size_t i = 0; i < sizeof text; i++) text[i] = i % 3 ? 'x' : ',';
    for (size_t begin = 0; begin < 9; begin++)
      for (size_t len = 0; len + begin <= sizeof text; len++) {
        size_t expected = 0;
        for (size_t i = begin; i < begin + len; i++) expected += text[i] == ',';
        if (cs_csv_count(text + begin, len, ',') != expected) unit_fail(__FILE__, __LINE__, "count");
      }
    memset(text, '\xff', sizeof text);
    CHECK(cs_csv_count(text, sizeof text, '\xff') == sizeof text);
    CHECK(cs_csv_count(text, sizeof text, '\x7f') == 0);
  }
  TEST("csv: a record ends at a line feed outside quotes, wherever the blocks are cut") {
    CHECK(splits_anywhere("a,\"b\nc\",d\ne\n", 9));
    CHECK(splits_anywhere("\"\"\"\n\"\n\"x\"\n", 5));
    CHECK(splits_anywhere("\n", 0));
    CHECK(splits_anywhere("a\nb\n", 1));
  }
  TEST("tsv: quotes mean nothing to the end of a record") {
    struct cs_csv_probe probe = {0, false};
    CHECK(cs_csv_record_end(&probe, "a\t\"b\nc\n", 7, false) == 4);
  }
}

static void test_judging(void) {
  TEST("csv: 20,000 records made at random are judged, walked and diagnosed as libcsv says") {
    struct cs_rng rng;
    cs_rng_init(&rng, 7, 0);
    CHECK(same_as_libcsv(&rng));
  }
  TEST("csv: what is wrong is named where it stands") {
    size_t at;
    CHECK(strstr(flaw_of("a,b\"c", 99, &at), "quote inside an unquoted cell") && at == 3);
    CHECK(strstr(flaw_of("a,\"b\"c", 99, &at), "text behind a closing quote") && at == 5);
    CHECK(strstr(flaw_of("a,\"b\nc", 99, &at), "never closed") && at == 2);
    CHECK(strstr(flaw_of("a,\"b\"\"", 99, &at), "never closed") && at == 2);
    CHECK(strstr(flaw_of("a,bcdef", 4, &at), "longer than --max-field") && at == 2);
    CHECK_TEXT(flaw_of("a,bcde", 4, &at), "");
    CHECK(strstr(flaw_of("a,bcdef\"", 4, &at), "longer than --max-field") && at == 2);
    CHECK(strstr(flaw_of("a,bcde\"", 5, &at), "quote inside an unquoted cell") && at == 6);
    CHECK_TEXT(flaw_of("\"a\",\"\",", 99, &at), "");
  }
  TEST("csv: a record that is only half there is accused of nothing that the rest may put right") {
    const char *record = "a,\"b \"\" c\",\"d\"";
    for (size_t len = 0; len <= strlen(record); len++)
      CHECK(cs_csv_diagnose(record, len, false, ',', 99).what == NULL);
  }
}

static const char *mended(const char *line, size_t most, struct cs_str *out) {
  cs_str_clear(out);
  cs_csv_mend(out, cs_slice_of(line), ',', most);
  return cs_str_text(out);
}

static void test_mending(void) {
  struct cs_str out = CS_STR_INIT;
  TEST("csv: misplaced quotes are text, and the cells around them are what they were") {
    CHECK_TEXT(mended("\"a,b,\"c, d\",e", 9, &out), "\"\"\"a\",b,\"c, d\",e");
    CHECK_TEXT(mended("a,\"\"b, c\",\"d\"", 9, &out), "a,\"\"\"b, c\",\"d\"");
    CHECK_TEXT(mended("10\" boots,\"6\" heels, red\",x", 9, &out), "\"10\"\" boots\",\"6\"\" heels, red\",x");
    CHECK_TEXT(mended("a,b\",\"", 9, &out), "a,\"b\"\"\",\"\"\"\"");
    CHECK_TEXT(mended("a, \"b, c\"", 9, &out), "a,\"b, c\"");
    CHECK_TEXT(mended("\"a\"\"b\",c\"", 9, &out), "\"a\"\"b\",\"c\"\"\"");
    CHECK_TEXT(mended("a\",b,c", 2, &out), "\"a\"\"\",b");
  }
  TEST("csv: 20,000 lines made at random are good when they are mended, and good ones keep their cells") {
    struct cs_rng rng;
    struct cs_str line = CS_STR_INIT;
    cs_rng_init(&rng, 8, 0);
    for (int i = 0; i < 20000; i++) {
      size_t cells = 0, before = 0;
      make_record(&rng, &line);
      cs_str_clear(&out);
      size_t count = cs_csv_mend(&out, (struct cs_slice){line.data, line.len}, ',', SIZE_MAX).cells;
      cs_str_add_byte(&out, '\n');
      out.len--;
      CHECK(judge_new(&out, true, &cells) == CS_CSV_GOOD && cells == count);
      if (judge_new(&line, true, &before) == CS_CSV_GOOD) CHECK(cells == before);
    }
    cs_str_release(&line);
  }
  cs_str_release(&out);
}

static void test_cells(void) {
  struct cs_str scratch = CS_STR_INIT;
  TEST("csv: a cell is unquoted, and doubled quotes become one") {
    CHECK_TEXT(text_of("abc", false, &scratch), "abc");
    CHECK_TEXT(text_of("\"a,b\"", false, &scratch), "a,b");
    CHECK_TEXT(text_of("\"\"", false, &scratch), "");
    CHECK_TEXT(text_of("\"\"\"\"", false, &scratch), "\"");
    CHECK_TEXT(text_of("\"a\"\"b\"\"\"", false, &scratch), "a\"b\"");
    CHECK_TEXT(text_of(" \"a\"", false, &scratch), " \"a\"");
  }
  TEST("tsv: backslash escapes are undone, an unknown one stays") {
    CHECK_TEXT(text_of("a\\tb\\\\t\\n\\x\\", true, &scratch), "a\tb\\t\n\\x\\");
  }
  TEST("csv: the delimiter is the one that splits the header most, outside quotes") {
    char tie;
    CHECK(recognise("a,b;c;d", &tie) == ';' && tie == 0);
    CHECK(recognise("a|b", &tie) == '|' && tie == 0);
    CHECK(recognise("\"a;b;c\",d", &tie) == ',' && tie == 0);
    CHECK(recognise("a\tb,c", &tie) == ',' && tie == '\t');
    CHECK(recognise("alone", &tie) == ',' && tie == 0);
  }
  cs_str_release(&scratch);
}

int main(void) {
  UNIT_BEGIN;
  test_splitting();
  test_judging();
  test_mending();
  test_cells();
  UNIT_END;
}
