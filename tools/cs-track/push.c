#include "cs-track/commands.h"

#include "cli/tool.h"
#include "track/address.h"
#include "track/experiment.h"
#include "track/mlflow.h"
#include "track/store.h"

#include <math.h>
#include <stddef.h>

struct params {
  struct cs_common common;
  const char *experiments, *uri, *experiment;
  bool upload_data;
  double timeout;
  int64_t retries;
};

static enum cs_status check_uri(const char *value, struct cs_error *err) {
  if (cs_address_has_user(value)) return CS_OK; /* refused where the message doesn't repeat it */
  struct cs_address address = CS_ADDRESS_INIT;
  enum cs_status status = cs_address_parse(&address, value, err);
  cs_address_release(&address);
  return status == CS_USAGE ? cs_fail(err, CS_USAGE, "must be the address of a server: http://HOST:PORT")
                            : status;
}

/* What stands on a command line is shown to everybody by ps(1). */
static enum cs_status refuse_user(const char *uri, struct cs_error *err) {
  if (!uri || !cs_address_has_user(uri)) return CS_OK;
  return cs_fail(err, CS_USAGE,
                 "--uri must be without user and password, which others can see here: set "
                 "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD");
}

static const struct cs_option options[] = {
    {CS_OPTION_HEADING, .help = "Where runs are kept"},
    {CS_OPTION_TEXT, .name = "experiments", .argument = "DIR", .value = "outputs/experiments",
     .help = "the folder of recorded runs", .offset = offsetof(struct params, experiments),
     .marks = CS_OPTION_IS_FILE | CS_OPTION_ENVIRONMENT},
    {CS_OPTION_HEADING, .help = "MLflow"},
    {CS_OPTION_TEXT, .name = "uri", .argument = "URI",
     .help = "address of the server, http or https; without it $MLFLOW_TRACKING_URI",
     .offset = offsetof(struct params, uri), .check = check_uri},
    {CS_OPTION_TEXT, .name = "experiment", .argument = "NAME",
     .help = "experiment of MLflow that the run goes to, made when it isn't there; without it "
             "$MLFLOW_EXPERIMENT_NAME, else Default",
     .offset = offsetof(struct params, experiment)},
    {CS_OPTION_FLAG, .name = "upload-data",
     .help =
         "send files that hold rows of customers, too: tables, pages that draw customers one by one, models "
         "with core points, logs",
     .offset = offsetof(struct params, upload_data)},
    {CS_OPTION_NUMBER, .name = "timeout", .argument = "SECONDS", .value = "300", .lo = 0.1, .hi = 86400,
     .help = "give up after that time", .offset = offsetof(struct params, timeout)},
    {CS_OPTION_INTEGER, .name = "retries", .argument = "N", .value = "4", .lo = 0, .hi = 100,
     .help = "how often a request that failed is tried again, after 0.5, 1, 2, ... seconds",
     .offset = offsetof(struct params, retries)},
    {.type = CS_OPTION_END},
};

static const struct cs_option *const tables[] = {options, cs_options_run, NULL};

const struct cs_spec cs_track_push_spec = {
    .name = "cs-track-push",
    .called = "cs-track push",
    .summary = "send a recorded run to an MLflow server",
    .synopsis = "[OPTION]... [RUN]",
    .description =
        "Sends parameters, metrics, tags and files of a recorded run, by default the last, to an MLflow "
        "server, "
        "and writes where its page is. A second time, it goes on with the same run there. Rows of customers "
        "stay "
        "here unless --upload-data is given. Credentials are taken from MLFLOW_TRACKING_USERNAME and "
        "MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.",
    .examples = "  MLFLOW_TRACKING_URI=http://localhost:5000 \\\n"
                "    cs-track push 20261127_021500\n"
                "      to the experiment Default of the server on this machine\n"
                "  cs-track push --experiment 'spring campaign' --timeout 20 RUN\n",
    .tables = tables,
    .params_size = sizeof(struct params),
    .takes_files = true,
};

static enum cs_status write_back(void *context, struct cs_experiment *experiment, struct cs_error *err) {
  (void)err;
  cs_mlflow_record(experiment->root, context);
  return CS_OK;
}

