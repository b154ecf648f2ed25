/* measure LOG COMMAND [ARGUMENT]... - runs COMMAND and appends a line to LOG: its peak memory in bytes (the largest of
 * it and its children) and its processor seconds. The exit status is the command's. It is small, since a child counts
 * the memory of the program that started it. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double seconds(struct timeval time) {
  return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: measure LOG COMMAND [ARGUMENT]...\n");
    return 2;
  }
  pid_t child = fork();
  if (child == 0) {
    execvp(argv[2], argv + 2);
    perror(argv[2]);
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) < 0) {
    perror("measure");
    return 4;
  }
  struct rusage usage;
  getrusage(RUSAGE_CHILDREN, &usage);
  FILE *log = fopen(argv[1], "a");
  if (!log ||
      fprintf(log, "%lld %.3f\n", (long long)usage.ru_maxrss * 1024,
              seconds(usage.ru_utime) + seconds(usage.ru_stime)) < 0 ||
      fclose(log)) {
    perror(argv[1]);
    return 4;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
