#include "cli/options.h"

#include "cli/text.h"
#include "unit.h"

#include <float.h>
#include <stdlib.h>
#include <unistd.h>

/* A tool with an option of each type. */
struct params {
  struct cs_common common;
  int64_t clusters;
  double tolerance, eps;
  bool names, no_scale;
  const char *rule;
  int method, report;
};

#define FIELD(name) offsetof(struct params, name)

static enum cs_status check_rule(const char *value, struct cs_error *err) {
  return value[0] == 'r' ? CS_OK : cs_fail(err, CS_USAGE, "must begin with r");
}

static const struct cs_option own[] = {
    {.type = CS_OPTION_HEADING, .help = "Toy"},
    {.type = CS_OPTION_INTEGER,
     .name = "clusters",
     .letter = 'k',
     .argument = "N",
     .value = "3",
     .lo = 1,
     .hi = 100000,
     .offset = FIELD(clusters),
     .marks = CS_OPTION_FIT,
     .help = "number of clusters"},
    {.type = CS_OPTION_NUMBER,
     .name = "tolerance",
     .argument = "X",
     .value = "0.0001",
     .lo = 0,
     .hi = 1,
     .offset = FIELD(tolerance),
     .help = "when to stop"},
    {.type = CS_OPTION_NUMBER,
     .name = "eps",
     .letter = 'e',
     .argument = "R",
     .lo = DBL_MIN,
     .hi = INFINITY,
     .offset = FIELD(eps),
     .help = "radius"},
    {.type = CS_OPTION_FLAG,
     .name = "names",
     .letter = 'n',
     .offset = FIELD(names),
     .help = "name the clusters"},
    {.type = CS_OPTION_FLAG, .name = "no-scale", .offset = FIELD(no_scale), .help = "don't scale"},
    {.type = CS_OPTION_SWITCH, .name = "report", .value = "auto", .offset = FIELD(report), .help = "report"},
    {.type = CS_OPTION_TEXT,
     .name = "rule",
     .argument = "RULE",
     .offset = FIELD(rule),
     .check = check_rule,
     .help = "a rule"},
    {.type = CS_OPTION_CHOICE,
     .name = "method",
     .argument = "NAME",
     .value = "hamerly",
     .choices = "lloyd|hamerly|elkan",
     .offset = FIELD(method),
     .help = "how"},
    {.type = CS_OPTION_END},
};

static const struct cs_option *const tables[] = {own,
                                                 cs_options_read,
                                                 cs_options_write,
                                                 cs_options_features,
                                                 cs_options_seed,
                                                 cs_options_model,
                                                 cs_options_values,
                                                 cs_options_run,
                                                 NULL};

static const struct cs_spec spec = {.name = "cs-toy",
                                    .summary = "a tool for tests",
                                    .synopsis = "[OPTION]... [FILE]...",
                                    .description = "It does nothing.",
                                    .examples = "  cs-toy\n      nothing\n",
                                    .tables = tables,
                                    .params_size = sizeof(struct params),
                                    .takes_files = true};

enum { WORDS_MAX = 16 };

/* Parses the words; the result stays in params until the next call. */
static struct params params;
static struct cs_error err;

static enum cs_status parse(const char *const *words) {
  char *argv[WORDS_MAX + 2] = {(char *)"cs-toy"};
  int argc = 1;
  for (; *words; words++) argv[argc++] = (char *)*words;
  cs_options_release(&params.common);
  err = (struct cs_error)CS_ERROR_INIT;
  return cs_options_parse(&spec, argc, argv, &params, &err);
}

#define PARSE(...) parse((const char *const[]){__VA_ARGS__, NULL})
#define REFUSED(message, ...)                                                                                \
  do {                                                                                                       \
    CHECK(PARSE(__VA_ARGS__) == CS_USAGE);                                                                   \
    CHECK_TEXT(err.text, message);                                                                           \
  } while (0)

static const char *write_file(const char *text) {
  static char path[] = "/tmp/cs-options-XXXXXX";
  static bool made;
  if (!made) {
    int fd = mkstemp(path);
    made = fd >= 0 && close(fd) == 0;
  }
  FILE *file = fopen(path, "w");
  CHECK(file && fputs(text, file) >= 0 && fclose(file) == 0);
  return path;
}

