#include "cli/progress.h"

#include "cli/options.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BAR = 24 };

static const double wait_seconds = 2, repeat_seconds = 0.1;

void cs_stderr_put(const char *text, size_t len) {
  while (len > 0) {
    ssize_t wrote = write(STDERR_FILENO, text, len);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0 && errno == EAGAIN && poll(&(struct pollfd){STDERR_FILENO, POLLOUT, 0}, 1, -1) > 0)
      continue;
    if (wrote <= 0) return; /* there is nobody to tell */
    text += wrote;
    len -= (size_t)wrote;
  }
}

void cs_progress_init(struct cs_progress_line *line, const struct cs_common *common) {
  const char *term = getenv("TERM");
  bool terminal = isatty(STDERR_FILENO) && !(term && strcmp(term, "dumb") == 0);
  bool always = common->progress == CS_PROGRESS_ALWAYS;
  *line = (struct cs_progress_line){
      .on = always || (terminal && common->progress == CS_PROGRESS_AUTO && !common->quiet),
      .terminal = terminal,
      .wait = always ? 0 : wait_seconds,
  };
}

void cs_progress_begin(struct cs_progress_line *line, double now) {
  cs_progress_clear(line);
  line->begin = now;
  line->last = 0;
  line->tenth = -1;
}

/* Without an escape sequence in it, so that it is right on any terminal that knows a carriage return. */
static void show_line(struct cs_progress_line *line, const char *tool, const char *phase, double fraction,
                      double now) {
  char text[160], bar[BAR + 1];
  int full = (int)(fraction * BAR);
  memset(bar, '.', BAR);
  memset(bar, '#', (size_t)full);
  bar[BAR] = '\0';
  int len = snprintf(text, sizeof text, "\r%.32s: %.32s %3d%% %s %.0f s", tool, phase, (int)(fraction * 100),
                     bar, now - line->begin);
  int padded = len;
  while (padded < line->shown + 1 && padded < (int)sizeof text) text[padded++] = ' ';
  cs_stderr_put(text, (size_t)padded);
  line->shown = len - 1;
  line->last = now;
}

static void show_tenth(struct cs_progress_line *line, const char *tool, const char *phase, double fraction) {
  char text[160];
  int tenth = (int)(fraction * 10);
  if (tenth <= line->tenth) return;
  line->tenth = tenth;
  cs_stderr_put(text, (size_t)snprintf(text, sizeof text, "%.32s: %.32s %d%%\n", tool, phase, tenth * 10));
}

void cs_progress_show(struct cs_progress_line *line, const char *tool, const char *phase, double fraction,
                      double now) {
  if (!line->on || now - line->begin < line->wait) return;
  if (!(fraction >= 0)) fraction = 0;
  if (fraction > 1) fraction = 1;
  if (!line->terminal)
    show_tenth(line, tool, phase, fraction);
  else if (now - line->last >= repeat_seconds)
    show_line(line, tool, phase, fraction, now);
}

void cs_progress_clear(struct cs_progress_line *line) {
  char blank[160];
  if (line->shown == 0) return;
  blank[0] = '\r';
  memset(blank + 1, ' ', (size_t)line->shown);
  blank[line->shown + 1] = '\r';
  cs_stderr_put(blank, (size_t)line->shown + 2);
  line->shown = 0;
}
