/* tool.h - begin and end of a tool, in one place: descriptors, options, messages, logs, phases, the step record, exit.
 *
 * A tool is   int main(argc, argv) { return cs_tool_main(&spec, argc, argv, &params, run); }
 * and         enum cs_status run(struct cs_tool *tool, void *params);
 * which reads, does, writes and returns a status, with the error in cs_tool_error(tool). Only this room prints to
 * standard error and exits. cs_tool_main() flushes and checks standard output on every path, --help included.
 */
#ifndef CS_CLI_TOOL_H
#define CS_CLI_TOOL_H

#include "base/error.h"
#include "base/notes.h"
#include "cli/options.h"
#include "data/document.h"
#include "data/output.h"
#include "data/table.h"

struct cs_tool;

int cs_tool_main(const struct cs_spec *spec, int argc, char **argv, void *params,
                 enum cs_status (*run)(struct cs_tool *tool, void *params));

struct cs_error *cs_tool_error(struct cs_tool *tool);
struct cs_notes *cs_tool_notes(struct cs_tool *tool); /* printed at the end of each phase and of the run */
int cs_tool_threads(const struct cs_tool *tool);      /* resolved: at least 1 */

/* Whether the model or the step record will need the input's checksum. */
bool cs_tool_wants_checksum(const struct cs_tool *tool);

/* Begins a phase ("read", "fit", "write"): its seconds and the rows go to the log and to the step record. */
void cs_tool_phase(struct cs_tool *tool, const char *name);

/* One line to standard error (and to the log) unless -q; `say` is a plain line after the program's name, `print` is a
 * block of text as it is, for evidence tables. */
void cs_tool_say(struct cs_tool *tool, const char *format, ...) CS_PRINTF(2, 3);
void cs_tool_print(struct cs_tool *tool, const char *text);

/* Progress of the current phase, 0..1; shown on a terminal after two seconds, or always with --progress always. */
void cs_tool_progress(struct cs_tool *tool, double fraction);

/* A metric of the run: into the step record (and, by the tool itself, into its model). */
void cs_tool_metric(struct cs_tool *tool, const char *name, double value);

/* For what visits: tool is a struct cs_tool. A line to say; a metric unless it is NaN, which -v says, too. */
void cs_tool_say_line(void *tool, const char *line);
void cs_tool_tell_metric(void *tool, const char *name, double value);

/* Reads the operands (or standard input, saying so once when it is a terminal) with the common options; phase "read".
 * The table is released by the caller. */
CS_MUST_CHECK enum cs_status cs_tool_read(struct cs_tool *tool, struct cs_table **table);

/* The same part by part, for a tool that needs no row twice: begin gives a table without rows, next reads some, forgetting
 * those before unless `keep`; *more is false when none came. end comes before the table is freed. */
CS_MUST_CHECK enum cs_status cs_tool_read_begin(struct cs_tool *tool, struct cs_table **table);
CS_MUST_CHECK enum cs_status cs_tool_read_next(struct cs_tool *tool, bool keep, bool *more);
void cs_tool_read_end(struct cs_tool *tool);

/* The options by which the tool reads, for a table besides. They live as long as the tool. */
const struct cs_read_options *cs_tool_read_options(struct cs_tool *tool);

/* The options by which the tool writes tables. */
struct cs_write_options cs_tool_write_options(const struct cs_tool *tool);

/* Writes the table to -o or standard output in the format of --to; phase "write"; commits. */
CS_MUST_CHECK enum cs_status cs_tool_write(struct cs_tool *tool, struct cs_table *table);

/* Writes text (a report) to -o or standard output; phase "write"; commits. */
CS_MUST_CHECK enum cs_status cs_tool_write_text(struct cs_tool *tool, const struct cs_str *text);

/* For a tool that makes its rows one by one: opens what -o names (with a checksum where a step record will want it;
 * phase "write"), and, with the status of the writing, commits it or throws it away. Returns the first failure. */
CS_MUST_CHECK enum cs_status cs_tool_open_output(struct cs_tool *tool, struct cs_output **output);
CS_MUST_CHECK enum cs_status cs_tool_close_output(struct cs_tool *tool, struct cs_output **output,
                                                  enum cs_status status, uint64_t rows, uint64_t columns);

/* For a tool that neither reads nor writes a table: what went through it, for the step record. sha256 "" is unknown. */
void cs_tool_tell_flow(struct cs_tool *tool, uint64_t rows, uint64_t columns, uint64_t bytes,
                       const char *sha256);

/* A file that the run has written and no option names by itself: told in the step record. */
void cs_tool_wrote(struct cs_tool *tool, const char *path);

/* A run that isn't a step of whatever it runs in: it leaves no step record. */
void cs_tool_leave_no_record(struct cs_tool *tool);

/* The time as "2024-01-31T23:59:59.123Z", and seconds from any origin. */
enum { CS_TOOL_NOW = 32 };
void cs_tool_now(char text[CS_TOOL_NOW]);
double cs_tool_seconds(void);

/* The options of the run as the params{} of a model: every fit option with its effective value. */
void cs_tool_add_params(struct cs_tool *tool, struct cs_node *model);

#endif
