/* options.h - options are data: one table per tool gives parsing, ranges, --help, --print-config, the keys of the
 * configuration, the man page's OPTIONS block and the shell completions.
 *
 * An option stores into the tool's parameter struct at `offset`, as the type says. A bad value is refused, never
 * replaced. Precedence: default < $CS_CONFIG < --config < environment < --set < command line. Long options may be abbreviated
 * as getopt_long does; options and files may be mixed; "--" ends the options. An option given twice: the last counts,
 * but a TEXTS keeps all that one place (a configuration, the command line) gives. --config may be given several times:
 * a later file wins over those before. --set TOOL.OPTION=VALUE is as a last configuration that is for one tool.
 * The table is checked against itself at start (names unique, letters unique, defaults within their range).
 */
#ifndef CS_CLI_OPTIONS_H
#define CS_CLI_OPTIONS_H

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cs_option_type {
  CS_OPTION_END = 0, /* the last entry of a table */
  CS_OPTION_HEADING, /* help is the heading of what follows */
  CS_OPTION_FLAG,    /* bool; --no-NAME on the command line undoes it, true or false in the configuration */
  CS_OPTION_SWITCH,  /* int of enum cs_switch; given like a flag, auto, true or false in the configuration */
  CS_OPTION_INTEGER, /* int64_t within lo..hi */
  CS_OPTION_NUMBER,  /* double within lo..hi */
  CS_OPTION_TEXT,    /* const char *, checked by `check` if there is one */
  CS_OPTION_CHOICE,  /* int: the position of the value in `choices`, "csv|tsv|json|jsonl" */
  CS_OPTION_BYTE,    /* char: one byte, or the words tab comma semicolon pipe space, or \t */
  CS_OPTION_TEXTS,   /* struct cs_texts: given once for each text; a YAML list in the configuration */
};

/* What the tool decides by itself unless it is told. */
enum cs_switch { CS_SWITCH_AUTO, CS_SWITCH_ON, CS_SWITCH_OFF };

enum cs_option_mark {
  CS_OPTION_FIT = 1, /* decides what is learnt: a usage error beside --load when given on the command line */
  CS_OPTION_NO_CONFIG = 2,   /* only on the command line: --help, --config ... */
  CS_OPTION_ENVIRONMENT = 4, /* also $CS_NAME, with _ for - */
  CS_OPTION_HIDDEN = 8,      /* not in help, man page and completions */
  CS_OPTION_IS_FILE = 16,    /* completes file names; the empty text is refused */
  CS_OPTION_LIST = 32,       /* a TEXT that is a comma list: a YAML list is allowed in the configuration */
  CS_OPTION_ASIDE = 64,      /* decides no byte of the output: threads, messages, logs */
  CS_OPTION_WRITES = 128,    /* names a file that the run writes: told in the step record */
};

struct cs_texts {
  const char *const *item; /* [count] */
  size_t count;
};

struct cs_option {
  enum cs_option_type type;
  const char *name;     /* long name, without dashes */
  char letter;          /* 0: none */
  const char *argument; /* what help calls the value: "N"; NULL for flags */
  const char *value;    /* default as text; NULL: unset (0, false, NULL) */
  const char *help;     /* one sentence or more, lower case, no full stop; help and man page wrap it */
  size_t offset;        /* of the field in the tool's parameter struct */
  double lo, hi;        /* both 0: no limits; lo DBL_MIN: more than 0; hi INFINITY: no upper limit */
  const char *
      choices; /* "csv|tsv|json": an empty name keeps a position that nobody can choose; of a text: the words that mean
                           something of their own */
  unsigned marks;
  enum cs_status (*check)(const char *value, struct cs_error *err); /* message: "must be ..." */
};

/* --- options that mean the same everywhere; the parameter struct of a tool begins with struct cs_common --- */

enum cs_level { CS_LEVEL_DEBUG, CS_LEVEL_INFO, CS_LEVEL_WARNING, CS_LEVEL_ERROR };
enum cs_progress { CS_PROGRESS_AUTO, CS_PROGRESS_ALWAYS, CS_PROGRESS_NEVER };

struct cs_options_state;

