#include "cli/options.h"

#include "data/columns.h"

#include <math.h>
#include <string.h>

/* The options that mean the same in every tool, and nothing else. */

#define FIELD(name) offsetof(struct cs_common, name)

enum { RUN = CS_OPTION_NO_CONFIG, ENV = CS_OPTION_ENVIRONMENT | CS_OPTION_ASIDE };

static enum cs_status check_decimal(const char *value, struct cs_error *err) {
  static const char *const allowed[] = {".", ",", "point", "comma"};
  for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
    if (strcmp(value, allowed[i]) == 0) return CS_OK;
  return cs_fail(err, CS_USAGE, "must be . or ,");
}

static enum cs_status check_delimiter(const char *value, struct cs_error *err) {
  if (value[0] && !value[1] && strchr("\"\r\n.+-_0123456789", value[0]))
    return cs_fail(err, CS_USAGE, "must not be a quote, a line end or part of a number");
  return CS_OK;
}

static enum cs_status check_print(const char *value, struct cs_error *err) {
  static const char *const allowed[] = {"man", "bash", "zsh", "fish", "list", "check"};
  for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
    if (strcmp(value, allowed[i]) == 0) return CS_OK;
  return cs_fail(err, CS_USAGE, "must be one of man, bash, zsh, fish, list, check");
}

const struct cs_option cs_options_run[] = {
    {.type = CS_OPTION_HEADING, .help = "Running"},
    {.type = CS_OPTION_INTEGER,
     .name = "threads",
     .letter = 'j',
     .argument = "N",
     .offset = FIELD(threads),
     .lo = 1,
     .hi = 256,
     .marks = ENV,
     .help = "number of threads, by default the processors that it may use; the output doesn't depend on it"},
    {.type = CS_OPTION_FLAG,
     .name = "quiet",
     .letter = 'q',
     .offset = FIELD(quiet),
     .marks = CS_OPTION_ASIDE,
     .help = "on standard error, errors only"},
    {.type = CS_OPTION_FLAG,
     .name = "verbose",
     .letter = 'v',
     .offset = FIELD(verbose),
     .marks = CS_OPTION_ASIDE,
     .help = "also tell the phases of the run, with seconds, rows and peak memory"},
    {.type = CS_OPTION_CHOICE,
     .name = "progress",
     .argument = "WHEN",
     .value = "auto",
     .choices = "auto|always|never",
     .offset = FIELD(progress),
     .marks = ENV,
     .help = "show the progress of a phase: auto is on a terminal, after two seconds"},
    {.type = CS_OPTION_TEXT,
     .name = "log-file",
     .argument = "FILE",
     .offset = FIELD(log_file),
     .marks = ENV | CS_OPTION_IS_FILE,
     .help = "append a log of the run to FILE; it never holds cell values"},
    {.type = CS_OPTION_CHOICE,
     .name = "log-level",
     .argument = "LEVEL",
     .value = "info",
     .choices = "debug|info|warning|error",
     .offset = FIELD(log_level),
     .marks = ENV,
     .help = "what the log holds: this level and all above"},
    {.type = CS_OPTION_CHOICE,
     .name = "log-format",
     .argument = "FORMAT",
     .value = "text",
     .choices = "text|json",
     .offset = FIELD(log_format),
     .marks = ENV,
     .help = "lines of text, or of JSON"},
    {.type = CS_OPTION_TEXTS,
     .name = "config",
     .letter = 'c',
     .argument = "FILE",
     .offset = FIELD(config),
     .marks = RUN | CS_OPTION_IS_FILE,
     .help = "read options from a YAML file with a section for each tool; of several files a later one wins; "
             "$CS_CONFIG names one that is read before"},
    {.type = CS_OPTION_TEXTS,
     .name = "set",
     .argument = "TOOL.OPTION=VALUE",
     .offset = FIELD(set),
     .marks = RUN,
     .help = "as a line of a configuration that is read last, cs-kmeans.clusters=5; what is for another tool "
             "is left to it"},
    {.type = CS_OPTION_FLAG,
     .name = "print-config",
     .offset = FIELD(print_config),
     .marks = RUN,
     .help = "write the effective values of all options as YAML that --config reads, and exit"},
    {.type = CS_OPTION_FLAG,
     .name = "print-stamp",
     .offset = FIELD(print_stamp),
     .marks = RUN | CS_OPTION_HIDDEN,
     .help = "write what decides the output besides the input, and exit"},
    {.type = CS_OPTION_FLAG,
     .name = "help",
     .letter = 'h',
     .offset = FIELD(help),
     .marks = RUN,
     .help = "show this help and exit"},
    {.type = CS_OPTION_FLAG,
     .name = "version",
     .letter = 'V',
     .offset = FIELD(version),
     .marks = RUN,
     .help = "show the version and exit"},
    {.type = CS_OPTION_TEXT,
     .name = "print-options",
     .argument = "KIND",
     .offset = FIELD(print_options),
     .marks = RUN | CS_OPTION_HIDDEN,
     .check = check_print,
     .help = "write the option table for other programs: man, bash, zsh, fish, list, or check it"},
    {.type = CS_OPTION_END},
};

