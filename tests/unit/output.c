/* Files that appear whole or not at all. */
#include "data/output.h"

#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *content(const char *path) {
  static char text[256];
  FILE *file = fopen(path, "r");
  if (!file) return "(none)";
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  fclose(file);
  return text;
}

static void put(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  if (!file) return;
  fputs(text, file);
  fclose(file);
}

static enum cs_status put_output(const char *path, const char *text, struct cs_error *err) {
  struct cs_str str = CS_STR_INIT;
  cs_str_add_text(&str, text);
  enum cs_status status = cs_output_file(path, &str, err);
  cs_str_release(&str);
  return status;
}

static int count_entries(void) {
  int count = 0;
  DIR *list = opendir(".");
  for (struct dirent *entry; list && (entry = readdir(list));)
    count += entry->d_name[0] != '.' || entry->d_name[1] == 't';
  if (list) closedir(list);
  return count;
}

static unsigned mode_of(const char *path) {
  struct stat about;
  return stat(path, &about) == 0 ? about.st_mode & 0777 : 0;
}

static void test_files(void) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_output *output;
  TEST("output: nothing stands under the name before commit, everything after it") {
    CHECK(cs_output_open(&output, "target", &err) == CS_OK);
    CHECK(cs_output_write(output, "abc", 3, &err) == CS_OK);
    CHECK(access("target", F_OK) != 0);
    CHECK(cs_output_bytes(output) == 3);
    CHECK(cs_output_commit(&output, &err) == CS_OK && output == NULL);
    CHECK_TEXT(content("target"), "abc");
    CHECK(count_entries() == 1);
  }
  TEST("output: abort leaves the old file and nothing else") {
    CHECK(cs_output_open(&output, "target", &err) == CS_OK);
    CHECK(cs_output_write(output, "new", 3, &err) == CS_OK);
    CHECK(count_entries() == 2);
    cs_output_abort(&output);
    CHECK_TEXT(content("target"), "abc");
    CHECK(count_entries() == 1);
    cs_output_abort(&output);
  }
  TEST("output: the mode is kept, a new file follows the umask") {
    umask(027);
    CHECK(put_output("tnew", "x", &err) == CS_OK && mode_of("tnew") == 0640);
    chmod("target", 0604);
    CHECK(put_output("target", "kept", &err) == CS_OK && mode_of("target") == 0604);
    unlink("tnew");
  }
  TEST("output: links are followed, also to what isn't there yet") {
    CHECK(symlink("target", "tlink") == 0 && symlink("tlink", "tsecond") == 0 &&
          symlink("tgone", "tdangling") == 0);
    CHECK(put_output("tsecond", "linked", &err) == CS_OK);
    CHECK_TEXT(content("target"), "linked");
    CHECK(put_output("tdangling", "there", &err) == CS_OK);
    CHECK_TEXT(content("tgone"), "there");
    char text[16];
    CHECK(readlink("tsecond", text, sizeof text) == 5);
    CHECK(symlink("tloop", "tloop") == 0);
    CHECK(put_output("tloop", "x", &err) == CS_IO);
  }
  TEST("output: a directory, a missing folder and an empty name are errors") {
    CHECK(put_output(".", "x", &err) == CS_IO && strstr(err.text, "directory"));
    CHECK(put_output("nowhere/file", "x", &err) == CS_IO);
    CHECK(put_output("", "x", &err) != CS_OK);
  }
}

static void test_stale(void) {
  struct cs_error err = CS_ERROR_INIT;
  TEST("output: what a dead run left is removed by the next, what a living one writes is not") {
    char living[64];
    pid_t dead = fork();
    if (dead == 0) _exit(0);
    waitpid(dead, NULL, 0);
    char left[64];
    snprintf(left, sizeof left, ".target.cs-%ld-0", (long)dead);
    snprintf(living, sizeof living, ".target.cs-%ld-7", (long)getppid());
    put(left, "x");
    put(living, "x");
    put(".target.cs-notes", "x");
    CHECK(put_output("target", "y", &err) == CS_OK);
    CHECK(access(left, F_OK) != 0);
    CHECK(access(living, F_OK) == 0 && access(".target.cs-notes", F_OK) == 0);
    unlink(living);
    unlink(".target.cs-notes");
  }
}

