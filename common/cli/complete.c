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

/* The function's name: "_cs_kmeans". */
static void add_function(struct cs_str *out, const char *name) {
  cs_str_add_byte(out, '_');
  for (; *name; name++) cs_str_add_byte(out, *name == '-' ? '_' : *name);
}

/* --- bash --- */

/* "-k|--clusters" of the options that `wanted` picks, as a pattern of case. */
static void add_bash_case(struct cs_str *out, const struct cs_option *option) {
  cs_str_add_text(out, "    ");
  if (option->letter) cs_str_add_format(out, "-%c|", option->letter);
  cs_str_add_format(out, "--%s) ", option->name);
  if (option->type == CS_OPTION_CHOICE) {
    cs_str_add_text(out, "COMPREPLY=($(compgen -W '");
    add_choices(option, out);
    cs_str_add_text(out, "' -- \"$cur\"));");
  } else if (option->marks & CS_OPTION_IS_FILE) {
    cs_str_add_text(out, "COMPREPLY=($(compgen -f -- \"$cur\"));");
  } else {
    cs_str_add_text(out, "COMPREPLY=();");
  }
  cs_str_add_text(out, " return ;;\n");
}

static void add_bash(const struct cs_spec *spec, struct cs_str *out) {
  struct cs_walk walk = CS_WALK_INIT, again = CS_WALK_INIT;
  const struct cs_option *option;
  cs_str_add_format(out, "# bash completion for %s\n", spec->name);
  add_function(out, spec->name);
  cs_str_add_text(out,
                  "() {\n  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                  "  if [[ $cur == '=' ]]; then cur=\n"
                  "  elif [[ $prev == '=' ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n  case $prev in\n");
  while ((option = cs_spec_next(spec, &walk)))
    if (cs_option_is_visible(option) && option->type != CS_OPTION_FLAG) add_bash_case(out, option);
  cs_str_add_text(out, "  esac\n  if [[ $cur == -* ]]; then\n    COMPREPLY=($(compgen -W '");
  const char *between = "";
  while ((option = cs_spec_next(spec, &again))) {
    if (!cs_option_is_visible(option)) continue;
    cs_str_add_format(out, "%s--%s", between, option->name);
    between = " ";
  }
  cs_str_add_text(out, "' -- \"$cur\"))\n  else\n    COMPREPLY=($(compgen -f -- \"$cur\"))\n  fi\n}\n"
                       "complete -o filenames -F ");
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
  add_protected(out, option->help, "[]:\\");
  cs_str_add_byte(out, ']');
  if (option->argument) {
    cs_str_add_byte(out, ':');
    add_protected(out, option->argument, "[]:\\");
    cs_str_add_byte(out, ':');
    if (option->type == CS_OPTION_CHOICE) {
      cs_str_add_byte(out, '(');
      add_choices(option, out);
      cs_str_add_byte(out, ')');
    } else if (option->marks & CS_OPTION_IS_FILE) {
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
  cs_str_add_text(out, spec->takes_files ? " \\\n  '*:file:_files'\n" : "\n");
}

/* --- fish --- */

static void add_fish_option(const struct cs_spec *spec, struct cs_str *out, const struct cs_option *option) {
  cs_str_add_format(out, "complete -c %s -l %s", spec->name, option->name);
  if (option->letter) cs_str_add_format(out, " -s %c", option->letter);
  if (option->type == CS_OPTION_CHOICE) {
    cs_str_add_text(out, " -x -a '");
    add_choices(option, out);
    cs_str_add_byte(out, '\'');
  } else if (option->type != CS_OPTION_FLAG) {
    cs_str_add_text(out, option->marks & CS_OPTION_IS_FILE ? " -r -F" : " -x");
  }
  cs_str_add_text(out, " -d '");
  for (const char *at = option->help; *at; at++)
    cs_str_add_format(out, "%s%c", *at == '\'' || *at == '\\' ? "\\" : "", *at);
  cs_str_add_text(out, "'\n");
}

static void add_fish(const struct cs_spec *spec, struct cs_str *out) {
  struct cs_walk walk = CS_WALK_INIT;
  const struct cs_option *option;
  cs_str_add_format(out, "# fish completion for %s\n", spec->name);
  if (!spec->takes_files) cs_str_add_format(out, "complete -c %s -f\n", spec->name);
  while ((option = cs_spec_next(spec, &walk)))
    if (cs_option_is_visible(option)) add_fish_option(spec, out, option);
}

void cs_complete(const struct cs_spec *spec, const char *shell, struct cs_str *out) {
  if (strcmp(shell, "bash") == 0) add_bash(spec, out);
  if (strcmp(shell, "zsh") == 0) add_zsh(spec, out);
  if (strcmp(shell, "fish") == 0) add_fish(spec, out);
}
