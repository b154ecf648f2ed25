/* christen.h - gives the clusters of a clustering their names: those that go on as older ones keep what they are called, the
 * others are called what names.h says. */
#ifndef CS_SEGMENT_CHRISTEN_H
#define CS_SEGMENT_CHRISTEN_H

#include "base/notes.h"
#include "segment/names.h"
#include "segment/segments.h"

/* naming says it all but k, number and kept, which are those of the segments, and the built-in rules, which customers get where rules is NULL. older is [old k], the names of the model that they
 * follow, or NULL. A warning tells where the rules would call one that goes on otherwise by now. */
CS_MUST_CHECK enum cs_status cs_christen(struct cs_segments *segments, struct cs_naming naming,
                                         const char *const *older, struct cs_notes *notes,
                                         struct cs_error *err);

#endif