static void test_words(void) {
  TEST("options: defaults hold where nothing is given") {
    CHECK(PARSE("a") == CS_OK);
    CHECK(params.clusters == 3 && params.method == 1 && params.common.seed == 42 &&
          params.common.decimal == 0);
    CHECK_NEAR(params.tolerance, 0.0001, 0);
    CHECK(params.common.to == 1 && params.common.max_field == 1048576 && !params.rule && params.eps == 0);
    CHECK(!cs_options_given(&params.common, "clusters"));
  }
  TEST("options: --name=value, --name value, -k5, -k 5 and clusters of letters mean the same") {
    CHECK(PARSE("--clusters=5") == CS_OK && params.clusters == 5);
    CHECK(PARSE("--clusters", "5") == CS_OK && params.clusters == 5);
    CHECK(PARSE("-k5") == CS_OK && params.clusters == 5);
    CHECK(PARSE("-k", "5") == CS_OK && params.clusters == 5);
    CHECK(PARSE("-nvk5") == CS_OK && params.clusters == 5 && params.names && params.common.verbose);
    CHECK(cs_options_given(&params.common, "clusters"));
  }
  TEST("options: the last one counts") CHECK(PARSE("-k5", "-k7") == CS_OK && params.clusters == 7);
  TEST("options: files and options mix, -- ends the options, - is a file") {
    CHECK(PARSE("a", "-n", "-", "--", "-k5", "--names") == CS_OK);
    CHECK(params.common.file_count == 4);
    CHECK_TEXT(params.common.files[1], "-");
    CHECK_TEXT(params.common.files[3], "--names");
    CHECK(params.clusters == 3);
  }
  TEST("options: a flag is undone by --no-NAME, and --no-NAME by --NAME") {
    CHECK(PARSE("--names", "--no-names") == CS_OK && !params.names);
    CHECK(PARSE("-k5") == CS_OK && params.report == CS_SWITCH_AUTO);
    CHECK(PARSE("--report", "file") == CS_OK && params.report == CS_SWITCH_ON &&
          params.common.file_count == 1);
    CHECK(PARSE("--report", "--no-report") == CS_OK && params.report == CS_SWITCH_OFF);
    CHECK(PARSE("--no-scale") == CS_OK && params.no_scale);
    CHECK(PARSE("--no-scale", "--scale") == CS_OK && !params.no_scale);
    CHECK(PARSE("--no-header", "--header") == CS_OK && !params.common.no_header);
    REFUSED("unknown option '--no-help'; did you mean '--help'?", "--no-help");
  }
  TEST("options: a unique beginning is enough, an exact name wins over longer ones") {
    CHECK(PARSE("--clu=5") == CS_OK && params.clusters == 5);
    CHECK(PARSE("--na=x") == CS_OK && !params.names);
    CHECK_TEXT(params.common.na, "x");
    REFUSED("option '--log' is ambiguous: --log-file, --log-level, --log-format", "--log");
    REFUSED("unknown option '--print-o'", "--print-o=list");
  }
  TEST("options: a value may look like an option or be empty") {
    CHECK(PARSE("--na", "--names") == CS_OK);
    CHECK_TEXT(params.common.na, "--names");
    CHECK(PARSE("--na=") == CS_OK);
    CHECK_TEXT(params.common.na, "");
  }
}

