#include "base/team.h"
#include "unit.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum { PIECES = 300, JOBS = 2000 };

struct job {
  atomic_int runs[PIECES], threads_beyond;
  int threads;
};

static void work(void *context, size_t piece, int thread) {
  struct job *job = context;
  atomic_fetch_add(&job->runs[piece], 1);
  if (thread < 0 || thread >= job->threads) atomic_fetch_add(&job->threads_beyond, 1);
}

int main(void) {
  UNIT_BEGIN;
  struct cs_error err = CS_ERROR_INIT;
  struct job *job = malloc(sizeof *job);

  TEST("team: each piece of each job is done once, and all are on return") {
    static const int threads[] = {0, 1, 2, 3, 8};
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
      struct cs_team *team;
      CHECK(cs_team_begin(&team, threads[t], &err) == CS_OK);
      memset(job, 0, sizeof *job);
      job->threads = threads[t] > 1 ? threads[t] : 1;
      int wrong = 0;
      for (int j = 0; j < JOBS; j++) {
        size_t pieces = (size_t)j % 7 ? (size_t)j % 7 : PIECES;
        int before = job->runs[0], last = job->runs[pieces - 1];
        cs_team_run(team, pieces, work, job);
        wrong += job->runs[0] != before + 1 || job->runs[pieces - 1] != last + 1;
      }
      CHECK(wrong == 0 && job->threads_beyond == 0);
      CHECK(job->runs[0] == JOBS && job->runs[PIECES - 1] == (JOBS + 6) / 7);
      cs_team_end(team);
    }
  }
  TEST("team: threads that fell asleep come back, and go home without a job") {
    struct cs_team *team;
    CHECK(cs_team_begin(&team, 3, &err) == CS_OK);
    memset(job, 0, sizeof *job);
    job->threads = 3;
    for (int j = 0; j < 3; j++) {
      nanosleep(&(struct timespec){0, 20000000}, NULL);
      cs_team_run(team, PIECES, work, job);
    }
    CHECK(job->runs[0] == 3 && job->runs[PIECES - 1] == 3);
    cs_team_end(team);
    CHECK(cs_team_begin(&team, 3, &err) == CS_OK);
    cs_team_end(team);
    cs_team_end(NULL);
  }
  free(job);
  UNIT_END;
}
