/* labels.h - which rows of a table are of one segment: a column of labels, and the segments in the order in which they are shown.
 *
 * Order  numbers ascending with noise last, other labels by decreasing size, then as they were met.
 */
#ifndef CS_REPORT_LABELS_H
#define CS_REPORT_LABELS_H

#include "base/memory.h"
#include "data/table.h"

#include <stdbool.h>
#include <stdint.h>

enum { CS_LABELS_MAX = 1000, CS_SMALL_SEGMENT = 10 };

struct cs_segment {
  const char *label; /* as it stands in the table */
  const char *name;  /* of cluster_name, or NULL */
  bool noise;        /* label -1 */
  bool small;        /* fewer than CS_SMALL_SEGMENT rows: no detail of it leaves the house */
};

struct cs_labels {
  size_t k, column;           /* column: of the labels */
  struct cs_segment *segment; /* [k] */
  uint32_t *group;            /* [rows], the place in segment */
  struct cs_arena texts;
};

#define CS_LABELS_INIT                                                                                       \
  { 0, 0, NULL, NULL, CS_ARENA_INIT }

/* list names the column as -f does; NULL: cluster. CS_DATA: no such column, a row without a label, more than 1,000 labels. */
CS_MUST_CHECK enum cs_status cs_labels_read(struct cs_labels *labels, const struct cs_table *table,
                                            const char *list, int threads, struct cs_error *err);
void cs_labels_release(struct cs_labels *labels);

#endif