static void test_values(void) {
  TEST("options: whole numbers are exact") {
    REFUSED("option --threads: 'abc' is not a whole number", "--threads", "abc");
    REFUSED("option -k: 0 is not within 1..100000", "-k0");
    REFUSED("option -k: 100001 is not within 1..100000", "-k", "100001");
    REFUSED("option -k: '' is not a whole number", "-k", "");
    REFUSED("option -k: '1e3' is not a whole number", "-k", "1e3");
    REFUSED("option -k: '5.0' is not a whole number", "-k", "5.0");
    REFUSED("option -k: ' 5' is not a whole number", "-k", " 5");
    REFUSED("option -k: '0x5' is not a whole number", "-k", "0x5");
    REFUSED("option -k: '5k' is not a whole number", "-k5k");
    REFUSED("option -k: 99999999999999999999 is too large", "-k", "99999999999999999999");
    REFUSED("option --seed: -1 is not 0 or more", "--seed=-1");
    CHECK(PARSE("--seed", "9223372036854775807") == CS_OK && params.common.seed == INT64_MAX);
  }
  TEST("options: numbers are finite and within their range") {
    CHECK(PARSE("--tolerance", "1e-3") == CS_OK);
    CHECK_NEAR(params.tolerance, 1e-3, 0);
    REFUSED("option --tolerance: 'nan' is not a number", "--tolerance=nan");
    REFUSED("option --tolerance: '1e999' is not a number", "--tolerance=1e999");
    REFUSED("option --tolerance: '0,5' is not a number", "--tolerance=0,5");
    REFUSED("option --tolerance: 1.5 is not within 0..1", "--tolerance=1.5");
    REFUSED("option -e: 0 is not more than 0", "-e0");
    REFUSED("option --eps: -1 is not more than 0", "--eps", "-1");
    CHECK(PARSE("-e1e300") == CS_OK);
  }
  TEST("options: choices, bytes, texts and flags refuse what they can't be") {
    REFUSED("option --method: 'x' is none of lloyd, hamerly, elkan", "--method=x");
    REFUSED("option --to: '' is none of csv, tsv, json, jsonl", "--to=");
    REFUSED("option --to: 'auto' is none of csv, tsv, json, jsonl", "--to=auto");
    REFUSED("option --rule: 'abc' must begin with r", "--rule=abc");
    REFUSED("option --names takes no value", "--names=yes");
    REFUSED("option --report takes no value", "--report=auto");
    REFUSED("option -o: the name of the file is empty", "-o", "");
    REFUSED("option -d: '||' is not one byte, nor one of tab, comma, semicolon, pipe, space", "-d||");
    REFUSED("option -d: '\"' must not be a quote, a line end or part of a number", "-d\"");
    REFUSED("option --decimal: ';' must be . or ,", "--decimal=;");
    CHECK(PARSE("-dtab") == CS_OK && params.common.delimiter == '\t');
    CHECK(PARSE("-d\\t", "--decimal=comma") == CS_OK && params.common.delimiter == '\t');
    CHECK(params.common.decimal == ',');
  }
  TEST("options: what is unknown or lacks its value is refused with help") {
    REFUSED("unknown option '--cluster-count'", "--cluster-count=3");
    REFUSED("unknown option '--methd'; did you mean '--method'?", "--methd=3");
    REFUSED("unknown option '-z'", "-nz");
    REFUSED("option --clusters needs a value (N)", "--clusters");
    REFUSED("option -k needs a value (N)", "-nk");
  }
  TEST("options: what decides the learning is refused beside --load") {
    REFUSED("--clusters decides what is learnt; it can't be used with --load", "--load=m.json", "-k5");
    CHECK(PARSE("--load=m.json", "--tolerance=0.1") == CS_OK);
  }
  TEST("options: help is given whatever else is wrong with values") {
    CHECK(PARSE("-k0", "--help") == CS_OK && params.common.help);
    CHECK(PARSE("--config=/nonexistent", "--version") == CS_OK && params.common.version);
  }
}

static enum cs_status config(const char *text, const char *word) {
  const char *path = write_file(text);
  const char *words[] = {"--config", path, word, NULL};
  return parse(words);
}

/* The message without the name of the file. */
#define CONFIG_REFUSED(message, yaml)                                                                        \
  do {                                                                                                       \
    CHECK(config(yaml, NULL) == CS_USAGE);                                                                   \
    const char *colon_ = strchr(err.text, ':');                                                              \
    CHECK_TEXT(colon_ ? colon_ + 1 : err.text, message);                                                     \
  } while (0)

