/* error.h - a failure is a value: a status, which is also the exit status of the tool, and one line of text.
 *
 * A function that can fail returns enum cs_status and fills the struct cs_error that its caller owns (main keeps it
 * on its stack). The text is lower case, has no full stop and names source, line and column where there are any;
 * the program's name is put before it by cli/. Control bytes in it are replaced by '?'.
 */
#ifndef CS_BASE_ERROR_H
#define CS_BASE_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

/* The exit statuses of every tool (cs(7), EXIT STATUS). */
enum cs_status {
  CS_OK = 0,     /* done */
  CS_NO = 1,     /* the honest answer is no: a check that was asked for did not hold, outputs are written */
  CS_USAGE = 2,  /* the command line or the configuration is wrong */
  CS_DATA = 3,   /* the data cannot be used */
  CS_IO = 4,     /* reading or writing failed */
  CS_MEMORY = 5, /* not enough memory */
};

struct cs_error {
  enum cs_status status;
  char text[1024];
};

#define CS_ERROR_INIT                                                                                        \
  { CS_OK, "" }
#define CS_MUST_CHECK          __attribute__((warn_unused_result))
#define CS_PRINTF(text, first) __attribute__((format(printf, text, first)))

/* Returns early with the status of CALL unless it is CS_OK. Only where nothing has to be released. */
#define CS_TRY(call)                                                                                         \
  do {                                                                                                       \
    enum cs_status try_status_ = (call);                                                                     \
    if (try_status_ != CS_OK) return try_status_;                                                            \
  } while (0)

/* Fills err (which may be NULL) and returns status, so that `return cs_fail(...)` reads well. */
enum cs_status cs_fail(struct cs_error *err, enum cs_status status, const char *format, ...) CS_PRINTF(3, 4);

/* As cs_fail() with CS_IO, or CS_MEMORY where errno is ENOMEM, and ": " and the text of errno behind the message. */
enum cs_status cs_fail_errno(struct cs_error *err, const char *format, ...) CS_PRINTF(2, 3);

/* CS_MEMORY: "not enough memory for <what> (<bytes>)"; with 0, where the number isn't known, without it. */
enum cs_status cs_fail_memory(struct cs_error *err, double bytes, const char *what);

/* Replaces every control byte of text by '?', in place: data must not drive the reader's terminal. */
void cs_error_clean(char *text);

#ifdef __cplusplus
}
#endif
#endif
