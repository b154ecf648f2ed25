/* What a run remembers of files, how it holds its folder, and words for a shell. */
#include "pipeline/contents.h"
#include "pipeline/folder.h"
#include "pipeline/words.h"

#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; /* FIPS 180-2 */

static void put(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  if (!file) return;
  fputs(text, file);
  fclose(file);
}

/* One run: what it says of `path`, remembered in `memory`. */
static const char *find(const char *path, const char *memory) {
  static char text[CS_SHA256_TEXT];
  struct cs_contents contents = CS_CONTENTS_INIT;
  static struct cs_error err;
  enum cs_status status = cs_contents_read(&contents, memory, &err);
  if (status == CS_OK) status = cs_contents_find(&contents, path, text, &err);
  if (status == CS_OK) status = cs_contents_write(&contents, memory, &err);
  cs_contents_release(&contents);
  return status == CS_OK ? text : err.text;
}

static bool holds(const char *path, const char *part) {
  struct cs_str text = CS_STR_INIT;
  bool there = cs_folder_get(path, &text, NULL) == CS_OK && strstr(cs_str_text(&text), part);
  cs_str_release(&text);
  return there;
}

/* Whether another process may have the lock now: it tries. */
static bool is_free(const char *path) {
  int status = 1;
  pid_t child = fork();
  if (child == 0) {
    bool held = false;
    enum cs_status locked = cs_folder_lock(path, CS_FOLDER_TRY, &held, NULL);
    _exit(locked == CS_OK && held ? 0 : 1);
  }
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static const char *through_shell(const char *word) {
  static char got[256];
  struct cs_str line = CS_STR_INIT;
  cs_str_add_text(&line, "printf %s");
  cs_words_add(&line, word);
  FILE *shell = popen(cs_str_text(&line), "r");
  size_t len = shell ? fread(got, 1, sizeof got - 1, shell) : 0;
  got[len] = '\0';
  if (shell) pclose(shell);
  cs_str_release(&line);
  return got;
}

int main(void) {
  UNIT_BEGIN;
  TEST("contents: the checksum is that of the file, which just changed and isn't remembered") {
    put("file", "abc");
    CHECK_TEXT(find("file", "memory"), abc);
    CHECK(!holds("memory", abc));
  }
  TEST("contents: a file at rest is remembered, and not read again") {
    sleep(3);
    CHECK_TEXT(find("file", "memory"), abc);
    CHECK(holds("memory", abc));
    /* Another memory of it is believed: so it wasn't read. */
    struct cs_str text = CS_STR_INIT;
    CHECK(cs_folder_get("memory", &text, NULL) == CS_OK);
    char *place = strstr(text.data, abc);
    if (place) memcpy(place, "0000", 4);
    put("memory", cs_str_text(&text));
    cs_str_release(&text);
    CHECK(strncmp(find("file", "memory"), "000016bf", 8) == 0);
  }
  TEST("contents: what changes a file, or puts another in its place, is noticed, whatever its time says") {
    const struct timespec old[2] = {{1000000000, 0}, {1000000000, 0}};
    put("other", "abc");
    CHECK(utimensat(AT_FDCWD, "other", old, 0) == 0);
    CHECK(utimensat(AT_FDCWD, "file", old, 0) == 0);
    CHECK_TEXT(find("file", "memory"), abc);
    CHECK(rename("other", "file") == 0);
    CHECK_TEXT(find("file", "memory"), abc);
  }
  TEST("contents: what can't be read twice is told") {
    CHECK(strstr(find("nowhere", "memory"), "nowhere: can't open: No such file"));
    CHECK(strstr(find("/dev/null", "memory"), "is no file that can be read twice"));
    CHECK(strstr(find(".", "memory"), "is a folder"));
    put("memory", "nonsense\n\n1 2 3\nabc");
    CHECK_TEXT(find("file", "memory"), abc);
  }
  TEST("folder: a file that has its content already stays as it is") {
    struct cs_str text = CS_STR_INIT;
    struct stat before, after;
    cs_str_add_text(&text, "one");
    CHECK(cs_folder_put("text", &text, NULL) == CS_OK && holds("text", "one"));
    CHECK(stat("text", &before) == 0);
    CHECK(cs_folder_put("text", &text, NULL) == CS_OK);
    CHECK(stat("text", &after) == 0 && before.st_ino == after.st_ino);
    cs_str_add_text(&text, " two");
    CHECK(cs_folder_put("text", &text, NULL) == CS_OK && holds("text", "one two"));
    cs_str_clear(&text);
    CHECK(cs_folder_put("text", &text, NULL) == CS_OK && !holds("text", "o"));
    CHECK(cs_folder_put("nowhere/text", &text, NULL) == CS_IO);
    cs_str_release(&text);
  }
  TEST("folder: the lock is held by whoever is started from its holder, until the last of them ends") {
    int ready[2], go[2];
    char byte = 0;
    CHECK(pipe(ready) == 0 && pipe(go) == 0);
    CHECK(is_free("lock"));
    pid_t holder = fork();
    if (holder == 0) {
      bool held = false;
      close(go[1]);
      if (cs_folder_lock("lock", CS_FOLDER_TRY, &held, NULL) != CS_OK || !held) _exit(1);
      if (fork() == 0) { /* what it leaves behind */
        (void)!write(ready[1], &byte, 1);
        (void)!read(go[0], &byte, 1);
      }
      _exit(0);
    }
    CHECK(read(ready[0], &byte, 1) == 1);
    CHECK(waitpid(holder, NULL, 0) == holder);
    CHECK(!is_free("lock"));
    close(go[1]);
    bool held = false;
    CHECK(cs_folder_lock("lock", CS_FOLDER_WAIT, &held, NULL) == CS_OK && held);
    CHECK(!is_free("lock"));
  }
  TEST("words: a shell has each as it is") {
    static const char *const words[] = {"plain", "two words", "it's", "$HOME `date` \"x\" \\", "-n", "a\nb\n",
                                        "*",     "'''",       ""};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) CHECK_TEXT(through_shell(words[i]), words[i]);
  }
  UNIT_END;
}
