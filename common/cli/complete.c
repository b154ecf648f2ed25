#include "cli/complete.h"

#include "cli/spec.h"
#include "cli/value.h"

#include <string.h>

/* Appends the choices of an option with a blank between them. */
static void add_choices(const struct cs_option *option, struct cs_str *out) {
  const char *at = option->choices, *between = "";
  struct cs_slice name;
  while (cs_value_choice(&at, &name)) {
    if (name.len == 0) continue;
    cs_str_add_format(out, "%s%.*s", between, (int)name.len, name.data);
    between = " ";
  }
}

/* Appends text for within single quotes of a shell; `also` are bytes that a backslash protects besides. */
static void add_protected(struct cs_str *out, const char *text, const char *also) {
  for (; *text; text++) {
    if (*text == '\'')
      cs_str_add_text(out, "'\\''");
    else
      cs_str_add_format(out, "%s%c", strchr(also, *text) ? "\\" : "", *text);
  }
}

/* What a list of completions has room for: the help up to its first colon or semicolon, and of that at most the words
 * that fit. */
static void add_short_help(const struct cs_option *option, struct cs_str *out) {
  enum { ROOM = 64 };
  const char *help = option->help;
  size_t len = strcspn(help, ":;");
  bool cut = len > ROOM;
  if (cut)
    for (len = ROOM; len > 0 && help[len] != ' ';) len--;
  while (cut && len > 0 && strchr(" ,", help[len - 1])) len--;
  cs_str_add(out, help, len);
  if (cut) cs_str_add_text(out, " ...");
}

/* The function's name: "_cs_kmeans". */
static void add_function(struct cs_str *out, const char *name) {
  cs_str_add_byte(out, '_');
  for (; *name; name++) cs_str_add_byte(out, *name == '-' ? '_' : *name);
}

/* --- bash --- */

/* What follows an option's name, as a branch of case: its choices or words, nothing, or files, which are behind the case. */
static void add_bash_case(struct cs_str *out, const struct cs_option *option) {
  cs_str_add_text(out, "    ");
  if (option->letter) cs_str_add_format(out, "-%c|", option->letter);
  cs_str_add_format(out, "--%s) ", option->name);
  if (option->choices) {
    cs_str_add_text(out, "COMPREPLY=($(compgen -W '");
    add_choices(option, out);
    cs_str_add_text(out, "' -- \"$cur\")); ");
  }
  if (!(option->marks & CS_OPTION_IS_FILE)) cs_str_add_text(out, "return ");
  cs_str_add_text(out, ";;\n");
}

/* The names and letters of all options. */
static void add_bash_names(struct cs_str *out, const struct cs_spec *spec) {
  struct cs_walk walk = CS_WALK_INIT;
  const struct cs_option *option;
  cs_str_add_text(out, "COMPREPLY=($(compgen -W '");
  while ((option = cs_spec_next(spec, &walk))) {
    if (!cs_option_is_visible(option)) continue;
    cs_str_add_format(out, "--%s ", option->name);
    if (option->letter) cs_str_add_format(out, "-%c ", option->letter);
  }
  cs_str_add_text(out, "' -- \"$cur\")); return");
}

/* Whether the help tells the same word a second time, for other arguments. */
static bool is_repeated(const struct cs_spec *spec, const struct cs_job *job) {
  return job > spec->jobs && strcmp(job[-1].name, job->name) == 0;
}

/* The first words that it takes, each with a blank behind it. */
static void add_jobs(const struct cs_spec *spec, struct cs_str *out) {
  for (const struct cs_job *job = spec->jobs; job && job->name; job++)
    if (!is_repeated(spec, job)) cs_str_add_format(out, "%s ", job->name);
}

static void add_bash_function(const struct cs_spec *spec, struct cs_str *out);

/* Jobs with options of their own are completed by functions of their own. */
static void add_bash_jobs(const struct cs_spec *spec, struct cs_str *out) {
  for (const struct cs_job *job = spec->jobs; job && job->name; job++)
    if (job->spec) add_bash_function(job->spec, out);
}

static void add_bash_calls(const struct cs_spec *spec, struct cs_str *out) {
  for (const struct cs_job *job = spec->jobs; job && job->name; job++) {
    if (!job->spec) continue;
    cs_str_add_format(out, "  if [[ $COMP_CWORD -gt 1 && ${COMP_WORDS[1]} == %s ]]; then ", job->name);
    add_function(out, job->spec->name);
    cs_str_add_text(out, "; return; fi\n");
  }
}

/* bash hands --to=csv over as three words. Names of files are taken line by line, so that they may hold blanks; where
 * none begins so (after a quote, say) readline's own completion is tried. */
static void add_bash_function(const struct cs_spec *spec, struct cs_str *out) {
  struct cs_walk walk = CS_WALK_INIT;
  const struct cs_option *option;
  add_function(out, spec->name);
  cs_str_add_text(out, "() {\n");
  add_bash_calls(spec, out);
  cs_str_add_text(out, "  local IFS=$' \\t\\n' file cur=${COMP_WORDS[COMP_CWORD]} prev\n"
                       "  prev=${COMP_WORDS[COMP_CWORD-1]}\n  if [[ $cur == '=' ]]; then cur=\n"
                       "  elif [[ $prev == '=' ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
                       "  COMPREPLY=()\n  case $prev in\n");
  while ((option = cs_spec_next(spec, &walk)))
    if (cs_option_is_visible(option) && !cs_option_is_bare(option)) add_bash_case(out, option);
  if (spec->jobs) {
    cs_str_add_format(out, "    *%s) if [[ $cur != -* ]]; then COMPREPLY=($(compgen -W '", spec->name);
    add_jobs(spec, out);
    cs_str_add_text(out, "' -- \"$cur\"))\n      else ");
    add_bash_names(out, spec);
    cs_str_add_text(out, "; fi; return ;;\n");
  }
  cs_str_add_text(out, spec->takes_files ? "    *) if [[ $cur == -* ]]; then " : "    *) ");
  add_bash_names(out, spec);
  cs_str_add_text(out, spec->takes_files ? "; fi ;;\n" : " ;;\n");
  cs_str_add_text(out,
                  "  esac\n  compopt -o filenames -o default 2>/dev/null\n"
                  "  while IFS= read -r file; do COMPREPLY+=(\"$file\"); done < <(compgen -f -- \"$cur\")\n"
                  "}\n");
}