const struct cs_option cs_options_read[] = {
    {.type = CS_OPTION_HEADING, .help = "Reading"},
    {.type = CS_OPTION_CHOICE,
     .name = "from",
     .argument = "FORMAT",
     .value = "auto",
     .choices = "auto|csv|tsv|json|jsonl",
     .offset = FIELD(from),
     .help = "format of the input; auto tells it from the first bytes of each file"},
    {.type = CS_OPTION_BYTE,
     .name = "delimiter",
     .letter = 'd',
     .argument = "BYTE",
     .offset = FIELD(delimiter),
     .check = check_delimiter,
     .help =
         "what separates the cells of CSV input: one byte, or tab, comma, semicolon, pipe, or space for any "
         "number of blanks; by default the one of , ; TAB | that gives the header line most columns"},
    {.type = CS_OPTION_FLAG,
     .name = "no-header",
     .offset = FIELD(no_header),
     .help = "the first line is data: columns are called c1, c2 and so on, and no header is written"},
    {.type = CS_OPTION_BYTE,
     .name = "decimal",
     .argument = "BYTE",
     .offset = FIELD(decimal),
     .check = check_decimal,
     .help = "decimal sign of numbers in the input, . or ,; by default a point, and in cs-prep what the "
             "columns tell"},
    {.type = CS_OPTION_TEXT,
     .name = "encoding",
     .argument = "NAME",
     .value = "utf-8",
     .offset = FIELD(encoding),
     .help = "encoding of the input, by any name that iconv(1) knows; output is always UTF-8"},
    {.type = CS_OPTION_TEXT,
     .name = "na",
     .argument = "LIST",
     .value = "NA,N/A,null,NULL,NaN",
     .offset = FIELD(na),
     .marks = CS_OPTION_LIST,
     .help = "comma list of texts that mean a missing cell, besides the empty cell"},
    {.type = CS_OPTION_CHOICE,
     .name = "ragged",
     .argument = "WHAT",
     .value = "error",
     .choices = "error|pad|reject",
     .offset = FIELD(ragged),
     .help = "what to do with a row of too few or too many cells, or of misplaced quotes; pad fills it up or "
             "cuts it, and takes such quotes as text"},
    {.type = CS_OPTION_INTEGER,
     .name = "max-field",
     .argument = "BYTES",
     .value = "1048576",
     .lo = 1,
     .hi = 1073741824,
     .offset = FIELD(max_field),
     .help = "a cell longer than this is an error, so that a stray quote can't swallow a file"},
    {.type = CS_OPTION_END},
};

#define OUTPUT                                                                                               \
  {                                                                                                          \
    .type = CS_OPTION_TEXT, .name = "output", .letter = 'o', .argument = "FILE", .offset = FIELD(output),    \
    .marks = CS_OPTION_IS_FILE | CS_OPTION_WRITES,                                                           \
    .help = "write to FILE, which appears whole when the run has succeeded and else stays what it was"       \
  }

const struct cs_option cs_options_write[] = {
    {.type = CS_OPTION_HEADING, .help = "Writing"},
    OUTPUT,
    {.type = CS_OPTION_CHOICE,
     .name = "to",
     .argument = "FORMAT",
     .value = "csv",
     .choices = "|csv|tsv|json|jsonl",
     .offset = FIELD(to),
     .help = "format of the output"},
    {.type = CS_OPTION_END},
};

const struct cs_option cs_options_output[] = {
    {.type = CS_OPTION_HEADING, .help = "Writing"},
    OUTPUT,
    {.type = CS_OPTION_END},
};

