/* dbscan_verdict.h - what is to be said of a finished density clustering: its figures in a line, and what speaks against it. */
#ifndef CS_SEGMENT_DBSCAN_VERDICT_H
#define CS_SEGMENT_DBSCAN_VERDICT_H

#include "algo/dbscan_signs.h"
#include "base/notes.h"
#include "base/str.h"
#include "segment/inputs.h"

struct cs_dbscan_verdict {
  const struct cs_dbscan *fit;
  const struct cs_dbscan_params *params;
  const struct cs_dbscan_signs *signs;
  const struct cs_inputs *inputs;
  size_t d;
};

/* "2 clusters, eps 0.5, min-points 5; 117 core points (78.0 %), 16 border, 17 noise (11.3 %); largest cluster 84 rows (56.0 %)". */
void cs_dbscan_verdict_result(const struct cs_dbscan_verdict *verdict, struct cs_str *out);

/* Warns of almost nothing but noise, of one cluster with almost everything, and of what else makes clusters that mean nothing. */
void cs_dbscan_verdict_warn(const struct cs_dbscan_verdict *verdict, struct cs_notes *notes);

#endif
