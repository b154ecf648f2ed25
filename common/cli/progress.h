/* progress.h - one line on standard error that tells how far a phase is; private to cli/.
 *
 * On a terminal the line is rewritten in place, ten times a second at most, and wiped before anything else is written.
 * With --progress always and no terminal each tenth of the phase is a line of its own.
 */
#ifndef CS_CLI_PROGRESS_H
#define CS_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct cs_progress_line {
  bool on, terminal;
  double wait;        /* seconds of a phase before the line is shown */
  double begin, last; /* of the phase, of the line shown last */
  int tenth;          /* the one that was written last */
  int shown;          /* columns that the line takes now */
};

struct cs_common;

void cs_progress_init(struct cs_progress_line *line, const struct cs_common *common);

/* A new phase begins. */
void cs_progress_begin(struct cs_progress_line *line, double now);

void cs_progress_show(struct cs_progress_line *line, const char *tool, const char *phase, double fraction,
                      double now);

/* Wipes the line, if there is one. */
void cs_progress_clear(struct cs_progress_line *line);

/* Writes all of it to standard error, where somebody reads there: a pipe may take it in parts, or make it wait. */
void cs_stderr_put(const char *text, size_t len);

#endif
