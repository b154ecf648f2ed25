/* cs-prep - orders or customers, cleaned, with the features that are clustered and those that describe. */
#include "base/date.h"
#include "base/duration.h"
#include "base/memory.h"
#include "cli/tool.h"
#include "data/model.h"
#include "prep/prep.h"
#include "prep/rejects.h"
#include "prep/summary.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

struct params {
  struct cs_common common;
  const char *map, *transactions, *date_format, *as_of, *where, *exclude_rows, *keep;
  int dedupe, order_unit; /* enum cs_dedupe, enum cs_order_unit */
  double max_bad;
  const char *rejects, *rows, *quality, *basis;
  const char *calibration_end, *window;
  int clv, time_unit; /* enum cs_clv_model, enum cs_time_unit */
  const char *horizon, *discount, *month;
  double margin;
  const char *make, *rfm_rules, *rfm_cuts, *check_rules, *outliers;
};

enum { WINDOW_MOST = 100000, MAKE_UNKNOWN = 1024 };

#define FIELD(name) offsetof(struct params, name)

static enum cs_status check_day(const char *value, struct cs_error *err) {
  int64_t moment;
  if (cs_date_orders(cs_slice_of(value)) & 1 << CS_DATE_YMD &&
      cs_date_parse(cs_slice_of(value), CS_DATE_YMD, &moment))
    return CS_OK;
  return cs_fail(err, CS_USAGE, "must be a date as 2011-12-09");
}

static enum cs_status check_format(const char *value, struct cs_error *err) {
  if (cs_dates_format_valid(value)) return CS_OK;
  return cs_fail(
      err, CS_USAGE,
      "must hold year, month and day as %%Y or %%y, %%m or %%b, %%d, and may hold %%H %%M %%S; or be "
      "excel, unix or unix-ms");
}

static enum cs_status check_duration(const char *value, struct cs_error *err) {
  struct cs_duration duration;
  if (cs_duration_parse(cs_slice_of(value), &duration)) return CS_OK;
  return cs_fail(err, CS_USAGE, "must be a number with its unit d, w, mo or y: 12mo, 52w");
}

static enum cs_status check_window(const char *value, struct cs_error *err) {
  struct cs_duration window;
  CS_TRY(check_duration(value, err));
  if (!cs_duration_parse(cs_slice_of(value), &window)) return CS_OK;
  double whole = window.unit == CS_TIME_YEAR ? 12 * window.count : window.count;
  if (whole == floor(whole) && whole <= WINDOW_MOST) return CS_OK;
  return cs_fail(err, CS_USAGE, "must be a whole number of days, weeks or months, as 12mo");
}

static enum cs_status check_month(const char *value, struct cs_error *err) {
  struct cs_duration month;
  if (cs_duration_parse(cs_slice_of(value), &month) &&
      (month.unit == CS_TIME_DAY || month.unit == CS_TIME_WEEK) && cs_duration_days(month, 0) >= 28 &&
      cs_duration_days(month, 0) <= 31)
    return CS_OK;
  return cs_fail(err, CS_USAGE, "must be the length of a month in days or weeks: 30.4375d, 4.345w");
}

static enum cs_status check_rate(const char *value, struct cs_error *err) {
  struct cs_rate rate;
  if (cs_rate_parse(cs_slice_of(value), &rate)) return CS_OK;
  return cs_fail(err, CS_USAGE, "must be a rate per time: 10%%/year, 0.01/month, or 0");
}

/* The bits of --make, or MAKE_UNKNOWN where a word is none of these. */
static unsigned make_of(const char *value) {
  static const struct {
    const char *word;
    unsigned bits;
  } words[] = {{"all", CS_MAKE_ALL}, {"totals", 0},        {"habits", CS_MAKE_HABITS},
               {"rfm", CS_MAKE_RFM}, {"clv", CS_MAKE_CLV}, {"engagement", CS_MAKE_ENGAGEMENT}};
  struct cs_slice rest = cs_slice_of(value), item;
  unsigned bits = 0;
  while (cs_list_next(&rest, ',', &item)) {
    size_t i = 0, count = sizeof words / sizeof *words;
    while (i < count && !cs_slice_is(item, words[i].word)) i++;
    if (i == count) return MAKE_UNKNOWN;
    bits |= words[i].bits;
  }
  return bits;
}

