/* Rule files: what is taken gives each cell a name, can be told, and goes through a model unchanged. */
#include "prep/rules.h"
#include "fuzz.h"

#include <math.h>
#include <string.h>

static bool read_rules(struct cs_slice yaml, size_t piece, struct cs_rules *rules, struct cs_error *err) {
  fuzz_feed(yaml, piece);
  enum cs_status status = cs_rules_read(rules, FUZZ_PATH, err);
  fuzz_check_error(status, err);
  return status == CS_OK;
}

static void check_names(const struct cs_rules *rules) {
  for (int cell = 0; cell < CS_RFM_CELLS; cell++)
    for (int day = 0; day < 3; day++) {
      uint32_t name =
          cs_rules_name(rules, cell / 25 + 1, cell / 5 % 5 + 1, cell % 5 + 1, day ? day * 40 : NAN);
      FUZZ_CHECK(name < rules->names.count);
    }
}

/* Names hold no control bytes, so that the findings are lines and nothing else. */
static void check_words(const struct cs_rules *rules) {
  struct cs_str text = CS_STR_INIT;
  cs_rules_check(rules, FUZZ_PATH, &text);
  for (size_t i = 0; i < text.len; i++)
    FUZZ_CHECK(text.data[i] == '\n' || (unsigned char)text.data[i] >= 0x20);
  cs_str_release(&text);
}

static struct cs_node *node_of(const struct cs_rules *rules, struct cs_str *text) {
  struct cs_node *node = cs_node_object();
  cs_rules_add(rules, node);
  if (cs_node_write(node, text, NULL) != CS_OK) fuzz_stop("rules can't be written");
  return node;
}

static void check_model(const struct cs_rules *rules) {
  struct cs_rules back = CS_RULES_INIT;
  struct cs_str text = CS_STR_INIT, again = CS_STR_INIT;
  struct cs_node *node = node_of(rules, &text), *parsed = NULL;
  if (cs_node_parse(&parsed, (struct cs_slice){text.data, text.len}, "model", NULL) != CS_OK ||
      cs_rules_get(&back, parsed, "model", NULL) != CS_OK)
    fuzz_stop("not read back: %s", text.data);
  struct cs_node *copy = node_of(&back, &again);
  FUZZ_CHECK(strcmp(text.data, again.data) == 0);
  FUZZ_CHECK(memcmp(&rules->coverage, &back.coverage, sizeof back.coverage) == 0);
  cs_node_free(node);
  cs_node_free(parsed);
  cs_node_free(copy);
  cs_rules_release(&back);
  cs_str_release(&text);
  cs_str_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct fuzz_input input = {data, size};
  size_t piece = fuzz_choice(&input, 16);
  struct cs_rules whole = CS_RULES_INIT, pieces = CS_RULES_INIT;
  struct cs_error err = CS_ERROR_INIT, same = CS_ERROR_INIT;
  bool taken = read_rules(fuzz_rest(&input), 0, &whole, &err);
  FUZZ_CHECK(read_rules(fuzz_rest(&input), piece, &pieces, &same) == taken);
  FUZZ_CHECK(strcmp(err.text, same.text) == 0);
  if (taken) {
    check_names(&whole);
    check_words(&whole);
    check_model(&whole);
  }
  cs_rules_release(&whole);
  cs_rules_release(&pieces);
  return 0;
}
