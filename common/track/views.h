/* views.h - what people ask of recorded runs: a list, the best ones, a comparison, one run, whether its files still hold. */
#ifndef CS_TRACK_VIEWS_H
#define CS_TRACK_VIEWS_H

#include "track/artifacts.h"
#include "track/facts.h"
#include "track/sheet.h"

struct cs_view {
  enum cs_sheet_format format;
  size_t width;
};

struct cs_list_options {
  const char *columns; /* comma list of facts besides the usual ones, or NULL */
  const char *where;   /* comma list of filters (cs_filter_parse), or NULL */
  const char *sort;    /* a fact, or NULL: by time; '-' before it: the largest first */
  size_t most;         /* rows; 0: all */
};

/* One line a run, the newest first; in JSON every fact of each. CS_USAGE: a name that no run has. */
CS_MUST_CHECK enum cs_status cs_view_list(const struct cs_history *history,
                                          const struct cs_list_options *options, const struct cs_view *view,
                                          struct cs_str *out, struct cs_error *err);

/* The finished runs in the order of a metric, the highest first, or with `minimise` the lowest; ties: the older. CS_NO: no
 * finished run has it. */
CS_MUST_CHECK enum cs_status cs_view_best(const struct cs_history *history, const char *metric, bool minimise,
                                          size_t most, const struct cs_view *view, struct cs_str *out,
                                          struct cs_error *err);

/* What differs between the runs, in the order of the history, first; with `same` what doesn't, too. */
CS_MUST_CHECK enum cs_status cs_view_compare(const struct cs_history *history, bool same,
                                             const struct cs_view *view, struct cs_str *out,
                                             struct cs_error *err);

/* One run, for people; in JSON its record. */
CS_MUST_CHECK enum cs_status cs_view_run(const struct cs_experiment *experiment, const struct cs_view *view,
                                         struct cs_str *out, struct cs_error *err);

/* Adds what became of each file to the sheet: run, file, state. */
void cs_view_verified_head(struct cs_sheet *sheet);
CS_MUST_CHECK enum cs_status cs_view_verified(const struct cs_experiment *experiment, struct cs_sheet *sheet,
                                              size_t *bad, struct cs_error *err);

#endif