static void add_bash(const struct cs_spec *spec, struct cs_str *out) {
  cs_str_add_format(out, "# bash completion for %s\n", spec->name);
  add_bash_jobs(spec, out);
  add_bash_function(spec, out);
  cs_str_add_text(out, "complete -F ");
  add_function(out, spec->name);
  cs_str_add_format(out, " %s\n", spec->name);
}

/* --- zsh --- */

static void add_zsh_option(struct cs_str *out, const struct cs_option *option) {
  cs_str_add_text(out, " \\\n  ");
  if (option->letter)
    cs_str_add_format(out, "'(-%c --%s)'{-%c%s,--%s%s}'[", option->letter, option->name, option->letter,
                      option->argument ? "+" : "", option->name, option->argument ? "=" : "");
  else
    cs_str_add_format(out, "'--%s%s[", option->name, option->argument ? "=" : "");
  struct cs_str help = CS_STR_INIT;
  add_short_help(option, &help);
  cs_str_inherit(out, &help);
  add_protected(out, cs_str_text(&help), "[]:\\");
  cs_str_release(&help);
  cs_str_add_byte(out, ']');
  if (option->argument) {
    cs_str_add_byte(out, ':');
    add_protected(out, option->argument, "[]:\\");
    cs_str_add_byte(out, ':');
    bool files = option->marks & CS_OPTION_IS_FILE;
    if (option->choices) {
      cs_str_add_text(out, files ? "{compadd " : "(");
      add_choices(option, out);
      cs_str_add_text(out, files ? "; _files}" : ")");
    } else if (files) {
      cs_str_add_text(out, "_files");
    }
  }
  cs_str_add_byte(out, '\'');
}

static void add_zsh(const struct cs_spec *spec, struct cs_str *out) {
  struct cs_walk walk = CS_WALK_INIT;
  const struct cs_option *option;
  cs_str_add_format(out, "#compdef %s\n_arguments -s -S", spec->name);
  while ((option = cs_spec_next(spec, &walk)))
    if (cs_option_is_visible(option)) add_zsh_option(out, option);
  if (spec->jobs) {
    cs_str_add_text(out, " \\\n  '1:command:(");
    add_jobs(spec, out);
    cs_str_add_text(out, ")'");
  }
  cs_str_add_text(out, spec->takes_files ? " \\\n  '*:file:_files'\n" : "\n");
}

/* --- fish --- */

/* job NULL: of the program itself. */
static void add_fish_option(const struct cs_spec *spec, const struct cs_job *job, struct cs_str *out,
                            const struct cs_option *option) {
  cs_str_add_format(out, "complete -c %s", spec->name);
  if (job) cs_str_add_format(out, " -n '__fish_seen_subcommand_from %s'", job->name);
  cs_str_add_format(out, " -l %s", option->name);
  if (option->letter) cs_str_add_format(out, " -s %c", option->letter);
  if (option->choices) {
    cs_str_add_text(out, option->marks & CS_OPTION_IS_FILE ? " -r -F -a '" : " -x -a '");
    add_choices(option, out);
    cs_str_add_byte(out, '\'');
  } else if (!cs_option_is_bare(option)) {
    cs_str_add_text(out, option->marks & CS_OPTION_IS_FILE ? " -r -F" : " -x");
  }
  struct cs_str help = CS_STR_INIT;
  add_short_help(option, &help);
  cs_str_inherit(out, &help);
  cs_str_add_text(out, " -d '");
  for (const char *at = cs_str_text(&help); *at; at++)
    cs_str_add_format(out, "%s%c", *at == '\'' || *at == '\\' ? "\\" : "", *at);
  cs_str_add_text(out, "'\n");
  cs_str_release(&help);
}

static void add_fish_options(const struct cs_spec *spec, const struct cs_job *job, struct cs_str *out) {
  struct cs_walk walk = CS_WALK_INIT;
  const struct cs_option *option;
  while ((option = cs_spec_next(job ? job->spec : spec, &walk)))
    if (cs_option_is_visible(option)) add_fish_option(spec, job, out, option);
}

static void add_fish(const struct cs_spec *spec, struct cs_str *out) {
  cs_str_add_format(out, "# fish completion for %s\n", spec->name);
  if (!spec->takes_files) cs_str_add_format(out, "complete -c %s -f\n", spec->name);
  for (const struct cs_job *job = spec->jobs; job && job->name; job++) {
    if (is_repeated(spec, job)) continue;
    cs_str_add_format(out, "complete -c %s -n __fish_use_subcommand -f -a %s -d '", spec->name, job->name);
    add_protected(out, job->help, "\\");
    cs_str_add_text(out, "'\n");
    if (job->spec) add_fish_options(spec, job, out);
  }
  add_fish_options(spec, NULL, out);
}

void cs_complete(const struct cs_spec *spec, const char *shell, struct cs_str *out) {
  if (strcmp(shell, "bash") == 0) add_bash(spec, out);
  if (strcmp(shell, "zsh") == 0) add_zsh(spec, out);
  if (strcmp(shell, "fish") == 0) add_fish(spec, out);
}
