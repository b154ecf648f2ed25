#include "track/artifacts.h"

#include "data/checksum.h"
#include "data/output.h"
#include "data/outputs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 64 * 1024 };

bool cs_artifact_is_data(const char *path) {
  static const char *const ending[] = {".csv", ".tsv", ".jsonl", ".ndjson", ".txt", ".parquet", ".gz"};
  size_t len = strlen(path);
  for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
    size_t tail = strlen(ending[i]);
    if (len >= tail && strcmp(path + len - tail, ending[i]) == 0) return true;
  }
  return false;
}

/* --- one pass over a file --- */

struct pass {
  const char *path;
  struct cs_checksum *checksum;
  struct cs_output *copy; /* or NULL */
  uint64_t bytes;
};

static enum cs_status go_over(struct pass *pass, struct cs_error *err) {
  char block[BLOCK];
  FILE *file = fopen(pass->path, "rb");
  if (!file) return cs_fail_errno(err, "%s", pass->path);
  enum cs_status status = CS_OK;
  size_t got;
  while (status == CS_OK && (got = fread(block, 1, sizeof block, file))) {
    cs_checksum_add(pass->checksum, block, got);
    pass->bytes += got;
    if (pass->copy) status = cs_output_write(pass->copy, block, got, err);
  }
  if (status == CS_OK && ferror(file)) status = cs_fail_errno(err, "%s", pass->path);
  fclose(file);
  return status;
}

/* to NULL: nothing is copied. */
static enum cs_status sum_up(const char *path, const char *to, uint64_t *bytes, char sha256[CS_SHA256_TEXT],
                             struct cs_error *err) {
  struct pass pass = {.path = path};
  CS_TRY(cs_checksum_new(&pass.checksum, err));
  enum cs_status status = to ? cs_output_open(&pass.copy, to, err) : CS_OK;
  if (status == CS_OK) status = go_over(&pass, err);
  if (status == CS_OK && pass.copy) status = cs_output_commit(&pass.copy, err);
  if (pass.copy) cs_output_abort(&pass.copy);
  cs_checksum_text(pass.checksum, sha256);
  cs_checksum_free(pass.checksum);
  *bytes = pass.bytes;
  return status;
}

/* --- adding --- */

/* artifacts/PATH, without what would lead out of it. */
static void add_kept_name(struct cs_str *kept, const char *path) {
  cs_str_add_text(kept, "artifacts");
  while (*path) {
    size_t len = strcspn(path, "/");
    bool dots = len <= 2 && strspn(path, ".") >= len;
    if (len && !dots) {
      cs_str_add_byte(kept, '/');
      cs_str_add(kept, path, len);
    }
    path += len;
    path += strspn(path, "/");
  }
}

static enum cs_status make_room(const struct cs_experiment *experiment, const struct cs_str *kept,
                                struct cs_str *to, struct cs_error *err) {
  cs_str_add_format(to, "%s/%s", cs_str_text(&experiment->folder), cs_str_text(kept));
  cs_str_inherit(to, kept);
  CS_TRY(cs_str_check(to, "a path", err));
  char *slash = strrchr(to->data, '/');
  *slash = '\0';
  enum cs_status status = cs_folders_make(to->data, err);
  *slash = '/';
  return status;
}

static void forget(struct cs_node *artifacts, const char *path, struct cs_node *into) {
  for (const struct cs_node *at = cs_node_first(artifacts); at; at = cs_node_next(at))
    if (strcmp(cs_node_text(cs_node_get(at, "path"), ""), path) != 0)
      cs_node_add_node(into, NULL, cs_node_copy(at));
}