static enum cs_status check_make(const char *value, struct cs_error *err) {
  if (make_of(value) != MAKE_UNKNOWN) return CS_OK;
  return cs_fail(err, CS_USAGE, "must be a list of totals, habits, rfm, clv, engagement, all");
}

static enum cs_status check_cuts(const char *value, struct cs_error *err) {
  struct cs_cuts cuts[CS_RFM_DIMENSIONS] = {{.origin = CS_ORIGIN_NONE}};
  return cs_cuts_parse(cuts, value, err);
}

static enum cs_status check_outliers(const char *value, struct cs_error *err) {
  struct cs_outliers outliers = CS_OUTLIERS_INIT;
  return cs_outliers_parse(&outliers, value, err);
}

static const struct cs_option own[] = {
    {.type = CS_OPTION_HEADING, .help = "Input"},
    {.type = CS_OPTION_TEXT,
     .name = "map",
     .letter = 'm',
     .argument = "LIST",
     .offset = FIELD(map),
     .marks = CS_OPTION_LIST,
     .help = "which column is what, where the names don't tell: ROLE=COLUMN for customer_id, order, date, "
             "amount, quantity, price, product, category, discount, status, channel, or an aggregate of "
             "customers such as total_spent; amount and aggregates may be formulas, as "
             "Quantity*Price*(1-Discount), with names in double quotes where they hold operators; ROLE= says "
             "that there is none, and customer_id= that each row is a customer of its own"},
    {.type = CS_OPTION_TEXT,
     .name = "id",
     .argument = "COLUMN",
     .offset = FIELD(common.id),
     .help = "the column of the customer's id"},
    {.type = CS_OPTION_TEXT,
     .name = "transactions",
     .letter = 't',
     .argument = "FILE",
     .offset = FIELD(transactions),
     .marks = CS_OPTION_IS_FILE,
     .help = "the orders of the customers that are read; --map is about its columns then"},
    {.type = CS_OPTION_TEXT,
     .name = "date-format",
     .argument = "FORMAT",
     .offset = FIELD(date_format),
     .check = check_format,
     .help =
         "how dates are written, as %d/%m/%Y %H:%M, or excel, unix or unix-ms for counts; by default it is "
         "found out, and refused where day and month can't be told apart"},
    {.type = CS_OPTION_TEXT,
     .name = "as-of",
     .argument = "DATE",
     .offset = FIELD(as_of),
     .check = check_day,
     .help = "the day from which recency is counted; later orders are left out; by default the day after the "
             "last order"},
    {.type = CS_OPTION_TEXT,
     .name = "window",
     .argument = "LENGTH",
     .offset = FIELD(window),
     .marks = CS_OPTION_FIT,
     .check = check_window,
     .help = "use only the orders of this time before --as-of, as 12mo; a loaded model brings its own"},
    {.type = CS_OPTION_TEXT,
     .name = "calibration-end",
     .argument = "DATE",
     .offset = FIELD(calibration_end),
     .marks = CS_OPTION_FIT,
     .check = check_day,
     .help = "make all features of the orders up to this day, and add what really happened after it as "
             "holdout_*"},
    {.type = CS_OPTION_CHOICE,
     .name = "order-unit",
     .argument = "UNIT",
     .value = "day",
     .choices = "day|row",
     .offset = FIELD(order_unit),
     .help =
         "what one order is where rows carry no order id: all rows of a customer on one day, or each row"},
    {.type = CS_OPTION_TEXT,
     .name = "keep",
     .argument = "LIST",
     .offset = FIELD(keep),
     .marks = CS_OPTION_LIST,
     .help = "columns of the orders to carry to the customers: COLUMN=mode (the most frequent text), "
             "COLUMN=first or "
             "COLUMN=last"},
    {.type = CS_OPTION_HEADING, .help = "Cleaning"},
    {.type = CS_OPTION_TEXT,
     .name = "where",
     .argument = "COND",
     .offset = FIELD(where),
     .help = "use only rows that meet COLUMN=VALUE,...; several conditions are separated by semicolons, * "
             "and ? match as in "
             "a shell"},
    {.type = CS_OPTION_TEXT,
     .name = "exclude-rows",
     .argument = "COND",
     .offset = FIELD(exclude_rows),
     .help = "leave out rows that meet a condition, as postage: StockCode=POST,M"},
    {.type = CS_OPTION_CHOICE,
     .name = "dedupe",
     .argument = "WHEN",
     .value = "auto",
     .choices = "auto|yes|no",
     .offset = FIELD(dedupe),
     .help = "remove exact copies of a row; auto does it where rows carry an order id, and counts them "
             "otherwise"},
    {.type = CS_OPTION_NUMBER,
     .name = "max-bad",
     .argument = "PERCENT",
     .value = "50",
     .lo = 0,
     .hi = 100,
     .offset = FIELD(max_bad),
     .help = "fail when more than this share of the rows is bad"},
    {.type = CS_OPTION_TEXT,
     .name = "rejects",
     .argument = "FILE",
     .offset = FIELD(rejects),
     .marks = CS_OPTION_IS_FILE | CS_OPTION_WRITES,
     .help = "write the bad rows to FILE, as they were read"},
    {.type = CS_OPTION_TEXT,
     .name = "rows",
     .argument = "FILE",
     .offset = FIELD(rows),
     .marks = CS_OPTION_IS_FILE | CS_OPTION_WRITES,
     .help = "write all rows to FILE, as they were read: files of any dialects as one table"},
    {.type = CS_OPTION_TEXT,
     .name = "quality",
     .argument = "FILE",
     .offset = FIELD(quality),
     .marks = CS_OPTION_IS_FILE | CS_OPTION_WRITES,
     .help = "write the audit to FILE (JSON): each rule with the rows, customers and revenue that it left, "
             "lines of "
             "rejected rows, gross to net, coverage, dates, warnings"},
    {.type = CS_OPTION_HEADING, .help = "What is made"},
    {.type = CS_OPTION_TEXT,
     .name = "make",
     .argument = "LIST",
     .value = "all",
     .offset = FIELD(make),
     .marks = CS_OPTION_LIST,
     .check = check_make,
     .help = "what to make of each customer besides the totals: habits, rfm, clv, engagement, or all; totals "
             "alone is the quickest"},
    {.type = CS_OPTION_HEADING, .help = "Scores and segments"},
    {.type = CS_OPTION_TEXT,
     .name = "rfm-rules",
     .argument = "FILE",
     .offset = FIELD(rfm_rules),
     .marks = CS_OPTION_IS_FILE | CS_OPTION_FIT,
     .help = "name the segments by the rules in FILE (YAML) instead of the built-in ones"},
    {.type = CS_OPTION_TEXT,
     .name = "rfm-cuts",
     .argument = "LIST",
     .offset = FIELD(rfm_cuts),
     .marks = CS_OPTION_FIT,
     .check = check_cuts,
     .help = "where one score ends and the next begins, as "
             "recency=30,60,90,180;frequency=2,3,5,10;monetary=50,100,250,500 (days, orders, money); what is "
             "left out is learnt: the quintiles of the customers, plus 1"},
    {.type = CS_OPTION_TEXT,
     .name = "check-rules",
     .argument = "FILE",
     .offset = FIELD(check_rules),
     .marks = CS_OPTION_IS_FILE | CS_OPTION_NO_CONFIG,
     .help =
         "read no input: tell which cells of scores the rules in FILE leave out or cover several times, and "
         "which rules can never fire; exit status 1 if there are any"},
    {.type = CS_OPTION_HEADING, .help = "Outliers"},
    {.type = CS_OPTION_TEXT,
     .name = "outliers",
     .argument = "RULES",
     .offset = FIELD(outliers),
     .marks = CS_OPTION_LIST | CS_OPTION_FIT,
     .check = check_outliers,
     .help =
         "mark customers who are far from the others in a column outlier_rule, or drop them: rules "
         "iqr[=1.5], z[=3], mad[=3.5], percentile[=1], mahalanobis[=97.5], each with :flag (as without) or "
         ":drop; nobody is touched by default"},
    {.type = CS_OPTION_HEADING, .help = "What is clustered"},
    {.type = CS_OPTION_TEXT,
     .name = "basis",
     .argument = "LIST",
     .value = "rfm",
     .offset = FIELD(basis),
     .marks = CS_OPTION_LIST | CS_OPTION_FIT,
     .help = "features and numeric columns that get a scaled copy; rfm is days_since_last_purchase, "
             "total_transactions, "
             "total_spent, and discount_share where a tenth of the customers have discounts"},
    {.type = CS_OPTION_HEADING, .help = "Lifetime value"},
    {.type = CS_OPTION_CHOICE,
     .name = "clv",
     .argument = "MODEL",
     .value = "bg-nbd",
     .choices = "bg-nbd|pareto-nbd|none",
     .offset = FIELD(clv),
     .marks = CS_OPTION_FIT,
     .help = "the model of purchases behind lifetime value and churn risk"},
    {.type = CS_OPTION_TEXT,
     .name = "horizon",
     .argument = "LENGTH",
     .value = "12mo",
     .offset = FIELD(horizon),
     .check = check_duration,
     .help = "the future that clv_simple, clv_advanced and churn_risk are about"},
    {.type = CS_OPTION_TEXT,
     .name = "discount",
     .argument = "RATE",
     .value = "10%/year",
     .offset = FIELD(discount),
     .check = check_rate,
     .help = "by how much later money is worth less, as 10%/year or 1%/month"},
    {.type = CS_OPTION_NUMBER,
     .name = "margin",
     .argument = "SHARE",
     .value = "1",
     .lo = DBL_MIN,
     .hi = 1,
     .offset = FIELD(margin),
     .help = "the share of revenue that is kept: lifetime values are revenue times it"},
    {.type = CS_OPTION_TEXT,
     .name = "month",
     .argument = "LENGTH",
     .value = "30.4375d",
     .offset = FIELD(month),
     .check = check_month,
     .help = "how long a month is: 30.4375d (a twelfth of 365.25 days) or 4.345w"},
    {.type = CS_OPTION_CHOICE,
     .name = "time-unit",
     .argument = "UNIT",
     .value = "week",
     .choices = "day|week|month|year",
     .offset = FIELD(time_unit),
     .marks = CS_OPTION_FIT,
     .help = "the unit of bt_tx and bt_T, made here or read, and of the rates in the model"},
    {.type = CS_OPTION_END},
};

