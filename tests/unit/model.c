#include "data/model.h"

#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

static char path[] = "/tmp/cs-unit-model-XXXXXX";

static void put(const char *text) {
  FILE *file = fopen(path, "wb");
  if (!file) return;
  fputs(text, file);
  fclose(file);
}

/* Reads the text as a model of cs-kmeans, features and scaling included; the message, or "read". */
static const char *reading(const char *text, struct cs_error *err) {
  struct cs_node *model;
  const char **names;
  struct cs_model_scaling *scaling;
  size_t count;
  put(text);
  enum cs_status status = cs_model_read(&model, path, "cs-kmeans", err);
  if (status != CS_OK) return model ? "a model in spite of the error" : err->text;
  status = cs_model_features(model, path, &names, &scaling, &count, err);
  free(names);
  free(scaling);
  cs_node_free(model);
  if (status == CS_OK) return "read";
  return status == CS_DATA && count == 0 ? err->text : "wrong status";
}

static void check_reading(const char *text, const char *message) {
  struct cs_error err = CS_ERROR_INIT;
  char expected[512];
  snprintf(expected, sizeof expected, "%s%s", strcmp(message, "read") == 0 ? "" : path, message);
  CHECK_TEXT(reading(text, &err), expected);
}

#define HEAD "{\"format\":\"cs-model\",\"version\":1,\"tool\":\"cs-kmeans\""

static void test_write_read(void) {
  struct cs_error err = CS_ERROR_INIT;
  TEST("model: what was written is read again, to the last bit") {
    const char *const name[] = {"a", "b,\"c\""};
    const struct cs_model_scaling scaling[] = {{0.1 + 0.2, 1.0 / 3}, {-5e-324, 1e300}};
    struct cs_node *model = cs_model_begin("cs-kmeans", 1000, "abc");
    cs_model_add_features(model, name, 2, scaling);
    cs_node_add_numbers(model, "sizes", (const double[]){700, 300}, 2);
    CHECK(cs_model_write(model, path, &err) == CS_OK);
    cs_node_free(model);

    const char **names = NULL;
    struct cs_model_scaling *again = NULL;
    size_t count = 0;
    double sizes[2] = {0}, rows = 0;
    CHECK(cs_model_read(&model, path, "cs-kmeans", &err) == CS_OK);
    CHECK(cs_model_features(model, path, &names, &again, &count, &err) == CS_OK && count == 2 && again);
    CHECK_TEXT(names[0], "a");
    CHECK_TEXT(names[1], "b,\"c\"");
    CHECK(memcmp(again, scaling, sizeof scaling) == 0);
    CHECK(cs_model_number(model, path, "rows", &rows, &err) == CS_OK && rows == 1000);
    CHECK_TEXT(cs_node_text(cs_node_get(model, "input_sha256"), ""), "abc");
    CHECK(cs_model_numbers(cs_node_get(model, "sizes"), path, "sizes", 2, sizes, &err) == CS_OK &&
          sizes[1] == 300);
    free(names);
    free(again);
    cs_node_free(model);
  }
  TEST("model: a model without scaling has none") {
    struct cs_node *model = cs_model_begin("cs-dbscan", 5, "");
    const char **names = NULL;
    struct cs_model_scaling *scaling = NULL;
    size_t count = 0;
    cs_model_add_features(model, (const char *const[]){"x"}, 1, NULL);
    CHECK(cs_node_is_null(cs_node_get(model, "input_sha256")));
    CHECK(cs_model_features(model, path, &names, &scaling, &count, &err) == CS_OK && count == 1 && !scaling);
    free(names);
    cs_node_free(model);
  }
}

static void test_head(void) {
  TEST("model: a file that is no model is said to be none") {
    check_reading("[]", ": not a model written by --save ('format' isn't \"cs-model\")");
    check_reading("{}", ": not a model written by --save ('format' isn't \"cs-model\")");
    check_reading("{\"format\":7}", ": not a model written by --save ('format' isn't \"cs-model\")");
    check_reading("a,b\n1,2\n", ":1:1: expected a value");
    check_reading("", ": empty");
    check_reading("{\"format\":\"cs-model\",", ":1:22: expected a key in double quotes");
  }
  TEST("model: the version decides whether it can be read") {
    check_reading("{\"format\":\"cs-model\",\"version\":2}",
                  ": written by a newer cs (model version 2, this program reads up to 1)");
    check_reading("{\"format\":\"cs-model\",\"version\":1e300,\"tool\":3}",
                  ": written by a newer cs (model version 1e+300, this program reads up to 1)");
  }
  TEST("model: a version that is no whole number is refused") {
    static const char *const bad[] = {"0", "-1", "1.5", "\"1\"", "null", "[]"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
      char text[128];
      snprintf(text, sizeof text, "{\"format\":\"cs-model\",\"version\":%s,\"tool\":\"cs-kmeans\"}", bad[i]);
      check_reading(text, ": 'version' isn't a whole number from 1");
    }
    check_reading("{\"format\":\"cs-model\"}", ": 'version' isn't a whole number from 1");
  }
  TEST("model: another tool's model is refused by name") {
    check_reading("{\"format\":\"cs-model\",\"version\":1,\"tool\":\"cs-prep\"}",
                  ": a model of cs-prep, not of cs-kmeans");
    check_reading("{\"format\":\"cs-model\",\"version\":1}", ": 'tool' is missing or isn't text");
  }
  TEST("model: any tool's model is read when none is asked for") {
    struct cs_error err = CS_ERROR_INIT;
    struct cs_node *model;
    put("{\"format\":\"cs-model\",\"version\":1,\"tool\":\"cs-prep\"}");
    CHECK(cs_model_read(&model, path, NULL, &err) == CS_OK);
    cs_node_free(model);
  }
}

