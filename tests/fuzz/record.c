/* CSV records: the quick ways of judging, walking and diagnosing a record against libcsv, and its end wherever the
 * text is cut. */
#include "data/csv.h"
#include "fuzz.h"

#include <stdlib.h>

static char *copy_with_feed(struct cs_slice text) {
  char *copy = malloc(text.len + 1);
  if (!copy) fuzz_stop("no memory");
  if (text.len) memcpy(copy, text.data, text.len);
  copy[text.len] = '\n';
  return copy;
}

static enum cs_csv_verdict judge(const char *record, size_t len, char delimiter, bool reference,
                                 size_t *cells) {
  struct cs_csv_judge *judge;
  if (cs_csv_judge_new(&judge, delimiter, NULL) != CS_OK) fuzz_stop("no judge");
  enum cs_csv_verdict verdict = reference ? cs_csv_judge_reference(judge, record, len, cells)
                                          : cs_csv_judge_record(judge, record, len, cells);
  cs_csv_judge_free(judge);
  return verdict;
}

static size_t walk(const char *record, size_t len, char delimiter) {
  const char *at = record;
  size_t cells = 0;
  for (; at; cells++) cs_csv_next(&at, record + len, delimiter, true);
  return cells;
}

static void check_record(struct cs_slice text, char delimiter) {
  char *record = copy_with_feed(text);
  size_t cells = 0, expected = 0;
  enum cs_csv_verdict verdict = judge(record, text.len, delimiter, false, &cells);
  FUZZ_CHECK(verdict == judge(record, text.len, delimiter, true, &expected));
  struct cs_csv_flaw flaw = cs_csv_diagnose(record, text.len, true, delimiter, text.len + 1);
  FUZZ_CHECK((flaw.what != NULL) == (verdict == CS_CSV_BAD));
  if (verdict == CS_CSV_GOOD) {
    FUZZ_CHECK(cells == expected);
    FUZZ_CHECK(walk(record, text.len, delimiter) == cells);
  } else {
    FUZZ_CHECK(flaw.cell <= flaw.at && flaw.at < text.len);
  }
  free(record);
}

/* The record that begins the text ends where counting every quote says. */
static size_t check_end(struct cs_slice text, size_t cut) {
  size_t expected = 0;
  bool odd = false;
  for (; expected < text.len && (odd || text.data[expected] != '\n'); expected++)
    odd ^= text.data[expected] == '"';
  struct cs_csv_probe probe = {0, false};
  size_t end = cs_csv_record_end(&probe, text.data, cut, true);
  if (end == cut) end = cs_csv_record_end(&probe, text.data, text.len, true);
  FUZZ_CHECK(end == expected);
  return end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char delimiters[] = ",;\t|x";
  struct fuzz_input input = {data, size};
  char delimiter = delimiters[fuzz_choice(&input, 5)];
  size_t cut = fuzz_byte(&input);
  struct cs_slice text = fuzz_rest(&input);
  while (text.len) {
    size_t end = check_end(text, cut < text.len ? cut : text.len);
    check_record((struct cs_slice){text.data, end}, delimiter);
    if (end == text.len) break;
    text = (struct cs_slice){text.data + end + 1, text.len - end - 1};
  }
  return 0;
}