static const struct cs_option *const tables[] = {
    own, cs_options_model, cs_options_read, cs_options_write, cs_options_run, NULL};

static const struct cs_spec spec = {
    .name = "cs-prep",
    .summary = "clean orders or customers and make the features of segmentation",
    .synopsis = "[OPTION]... [FILE]...",
    .description =
        "Reads orders (a customer, a date and mostly an amount in each row) or customers with their "
        "purchases "
        "added up, and writes one row for each customer: what was bought, how often and when, scores of "
        "recency, frequency and money with the segment that they make, and scaled copies of the features "
        "that are clustered.",
    .examples =
        "  cs-prep online_retail.csv | cs-kmeans -k auto >clusters.csv\n"
        "      from an export of orders to segments\n"
        "  cs-prep --map 'customer_id=Customer ID,order=Bill,date=Day,amount=Pieces*Each' bills.csv\n"
        "      columns that no name tells\n"
        "  cs-prep --exclude-rows 'StockCode=POST,M' --quality audit.json --rejects bad.csv orders.csv\n"
        "      without postage, with an account of every row\n"
        "  cs-prep --save prep.json old.csv >old-features.csv\n"
        "  cs-prep --load prep.json new.csv >new-features.csv\n"
        "      the same cuts and scales for new orders\n"
        "  cs-prep --check-rules rules.yaml && cs-prep --rfm-rules rules.yaml orders.csv\n"
        "      segments named by rules of your own\n",
    .tables = tables,
    .params_size = sizeof(struct params),
    .takes_files = true,
};

