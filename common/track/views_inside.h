/* views_inside.h - figures and facts as the views show them. */
#ifndef CS_TRACK_VIEWS_INSIDE_H
#define CS_TRACK_VIEWS_INSIDE_H

#include "report/say.h"
#include "track/views.h"

/* 0.5 s, 3 min 20 s, 2 h 5 min; 12.3 MiB; 2026-01-31 23:59:59 of 2026-01-31T23:59:59.123Z. Each returns text. */
const char *cs_view_seconds(double seconds, char text[CS_SAY_TEXT]);
const char *cs_view_bytes(double bytes, char text[CS_SAY_TEXT]);
const char *cs_view_time(const char *time, char text[CS_SAY_TEXT]);

bool cs_view_is_number(const struct cs_fact *fact);

/* As a cell: for people six digits, for programs all. */
void cs_view_add_fact(struct cs_sheet *sheet, const struct cs_fact *fact, enum cs_sheet_format format);

/* A fact of the run-th run, and its text, "" where it has none. */
const struct cs_fact *cs_view_fact(const struct cs_history *history, size_t run, const char *name);
const char *cs_view_text(const struct cs_history *history, size_t run, const char *name);

#endif
