#include "segment/christen.h"

#include "base/memory.h"
#include "segment/customers.h"

#include <stdlib.h>

static void warn_renamed(const struct cs_segments *segments, const char *const *kept,
                         const struct cs_names *names, struct cs_notes *notes) {
  for (size_t c = 0; c < segments->k; c++)
    if (kept[c] && !cs_name_is_of_rule(kept[c], names->rule[c]))
      cs_note(notes, CS_NOTE_WARNING, "cluster %u keeps its name '%s'; by the rules it would be '%s' now",
              segments->number[c], kept[c], names->rule[c]);
}

enum cs_status cs_christen(struct cs_segments *segments, struct cs_naming naming, const char *const *older,
                           struct cs_notes *notes, struct cs_error *err) {
  struct cs_names names = CS_NAMES_INIT;
  struct cs_name_rules built_in = CS_NAME_RULES_INIT;
  const char **kept;
  CS_TRY(cs_alloc(&kept, segments->k, sizeof *kept, "names", err));
  for (size_t c = 0; older && segments->partner && c < segments->k; c++)
    if (segments->partner[c] != SIZE_MAX) kept[c] = older[segments->partner[c]];
  naming.k = segments->k;
  naming.number = segments->number;
  naming.kept = kept;
  enum cs_status status = CS_OK;
  if (!naming.rules && cs_is_customers(naming.table)) {
    status = cs_name_rules_read(&built_in, NULL, err);
    naming.rules = &built_in;
  }
  if (status == CS_OK) status = cs_names_make(&names, &naming, err);
  if (status == CS_OK) warn_renamed(segments, kept, &names, notes);
  if (status == CS_OK) status = cs_segments_name(segments, names.name, err);
  cs_names_release(&names);
  cs_name_rules_release(&built_in);
  free(kept);
  return status;
}
