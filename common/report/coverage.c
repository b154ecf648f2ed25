#include "report/coverage.h"

#include <math.h>
#include <string.h>

static double number_in(const struct cs_node *object, const char *key) {
  return cs_node_number(cs_node_get(object, key), NAN);
}

enum cs_status cs_coverage_read(struct cs_coverage *coverage, const char *path, struct cs_error *err) {
  CS_TRY(cs_node_read(&coverage->document, path, err));
  const struct cs_node *root = coverage->document, *dates = cs_node_get(root, "dates"),
                       *revenue = cs_node_get(root, "revenue");
  if (strcmp(cs_node_text(cs_node_get(root, "format"), ""), "cs-quality") != 0)
    return cs_fail(err, CS_DATA, "%s: not what cs-prep --quality writes", path);
  coverage->first = cs_node_text(cs_node_get(dates, "first"), NULL);
  coverage->last = cs_node_text(cs_node_get(dates, "last"), NULL);
  coverage->as_of = cs_node_text(cs_node_get(dates, "as_of"), NULL);
  coverage->rows = number_in(root, "rows");
  coverage->bad_rows = number_in(root, "bad_rows");
  coverage->customers = number_in(cs_node_get(root, "customers"), "written");
  coverage->gross = number_in(revenue, "gross");
  coverage->refunded = number_in(revenue, "refunded");
  coverage->guests = number_in(cs_node_get(root, "guests"), "share");
  return CS_OK;
}

void cs_coverage_release(struct cs_coverage *coverage) {
  cs_node_free(coverage->document);
  *coverage = (struct cs_coverage)CS_COVERAGE_INIT;
}
