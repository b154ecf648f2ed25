/* plot_flow.h - who went from which group to which: bands between the groups of two periods, as thick as they have rows.
 *
 * Both sides hold the same rows, so they are equally high: who came stands before in a group of newcomers, who left now in one of
 * leavers. Bands have the colour of the group that they come from, those of rows that stayed are paler.
 */
#ifndef CS_REPORT_PLOT_FLOW_H
#define CS_REPORT_PLOT_FLOW_H

#include "report/plot.h"

#include <stdint.h>

enum { CS_FLOW_BEFORE, CS_FLOW_NOW, CS_FLOW_SIDES };
enum { CS_FLOW_NODES_MOST = 60 };

struct cs_flow_node {
  const char *name;
  size_t id;    /* the same on both sides for the same group */
  size_t size;  /* rows */
  double share; /* of all rows of its table; NaN: of newcomers and leavers */
  uint32_t colour;
};

struct cs_flow_picture {
  struct cs_plot_words words;
  const char *head[CS_FLOW_SIDES]; /* what stands above the sides */
  const struct cs_flow_node *node[CS_FLOW_SIDES];
  size_t nodes[CS_FLOW_SIDES];
  const size_t *flow; /* [nodes before][nodes now] */
  size_t least;       /* flows of fewer rows are left out, and that is said */
};

/* CS_DATA: more than CS_FLOW_NODES_MOST groups on a side. */
CS_MUST_CHECK enum cs_status cs_plot_flow(struct cs_plot *plot, const struct cs_flow_picture *picture,
                                          struct cs_error *err);

#endif
