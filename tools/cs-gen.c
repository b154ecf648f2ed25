/* cs-gen - realistic synthetic customers and orders, with a known truth. */
#include "cli/tool.h"
#include "gen/tables.h"

#include <string.h>

struct params {
  struct cs_common common;
  int64_t customers, offset;
  const char *start, *end, *mix;
  double overlap;
  int only; /* enum cs_gen_table */
  bool truth;
  const char *customers_file, *transactions_file;
};

#define FIELD(name) offsetof(struct params, name)

static enum cs_status check_day(const char *value, struct cs_error *err) {
  int64_t day;
  return cs_gen_day_parse(value, &day, err);
}

static enum cs_status check_mix(const char *value, struct cs_error *err) {
  double mix[CS_GEN_SEGMENTS];
  return cs_gen_mix_parse(value, mix, err);
}

static enum cs_status check_file(const char *value, struct cs_error *err) {
  if (strcmp(value, "-") != 0) return CS_OK;
  return cs_fail(err, CS_USAGE, "must be a file; --only writes one of the tables to standard output");
}

static const struct cs_option own[] = {
    {.type = CS_OPTION_HEADING, .help = "Customers"},
    {.type = CS_OPTION_INTEGER,
     .name = "num-customers",
     .letter = 'n',
     .argument = "N",
     .value = "500",
     .lo = 0,
     .hi = CS_GEN_CUSTOMERS_MAX,
     .offset = FIELD(customers),
     .help = "number of customers"},
    {.type = CS_OPTION_INTEGER,
     .name = "offset",
     .argument = "N",
     .value = "0",
     .lo = 0,
     .hi = CS_GEN_CUSTOMERS_MAX,
     .offset = FIELD(offset),
     .help =
         "leave out the first N customers; a customer is the same whatever the offset and the number are, "
         "so parts can be made side by side and put together"},
    {.type = CS_OPTION_TEXT,
     .name = "start",
     .argument = "DATE",
     .value = CS_GEN_START,
     .offset = FIELD(start),
     .check = check_day,
     .help = "first day on which customers sign up and buy"},
    {.type = CS_OPTION_TEXT,
     .name = "end",
     .argument = "DATE",
     .value = CS_GEN_END,
     .offset = FIELD(end),
     .check = check_day,
     .help = "last day"},
    {.type = CS_OPTION_TEXT,
     .name = "mix",
     .argument = "LIST",
     .value = CS_GEN_MIX,
     .offset = FIELD(mix),
     .marks = CS_OPTION_LIST,
     .check = check_mix,
     .help = "weights of the segments, as high_value=1,new=2; a segment that is not named is left out"},
    {.type = CS_OPTION_NUMBER,
     .name = "overlap",
     .argument = "X",
     .value = CS_GEN_OVERLAP,
     .lo = 0,
     .hi = 1,
     .offset = FIELD(overlap),
     .help = "how much the segments blend: 0 sets them well apart, 1 makes one population of them"},
    {.type = CS_OPTION_HEADING, .help = "Tables"},
    {.type = CS_OPTION_CHOICE,
     .name = "only",
     .argument = "TABLE",
     .value = "merged",
     .choices = "customers|transactions|merged",
     .offset = FIELD(only),
     .help = "what to write: the customers, their orders, or the customers with their orders added up"},
    {.type = CS_OPTION_TEXT,
     .name = "customers",
     .argument = "FILE",
     .offset = FIELD(customers_file),
     .marks = CS_OPTION_IS_FILE,
     .check = check_file,
     .help = "also write the customers to FILE"},
    {.type = CS_OPTION_TEXT,
     .name = "transactions",
     .argument = "FILE",
     .offset = FIELD(transactions_file),
     .marks = CS_OPTION_IS_FILE,
     .check = check_file,
     .help = "also write the orders to FILE"},
    {.type = CS_OPTION_FLAG,
     .name = "truth",
     .offset = FIELD(truth),
     .help = "add the segment that each customer was drawn from, and the parameters, as columns true_*"},
    {.type = CS_OPTION_FLAG,
     .name = "no-header",
     .offset = offsetof(struct cs_common, no_header),
     .help = "write no header line, so that the output can be appended to another part"},
    {.type = CS_OPTION_END},
};

static const struct cs_option *const tables[] = {own, cs_options_seed, cs_options_write, cs_options_run,
                                                 NULL};

static const struct cs_spec spec = {
    .name = "cs-gen",
    .summary = "realistic synthetic customers and orders, with a known truth",
    .synopsis = "[OPTION]...",
    .description =
        "Writes customers of an imaginary shop with their orders added up, as cs-prep reads them. They buy "
        "by the laws that the analysis assumes, each in the way of a segment that --truth tells. The people "
        "are made up, and their e-mail addresses are in domains that nobody can own.",
    .examples = "  cs-gen | cs-prep | cs-kmeans -k auto > clusters.csv\n"
                "      segments 500 customers\n"
                "  cs-gen -n 10000 --truth --customers c.csv --transactions t.csv > merged.csv\n"
                "      writes the two source tables as well, and the truth\n"
                "  cs-gen --only transactions --mix 'loyal=3,new=1'\n"
                "      writes the orders of two kinds of customers\n",
    .tables = tables,
    .params_size = sizeof(struct params),
    .takes_files = false,
};

/* One of the tables on its way to a file. */
struct sink {
  enum cs_gen_table table;
  struct cs_output *output;
  struct cs_rows rows;
};

struct sinks {
  struct sink sink[CS_GEN_TABLES]; /* the first one is what standard output or -o gets */
  size_t count;
};

