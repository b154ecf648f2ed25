#include "data/outputs.h"

#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

static enum cs_status make_folder(const char *path, struct cs_error *err) {
  struct stat entry;
  if (mkdir(path, 0777) == 0) return CS_OK;
  if (errno == EEXIST && stat(path, &entry) == 0 && S_ISDIR(entry.st_mode)) return CS_OK;
  return cs_fail_errno(err, "%s: the folder can't be made", path);
}

enum cs_status cs_folders_make(const char *folder, struct cs_error *err) {
  struct cs_str path = CS_STR_INIT;
  enum cs_status status = CS_OK;
  for (const char *c = folder; status == CS_OK && *c; c++) {
    if (*c == '/' && path.len) status = make_folder(cs_str_text(&path), err);
    cs_str_add_byte(&path, *c);
  }
  if (status == CS_OK) status = cs_str_check(&path, "a path", err);
  if (status == CS_OK) status = make_folder(folder, err);
  cs_str_release(&path);
  return status;
}

enum cs_status cs_outputs_begin(struct cs_outputs *outputs, const char *folder, struct cs_error *err) {
  outputs->folder = folder;
  return cs_folders_make(folder, err);
}

enum cs_status cs_outputs_add(struct cs_outputs *outputs, const char *name, const struct cs_str *content,
                              struct cs_error *err) {
  struct cs_str path = CS_STR_INIT;
  cs_str_add_format(&path, "%s/%s", outputs->folder, name);
  enum cs_status status = cs_str_check(content, name, err);
  if (status == CS_OK) status = cs_str_check(&path, "a path", err);
  if (status == CS_OK)
    status = cs_grow(&outputs->output, &outputs->capacity, outputs->count + 1, sizeof *outputs->output,
                     "the files", err);
  if (status == CS_OK) status = cs_output_open(&outputs->output[outputs->count], cs_str_text(&path), err);
  if (status == CS_OK) {
    struct cs_output *output = outputs->output[outputs->count++];
    status = cs_output_write(output, cs_str_text(content), content->len, err);
    if (status == CS_OK) status = cs_output_settle(output, err);
  }
  cs_str_release(&path);
  return status;
}

enum cs_status cs_outputs_commit(struct cs_outputs *outputs, struct cs_error *err) {
  enum cs_status status = CS_OK;
  for (size_t i = 0; i < outputs->count && status == CS_OK; i++)
    status = cs_output_commit(&outputs->output[i], err);
  return status;
}

void cs_outputs_release(struct cs_outputs *outputs) {
  for (size_t i = 0; i < outputs->count; i++) cs_output_abort(&outputs->output[i]);
  free(outputs->output);
  *outputs = (struct cs_outputs)CS_OUTPUTS_INIT;
}
