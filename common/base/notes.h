/* notes.h - what a function has to tell besides its result: warnings and facts, collected for the tool to print.
 *
 * Rooms below cli/ never print. They add a line here; cli/ writes the lines to standard error and to the log, each
 * after the program's name. A note is lower case, has no full stop and holds no cell values.
 */
#ifndef CS_BASE_NOTES_H
#define CS_BASE_NOTES_H

#include "base/error.h"
#include "base/str.h"

enum cs_note_kind {
  CS_NOTE_INFO,    /* shown unless -q */
  CS_NOTE_WARNING, /* shown with "warning: " before it unless -q, and recorded with the run */
};

struct cs_note {
  enum cs_note_kind kind;
  char *text;
};

struct cs_notes {
  struct cs_note *note;
  size_t count, capacity;
};

#define CS_NOTES_INIT                                                                                        \
  { NULL, 0, 0 }

/* Drops the note silently when memory is exhausted: the run itself will say so. notes may be NULL. */
void cs_note(struct cs_notes *notes, enum cs_note_kind kind, const char *format, ...) CS_PRINTF(3, 4);

void cs_notes_release(struct cs_notes *notes);

#endif