/* A day that was checked when the options were read; 0 where none was given. */
static int64_t day_of(const char *text) {
  int64_t moment;
  return text && cs_date_parse(cs_slice_of(text), CS_DATE_YMD, &moment) ? cs_day_of(moment) : 0;
}

static struct cs_orders_options orders_options(const struct params *params) {
  struct cs_orders_options options = {.map = params->map,
                                      .id = params->common.id,
                                      .where = params->where,
                                      .exclude = params->exclude_rows,
                                      .keep = params->keep,
                                      .date_format = params->date_format,
                                      .decimal = params->common.decimal,
                                      .has_as_of = params->as_of != NULL,
                                      .has_calibration_end = params->calibration_end != NULL,
                                      .dedupe = (enum cs_dedupe)params->dedupe,
                                      .unit = (enum cs_order_unit)params->order_unit,
                                      .rejects = params->rejects != NULL};
  options.as_of = day_of(params->as_of);
  options.calibration_end = day_of(params->calibration_end);
  return options;
}

static struct cs_prep_options prep_options(const struct params *params, int threads) {
  struct cs_prep_options options = {
      .basis = params->basis, .saved = params->common.save != NULL, .threads = threads};
  struct cs_clv_options *clv = &options.clv;
  struct cs_duration month;
  *clv = (struct cs_clv_options){.model = (enum cs_clv_model)params->clv,
                                 .unit = (enum cs_time_unit)params->time_unit,
                                 .margin = params->margin,
                                 .threads = threads};
  if (cs_duration_parse(cs_slice_of(params->month), &month)) clv->month_days = cs_duration_days(month, 0);
  if (!cs_duration_parse(cs_slice_of(params->horizon), &clv->horizon)) clv->horizon.count = 0;
  if (!cs_rate_parse(cs_slice_of(params->discount), &clv->discount)) clv->discount.rate = 0;
  return options;
}

