/* cs-gen - realistic synthetic customers and orders, with a known truth. */
#include "cli/tool.h"
#include "gen/shop.h"

#include <string.h>

struct params {
  struct cs_common common;
  int64_t customers, offset;
  const char *start, *end, *mix;
  double overlap;
  int only; /* enum cs_gen_table */
  bool truth;
  const char *customers_file, *transactions_file, *defects_file;
  double rate[CS_GEN_DIRTS];
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

#define RATE(option, dirt, text)                                                                             \
  {                                                                                                          \
    .type = CS_OPTION_NUMBER, .name = option, .argument = "SHARE", .value = "0", .lo = 0, .hi = 1,           \
    .offset = FIELD(rate) + (dirt) * sizeof(double), .help = text,                                           \
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
     .marks = CS_OPTION_IS_FILE | CS_OPTION_WRITES,
     .check = check_file,
     .help = "also write the customers to FILE"},
    {.type = CS_OPTION_TEXT,
     .name = "transactions",
     .argument = "FILE",
     .offset = FIELD(transactions_file),
     .marks = CS_OPTION_IS_FILE | CS_OPTION_WRITES,
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
    {.type = CS_OPTION_HEADING, .help = "Dirt, as shares of the rows"},
    RATE("missing", CS_GEN_DIRT_MISSING, "rows with a cell that has no value; 0.02 is two in a hundred"),
    RATE("duplicates", CS_GEN_DIRT_DUPLICATE, "rows that are there twice, side by side or far apart"),
    RATE("outliers", CS_GEN_DIRT_OUTLIER,
         "rows with a value that is extreme and possible: amounts, dates, ages, incomes"),
    RATE("invalid", CS_GEN_DIRT_INVALID,
         "rows with a value that can't be: dates that don't exist or lie in the future, text for numbers, "
         "amounts below 0, unknown codes, broken e-mail addresses"),
    RATE("refunds", CS_GEN_DIRT_REFUND,
         "orders that were cancelled, or given back whole or in part; the merged table has them taken off"),
    {.type = CS_OPTION_TEXT,
     .name = "defects",
     .argument = "FILE",
     .offset = FIELD(defects_file),
     .marks = CS_OPTION_IS_FILE | CS_OPTION_WRITES,
     .check = check_file,
     .help =
         "write what was planted to FILE: table, customer, order, kind, defect, column, the rule by which "
         "cs-prep counts it, and the value"},
    {.type = CS_OPTION_HEADING, .help = "Repeating"},
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
    .examples =
        "  cs-gen | cs-prep | cs-kmeans -k auto > clusters.csv\n"
        "      segments 500 customers\n"
        "  cs-gen -n 10000 --truth --customers c.csv --transactions t.csv > merged.csv\n"
        "      writes the two source tables as well, and the truth\n"
        "  cs-gen --only transactions --mix 'loyal=3,new=1'\n"
        "      writes the orders of two kinds of customers\n"
        "  cs-gen --only transactions --missing 0.02 --invalid 0.01 --refunds 0.05 --defects d.csv |\n"
        "    cs-prep --as-of 2025-01-01 --quality audit.json > customers.csv\n"
        "      orders as they come in real life, and whether the audit finds what was planted\n",
    .tables = tables,
    .params_size = sizeof(struct params),
    .takes_files = false,
};

static enum cs_status gen_params(const struct params *params, struct cs_gen_params *gen,
                                 struct cs_error *err) {
  *gen = (struct cs_gen_params){.seed = (uint64_t)params->common.seed, .overlap = params->overlap};
  CS_TRY(cs_gen_day_parse(params->start, &gen->start, err));
  CS_TRY(cs_gen_day_parse(params->end, &gen->end, err));
  CS_TRY(cs_gen_mix_parse(params->mix, gen->mix, err));
  memcpy(gen->rate, params->rate, sizeof gen->rate);
  return cs_gen_params_check(gen, err);
}

static enum cs_status check(const struct params *params, struct cs_error *err) {
  if (params->offset + params->customers > CS_GEN_CUSTOMERS_MAX)
    return cs_fail(err, CS_USAGE, "there are %d customers at most, the offset included",
                   CS_GEN_CUSTOMERS_MAX);
  const char *const file[] = {params->common.output, params->customers_file, params->transactions_file,
                              params->defects_file};
  for (size_t i = 0; i < sizeof file / sizeof *file; i++)
    for (size_t k = 0; k < i; k++)
      if (file[i] && file[k] && strcmp(file[i], file[k]) == 0)
        return cs_fail(err, CS_USAGE, "two tables go to the same file");
  return CS_OK;
}

static enum cs_status sink_open(struct cs_gen_shop *shop, enum cs_gen_table table, const char *path,
                                struct cs_error *err) {
  struct cs_gen_sink *sink = &shop->sink[shop->sinks];
  if (!path) return CS_OK;
  CS_TRY(cs_output_open(&sink->output, path, err));
  sink->table = table;
  shop->sinks++;
  return CS_OK;
}

/* The first one is what standard output or -o gets. */
static enum cs_status sinks_open(struct cs_tool *tool, struct cs_gen_shop *shop,
                                 const struct params *params) {
  struct cs_error *err = cs_tool_error(tool);
  CS_TRY(cs_tool_open_output(tool, &shop->sink[0].output));
  shop->sink[0].table = (enum cs_gen_table)params->only;
  shop->sinks = 1;
  CS_TRY(sink_open(shop, CS_GEN_CUSTOMERS, params->customers_file, err));
  CS_TRY(sink_open(shop, CS_GEN_TRANSACTIONS, params->transactions_file, err));
  return sink_open(shop, CS_GEN_DEFECTS, params->defects_file, err);
}

/* Commits the files before the main output: who sees that, finds the others complete. */
static enum cs_status sinks_close(struct cs_tool *tool, struct cs_gen_shop *shop, enum cs_status status) {
  for (size_t i = 1; i < shop->sinks; i++) {
    if (status == CS_OK)
      status = cs_output_commit(&shop->sink[i].output, cs_tool_error(tool));
    else
      cs_output_abort(&shop->sink[i].output);
  }
  struct cs_gen_sink *sink = &shop->sink[0];
  return shop->sinks ? cs_tool_close_output(tool, &sink->output, status, sink->rows, sink->columns) : status;
}

static void progress(void *tool, double fraction) {
  cs_tool_progress(tool, fraction);
}

static enum cs_status run(struct cs_tool *tool, void *parameters) {
  const struct params *params = parameters;
  struct cs_error *err = cs_tool_error(tool);
  struct cs_gen_params gen;
  CS_TRY(gen_params(params, &gen, err));
  CS_TRY(check(params, err));
  struct cs_gen_shop shop = {.params = &gen,
                             .detail = params->truth ? CS_GEN_WITH_TRUTH : CS_GEN_PLAIN,
                             .format = (enum cs_format)params->common.to,
                             .no_header = params->common.no_header,
                             .threads = cs_tool_threads(tool),
                             .progress = progress,
                             .context = tool};
  enum cs_status status = sinks_open(tool, &shop, params);
  if (status == CS_OK)
    status = cs_gen_shop_write(&shop, (uint64_t)params->offset, (uint64_t)params->customers, err);
  return sinks_close(tool, &shop, status);
}

int main(int argc, char **argv) {
  struct params params;
  return cs_tool_main(&spec, argc, argv, &params, run);
}