/* Writes much to a pipe that nobody reads, with SIGPIPE ignored as some parents leave it. */
static int write_to_closed_pipe(void) {
  int end[2], state = 0;
  if (pipe(end) != 0) return -1;
  close(end[0]); /* before the fork: as long as the parent holds it, the child's write succeeds */
  pid_t child = fork();
  if (child == 0) {
    struct cs_output *output;
    signal(SIGPIPE, SIG_IGN);
    dup2(end[1], STDOUT_FILENO);
    if (cs_output_open(&output, NULL, NULL) != CS_OK) _exit(1);
    if (cs_output_write(output, "x", 1, NULL) != CS_OK) _exit(2);
    _exit(cs_output_commit(&output, NULL) == CS_OK ? 3 : 4);
  }
  close(end[1]);
  waitpid(child, &state, 0);
  return WIFSIGNALED(state) ? WTERMSIG(state) : -1;
}

static void test_streams(void) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_output *output;
  TEST("output: a full disk is an error, and stays one") {
    if (access("/dev/full", W_OK) == 0) {
      static char block[300000];
      CHECK(cs_output_open(&output, "/dev/full", &err) == CS_OK);
      CHECK(cs_output_write(output, block, sizeof block, &err) == CS_IO);
      CHECK_TEXT(err.text, "write error on '/dev/full': No space left on device");
      err = (struct cs_error)CS_ERROR_INIT;
      CHECK(cs_output_write(output, "x", 1, &err) == CS_IO && strstr(err.text, "No space"));
      CHECK(cs_output_commit(&output, &err) == CS_IO);
      CHECK(put_output("/dev/full", "x", &err) == CS_IO);
    }
  }
  TEST("output: a device is written through") {
    CHECK(put_output("/dev/null", "x", &err) == CS_OK);
    struct stat about;
    CHECK(stat("/dev/null", &about) == 0 && S_ISCHR(about.st_mode));
  }
  TEST("output: a closed pipe ends the process as SIGPIPE does, also when it is ignored") {
    CHECK(write_to_closed_pipe() == SIGPIPE);
  }
  TEST("output: the checksum is SHA-256 (FIPS 180-2, appendix B) of what comes after the call") {
    CHECK(cs_output_open(&output, "target", &err) == CS_OK);
    CHECK_TEXT(cs_output_sha256(output), "");
    CHECK(cs_output_write(output, "before", 6, &err) == CS_OK && cs_output_checksum(output, &err) == CS_OK);
    CHECK(cs_output_write(output, "ab", 2, &err) == CS_OK && cs_output_write(output, "c", 1, &err) == CS_OK);
    CHECK_TEXT(cs_output_sha256(output), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    char *block = malloc(1000000);
    memset(block, 'a', 1000000);
    cs_output_abort(&output);
    CHECK(cs_output_open(&output, "target", &err) == CS_OK && cs_output_checksum(output, &err) == CS_OK);
    CHECK(cs_output_write(output, block, 300, &err) == CS_OK &&
          cs_output_write(output, block, 999700, &err) == CS_OK);
    CHECK_TEXT(cs_output_sha256(output), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    CHECK(cs_output_commit(&output, &err) == CS_OK && mode_of("target"));
    free(block);
  }
}

int main(void) {
  UNIT_BEGIN;
  char folder[] = "/tmp/cs-output-XXXXXX";
  if (!mkdtemp(folder) || chdir(folder) != 0) return 1;
  test_files();
  test_stale();
  test_streams();
  for (const char *const *name =
           (const char *const[]){"target", "tlink", "tsecond", "tdangling", "tgone", "tloop", NULL};
       *name; name++)
    unlink(*name);
  CHECK(chdir("/") == 0 && rmdir(folder) == 0);
  UNIT_END;
}
