/* YAML configurations: every kind of option is read from them, and what is printed reads back to the same. */
#include "cli/options.h"
#include "fuzz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct params {
  struct cs_common common;
  bool flag;
  int64_t integer;
  double number, positive;
  const char *text, *list;
  int choice;
  char byte;
  struct cs_texts texts;
};

#define FIELD(field) .offset = offsetof(struct params, field), .help = "an option of this type"

static const struct cs_option own[] = {
    {.type = CS_OPTION_HEADING, .help = "Own"},
    {.type = CS_OPTION_FLAG, .name = "flag", FIELD(flag)},
    {.type = CS_OPTION_INTEGER,
     .name = "integer",
     .argument = "N",
     .value = "3",
     .lo = -9,
     .hi = 9,
     FIELD(integer)},
    {.type = CS_OPTION_NUMBER, .name = "number", .argument = "X", FIELD(number)},
    {.type = CS_OPTION_NUMBER,
     .name = "positive",
     .argument = "X",
     .value = "1",
     .lo = 0,
     .hi = INFINITY,
     FIELD(positive)},
    {.type = CS_OPTION_TEXT, .name = "text", .argument = "TEXT", FIELD(text)},
    {.type = CS_OPTION_TEXT, .name = "list", .argument = "LIST", .marks = CS_OPTION_LIST, FIELD(list)},
    {.type = CS_OPTION_CHOICE,
     .name = "choice",
     .argument = "WORD",
     .value = "one",
     .choices = "one|two|three",
     FIELD(choice)},
    {.type = CS_OPTION_BYTE, .name = "byte", .argument = "C", FIELD(byte)},
    {.type = CS_OPTION_TEXTS, .name = "texts", .argument = "TEXT", FIELD(texts)},
    {.type = CS_OPTION_END},
};

static const struct cs_option *const tables[] = {own,
                                                 cs_options_read,
                                                 cs_options_write,
                                                 cs_options_features,
                                                 cs_options_seed,
                                                 cs_options_model,
                                                 cs_options_run,
                                                 NULL};

static const struct cs_spec spec = {
    .name = "cs-fuzz",
    .summary = "an option of every type",
    .synopsis = "[OPTION]...",
    .description = "Options for the fuzzer of configurations.",
    .examples = "  cs-fuzz\n      nothing\n",
    .tables = tables,
    .params_size = sizeof(struct params),
};

static enum cs_status parse(struct cs_slice yaml, size_t piece, struct params *params, struct cs_error *err) {
  static char program[] = "cs-fuzz", option[] = "--config", path[] = FUZZ_PATH; /* params point to them */
  char *argv[] = {program, option, path, NULL};
  fuzz_feed(yaml, piece);
  enum cs_status status = cs_options_parse(&spec, 3, argv, params, err);
  fuzz_check_error(status, err);
  return status;
}

/* The effective values, or false when the configuration is refused. */
static bool effective(struct cs_slice yaml, size_t piece, struct cs_str *printed, struct cs_error *err) {
  struct params params;
  bool taken = parse(yaml, piece, &params, err) == CS_OK;
  if (taken) {
    FUZZ_CHECK(params.integer >= -9 && params.integer <= 9);
    FUZZ_CHECK(params.positive >= 0 && isfinite(params.positive) && isfinite(params.number));
    FUZZ_CHECK(params.choice >= 0 && params.choice < 3);
    cs_options_yaml(&spec, &params, printed);
  }
  cs_options_release(&params.common);
  return taken;
}

static void check_printed(const struct cs_str *printed) {
  struct cs_str again = CS_STR_INIT;
  struct cs_error err = CS_ERROR_INIT;
  if (!effective((struct cs_slice){printed->data, printed->len}, 0, &again, &err))
    fuzz_stop("what was printed is refused: %s\n%s", err.text, printed->data);
  if (strcmp(printed->data, again.data) != 0)
    fuzz_stop("another print:\n%s\ninstead of:\n%s", again.data, printed->data);
  cs_str_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct fuzz_input input = {data, size};
  size_t piece = fuzz_choice(&input, 16);
  struct cs_slice yaml = fuzz_rest(&input);
  struct cs_str whole = CS_STR_INIT, pieces = CS_STR_INIT;
  struct cs_error err = CS_ERROR_INIT, same = CS_ERROR_INIT;
  bool taken = effective(yaml, 0, &whole, &err);
  FUZZ_CHECK(effective(yaml, piece, &pieces, &same) == taken);
  FUZZ_CHECK(strcmp(err.text, same.text) == 0);
  if (taken) check_printed(&whole);
  cs_str_release(&whole);
  cs_str_release(&pieces);
  return 0;
}
