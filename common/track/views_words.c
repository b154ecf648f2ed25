#include "track/views_inside.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *cs_view_seconds(double seconds, char text[CS_SAY_TEXT]) {
  if (!(seconds >= 0))
    snprintf(text, CS_SAY_TEXT, "-");
  else if (seconds < 60)
    snprintf(text, CS_SAY_TEXT, "%.2f s", seconds);
  else if (seconds < 3600)
    snprintf(text, CS_SAY_TEXT, "%.0f min %.0f s", floor(seconds / 60), floor(fmod(seconds, 60)));
  else
    snprintf(text, CS_SAY_TEXT, "%.0f h %.0f min", floor(seconds / 3600), floor(fmod(seconds, 3600) / 60));
  return text;
}

const char *cs_view_bytes(double bytes, char text[CS_SAY_TEXT]) {
  static const char *const unit[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  size_t u = 0;
  while (bytes >= 1024 && u + 1 < sizeof unit / sizeof *unit) bytes /= 1024, u++;
  snprintf(text, CS_SAY_TEXT, u ? "%.1f %s" : "%.0f %s", bytes, unit[u]);
  return text;
}

const char *cs_view_time(const char *time, char text[CS_SAY_TEXT]) {
  snprintf(text, CS_SAY_TEXT, "%.10s %.8s", time, strlen(time) > 19 ? time + 11 : "");
  return text;
}

/* Six digits for people. */
static const char *say_figure(const struct cs_fact *fact, char text[CS_SAY_TEXT]) {
  if (!fact || !fact->there) return NULL;
  if (isnan(fact->number) || strlen(fact->text) <= 10) return fact->text;
  snprintf(text, CS_SAY_TEXT, "%.6g", fact->number);
  return text;
}

bool cs_view_is_number(const struct cs_fact *fact) {
  return fact && fact->there && !isnan(fact->number);
}

void cs_view_add_fact(struct cs_sheet *sheet, const struct cs_fact *fact, enum cs_sheet_format format) {
  char text[CS_SAY_TEXT];
  bool people = format == CS_SHEET_TEXT || format == CS_SHEET_MARKDOWN;
  const char *value = people ? say_figure(fact, text) : fact && fact->there ? fact->text : NULL;
  (cs_view_is_number(fact) ? cs_sheet_number : cs_sheet_text)(sheet, value);
}

const struct cs_fact *cs_view_fact(const struct cs_history *history, size_t run, const char *name) {
  return cs_facts_get(&history->run[run], name);
}

const char *cs_view_text(const struct cs_history *history, size_t run, const char *name) {
  const struct cs_fact *fact = cs_view_fact(history, run, name);
  return fact && fact->there ? fact->text : "";
}