const struct cs_option cs_options_document[] = {
    {.type = CS_OPTION_HEADING, .help = "Writing"},
    {.type = CS_OPTION_TEXT,
     .name = "title",
     .argument = "TEXT",
     .offset = FIELD(title),
     .help = "a heading"},
    {.type = CS_OPTION_TEXT,
     .name = "currency",
     .argument = "TEXT",
     .offset = FIELD(currency),
     .help = "what stands before amounts of money, '$' or 'EUR '; by default nothing, since the table "
             "doesn't tell"},
    {.type = CS_OPTION_INTEGER,
     .name = "width",
     .argument = "COLUMNS",
     .value = "80",
     .lo = 60,
     .hi = 1000,
     .offset = FIELD(width),
     .help = "of the terminal, for text"},
    {.type = CS_OPTION_CHOICE,
     .name = "image",
     .argument = "FORMAT",
     .value = "png",
     .choices = "png|svg",
     .offset = FIELD(image),
     .help = "of --plot"},
    {.type = CS_OPTION_INTEGER,
     .name = "resolution",
     .argument = "N",
     .value = "1",
     .lo = 1,
     .hi = 2,
     .offset = FIELD(resolution),
     .help = "2 makes PNG pictures of twice as many pixels each way"},
    OUTPUT,
    {.type = CS_OPTION_END},
};

#undef OUTPUT

const struct cs_option cs_options_features[] = {
    {.type = CS_OPTION_HEADING, .help = "Columns"},
    {.type = CS_OPTION_TEXT,
     .name = "id",
     .argument = "LIST",
     .offset = FIELD(id),
     .marks = CS_OPTION_LIST,
     .help = "columns that identify a row and are never features, besides those named like customer_id"},
    {.type = CS_OPTION_TEXT,
     .name = "features",
     .letter = 'f',
     .argument = "LIST",
     .offset = FIELD(features),
     .marks = CS_OPTION_LIST | CS_OPTION_FIT,
     .help =
         "columns to work on: a comma list of names, globs (spend_*), ranges (a..c), positions (3), =NAME"},
    {.type = CS_OPTION_TEXT,
     .name = "exclude",
     .letter = 'x',
     .argument = "LIST",
     .offset = FIELD(exclude),
     .marks = CS_OPTION_LIST | CS_OPTION_FIT,
     .help = "columns to leave out, written as for --features"},
    {.type = CS_OPTION_END},
};

static enum cs_status check_label(const char *value, struct cs_error *err) {
  if (cs_role_is_cluster(cs_slice_of(value))) return CS_OK;
  return cs_fail(err, CS_USAGE,
                 "must be cluster, cluster_NAME or NAME_cluster, so that no program takes it for a "
                 "feature");
}

const struct cs_option cs_options_clusters[] = {
    {CS_OPTION_HEADING, .help = "What they are called"},
    {CS_OPTION_TEXT, .name = "label", .argument = "NAME", .value = "cluster",
     .help = "name of the appended column", .offset = FIELD(label), .check = check_label},
    {CS_OPTION_SWITCH, .name = "names", .value = "auto",
     .help = "append the clusters' names, too; auto does so for customers whom cs-prep has prepared, and for "
             "models that "
             "have names",
     .offset = FIELD(names)},
    {CS_OPTION_TEXT, .name = "name-rules", .argument = "FILE",
     .help = "name the clusters by the rules in FILE (YAML) instead of the built-in ones; of any table",
     .offset = FIELD(name_rules), .marks = CS_OPTION_FIT | CS_OPTION_IS_FILE},
    {CS_OPTION_TEXT, .name = "match", .argument = "MODEL",
     .help = "keep the numbers of an older model: a cluster is called as that of MODEL which at least half "
             "of its rows would "
             "be in, so that the most rows keep theirs; others get new numbers",
     .offset = FIELD(match), .marks = CS_OPTION_FIT | CS_OPTION_IS_FILE},
    {.type = CS_OPTION_END},
};

const struct cs_option cs_options_seed[] = {
    {.type = CS_OPTION_INTEGER,
     .name = "seed",
     .letter = 's',
     .argument = "N",
     .value = "42",
     .lo = 0,
     .hi = INFINITY,
     .offset = FIELD(seed),
     .marks = CS_OPTION_FIT,
     .help = "seed of all random choices: the same seed gives the same output"},
    {.type = CS_OPTION_END},
};

const struct cs_option cs_options_model[] = {
    {.type = CS_OPTION_HEADING, .help = "Models"},
    {.type = CS_OPTION_TEXT,
     .name = "save",
     .argument = "FILE",
     .offset = FIELD(save),
     .marks = CS_OPTION_IS_FILE | CS_OPTION_WRITES,
     .help = "write what was learnt as a JSON model"},
    {.type = CS_OPTION_TEXT,
     .name = "load",
     .argument = "FILE",
     .offset = FIELD(load),
     .marks = CS_OPTION_IS_FILE,
     .help = "apply a saved model to the input instead of learning"},
    {.type = CS_OPTION_END},
};

const struct cs_option cs_options_values[] = {
    {.type = CS_OPTION_FLAG,
     .name = "show-values",
     .offset = FIELD(show_values),
     .help = "let messages show cell values; they name only line and column otherwise"},
    {.type = CS_OPTION_END},
};
