/* clock.h - time and memory that a run has used; private to cli/, the only room with a clock. */
#ifndef CS_CLI_CLOCK_H
#define CS_CLI_CLOCK_H

enum { CS_CLOCK_TEXT = 32 };

double cs_clock_seconds(void);   /* monotonic, from any origin */
double cs_clock_processor(void); /* seconds of processor time, user and system, of the process */
double cs_clock_peak(void);      /* bytes of memory at most, so far */

/* "2024-01-31T23:59:59.123Z" */
void cs_clock_now(char text[CS_CLOCK_TEXT]);

#endif
