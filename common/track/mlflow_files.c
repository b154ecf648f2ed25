#include "track/mlflow_files.h"

#include "data/checksum.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PART = 65536 };

void cs_mlflow_file_release(struct cs_mlflow_file *file) {
  if (file->fd >= 0) close(file->fd);
  cs_str_release(&file->name);
  *file = (struct cs_mlflow_file)CS_MLFLOW_FILE_INIT;
}

/* --- the file --- */

/* Not a FIFO, which would be waited for. */
static int open_regular(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat facts;
  if (fd >= 0 && fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode)) return fd;
  if (fd >= 0) close(fd);
  return -1;
}

/* The copy in the run's folder, else the file where the run wrote it. */
static enum cs_status find(struct cs_mlflow_file *file, const struct cs_node *artifact, const char *folder,
                           struct cs_str *place, struct cs_error *err) {
  const char *kept = cs_node_text(cs_node_get(artifact, "kept"), NULL);
  if (kept)
    cs_str_add_format(place, "%s/%s", folder, kept);
  else
    cs_str_add_text(place, cs_node_text(cs_node_get(artifact, "path"), ""));
  CS_TRY(cs_str_check(place, "a path", err));
  file->fd = open_regular(cs_str_text(place));
  return CS_OK;
}

/* Reads all of it, and goes back to the beginning. */
static enum cs_status measure(struct cs_mlflow_file *file, char sha256[CS_SHA256_TEXT],
                              struct cs_error *err) {
  struct cs_checksum *checksum;
  char part[PART];
  ssize_t got;
  CS_TRY(cs_checksum_new(&checksum, err));
  file->bytes = 0;
  while ((got = read(file->fd, part, sizeof part)) != 0) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) break;
    cs_checksum_add(checksum, part, (size_t)got);
    file->bytes += (uint64_t)got;
  }
  cs_checksum_text(checksum, sha256);
  cs_checksum_free(checksum);
  if (got < 0 || lseek(file->fd, 0, SEEK_SET) != 0) sha256[0] = '\0';
  return CS_OK;
}

/* --- what is in it --- */

static bool ends_with(const char *name, const char *ending) {
  size_t len = strlen(name), end = strlen(ending);
  return len > end && strcasecmp(name + len - end, ending) == 0;
}

/* A document of ours, and no model that has the rows of its core points in it. */
static bool is_without_rows(const char *path) {
  struct cs_error flaw = CS_ERROR_INIT;
  struct cs_node *root = NULL;
  bool own = cs_node_read(&root, path, &flaw) == CS_OK && cs_node_is_object(root) &&
             strncmp(cs_node_text(cs_node_get(root, "format"), ""), "cs-", 3) == 0;
  bool rows = own && cs_node_first(cs_node_get(root, "core_points"));
  cs_node_free(root);
  return own && !rows;
}

static bool may_leave(const struct cs_node *artifact, const char *path) {
  static const char *const harmless[] = {".md", ".png", ".svg", ".pdf", ".yaml", ".yml"};
  if (cs_node_bool(cs_node_get(artifact, "data"), false)) return false;
  for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
    if (ends_with(path, harmless[i])) return true;
  return ends_with(path, ".json") && is_without_rows(path);
}

/* --- its name --- */

/* Bytes that a server refuses in paths, or takes for something else. */
static char plain_byte(char byte) {
  return (unsigned char)byte < ' ' || byte == 0x7f || strchr("%#\\:?*|\"<>", byte) ? '_' : byte;
}

static bool leads_out(const char *path) {
  if (*path == '/') return true;
  for (const char *part = path; part; part = strchr(part, '/') ? strchr(part, '/') + 1 : NULL)
    if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || !part[2])) return true;
  return false;
}

/* A path within the folder is kept; of one that leads out of it, the file's own name. */
static enum cs_status name_file(struct cs_mlflow_file *file, const char *path, struct cs_map *taken,
                                struct cs_error *err) {
  const char *from = leads_out(path) ? strrchr(path, '/') : NULL;
  from = from ? from + 1 : path;
  while (*from == '/' || strncmp(from, "./", 2) == 0) from++;
  for (; *from; from++)
    if (*from != '/' || from[1] != '/') cs_str_add_byte(&file->name, plain_byte(*from));
  if (!file->name.len || strcmp(cs_str_text(&file->name), "..") == 0) cs_str_add_byte(&file->name, '_');
  CS_TRY(cs_str_check(&file->name, "a name", err));
  size_t stem = file->name.len;
  for (int number = 2;; number++) {
    size_t known = taken->count;
    uint32_t index;
    CS_TRY(cs_map_add(taken, (struct cs_slice){file->name.data, file->name.len}, &index, err));
    if (index == known) return CS_OK;
    file->name.len = stem;
    cs_str_add_format(&file->name, "_%d", number);
    CS_TRY(cs_str_check(&file->name, "a name", err));
  }
}

static enum cs_status judge(struct cs_mlflow_file *file, const struct cs_node *artifact, const char *place,
                            bool upload_data, struct cs_error *err) {
  char sha256[CS_SHA256_TEXT];
  if (file->fd < 0) return CS_OK; /* gone */
  if (!upload_data && !may_leave(artifact, place)) {
    file->fate = CS_MLFLOW_STAYS;
    return CS_OK;
  }
  CS_TRY(measure(file, sha256, err));
  bool same = strcmp(sha256, cs_node_text(cs_node_get(artifact, "sha256"), "")) == 0 && *sha256;
  file->fate = same ? CS_MLFLOW_GOES : CS_MLFLOW_CHANGED;
  return CS_OK;
}

enum cs_status cs_mlflow_file_open(struct cs_mlflow_file *file, const struct cs_node *artifact,
                                   const char *folder, bool upload_data, struct cs_map *taken,
                                   struct cs_error *err) {
  const char *path = cs_node_text(cs_node_get(artifact, "path"), "");
  struct cs_str place = CS_STR_INIT;
  enum cs_status status = name_file(file, path, taken, err);
  if (status == CS_OK) status = find(file, artifact, folder, &place, err);
  if (status == CS_OK) status = judge(file, artifact, cs_str_text(&place), upload_data, err);
  cs_str_release(&place);
  if (file->fate == CS_MLFLOW_GOES || file->fd < 0) return status;
  close(file->fd);
  file->fd = -1;
  return status;
}