static enum cs_status write_quality(struct cs_tool *tool, const struct params *params,
                                    const struct cs_prep *prep) {
  struct cs_str text = CS_STR_INIT;
  if (!params->quality) return CS_OK;
  enum cs_status status = cs_audit_write(&prep->audit, &text, cs_tool_error(tool));
  if (status == CS_OK) status = cs_output_file(params->quality, &text, cs_tool_error(tool));
  cs_str_release(&text);
  return status;
}

/* All of it with -v; else how much of the revenue the customers stand for, where that isn't nearly all. */
static void tell_audit(struct cs_tool *tool, const struct params *params, const struct cs_audit *audit) {
  struct cs_str text = CS_STR_INIT;
  if (params->common.verbose) {
    cs_audit_summarise(audit, &text);
    if (!text.failed) cs_tool_print(tool, cs_str_text(&text));
  } else if (cs_audit_tells_coverage(audit, &text)) {
    cs_tool_say(tool, "%s", cs_str_text(&text));
  }
  cs_str_release(&text);
}

static void tell(struct cs_tool *tool, const struct params *params, const struct cs_prep *prep) {
  const struct cs_audit *audit = &prep->audit;
  struct cs_str text = CS_STR_INIT;
  char day[CS_DATE_TEXT];
  cs_prep_describe(prep, &text);
  cs_tool_say(tool, "%s", cs_str_text(&text));
  cs_str_release(&text);
  cs_date_print(audit->dates.as_of, day);
  cs_tool_say(tool, "%llu customers, %llu without an order left%s%s",
              (unsigned long long)audit->customers.written,
              (unsigned long long)audit->customers.no_order_left, audit->dates.known ? ", as of " : "",
              audit->dates.known ? day : "");
  tell_audit(tool, params, audit);
  for (size_t i = 0; i < audit->warnings.count; i++)
    cs_note(cs_tool_notes(tool), CS_NOTE_WARNING, "%s", audit->warnings.note[i].text);
  cs_tool_metric(tool, "customers", (double)audit->customers.written);
  cs_tool_metric(tool, "bad_rows", (double)cs_audit_bad(audit));
}

