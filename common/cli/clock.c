#include "cli/clock.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

double cs_clock_seconds(void) {
  struct timespec now = {0, 0};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double cs_clock_processor(void) {
  struct rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

double cs_clock_peak(void) {
  struct rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
#ifdef __APPLE__
  return (double)usage.ru_maxrss;
#else
  return (double)usage.ru_maxrss * 1024;
#endif
}

void cs_clock_now(char text[CS_CLOCK_TEXT]) {
  struct timespec now = {0, 0};
  struct tm parts = {0};
  char seconds[CS_CLOCK_TEXT - 8];
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &parts);
  strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &parts);
  snprintf(text, CS_CLOCK_TEXT, "%s.%03dZ", seconds, (int)(now.tv_nsec / 1000000) % 1000);
}
