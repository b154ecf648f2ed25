#include "track/views_inside.h"

#include "report/grid.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- one run --- */

static void add_line(struct cs_str *out, const char *name, const char *text) {
  cs_str_add_format(out, "%-12s ", name);
  cs_text_add(out, text, SIZE_MAX);
  cs_str_add_byte(out, '\n');
}

static void add_head(const struct cs_facts *facts, struct cs_str *out) {
  char text[CS_SAY_TEXT];
  static const char *const plain[] = {"name", "state", "command", "exit_status", "signal"};
  const struct cs_fact *fact = cs_facts_get(facts, "id");
  add_line(out, "run", fact ? fact->text : "");
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
    fact = cs_facts_get(facts, plain[i]);
    if (fact && fact->there)
      add_line(out, strcmp(plain[i], "exit_status") ? plain[i] : "exit status", fact->text);
  }
  if ((fact = cs_facts_get(facts, "began")) && fact->there)
    add_line(out, "began (UTC)", cs_view_time(fact->text, text));
  if (cs_view_is_number(fact = cs_facts_get(facts, "seconds")))
    add_line(out, "took", cs_view_seconds(fact->number, text));
  if (cs_view_is_number(fact = cs_facts_get(facts, "cpu_seconds")))
    add_line(out, "processor", cs_view_seconds(fact->number, text));
  if (cs_view_is_number(fact = cs_facts_get(facts, "peak_memory_bytes")))
    add_line(out, "peak memory", cs_view_bytes(fact->number, text));
}

/* Behind an empty line; nothing where the sheet has no cells. */
static enum cs_status write_part(const struct cs_sheet *sheet, size_t width, struct cs_str *out,
                                 struct cs_error *err) {
  if (!sheet->cells) return CS_OK;
  cs_str_add_byte(out, '\n');
  return cs_sheet_write(sheet, CS_SHEET_TEXT, width, out, err);
}

static const char *say_rows(const struct cs_node *flow, char text[CS_SAY_TEXT]) {
  const struct cs_node *rows = cs_node_get(flow, "rows");
  return rows ? cs_say_number(text, cs_node_number(rows, NAN), 0) : NULL;
}

static enum cs_status add_steps(const struct cs_node *steps, size_t width, struct cs_str *out,
                                struct cs_error *err) {
  struct cs_sheet sheet = CS_SHEET_INIT;
  char text[CS_SAY_TEXT];
  static const char *const name[] = {"step", "status",      "rows in", "rows out",
                                     "took", "peak memory", "warnings"};
  for (size_t i = 0; i < sizeof name / sizeof *name; i++) cs_sheet_column(&sheet, i ? 'r' : 'l', name[i]);
  for (const struct cs_node *step = cs_node_first(steps); step; step = cs_node_next(step)) {
    const struct cs_node *operand = cs_node_first(cs_node_get(step, "operands"));
    const char *tool = cs_node_text(cs_node_get(step, "tool"), ""), *label = cs_node_text(operand, "");
    bool tap = strcmp(tool, "cs-track") == 0 && operand && cs_node_next(operand);
    struct cs_str called = CS_STR_INIT;
    cs_str_add_format(&called, "%s%s%s", tool, tap ? " " : "", tap ? label : "");
    if (tap) cs_str_add_format(&called, " %s", cs_node_text(cs_node_next(operand), ""));
    cs_sheet_text(&sheet, cs_str_text(&called));
    cs_str_release(&called);
    cs_sheet_number(&sheet, cs_say_number(text, cs_node_number(cs_node_get(step, "status"), NAN), 0));
    cs_sheet_number(&sheet, say_rows(cs_node_get(step, "input"), text));
    cs_sheet_number(&sheet, say_rows(cs_node_get(step, "output"), text));
    cs_sheet_text(&sheet, cs_view_seconds(cs_node_number(cs_node_get(step, "wall_seconds"), NAN), text));
    cs_sheet_text(&sheet, cs_view_bytes(cs_node_number(cs_node_get(step, "peak_memory_bytes"), 0), text));
    cs_sheet_number(&sheet, cs_say_number(text, (double)cs_node_size(cs_node_get(step, "warnings")), 0));
  }
  enum cs_status status = write_part(&sheet, width, out, err);
  cs_sheet_release(&sheet);
  return status;
}

/* The facts of a kind, as two columns. */
static enum cs_status add_facts(const struct cs_facts *facts, const char *kind, const char *title,
                                size_t width, struct cs_str *out, struct cs_error *err) {
  struct cs_sheet sheet = CS_SHEET_INIT;
  struct cs_str name = CS_STR_INIT;
  cs_sheet_column(&sheet, 'l', title);
  cs_sheet_column(&sheet, 'l', "");
  for (uint32_t n = 0; n < facts->names.count; n++) {
    struct cs_slice key = cs_map_key(&facts->names, n);
    if (key.len <= strlen(kind) || memcmp(key.data, kind, strlen(kind)) != 0) continue;
    cs_str_clear(&name);
    cs_str_add(&name, key.data + strlen(kind), key.len - strlen(kind));
    cs_sheet_text(&sheet, cs_str_text(&name));
    cs_view_add_fact(&sheet, &facts->fact[n], CS_SHEET_TEXT);
  }
  enum cs_status status = cs_str_check(&name, "a name", err);
  if (status == CS_OK) status = write_part(&sheet, width, out, err);
  cs_str_release(&name);
  cs_sheet_release(&sheet);
  return status;
}