static void test_config(void) {
  TEST("config: a section gives values, the command line wins") {
    const char *text = "version: 1\ncs-toy:\n  clusters: 7\n  names: true\n  rule: \"rx\"\n  na: [NA, '?']\n"
                       "  delimiter: \";\"\n  method: elkan\ncs-gen:\n  whatever: [1, {a: b}]\n";
    CHECK(config(text, NULL) == CS_OK);
    CHECK(params.clusters == 7 && params.names && params.method == 2 && params.common.delimiter == ';');
    CHECK_TEXT(params.rule, "rx");
    CHECK_TEXT(params.common.na, "NA,?");
    CHECK(cs_options_given(&params.common, "clusters"));
    CHECK(config(text, "-k9") == CS_OK && params.clusters == 9);
    CHECK(config(text, "--no-names") == CS_OK && !params.names);
    CHECK(config("cs-toy:\n  report: true\n", "-q") == CS_OK && params.report == CS_SWITCH_ON);
    CHECK(config("cs-toy:\n  report: false\n", "-q") == CS_OK && params.report == CS_SWITCH_OFF);
    CHECK(config("cs-toy:\n  report: auto\n", "-q") == CS_OK && params.report == CS_SWITCH_AUTO);
  }
  TEST("config: empty files, empty sections and comments are fine") {
    CHECK(config("", NULL) == CS_OK);
    CHECK(config("# nothing\n", NULL) == CS_OK);
    CHECK(config("cs-toy:\n", NULL) == CS_OK);
    CHECK(config("cs-toy: {}\n", NULL) == CS_OK);
    CHECK(config("\xef\xbb\xbf"
                 "cs-toy: {clusters: 4}\n",
                 NULL) == CS_OK &&
          params.clusters == 4);
  }
  TEST("config: faults are told with line and column") {
    CONFIG_REFUSED("2:13: clusters: 'abc' is not a whole number", "cs-toy:\n  clusters: abc\n");
    CONFIG_REFUSED("2:13: clusters: 0 is not within 1..100000", "cs-toy:\n  clusters: 0\n");
    CONFIG_REFUSED("2:3: cs-toy has no option 'clustrs'; did you mean 'clusters'?",
                   "cs-toy:\n  clustrs: 3\n");
    CONFIG_REFUSED("2:3: 'help' is for the command line only", "cs-toy:\n  help: true\n");
    CONFIG_REFUSED("3:3: clusters: is there twice", "cs-toy:\n  clusters: 3\n  clusters: 3\n");
    CONFIG_REFUSED("2:1: cs-toy: is there twice", "cs-toy: {}\ncs-toy: {}\n");
    CONFIG_REFUSED("2:10: names: 'yes' is neither true nor false", "cs-toy:\n  names: yes\n");
    CONFIG_REFUSED("2:11: report: 'yes' is none of auto, true, false", "cs-toy:\n  report: yes\n");
    CONFIG_REFUSED("2:13: clusters: takes one value, not a list", "cs-toy:\n  clusters: [1, 2]\n");
    CONFIG_REFUSED("2:13: clusters must be a plain value", "cs-toy:\n  clusters: {a: 1}\n");
    CONFIG_REFUSED("2:12: clusters: has no value (leave the line out, or write \"\")",
                   "cs-toy:\n  clusters:\n");
    CONFIG_REFUSED("1:10: version: '2' is not 1", "version: 2\n");
    CONFIG_REFUSED("1:1: a configuration is a mapping of tools to their options", "- a\n");
    CONFIG_REFUSED("1:9: a section must be a mapping of options to values", "cs-toy: 5\n");
    CONFIG_REFUSED("2:8: an item with a comma: write the list as one text", "cs-toy:\n  na: ['a,b']\n");
  }
  TEST("config: anchors, aliases, tags, documents and depth are refused") {
    CONFIG_REFUSED("2:13: anchors are not supported", "cs-toy:\n  clusters: &a 3\n");
    CONFIG_REFUSED("2:13: tags are not supported", "cs-toy:\n  clusters: !!int 3\n");
    CONFIG_REFUSED("1:9: aliases are not supported", "cs-toy: *a\n");
    CONFIG_REFUSED("2:1: a second document is not supported", "cs-toy: {}\n--- {}\n");
    CONFIG_REFUSED("1:16: nested more than 8 deep", "cs-gen: [[[[[[[[[[[[1]]]]]]]]]]]]\n");
    CONFIG_REFUSED("2:9: rule has a NUL in it", "cs-toy:\n  rule: \"r\\0x\"\n");
  }
  TEST("config: what can't be read is an input error, what is too large is refused") {
    CHECK(PARSE("--config", "/nonexistent/x.yaml") == CS_IO);
    CHECK(PARSE("--config", "/") == CS_IO);
    REFUSED("option --config: the name of the file is empty", "--config", "");
    CHECK(PARSE("--config", "/dev/zero") == CS_USAGE);
    CHECK_TEXT(err.text, "/dev/zero: a configuration has at most 256 KiB");
  }
}