/* Also after a push that failed on its way the record tells of the run that it made: the next one goes on with that. */
static enum cs_status push(struct cs_tool *tool, const struct cs_mlflow_params *how, const char *folder,
                           struct cs_mlflow_result *result, struct cs_error *err) {
  struct cs_experiment experiment = CS_EXPERIMENT_INIT;
  struct cs_error unwritten = CS_ERROR_INIT;
  enum cs_status status = cs_experiment_read(&experiment, folder, err), written = CS_OK;
  if (status == CS_OK)
    status = cs_mlflow_push(how, experiment.root, folder, result, cs_tool_notes(tool), err);
  if (status == CS_NO) status = CS_IO;
  if (result->run_id.len) written = cs_experiment_change(folder, write_back, result, &unwritten);
  cs_experiment_release(&experiment);
  if (status == CS_OK && written != CS_OK) return cs_fail(err, written, "%s", unwritten.text);
  return status;
}

static void say_sent(struct cs_tool *tool, const struct cs_mlflow_result *result) {
  cs_tool_say(tool, "%s: %zu parameters, %zu metrics, %zu tags, %zu files; %zu files stay here",
              result->resumed ? "sent what the server didn't have" : "sent", result->params, result->metrics,
              result->tags, result->artifacts, result->stays);
}

enum { SECONDS_AFTER_RUN = 30 };

void cs_track_push_after_run(struct cs_tool *tool, const char *folder) {
  struct cs_mlflow_params how = CS_MLFLOW_PARAMS_INIT;
  struct cs_mlflow_result result = CS_MLFLOW_RESULT_INIT;
  struct cs_error err = CS_ERROR_INIT;
  how.limit_seconds = SECONDS_AFTER_RUN;
  if (!cs_mlflow_environment(&how)) return;
  if (push(tool, &how, folder, &result, &err) == CS_OK)
    cs_tool_say(tool, "sent to %s", cs_str_text(&result.page));
  else
    cs_note(cs_tool_notes(tool), CS_NOTE_WARNING, "not sent to MLflow: %s (cs-track push %s)", err.text,
            cs_store_id(folder));
  cs_mlflow_result_release(&result);
}

static enum cs_status tell_page(struct cs_tool *tool, const struct cs_mlflow_result *result) {
  struct cs_str page = CS_STR_INIT;
  cs_str_add_format(&page, "%s\n", cs_str_text(&result->page));
  enum cs_status status = cs_tool_write_text(tool, &page);
  cs_str_release(&page);
  return status;
}

static enum cs_status run(struct cs_tool *tool, void *context) {
  const struct params *params = context;
  struct cs_error *err = cs_tool_error(tool);
  struct cs_mlflow_params how = {.uri = params->uri,
                                 .experiment = params->experiment,
                                 .upload_data = params->upload_data,
                                 .limit_seconds = params->timeout,
                                 .retries = (int)params->retries};
  struct cs_mlflow_result result = CS_MLFLOW_RESULT_INIT;
  struct cs_str folder = CS_STR_INIT;
  cs_tool_leave_no_record(tool);
  if (params->common.file_count > 1) return cs_fail(err, CS_USAGE, "one RUN at a time");
  CS_TRY(refuse_user(params->uri, err));
  if (!cs_mlflow_environment(&how))
    return cs_fail(err, CS_USAGE, "no server is named: give --uri, or set MLFLOW_TRACKING_URI");
  enum cs_status status = cs_store_find(
      params->experiments, params->common.file_count ? params->common.files[0] : "last", &folder, err);
  cs_tool_phase(tool, "push");
  if (status == CS_OK) status = push(tool, &how, cs_str_text(&folder), &result, err);
  if (status == CS_OK) say_sent(tool, &result);
  if (status == CS_OK) status = tell_page(tool, &result);
  cs_mlflow_result_release(&result);
  cs_str_release(&folder);
  return status;
}

int cs_track_push_main(int argc, char **argv) {
  struct params params;
  return cs_tool_main(&cs_track_push_spec, argc, argv, &params, run);
}
