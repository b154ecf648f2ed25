/* dbscan_evidence.h - the evidence for an eps that was found: a table, words, and the keys of a model. */
#ifndef CS_SEGMENT_DBSCAN_EVIDENCE_H
#define CS_SEGMENT_DBSCAN_EVIDENCE_H

#include "algo/levels.h"
#include "base/str.h"
#include "data/document.h"

/* The stretches of the highest scores, and the knee, in the order of eps. */
void cs_dbscan_evidence_table(const struct cs_levels *levels, struct cs_str *out);

/* "3 clusters last from eps 0.34 to 0.6, a factor of 1.77": why, and what the knee says. */
void cs_dbscan_evidence_reason(const struct cs_levels *levels, struct cs_str *out);
void cs_dbscan_evidence_knee(const struct cs_levels *levels, struct cs_str *out);

/* Where the index DBCV prefers another stretch than the chosen one; empty: it doesn't, or isn't known. */
void cs_dbscan_evidence_dbcv(const struct cs_levels *levels, struct cs_str *out);

/* What makes the choice doubtful; empty: nothing. */
void cs_dbscan_evidence_doubt(const struct cs_levels *levels, struct cs_str *out);

/* Adds k_distance[], selection[] and choice{}. */
void cs_dbscan_evidence_add(const struct cs_levels *levels, struct cs_node *model);

#endif