static enum cs_status add_artifacts(const struct cs_node *artifacts, size_t width, struct cs_str *out,
                                    struct cs_error *err) {
  struct cs_sheet sheet = CS_SHEET_INIT;
  char text[CS_SAY_TEXT];
  static const char *const name[] = {"file", "bytes", "SHA-256", "copy"};
  for (size_t i = 0; i < 4; i++) cs_sheet_column(&sheet, i == 1 ? 'r' : i ? 'l' : 'f', name[i]);
  for (const struct cs_node *at = cs_node_first(artifacts); at; at = cs_node_next(at)) {
    cs_sheet_text(&sheet, cs_node_text(cs_node_get(at, "path"), ""));
    cs_sheet_number(&sheet, cs_say_number(text, cs_node_number(cs_node_get(at, "bytes"), NAN), 0));
    snprintf(text, sizeof text, "%.12s", cs_node_text(cs_node_get(at, "sha256"), ""));
    cs_sheet_text(&sheet, text);
    cs_sheet_text(&sheet, cs_node_text(cs_node_get(at, "kept"), NULL) ? "yes" : "no");
  }
  enum cs_status status = write_part(&sheet, width, out, err);
  cs_sheet_release(&sheet);
  return status;
}

static void add_notes(const struct cs_node *root, struct cs_str *out) {
  char text[CS_SAY_TEXT];
  const struct cs_node *notes = cs_node_get(root, "notes"), *step = cs_node_first(cs_node_get(root, "steps"));
  if (cs_node_size(notes)) cs_str_add_byte(out, '\n');
  for (const struct cs_node *note = cs_node_first(notes); note; note = cs_node_next(note)) {
    cs_str_add_format(out, "note, %s: ", cs_view_time(cs_node_text(cs_node_get(note, "time"), ""), text));
    cs_text_add(out, cs_node_text(cs_node_get(note, "text"), ""), SIZE_MAX);
    cs_str_add_byte(out, '\n');
  }
  for (; step; step = cs_node_next(step)) {
    const char *tool = cs_node_text(cs_node_get(step, "tool"), ""),
               *error = cs_node_text(cs_node_get(step, "error"), NULL);
    const struct cs_node *warning = cs_node_first(cs_node_get(step, "warnings"));
    if (error)
      cs_str_add_format(out, "%s: ", tool), cs_text_add(out, error, SIZE_MAX), cs_str_add_byte(out, '\n');
    for (; warning; warning = cs_node_next(warning)) {
      cs_str_add_format(out, "%s: warning: ", tool);
      cs_text_add(out, cs_node_text(warning, ""), SIZE_MAX);
      cs_str_add_byte(out, '\n');
    }
  }
}

static enum cs_status show(const struct cs_experiment *experiment, const struct cs_facts *facts, size_t width,
                           struct cs_str *out, struct cs_error *err) {
  static const char *const kind[][2] = {{"tag.", "tag"}, {"metric.", "metric"}};
  const struct cs_node *root = experiment->root;
  add_head(facts, out);
  if (cs_node_size(cs_node_get(root, "steps")))
    CS_TRY(add_steps(cs_node_get(root, "steps"), width, out, err));
  for (size_t i = 0; i < 2; i++) CS_TRY(add_facts(facts, kind[i][0], kind[i][1], width, out, err));
  CS_TRY(add_artifacts(cs_node_get(root, "artifacts"), width, out, err));
  add_notes(root, out);
  return cs_str_check(out, "the run", err);
}

enum cs_status cs_view_run(const struct cs_experiment *experiment, const struct cs_view *view,
                           struct cs_str *out, struct cs_error *err) {
  struct cs_facts facts = CS_FACTS_INIT;
  if (view->format == CS_SHEET_JSON) {
    cs_node_keep_integers(experiment->root);
    return cs_node_write(experiment->root, out, err);
  }
  enum cs_status status = cs_facts_take(&facts, experiment, err);
  if (status == CS_OK) status = show(experiment, &facts, view->width, out, err);
  cs_facts_release(&facts);
  return status;
}

/* --- what became of the files --- */

void cs_view_verified_head(struct cs_sheet *sheet) {
  cs_sheet_column(sheet, 'l', "run");
  cs_sheet_column(sheet, 'f', "file");
  cs_sheet_column(sheet, 'l', "state");
}

enum cs_status cs_view_verified(const struct cs_experiment *experiment, struct cs_sheet *sheet, size_t *bad,
                                struct cs_error *err) {
  static const char *const word[] = {"same", "changed", "gone"};
  const struct cs_node *artifact = cs_node_first(cs_node_get(experiment->root, "artifacts"));
  for (; artifact; artifact = cs_node_next(artifact)) {
    enum cs_artifact_state state;
    CS_TRY(cs_artifact_check(experiment, artifact, &state, err));
    const char *kept = cs_node_text(cs_node_get(artifact, "kept"), NULL);
    cs_sheet_text(sheet, cs_node_text(cs_node_get(experiment->root, "id"), ""));
    cs_sheet_text(sheet, kept ? kept : cs_node_text(cs_node_get(artifact, "path"), ""));
    cs_sheet_text(sheet, word[state]);
    *bad += state != CS_ARTIFACT_SAME;
  }
  return CS_OK;
}