static enum cs_status save(struct cs_tool *tool, const struct params *params, const struct cs_prep *prep,
                           const struct cs_table *input) {
  struct cs_node *model = cs_model_begin("cs-prep", cs_table_kept(prep->result), cs_table_sha256(input));
  cs_tool_add_params(tool, model);
  cs_prep_add(prep, model);
  enum cs_status status = cs_model_write(model, params->common.save, cs_tool_error(tool));
  cs_node_free(model);
  return status;
}

static enum cs_status learn(struct cs_tool *tool, const struct params *params, struct cs_prep *prep,
                            const struct cs_prep_options *options, const struct cs_table *input) {
  cs_tool_phase(tool, "fit");
  CS_TRY(cs_prep_fit(prep, options, cs_tool_notes(tool), cs_tool_error(tool)));
  return params->common.save ? save(tool, params, prep, input) : CS_OK;
}

/* Lifetime value is nothing without its horizon, discount and margin. */
static void tell_value(struct cs_tool *tool, const struct cs_prep *prep,
                       const struct cs_prep_options *options) {
  struct cs_str text = CS_STR_INIT;
  if (prep->customers.make & CS_MAKE_CLV) cs_clv_describe(&prep->clv, &options->clv, &text);
  if (text.len) cs_tool_say(tool, "lifetime value: %s", cs_str_text(&text));
  cs_str_release(&text);
  const struct cs_holdout *holdout = &prep->holdout;
  if (!holdout->known) return;
  cs_tool_say(tool,
              "the %g days after the calibration: %.1f purchase days expected, %g happened; AUC %.3f "
              "(recency alone: %.3f)",
              holdout->days, holdout->expected, holdout->actual, holdout->auc, holdout->auc_recency);
  cs_tool_metric(tool, "holdout_auc", holdout->auc);
}

static enum cs_status load(struct cs_tool *tool, const char *path, struct cs_prep *prep) {
  struct cs_node *model = NULL;
  CS_TRY(cs_model_read(&model, path, "cs-prep", cs_tool_error(tool)));
  enum cs_status status = cs_prep_load(prep, model, path, cs_tool_error(tool));
  cs_node_free(model);
  return status;
}

/* --- the rows --- */

static enum cs_status next_part(void *context, bool keep, bool *more, struct cs_error *err) {
  (void)err; /* the tool's own */
  return cs_tool_read_next(context, keep, more);
}

/* What is read, and a copy of it for --rows. */
struct copied {
  struct cs_tool *tool;
  const struct cs_table *table;
  struct cs_rejects copy; /* rows of another kind, written in the same way */
  bool wanted;
  size_t written; /* of the rows that the table holds */
};

