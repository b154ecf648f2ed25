#include "track/mlflow.h"

void cs_mlflow_record(struct cs_node *experiment, const struct cs_mlflow_result *result) {
  cs_node_free(cs_node_take(experiment, "mlflow"));
  struct cs_node *node = cs_node_add_object(experiment, "mlflow");
  cs_node_add_str(node, "uri", &result->uri);
  cs_node_add_str(node, "run_id", &result->run_id);
  cs_node_add_text(node, "pushed", result->pushed[0] ? result->pushed : NULL);
}