static enum cs_gen_detail detail_of(const struct params *params) {
  return params->truth ? CS_GEN_WITH_TRUTH : CS_GEN_PLAIN;
}

static enum cs_status gen_params(const struct params *params, struct cs_gen_params *gen,
                                 struct cs_error *err) {
  *gen = (struct cs_gen_params){.seed = (uint64_t)params->common.seed, .overlap = params->overlap};
  CS_TRY(cs_gen_day_parse(params->start, &gen->start, err));
  CS_TRY(cs_gen_day_parse(params->end, &gen->end, err));
  CS_TRY(cs_gen_mix_parse(params->mix, gen->mix, err));
  return cs_gen_params_check(gen, err);
}

static bool same_file(const char *a, const char *b) {
  return a && b && strcmp(a, b) == 0;
}

static enum cs_status check(const struct params *params, struct cs_error *err) {
  if (params->offset + params->customers > CS_GEN_CUSTOMERS_MAX)
    return cs_fail(err, CS_USAGE, "there are %d customers at most, the offset included",
                   CS_GEN_CUSTOMERS_MAX);
  const char *output = params->common.output;
  if (same_file(output, params->customers_file) || same_file(output, params->transactions_file) ||
      same_file(params->customers_file, params->transactions_file))
    return cs_fail(err, CS_USAGE, "two tables go to the same file");
  return CS_OK;
}

static enum cs_status sink_begin(struct sinks *sinks, enum cs_gen_table table, const struct params *params,
                                 struct cs_error *err) {
  struct sink *sink = &sinks->sink[sinks->count - 1];
  size_t columns;
  const char *const *name = cs_gen_table_columns(table, detail_of(params), &columns);
  sink->table = table;
  return cs_rows_begin(&sink->rows, sink->output, (enum cs_format)params->common.to, name, columns,
                       params->common.no_header, err);
}

static enum cs_status sink_file(struct sinks *sinks, enum cs_gen_table table, const char *path,
                                const struct params *params, struct cs_error *err) {
  if (!path) return CS_OK;
  CS_TRY(cs_output_open(&sinks->sink[sinks->count].output, path, err));
  sinks->count++;
  return sink_begin(sinks, table, params, err);
}

static enum cs_status sinks_open(struct cs_tool *tool, struct sinks *sinks, const struct params *params) {
  struct cs_error *err = cs_tool_error(tool);
  for (size_t i = 0; i < CS_GEN_TABLES; i++) sinks->sink[i].rows = (struct cs_rows)CS_ROWS_INIT;
  CS_TRY(cs_tool_open_output(tool, &sinks->sink[0].output));
  sinks->count = 1;
  CS_TRY(sink_begin(sinks, (enum cs_gen_table)params->only, params, err));
  CS_TRY(sink_file(sinks, CS_GEN_CUSTOMERS, params->customers_file, params, err));
  return sink_file(sinks, CS_GEN_TRANSACTIONS, params->transactions_file, params, err);
}

/* Commits the files before the main output: who sees that, finds the others complete. */
static enum cs_status sinks_close(struct cs_tool *tool, struct sinks *sinks, enum cs_status status) {
  struct cs_error *err = cs_tool_error(tool);
  for (size_t i = 0; i < sinks->count && status == CS_OK; i++)
    status = cs_rows_finish(&sinks->sink[i].rows, err);
  for (size_t i = 1; i < sinks->count; i++) {
    if (status == CS_OK)
      status = cs_output_commit(&sinks->sink[i].output, err);
    else
      cs_output_abort(&sinks->sink[i].output);
  }
  struct cs_rows *rows = &sinks->sink[0].rows;
  if (sinks->count)
    status = cs_tool_close_output(tool, &sinks->sink[0].output, status, rows->rows, rows->columns);
  for (size_t i = 0; i < sinks->count; i++) cs_rows_release(&sinks->sink[i].rows);
  return status;
}

static enum cs_status write_customers(struct cs_tool *tool, struct sinks *sinks, const struct params *params,
                                      const struct cs_gen_params *gen, struct cs_gen_customer *customer,
                                      struct cs_gen_history *history) {
  struct cs_error *err = cs_tool_error(tool);
  for (int64_t i = 0; i < params->customers; i++) {
    uint64_t index = (uint64_t)(params->offset + i);
    CS_TRY(cs_gen_history_draw(history, gen, index, err));
    CS_TRY(cs_gen_customer_draw(customer, gen, index, history, err));
    for (size_t s = 0; s < sinks->count; s++)
      CS_TRY(cs_gen_table_write(&sinks->sink[s].rows, sinks->sink[s].table, detail_of(params), gen, customer,
                                history, err));
    if (i % 1024 == 0) cs_tool_progress(tool, (double)i / (double)params->customers);
  }
  return CS_OK;
}

static enum cs_status run(struct cs_tool *tool, void *parameters) {
  const struct params *params = parameters;
  struct cs_gen_params gen;
  struct cs_gen_history history = CS_GEN_HISTORY_INIT;
  struct cs_gen_customer customer = CS_GEN_CUSTOMER_INIT;
  struct sinks sinks = {.count = 0};
  CS_TRY(gen_params(params, &gen, cs_tool_error(tool)));
  CS_TRY(check(params, cs_tool_error(tool)));
  enum cs_status status = sinks_open(tool, &sinks, params);
  if (status == CS_OK) status = write_customers(tool, &sinks, params, &gen, &customer, &history);
  status = sinks_close(tool, &sinks, status);
  cs_gen_customer_release(&customer);
  cs_gen_history_release(&history);
  return status;
}

int main(int argc, char **argv) {
  struct params params;
  return cs_tool_main(&spec, argc, argv, &params, run);
}