static void test_features(void) {
  TEST("model: broken features are refused") {
    check_reading(HEAD "}", ": 'features' is missing, or isn't an array of column names");
    check_reading(HEAD ",\"features\":[]}", ": 'features' is missing, or isn't an array of column names");
    check_reading(HEAD ",\"features\":{\"a\":1}}",
                  ": 'features' is missing, or isn't an array of column names");
    check_reading(HEAD ",\"features\":[\"a\",1]}", ": features[1] isn't text");
    check_reading(HEAD ",\"features\":[\"a\",\"b\",\"a\"]}", ": feature 'a' stands twice in 'features'");
    check_reading(HEAD ",\"features\":[\"a\"]}", "read");
    check_reading(HEAD ",\"features\":[\"a\"],\"scaling\":null}", "read");
  }
  TEST("model: broken scaling is refused") {
    check_reading(HEAD ",\"features\":[\"a\"],\"scaling\":{}}",
                  ": 'scaling' isn't an array of 1 entries, one for each feature");
    check_reading(HEAD ",\"features\":[\"a\"],\"scaling\":[]}",
                  ": 'scaling' isn't an array of 1 entries, one for each feature");
    check_reading(HEAD ",\"features\":[\"a\"],\"scaling\":[1]}", ": scaling[0] isn't that of feature 'a'");
    check_reading(HEAD ",\"features\":[\"a\"],\"scaling\":[{\"name\":\"b\",\"centre\":0,\"scale\":1}]}",
                  ": scaling[0] isn't that of feature 'a'");
    check_reading(HEAD ",\"features\":[\"a\"],\"scaling\":[{\"name\":\"a\",\"scale\":1}]}",
                  ": 'centre' is missing");
    check_reading(HEAD ",\"features\":[\"a\"],\"scaling\":[{\"name\":\"a\",\"centre\":null,\"scale\":1}]}",
                  ": 'centre' isn't a number");
    check_reading(HEAD ",\"features\":[\"a\"],\"scaling\":[{\"name\":\"a\",\"centre\":0,\"scale\":0}]}",
                  ": the scale of feature 'a' isn't above 0");
    check_reading(HEAD ",\"features\":[\"a\"],\"scaling\":[{\"name\":\"a\",\"centre\":0,\"scale\":1}]}",
                  "read");
  }
  TEST("model: arrays of numbers are counted and checked") {
    struct cs_error err = CS_ERROR_INIT;
    struct cs_node *root;
    double out[2];
    CHECK(cs_node_parse(&root, cs_slice_of("{\"a\":[1,2],\"b\":[1,\"2\"],\"c\":3,\"d\":{\"x\":1,\"y\":2}}"),
                        "m", &err) == CS_OK);
    CHECK(cs_model_numbers(cs_node_get(root, "a"), "m", "a", 2, out, &err) == CS_OK && out[0] == 1 &&
          out[1] == 2);
    CHECK(cs_model_numbers(cs_node_get(root, "a"), "m", "a", 1, out, &err) == CS_DATA);
    CHECK_TEXT(err.text, "m: 'a' has 2 values, not 1");
    CHECK(cs_model_numbers(cs_node_get(root, "b"), "m", "b", 2, out, &err) == CS_DATA);
    CHECK_TEXT(err.text, "m: 'b' holds what isn't a number");
    CHECK(cs_model_numbers(cs_node_get(root, "c"), "m", "c", 1, out, &err) == CS_DATA);
    CHECK(cs_model_numbers(cs_node_get(root, "d"), "m", "d", 2, out, &err) == CS_DATA);
    CHECK(cs_model_numbers(cs_node_get(root, "e"), "m", "e", 0, out, &err) == CS_DATA);
    CHECK_TEXT(err.text, "m: 'e' is missing");
    cs_node_free(root);
  }
}

static void test_cut(void) {
  TEST("model: a model with any byte cut or changed is read or refused, nothing else") {
    static const char whole[] =
        HEAD ",\"features\":[\"a\",\"b\"],\"scaling\":[{\"name\":\"a\",\"centre\":1,\"scale\":2},"
             "{\"name\":\"b\",\"centre\":-1e-3,\"scale\":0.5}]}";
    static const char change[] = "\"{}[],:0e-x\\\n";
    for (size_t i = 0; i < sizeof whole - 1; i++) {
      struct cs_error err = CS_ERROR_INIT;
      char text[sizeof whole];
      memcpy(text, whole, sizeof whole);
      text[i] = '\0';
      CHECK(strncmp(reading(text, &err), path, strlen(path)) == 0);
      for (const char *to = change; *to; to++) {
        memcpy(text, whole, sizeof whole);
        text[i] = *to;
        const char *told = reading(text, &err);
        CHECK(strcmp(told, "read") == 0 || strncmp(told, path, strlen(path)) == 0);
      }
    }
  }
}

int main(void) {
  UNIT_BEGIN;
  int file = mkstemp(path);
  if (file >= 0) close(file);
  test_write_read();
  test_head();
  test_features();
  test_cut();
  unlink(path);
  UNIT_END;
}
