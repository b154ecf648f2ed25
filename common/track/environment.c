#include "track/environment.h"

#include "data/libraries.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

enum { LINE_MOST = 512 };

/* The first line of what the command says, without its end; false: it failed, or said nothing. */
static bool first_line(const char *command, char line[LINE_MOST]) {
  FILE *pipe = popen(command, "r");
  if (!pipe) return false;
  bool said = fgets(line, LINE_MOST, pipe) != NULL;
  while (fgetc(pipe) != EOF) continue;
  if (pclose(pipe) != 0 || !said) return false;
  line[strcspn(line, "\n")] = '\0';
  return *line != '\0';
}

static void add_system(struct cs_node *environment) {
  struct utsname system;
  bool known = uname(&system) >= 0;
  cs_node_add_text(environment, "system", known ? system.sysname : NULL);
  cs_node_add_text(environment, "release", known ? system.release : NULL);
  cs_node_add_text(environment, "machine", known ? system.machine : NULL);
}

/* Where the system tells it as Linux does. */
static void add_processor(struct cs_node *environment) {
  char line[LINE_MOST];
  const char *model = NULL;
  FILE *file = fopen("/proc/cpuinfo", "r");
  while (file && !model && fgets(line, sizeof line, file)) {
    if (strncmp(line, "model name", 10) != 0) continue;
    line[strcspn(line, "\n")] = '\0';
    model = strchr(line, ':');
  }
  if (file) fclose(file);
  struct cs_str text = CS_STR_INIT;
  if (model) cs_str_add_text(&text, model + 1 + strspn(model + 1, " "));
  if (model)
    cs_node_add_name(environment, "processor", &text);
  else
    cs_node_add_null(environment, "processor");
  cs_str_release(&text);
}

static void add_libraries(struct cs_node *environment) {
  struct cs_node *libraries = cs_node_add_object(environment, "libraries");
#ifdef __GLIBC__
  cs_node_add_text(libraries, "glibc", gnu_get_libc_version());
#endif
  cs_node_add_text(libraries, "libcsv", cs_csv_library());
  cs_node_add_text(libraries, "libyaml", cs_yaml_library());
  cs_node_add_text(libraries, "cJSON", cs_document_library());
  cs_node_add_text(libraries, "nettle", cs_checksum_library());
}

static void add_locale(struct cs_node *environment) {
  static const char *const variable[] = {"LC_ALL", "LANG", "TZ"};
  struct cs_node *locale = cs_node_add_object(environment, "locale");
  for (size_t i = 0; i < sizeof variable / sizeof *variable; i++) {
    struct cs_str text = CS_STR_INIT;
    const char *value = getenv(variable[i]);
    cs_str_add_text(&text, value ? value : "");
    if (value)
      cs_node_add_name(locale, variable[i], &text);
    else
      cs_node_add_null(locale, variable[i]);
    cs_str_release(&text);
  }
}

static void add_git(struct cs_node *environment) {
  char commit[LINE_MOST], change[LINE_MOST];
  if (!first_line("git rev-parse HEAD 2>/dev/null", commit)) {
    cs_node_add_null(environment, "git");
    return;
  }
  struct cs_node *git = cs_node_add_object(environment, "git");
  cs_node_add_text(git, "commit", commit);
  cs_node_add_bool(
      git, "changed",
      first_line("GIT_OPTIONAL_LOCKS=0 git status --porcelain --untracked-files=no 2>/dev/null", change));
}

struct cs_node *cs_environment(int processors) {
  struct cs_node *environment = cs_node_object();
  add_system(environment);
  add_processor(environment);
  cs_node_add_integer(environment, "processors", processors);
  cs_node_add_text(environment, "cs", CS_VERSION);
  cs_node_add_text(environment, "compiler", __VERSION__);
  add_libraries(environment);
  add_locale(environment);
  add_git(environment);
  return environment;
}