struct cs_common {
  struct cs_options_state *state; /* private to options.c */
  const char *const *files;       /* operands, NULL behind them */
  size_t file_count;
  bool help, version, verbose, quiet, print_config, print_stamp;
  const char *print_options; /* hidden: man, bash, zsh, fish, list, check */
  struct cs_texts config, set;
  const char *log_file;
  int64_t threads, seed;
  int log_level, log_format, progress;
  /* reading */
  int from; /* enum cs_format */
  char delimiter, decimal;
  bool no_header;
  const char *encoding, *na;
  int ragged; /* enum cs_ragged */
  int64_t max_field;
  /* writing */
  const char *output;
  int to; /* enum cs_format: csv is the default */
  /* documents and pictures */
  const char *title, *currency;
  int64_t width, resolution;
  int image;
  /* columns */
  const char *id, *features, *exclude, *label, *prefix;
  /* clusters */
  const char *name_rules, *match;
  int names; /* enum cs_switch */
  /* models */
  const char *save, *load;
  bool show_values;
};

/* Tables to be put together in a tool's list. */
extern const struct cs_option
    cs_options_run[]; /* help version verbose quiet threads config log-* progress ... */
extern const struct cs_option
    cs_options_read[]; /* from delimiter no-header decimal encoding na ragged max-field */
extern const struct cs_option cs_options_write[];    /* output to */
extern const struct cs_option cs_options_output[];   /* output */
extern const struct cs_option cs_options_document[]; /* title currency width image resolution output */
extern const struct cs_option cs_options_features[]; /* id features exclude */
extern const struct cs_option cs_options_clusters[]; /* label names name-rules match */
extern const struct cs_option cs_options_seed[];     /* seed */
extern const struct cs_option cs_options_model[];    /* save load */
extern const struct cs_option cs_options_values[];   /* show-values: for tools that have values to show */

/* What the first operand of a tool with several jobs may be: {"log", "param NAME VALUE", "add to the run"}; at the end
 * {NULL}. */
struct cs_spec;
struct cs_job {
  const char *name, *arguments, *help;
  const struct cs_spec *spec; /* where the job has options of its own */
};

/* A tool, as data. */
struct cs_spec {
  const char *name;   /* "cs-kmeans", "cs-track-diff" */
  const char *called; /* "cs-track diff"; NULL: by its name */
  const char
      *summary; /* one line, as in the man page's NAME: "k-means, with the number of clusters chosen" */
  const char *synopsis;                  /* "[OPTION]... [FILE]..." */
  const char *description;               /* a paragraph for --help */
  const char *examples;                  /* lines "  command\n      what it does\n" for --help */
  const struct cs_option *const *tables; /* [], NULL at the end */
  size_t params_size;
  bool takes_files;
  const struct cs_job *jobs; /* or NULL: it has one */
  const char
      *rest_after; /* where the first operand is this word, the next one ends the options: what follows is
                             another program's command line */
};

const char *cs_spec_called(const struct cs_spec *spec);

/* Parses the command line with everything that comes before it in precedence. params (which begins with a struct
 * cs_common) is zeroed, then filled. Texts point into argv, the environment, or memory that cs_options_release() frees.
 * After --help, --version or --print-options nothing else is looked at: a broken configuration can't hide them. */
CS_MUST_CHECK enum cs_status cs_options_parse(const struct cs_spec *spec, int argc, char **argv, void *params,
                                              struct cs_error *err);

/* Frees what cs_options_parse() holds; params may not be used afterwards. Also after a failed parse, or zeroed. */
void cs_options_release(struct cs_common *common);

/* Whether the option was given (on the command line, in the environment or in a configuration), not defaulted. */
bool cs_options_given(const struct cs_common *common, const char *name);

/* Whether it was given there. */
bool cs_options_on_command_line(const struct cs_common *common, const char *name);

/* Appends: --help; the effective values as YAML (one section named as the tool) that reads back; the OPTIONS block of
 * the man page (mdoc); a completion script; the list of option names, types and ranges for the contract test. */
void cs_options_help(const struct cs_spec *spec, struct cs_str *out, int width);
void cs_options_yaml(const struct cs_spec *spec, const void *params, struct cs_str *out);
/* Appends what decides the output besides the input: name, version and checksum of the program, the effective values, and
 * checksums of the files that they name. Two runs with the same stamp and input write the same. CS_IO: such a file is there and
 * can't be read. */
CS_MUST_CHECK enum cs_status cs_options_stamp(const struct cs_spec *spec, const void *params,
                                              struct cs_str *out, struct cs_error *err);

CS_MUST_CHECK enum cs_status cs_options_print(const struct cs_spec *spec, const char *kind,
                                              struct cs_str *out, struct cs_error *err);

/* Calls visit for every option with its effective value as text: for logs and step records. False when memory ran out on
 * the way. */
CS_MUST_CHECK bool cs_options_each(const struct cs_spec *spec, const void *params,
                                   void (*visit)(void *context, const struct cs_option *option,
                                                 const char *value),
                                   void *context);

#endif
