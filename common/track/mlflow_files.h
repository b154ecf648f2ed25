/* mlflow_files.h - which of a run's files may leave the machine, and what they are called on the server. Private to track/.
 *
 * Without upload_data only those go that hold no rows of customers: reports in Markdown, pictures, configurations, and the
 * JSON documents of the cs programs, a model with core points excepted. Tables, pages that draw customers one by one, logs
 * and whatever isn't known stay. In no case goes a file that isn't what was recorded, byte for byte.
 */
#ifndef CS_TRACK_MLFLOW_FILES_H
#define CS_TRACK_MLFLOW_FILES_H

#include "base/map.h"
#include "data/document.h"

enum cs_mlflow_fate {
  CS_MLFLOW_GOES,
  CS_MLFLOW_STAYS,   /* may hold rows of customers */
  CS_MLFLOW_CHANGED, /* isn't what was recorded any more */
  CS_MLFLOW_GONE,    /* or can't be read */
};

struct cs_mlflow_file {
  enum cs_mlflow_fate fate;
  int fd; /* at its beginning where it goes, else -1 */
  uint64_t bytes;
  struct cs_str name; /* on the server: a relative path, not encoded */
};

#define CS_MLFLOW_FILE_INIT                                                                                  \
  { CS_MLFLOW_GONE, -1, 0, CS_STR_INIT }

/* artifact is one of the record's; its path is looked for in the run's folder, then as it stands. `taken` holds the names
 * of the files before. CS_MEMORY. */
CS_MUST_CHECK enum cs_status cs_mlflow_file_open(struct cs_mlflow_file *file, const struct cs_node *artifact,
                                                 const char *folder, bool upload_data, struct cs_map *taken,
                                                 struct cs_error *err);
void cs_mlflow_file_release(struct cs_mlflow_file *file);

#endif
