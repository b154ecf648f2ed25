#include "segment/dbscan_verdict.h"

#include "base/num.h"

/* Shares of the rows from which on, or below which, a warning is due. */
static const double NOISE_MOST = 0.5, LARGEST_MOST = 0.95, CORE_LEAST = 0.05, DUPLICATES_MOST = 0.5;

/* Columns that span so many times as much as others decide alone. */
static const double SPANS_MOST = 10;

enum { COLUMNS_MOST = 20 };

static double share(size_t rows, size_t of) {
  return of ? (double)rows / (double)of : 0;
}

void cs_dbscan_verdict_result(const struct cs_dbscan_verdict *verdict, struct cs_str *out) {
  const struct cs_dbscan *fit = verdict->fit;
  size_t border = fit->n - fit->core - fit->noise;
  char eps[CS_NUM_TEXT];
  cs_num_print(verdict->params->eps, 6, eps);
  cs_str_add_format(
      out,
      "%zu cluster%s, eps %s, min-points %.0f; %zu core points (%.1f %%), %zu border, %zu noise (%.1f %%)",
      fit->k, fit->k == 1 ? "" : "s", eps, verdict->params->min_points, fit->core,
      100 * share(fit->core, fit->n), border, fit->noise, 100 * share(fit->noise, fit->n));
  if (fit->k)
    cs_str_add_format(out, "; largest cluster %zu rows (%.1f %%)", cs_dbscan_largest(fit),
                      100 * share(cs_dbscan_largest(fit), fit->n));
}

static void warn_of_shares(const struct cs_dbscan_verdict *verdict, struct cs_notes *notes) {
  const struct cs_dbscan *fit = verdict->fit;
  double noise = share(fit->noise, fit->n), core = share(fit->core, fit->n),
         largest = share(cs_dbscan_largest(fit), fit->n);
  if (fit->k == 0)
    cs_note(notes, CS_NOTE_WARNING,
            "no row has %.0f rows within eps: everything is noise; raise --eps, or lower --min-points",
            verdict->params->min_points);
  else if (noise > NOISE_MOST)
    cs_note(notes, CS_NOTE_WARNING,
            "%.1f %% of the rows are noise: eps is too small, or there are no dense clusters here",
            100 * noise);
  else if (core < CORE_LEAST)
    cs_note(notes, CS_NOTE_WARNING, "only %.1f %% of the rows are core points", 100 * core);
  if (verdict->signs->beyond)
    cs_note(notes, CS_NOTE_WARNING, "eps reaches from any row to any other: it can't tell clusters");
  else if (largest >= LARGEST_MOST)
    cs_note(notes, CS_NOTE_WARNING,
            "one cluster holds %.1f %% of the rows: eps is too large, or this is one population, of which "
            "the noise is what is "
            "worth a look",
            100 * largest);
}

static void warn_of_columns(const struct cs_dbscan_verdict *verdict, struct cs_notes *notes) {
  const struct cs_dbscan_signs *signs = verdict->signs;
  const char *const *names = verdict->inputs->names;
  if (signs->lattice < verdict->d)
    cs_note(notes, CS_NOTE_WARNING,
            "the clusters are the values of '%s', which has gaps between them: each holds a single one, but "
            "for one "
            "of several; leave it out with -x, or count by it",
            names[signs->lattice]);
  if (verdict->d > COLUMNS_MOST)
    cs_note(notes, CS_NOTE_WARNING,
            "%zu features: where there are so many all distances are alike, and density says little; "
            "cs-scale --pca draws them "
            "together",
            verdict->d);
  if (!verdict->inputs->scaler && !verdict->inputs->features.prepared &&
      signs->longest > SPANS_MOST * signs->shortest)
    cs_note(notes, CS_NOTE_WARNING,
            "'%s' spans %.0f times as much as '%s' and decides alone who is near: --scale none is for "
            "features in one unit",
            names[signs->widest], signs->longest / signs->shortest, names[signs->narrowest]);
}

void cs_dbscan_verdict_warn(const struct cs_dbscan_verdict *verdict, struct cs_notes *notes) {
  const struct cs_dbscan *fit = verdict->fit;
  warn_of_shares(verdict, notes);
  warn_of_columns(verdict, notes);
  double duplicates = share(verdict->signs->duplicate, fit->core);
  if (duplicates > DUPLICATES_MOST)
    cs_note(notes, CS_NOTE_WARNING,
            "%.1f %% of the core points are so by rows that equal them: these say that rows are repeated, "
            "not that they are dense",
            100 * duplicates);
}