static void test_environment(void) {
  TEST("environment: stands between configuration and command line") {
    setenv("CS_THREADS", "5", 1);
    CHECK(config("cs-toy: {threads: 3}\n", NULL) == CS_OK && params.common.threads == 5);
    CHECK(config("cs-toy: {threads: 3}\n", "-j7") == CS_OK && params.common.threads == 7);
    setenv("CS_THREADS", "x", 1);
    REFUSED("$CS_THREADS: 'x' is not a whole number", "a");
    setenv("CS_THREADS", "", 1);
    CHECK(PARSE("a") == CS_OK && params.common.threads == 0);
    unsetenv("CS_THREADS");
  }
  TEST("environment: $CS_CONFIG is read before --config") {
    setenv("CS_CONFIG", "/nonexistent/y.yaml", 1);
    CHECK(PARSE("a") == CS_IO);
    setenv("CS_CONFIG", write_file("cs-toy: {clusters: 8}\n"), 1);
    CHECK(PARSE("a") == CS_OK && params.clusters == 8);
    unsetenv("CS_CONFIG");
  }
}

static void test_texts(void) {
  struct cs_str text = CS_STR_INIT, again = CS_STR_INIT;
  TEST("print-config: reads back to the same values") {
    CHECK(PARSE("-k9", "--na", "a\"b\\,\t\x01:#", "--rule", "r \xc3\xa9 ", "-d", "tab", "--tolerance", "0.1",
                "--eps=1e-300", "--no-scale", "--id", "", "--features", "true") == CS_OK);
    cs_options_yaml(&spec, &params, &text);
    CHECK(config(cs_str_text(&text), NULL) == CS_OK);
    CHECK_TEXT(err.text, "");
    cs_options_yaml(&spec, &params, &again);
    CHECK_TEXT(cs_str_text(&again), cs_str_text(&text));
    CHECK_TEXT(params.common.na, "a\"b\\,\t\x01:#");
    CHECK(params.clusters == 9 && params.no_scale && params.common.delimiter == '\t');
  }
  TEST("table: the shared options and those of the test have no fault") {
    cs_str_clear(&text);
    CHECK(cs_options_print(&spec, "check", &text, &err) == CS_OK);
    CHECK_TEXT(cs_str_text(&text), "");
  }
  TEST("table: a fault is found") {
    static const struct cs_option bad[] = {
        {.type = CS_OPTION_INTEGER,
         .name = "k",
         .argument = "N",
         .value = "0",
         .lo = 1,
         .hi = 5,
         .help = "bad"},
        {.type = CS_OPTION_FLAG, .name = "k", .letter = 'h', .help = "Twice."},
        {.type = CS_OPTION_END},
    };
    static const struct cs_option *const lists[] = {bad, cs_options_run, NULL};
    struct cs_spec faulty = spec;
    faulty.tables = lists;
    cs_str_clear(&text);
    CHECK(cs_options_print(&faulty, "check", &text, &err) == CS_OK);
    CHECK(strstr(cs_str_text(&text), "--k: default 0 is not within 1..5"));
    CHECK(strstr(cs_str_text(&text), "--k is there twice"));
    CHECK(strstr(cs_str_text(&text), "--k: help is absent, or no phrase"));
    CHECK(strstr(cs_str_text(&text), "--help: letter 'h' is taken"));
  }
  TEST("help: no line is wider than the terminal, nor ends in a blank") {
    for (int width = 60; width <= 120; width += 20) {
      cs_str_clear(&text);
      cs_options_help(&spec, &text, width);
      for (const char *line = cs_str_text(&text); *line;) {
        size_t len = strcspn(line, "\n");
        CHECK(len <= (size_t)width);
        CHECK(len == 0 || line[len - 1] != ' ');
        line += len + 1;
      }
    }
  }
  cs_str_release(&text);
  cs_str_release(&again);
}

static void test_utf8(void) {
  TEST("text: UTF-8 is told from what is not") {
    CHECK(cs_text_is_utf8("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"));
    CHECK(!cs_text_is_utf8("\xe9t\xe9"));
    CHECK(!cs_text_is_utf8("\xc0\xaf"));
    CHECK(!cs_text_is_utf8("\xed\xa0\x80"));
    CHECK(!cs_text_is_utf8("\xf4\x90\x80\x80"));
    CHECK(!cs_text_is_utf8("\xe2\x82"));
  }
}

int main(void) {
  UNIT_BEGIN;
  unsetenv("CS_CONFIG");
  unsetenv("CS_THREADS");
  test_words();
  test_values();
  test_config();
  test_environment();
  test_texts();
  test_utf8();
  unlink(write_file(""));
  cs_options_release(&params.common);
  UNIT_END;
}