static void put(struct cs_experiment *experiment, struct cs_str *path, uint64_t bytes, const char *sha256,
                const struct cs_str *kept) {
  struct cs_node *before = cs_node_take(experiment->root, "artifacts");
  struct cs_node *artifacts = cs_node_add_array(experiment->root, "artifacts");
  struct cs_node *scratch = cs_node_object();
  cs_node_add_name(scratch, "path", path);
  forget(before, cs_node_text(cs_node_get(scratch, "path"), ""), artifacts);
  cs_node_free(before);
  cs_node_add_integer(scratch, "bytes", (int64_t)bytes);
  cs_node_add_text(scratch, "sha256", sha256);
  cs_node_add_bool(scratch, "data", cs_artifact_is_data(cs_str_text(path)));
  if (kept->len)
    cs_node_add_str(scratch, "kept", kept);
  else
    cs_node_add_null(scratch, "kept");
  cs_node_add_node(artifacts, NULL, scratch);
}

enum cs_status cs_artifact_add(struct cs_experiment *experiment, const char *path, bool keep,
                               struct cs_error *err) {
  struct cs_str kept = CS_STR_INIT, to = CS_STR_INIT, name = CS_STR_INIT;
  char sha256[CS_SHA256_TEXT];
  uint64_t bytes = 0;
  enum cs_status status = CS_OK;
  if (keep || !cs_artifact_is_data(path)) {
    add_kept_name(&kept, path);
    status = make_room(experiment, &kept, &to, err);
  }
  if (status == CS_OK) status = sum_up(path, to.len ? cs_str_text(&to) : NULL, &bytes, sha256, err);
  cs_str_add_text(&name, path);
  if (status == CS_OK) put(experiment, &name, bytes, sha256, &kept);
  cs_str_release(&kept);
  cs_str_release(&to);
  cs_str_release(&name);
  return status;
}

static bool is_file(const char *path) {
  struct stat about;
  return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

/* A density model's core points stand beside it when there are many. */
static enum cs_status take_output(struct cs_experiment *experiment, const char *path, bool keep,
                                  struct cs_error *err) {
  struct cs_str core = CS_STR_INIT;
  if (!is_file(path)) return CS_OK;
  cs_str_add_format(&core, "%s.core.csv", path);
  enum cs_status status = cs_str_check(&core, "a path", err);
  if (status == CS_OK) status = cs_artifact_add(experiment, path, keep, err);
  if (status == CS_OK && is_file(cs_str_text(&core)))
    status = cs_artifact_add(experiment, cs_str_text(&core), keep, err);
  cs_str_release(&core);
  return status;
}

enum cs_status cs_artifacts_take_outputs(struct cs_experiment *experiment, bool keep, struct cs_error *err) {
  const struct cs_node *step = cs_node_first(cs_node_get(experiment->root, "steps"));
  for (; step; step = cs_node_next(step)) {
    const struct cs_node *output = cs_node_first(cs_node_get(step, "outputs"));
    for (; output; output = cs_node_next(output))
      CS_TRY(take_output(experiment, cs_node_text(output, ""), keep, err));
  }
  return CS_OK;
}

/* --- checking --- */

static enum cs_status compare(const char *path, const struct cs_node *artifact, enum cs_artifact_state *state,
                              struct cs_error *err) {
  char sha256[CS_SHA256_TEXT];
  uint64_t bytes;
  *state = CS_ARTIFACT_GONE;
  if (access(path, F_OK) != 0 && errno == ENOENT) return CS_OK;
  CS_TRY(sum_up(path, NULL, &bytes, sha256, err));
  bool same = strcmp(sha256, cs_node_text(cs_node_get(artifact, "sha256"), "")) == 0;
  *state = same ? CS_ARTIFACT_SAME : CS_ARTIFACT_CHANGED;
  return CS_OK;
}

enum cs_status cs_artifact_check(const struct cs_experiment *experiment, const struct cs_node *artifact,
                                 enum cs_artifact_state *state, struct cs_error *err) {
  const char *kept = cs_node_text(cs_node_get(artifact, "kept"), NULL);
  if (!kept) return compare(cs_node_text(cs_node_get(artifact, "path"), ""), artifact, state, err);
  struct cs_str path = CS_STR_INIT;
  cs_str_add_format(&path, "%s/%s", cs_str_text(&experiment->folder), kept);
  enum cs_status status = cs_str_check(&path, "a path", err);
  if (status == CS_OK) status = compare(cs_str_text(&path), artifact, state, err);
  cs_str_release(&path);
  return status;
}