static enum cs_status copy_rows(struct copied *copied, struct cs_error *err) {
  size_t count = cs_table_rows(copied->table) - copied->written;
  size_t *row = NULL;
  if (count == 0 && copied->copy.began) return CS_OK;
  CS_TRY(cs_alloc(&row, count ? count : 1, sizeof *row, "rows", err));
  for (size_t i = 0; i < count; i++) row[i] = copied->written + i;
  enum cs_status status = cs_rejects_write(&copied->copy, copied->table, row, count, err);
  copied->written += count;
  free(row);
  return status;
}

/* Rows are written when they come, or, where the text of one depends on later ones, when all are there. */
static enum cs_status next_copied(void *context, bool keep, bool *more, struct cs_error *err) {
  struct copied *copied = context;
  bool all = copied->wanted && cs_rejects_need_all(&copied->copy, copied->table);
  keep = keep || all;
  if (!keep) copied->written = 0;
  CS_TRY(next_part(copied->tool, keep, more, err));
  return !copied->wanted || (all && *more) ? CS_OK : copy_rows(copied, err);
}

/* The table of --transactions. */
struct second {
  struct cs_table *table;
  struct cs_table_parts *parts;
  struct cs_read_options options;
};

static enum cs_status next_of_second(void *context, bool keep, bool *more, struct cs_error *err) {
  struct second *second = context;
  if (keep) cs_table_parts_keep(second->parts);
  return cs_table_parts_next(second->parts, CS_PART_BYTES, more, err);
}

static enum cs_status begin_second(struct cs_tool *tool, const struct params *params, struct second *second) {
  struct cs_error *err = cs_tool_error(tool);
  if (!params->transactions) return CS_OK;
  second->options = *cs_tool_read_options(tool);
  second->options.checksum = false;
  second->table = cs_table_new();
  if (!second->table) return cs_fail_memory(err, 0, "a table");
  return cs_table_parts_begin(&second->parts, second->table, &params->transactions, 1, &second->options,
                              cs_tool_notes(tool), err);
}

/* What the rows are read into. */
struct work {
  struct cs_prep prep;
  struct cs_table *table;
  struct second second;
  struct cs_orders_options options;
  struct copied copied;
};

static enum cs_status read_and_add_up(struct cs_tool *tool, struct work *work, struct cs_rejects *rejects) {
  struct cs_error *err = cs_tool_error(tool);
  struct cs_prep_input input = {work->table, &work->copied, next_copied},
                       second = {work->second.table, &work->second, next_of_second};
  CS_TRY(cs_prep_read(&work->prep, &input, second.table ? &second : NULL, &work->options, rejects, err));
  cs_tool_phase(tool, "clean");
  return cs_prep_add_up(&work->prep, &work->options, rejects, err);
}

static enum cs_status read_rejecting(struct cs_tool *tool, const struct params *params, struct work *work) {
  struct cs_error *err = cs_tool_error(tool);
  struct cs_write_options options = cs_tool_write_options(tool);
  struct cs_rejects rejects;
  if (!params->rejects) return read_and_add_up(tool, work, NULL);
  CS_TRY(cs_rejects_begin(&rejects, params->rejects, &options, (enum cs_ragged)params->common.ragged, err));
  return cs_rejects_end(&rejects, read_and_add_up(tool, work, &rejects), err);
}

static enum cs_status read_rows(struct cs_tool *tool, const struct params *params, struct work *work) {
  struct cs_error *err = cs_tool_error(tool);
  struct cs_write_options options = cs_tool_write_options(tool);
  struct copied *copied = &work->copied;
  work->options = orders_options(params);
  work->options.threads = cs_tool_threads(tool);
  if (params->window) work->prep.window = params->window;
  work->options.has_window =
      work->prep.window && cs_duration_parse(cs_slice_of(work->prep.window), &work->options.window);
  CS_TRY(cs_tool_read_begin(tool, &work->table));
  CS_TRY(begin_second(tool, params, &work->second));
  *copied = (struct copied){.tool = tool, .table = work->table, .wanted = params->rows != NULL};
  if (!params->rows) return read_rejecting(tool, params, work);
  CS_TRY(cs_rejects_begin(&copied->copy, params->rows, &options, (enum cs_ragged)params->common.ragged, err));
  return cs_rejects_end(&copied->copy, read_rejecting(tool, params, work), err);
}

