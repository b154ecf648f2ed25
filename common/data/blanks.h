/* blanks.h - tables whose cells are separated by any number of blanks, as awk reads them: fixed-width files, too.
 *
 * Blanks and TABs outside quotes become one blank between cells, and nothing at the ends of a line, so that what is left is
 * CSV with a blank for its delimiter; lines stay lines. A quote at the beginning of a cell opens it. Private to data/.
 */
#ifndef CS_DATA_BLANKS_H
#define CS_DATA_BLANKS_H

#include <stdbool.h>
#include <stddef.h>

/* Where the text so far ends. */
struct cs_blanks {
  bool quoted;  /* within quotes */
  bool closed;  /* behind a closing quote */
  bool in_line; /* behind a cell's text */
  bool pending; /* and blanks behind that, which weren't given yet */
};

/* Goes on with from[0..len); what is left goes to `to`, and its length is returned. to may be from, or below it, and has
 * to be at least one byte below where `pending` is set. */
size_t cs_blanks_squeeze(struct cs_blanks *blanks, char *to, const char *from, size_t len);

#endif
