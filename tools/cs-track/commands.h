/* commands.h - commands of cs-track that have options of their own. */
#ifndef CS_TOOLS_TRACK_COMMANDS_H
#define CS_TOOLS_TRACK_COMMANDS_H

#include "cli/tool.h"

extern const struct cs_spec cs_track_diff_spec, cs_track_push_spec;

/* argv[0] is the command. */
int cs_track_diff_main(int argc, char **argv);
int cs_track_push_main(int argc, char **argv);

/* Sends the run of the folder to the MLflow server that the environment names, if it does. A failure is a warning: what was
 * recorded stands. */
void cs_track_push_after_run(struct cs_tool *tool, const char *folder);

#endif
