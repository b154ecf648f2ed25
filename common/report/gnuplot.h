/* gnuplot.h - runs gnuplot: a script goes to its standard input, a picture comes back from its standard output.
 *
 * No shell, no start-up file (-d), no file name, a cleaned environment. What users wrote enters a script only through
 * cs_gnuplot_add_literal(): the terminals are opened without enhanced text, so that it is shown as it stands.
 *
 * Errors   CS_NO: the program isn't there; callers go on without pictures, the text says which package is missing.
 *          CS_IO: no fonts, a script that gnuplot refuses (with what it says), no picture, the time limit.
 * Repeats  the same script gives the same bytes, on one machine.
 */
#ifndef CS_REPORT_GNUPLOT_H
#define CS_REPORT_GNUPLOT_H

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>

struct cs_gnuplot {
  char font[64];     /* the best family that is installed */
  unsigned limit_ms; /* for one picture */
};

/* Whether PATH has it. */
bool cs_gnuplot_found(void);

/* Looks for program and fonts, once for all pictures. */
CS_MUST_CHECK enum cs_status cs_gnuplot_begin(struct cs_gnuplot *gnuplot, struct cs_error *err);

/* Appends what the script writes to its standard output. */
CS_MUST_CHECK enum cs_status cs_gnuplot_run(const struct cs_gnuplot *gnuplot, const struct cs_str *script,
                                            struct cs_str *picture, struct cs_error *err);

/* Appends any text as one single-quoted string of gnuplot: quotes are doubled, control bytes become blanks, broken UTF-8
 * U+FFFD, characters that reorder the line are left out. */
void cs_gnuplot_add_literal(struct cs_str *script, const char *text);

#endif
