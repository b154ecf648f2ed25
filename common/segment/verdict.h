/* verdict.h - what is to be said of a finished clustering: its figures in a line, and what speaks against it. */
#ifndef CS_SEGMENT_VERDICT_H
#define CS_SEGMENT_VERDICT_H

#include "algo/sweep.h"
#include "base/notes.h"
#include "base/str.h"

/* "5 clusters, inertia 44448.455, silhouette 0.5539, ...; 98 of 100 starts ended there". */
void cs_verdict_result(const struct cs_sweep *sweep, const struct cs_choice *choice, struct cs_str *out);

/* Warns of starts that stopped before convergence (tolerance: --tolerance may have stopped them), and where no number of
 * clusters that could be chosen has all of them stable. */
void cs_verdict_warn(const struct cs_sweep *sweep, const struct cs_choice *choice, double tolerance,
                     struct cs_notes *notes);

/* What --require-stable asks for: CS_NO unless every cluster of the chosen clustering is stable. */
CS_MUST_CHECK enum cs_status cs_verdict_require_stable(const struct cs_sweep *sweep,
                                                       const struct cs_choice *choice, struct cs_error *err);

#endif
