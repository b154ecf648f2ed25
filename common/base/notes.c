#include "base/notes.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void cs_note(struct cs_notes *notes, enum cs_note_kind kind, const char *format, ...) {
  if (!notes) return;
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int len = vsnprintf(NULL, 0, format, args);
  va_end(args);
  char *text = len >= 0 ? malloc((size_t)len + 1) : NULL;
  if (text) {
    vsnprintf(text, (size_t)len + 1, format, again);
    cs_error_clean(text);
    if (cs_grow(&notes->note, &notes->capacity, notes->count + 1, sizeof *notes->note, "notes", NULL) ==
        CS_OK)
      notes->note[notes->count++] = (struct cs_note){kind, text};
    else
      free(text);
  }
  va_end(again);
}

void cs_notes_release(struct cs_notes *notes) {
  for (size_t i = 0; i < notes->count; i++) free(notes->note[i].text);
  free(notes->note);
  *notes = (struct cs_notes)CS_NOTES_INIT;
}
