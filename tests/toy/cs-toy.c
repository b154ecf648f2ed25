/* cs-toy - a tool that reads a table and writes it again, to test what all tools have from common/cli. */
#include "cli/tool.h"

struct params {
  struct cs_common common;
  int64_t clusters, steps;
  double eps;
  bool warn, no;
  const char *fail;
  struct cs_texts note;
};

#define FIELD(name) offsetof(struct params, name)

static const struct cs_option own[] = {
    {.type = CS_OPTION_HEADING, .help = "Toy"},
    {.type = CS_OPTION_INTEGER,
     .name = "clusters",
     .letter = 'k',
     .argument = "N",
     .value = "3",
     .lo = 1,
     .hi = 9,
     .offset = FIELD(clusters),
     .marks = CS_OPTION_FIT,
     .help = "something that is learnt"},
    {.type = CS_OPTION_INTEGER,
     .name = "steps",
     .argument = "N",
     .value = "0",
     .lo = 0,
     .hi = 1000000,
     .offset = FIELD(steps),
     .help = "steps of progress to tell"},
    {.type = CS_OPTION_NUMBER,
     .name = "eps",
     .argument = "R",
     .lo = 0,
     .hi = 10,
     .offset = FIELD(eps),
     .help = "a number without a default"},
    {.type = CS_OPTION_FLAG, .name = "warn", .offset = FIELD(warn), .help = "warn of something"},
    {.type = CS_OPTION_FLAG, .name = "no", .offset = FIELD(no), .help = "answer no, with exit status 1"},
    {.type = CS_OPTION_TEXT,
     .name = "fail",
     .argument = "TEXT",
     .offset = FIELD(fail),
     .help = "fail before anything is written"},
    {.type = CS_OPTION_TEXTS, .name = "note", .argument = "TEXT", .offset = FIELD(note), .help = "any texts"},
    {.type = CS_OPTION_END},
};

static const struct cs_option *const tables[] = {
    own, cs_options_read, cs_options_write, cs_options_seed, cs_options_model, cs_options_run, NULL};

static const struct cs_spec spec = {
    .name = "cs-toy",
    .summary = "copies a table",
    .synopsis = "[OPTION]... [FILE]...",
    .description = "Copies a table from its input to its output, for the tests of what all tools share.",
    .examples = "  cs-toy customers.csv\n      copies the table\n",
    .tables = tables,
    .params_size = sizeof(struct params),
    .takes_files = true,
};

static enum cs_status fit(struct cs_tool *tool, const struct params *params) {
  cs_tool_phase(tool, "fit");
  for (int64_t step = 0; step <= params->steps; step++)
    cs_tool_progress(tool, params->steps ? (double)step / (double)params->steps : 1);
  if (params->warn) cs_note(cs_tool_notes(tool), CS_NOTE_WARNING, "it is only a toy");
  cs_tool_metric(tool, "inertia", 1.5);
  cs_tool_metric(tool, "inertia", 2.5);
  if (params->fail) return cs_fail(cs_tool_error(tool), CS_DATA, "%s", params->fail);
  return CS_OK;
}

static enum cs_status run(struct cs_tool *tool, void *parameters) {
  const struct params *params = parameters;
  struct cs_table *table;
  CS_TRY(cs_tool_read(tool, &table));
  enum cs_status status = fit(tool, params);
  if (status == CS_OK) status = cs_tool_write(tool, table);
  cs_table_free(table);
  if (status == CS_OK && params->no) return cs_fail(cs_tool_error(tool), CS_NO, "the answer is no");
  return status;
}

int main(int argc, char **argv) {
  struct params params;
  return cs_tool_main(&spec, argc, argv, &params, run);
}
