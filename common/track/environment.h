/* environment.h - what a run depends on besides its command and its input: system, processor, compiler, libraries, locale
 * and, where it began in one, the state of the git repository. Neither host nor user is named.
 */
#ifndef CS_TRACK_ENVIRONMENT_H
#define CS_TRACK_ENVIRONMENT_H

#include "data/document.h"

/* A new object; NULL, or one that can't be written, where memory ran out. What can't be found out is null. */
struct cs_node *cs_environment(int processors);

#endif
