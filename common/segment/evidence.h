/* evidence.h - why this number of clusters: the table of all that was tried, and the choice in words.
 *
 * Names of columns are told, values of cells never. Lines are at most as long as their facts need; no colours.
 */
#ifndef CS_SEGMENT_EVIDENCE_H
#define CS_SEGMENT_EVIDENCE_H

#include "algo/sweep.h"
#include "base/str.h"
#include "segment/segments.h"

/* One line for each k, the best value of each column marked, the chosen k marked, and what the columns mean. */
void cs_evidence_table(const struct cs_sweep *sweep, const struct cs_choice *choice, struct cs_str *out);

/* "silhouette and Davies-Bouldin prefer 2, Calinski-Harabasz prefers 3, gap prefers 4; the elbow of the inertia is at 3", onto nothing. */
void cs_evidence_criteria(const struct cs_sweep *sweep, struct cs_str *out);

/* Why the chosen k was chosen: "2 of 4 votes". */
void cs_evidence_reason(const struct cs_sweep *sweep, const struct cs_choice *choice, struct cs_str *out);

/* Why not the runner-up, and what its extra cluster would separate, or which one it would not: names[] are those of the
 * columns of the matrix, segments those of the chosen clustering. Nothing without a runner-up. */
CS_MUST_CHECK enum cs_status cs_evidence_runner_up(const struct cs_sweep *sweep,
                                                   const struct cs_choice *choice,
                                                   const struct cs_segments *segments,
                                                   const char *const *names, struct cs_str *out,
                                                   struct cs_error *err);

#endif