/* All that comes after the rows were judged. */
static enum cs_status make_features(struct cs_tool *tool, const struct params *params, struct work *work) {
  struct cs_prep *prep = &work->prep;
  struct cs_prep_options options = prep_options(params, cs_tool_threads(tool));
  if (!params->common.load) CS_TRY(learn(tool, params, prep, &options, work->table));
  CS_TRY(cs_prep_apply(prep, &options, cs_tool_notes(tool), cs_tool_error(tool)));
  tell(tool, params, prep);
  tell_value(tool, prep, &options);
  return write_quality(tool, params, prep);
}

/* The account of what was left out is written also when too much was: it tells why. */
static enum cs_status prepare(struct cs_tool *tool, const struct params *params, struct work *work) {
  struct cs_error *err = cs_tool_error(tool);
  struct cs_prep *prep = &work->prep;
  struct cs_prep_options options = prep_options(params, 1);
  if (!params->common.load)
    prep->customers.unit_days = cs_time_unit_days(options.clv.unit, options.clv.month_days);
  prep->customers.make = make_of(params->make);
  CS_TRY(read_rows(tool, params, work));
  enum cs_status status = cs_prep_check(prep, params->max_bad, err);
  if (status == CS_OK) return make_features(tool, params, work);
  struct cs_error first = *err;
  enum cs_status written = write_quality(tool, params, prep);
  (void)written; /* the first failure is told */
  *err = first;
  return status;
}

/* --- rules --- */

/* Before the rows, which may be many, are read. */
static enum cs_status begin_scoring(struct cs_tool *tool, const struct params *params, struct cs_prep *prep) {
  if (params->common.load) return load(tool, params->common.load, prep);
  if (params->outliers) CS_TRY(cs_outliers_parse(&prep->outliers, params->outliers, cs_tool_error(tool)));
  return cs_scoring_begin(&prep->scoring, params->rfm_rules, params->rfm_cuts, cs_tool_notes(tool),
                          cs_tool_error(tool));
}

static enum cs_status check_rules(struct cs_tool *tool, const struct params *params) {
  struct cs_rules rules = CS_RULES_INIT;
  struct cs_str text = CS_STR_INIT;
  bool found = false;
  if (params->common.file_count)
    return cs_fail(cs_tool_error(tool), CS_USAGE, "--check-rules reads no input");
  enum cs_status status = cs_rules_read(&rules, params->check_rules, cs_tool_error(tool));
  if (status == CS_OK) found = cs_rules_check(&rules, params->check_rules, &text);
  if (status == CS_OK) status = cs_tool_write_text(tool, &text);
  if (status == CS_OK && found)
    status = cs_fail(cs_tool_error(tool), CS_NO, "%s: the rules don't give each cell of scores one name",
                     params->check_rules);
  cs_rules_release(&rules);
  cs_str_release(&text);
  return status;
}

static enum cs_status run(struct cs_tool *tool, void *context) {
  const struct params *params = context;
  struct work work = {.prep = CS_PREP_INIT};
  if (params->check_rules) return check_rules(tool, params);
  enum cs_status status = begin_scoring(tool, params, &work.prep);
  if (status == CS_OK) status = prepare(tool, params, &work);
  if (status == CS_OK) status = cs_tool_write(tool, work.prep.result);
  cs_prep_release(&work.prep);
  cs_tool_read_end(tool);
  cs_table_parts_free(work.second.parts);
  cs_table_free(work.table);
  cs_table_free(work.second.table);
  return status;
}

int main(int argc, char **argv) {
  struct params params;
  return cs_tool_main(&spec, argc, argv, &params, run);
}
