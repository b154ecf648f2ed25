#include "segment/verdict.h"

#include "base/num.h"

#include <math.h>

static void add_number(struct cs_str *out, const char *name, double value, int digits) {
  char text[CS_NUM_TEXT];
  if (isnan(value)) return;
  cs_num_print(value, digits, text);
  cs_str_add_format(out, ", %s %s", name, text);
}

void cs_verdict_result(const struct cs_sweep *sweep, const struct cs_choice *choice, struct cs_str *out) {
  const struct cs_candidate *candidate = &sweep->candidate[choice->chosen];
  const struct cs_kmeans *fit = &sweep->fit[choice->chosen];
  cs_str_add_format(out, "%zu cluster%s", fit->k, fit->k == 1 ? "" : "s");
  add_number(out, "inertia", candidate->inertia, 8);
  add_number(out, "silhouette", candidate->silhouette, 4);
  add_number(out, "Davies-Bouldin", candidate->davies_bouldin, 4);
  add_number(out, "Calinski-Harabasz", candidate->calinski_harabasz, 6);
  cs_str_add_format(out, "; %zu of %zu starts ended there", fit->recurred, sweep->restarts);
}

static void warn_unconverged(const struct cs_sweep *sweep, double tolerance, struct cs_notes *notes) {
  struct cs_str text = CS_STR_INIT;
  for (size_t i = 0; i < sweep->count; i++)
    if (!sweep->fit[i].converged) cs_str_add_format(&text, "%s%zu", text.len ? ", " : "", sweep->fit[i].k);
  if (text.len)
    cs_note(notes, CS_NOTE_WARNING, "k-means stopped before convergence for k = %s, by %s",
            cs_str_text(&text), tolerance > 0 ? "--tolerance or --max-iter" : "--max-iter");
  cs_str_release(&text);
}

/* Whether every cluster is stable for some number of them: of those that the business rule may choose, else of all. */
static bool is_reliable(const struct cs_sweep *sweep, const struct cs_choice *choice) {
  if (choice->rule == CS_RULE_BUSINESS) return choice->verdict != CS_VERDICT_UNRELIABLE;
  for (size_t i = 0; i < sweep->count; i++)
    if (cs_candidate_stable(&sweep->candidate[i])) return true;
  return sweep->stability_rows == 0;
}

void cs_verdict_warn(const struct cs_sweep *sweep, const struct cs_choice *choice, double tolerance,
                     struct cs_notes *notes) {
  warn_unconverged(sweep, tolerance, notes);
  if (!is_reliable(sweep, choice))
    cs_note(notes, CS_NOTE_WARNING, "no reliable segmentation: not every %s comes back under resampling%s",
            choice->rule == CS_RULE_BUSINESS ? "segment" : "cluster",
            choice->rule == CS_RULE_FIXED ? "" : ", for any number of them");
}

enum cs_status cs_verdict_require_stable(const struct cs_sweep *sweep, const struct cs_choice *choice,
                                         struct cs_error *err) {
  const struct cs_candidate *chosen = &sweep->candidate[choice->chosen];
  if (cs_candidate_stable(chosen)) return CS_OK;
  return cs_fail(
      err, CS_NO,
      "--require-stable: of %zu clusters the least stable has a mean Jaccard of %.3f, %.3f less two "
      "standard errors, not %.2f",
      chosen->k, cs_candidate_jaccard(chosen), cs_candidate_bound(chosen), CS_BUSINESS_JACCARD);
}
