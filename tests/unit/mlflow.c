/* What a run's record becomes for MLflow: names, values, times, batches, addresses. The names are held against the rule that
 * a server has (mlflow/utils/validation.py), worked out here anew. */
#include "track/address.h"
#include "track/mlflow_batch.h"
#include "unit.h"

#include <stdint.h>

static struct cs_error err;

static struct cs_node *parse(const char *text) {
  struct cs_node *node = NULL;
  CHECK(cs_node_parse(&node, cs_slice_of(text), "test", &err) == CS_OK);
  return node;
}

static enum cs_status read_text(struct cs_mlflow_facts *facts, const char *rest) {
  char text[8192];
  snprintf(text, sizeof text,
           "{\"format\":\"cs-experiment\",\"version\":1,\"id\":\"i\",\"state\":\"finished\","
           "\"began\":\"2026-11-27T02:15:00.123Z\"%s}",
           rest);
  struct cs_node *node = parse(text);
  struct cs_mlflow_facts empty = CS_MLFLOW_FACTS_INIT;
  *facts = empty;
  enum cs_status status = cs_mlflow_facts_read(facts, node, NULL, &err);
  cs_node_free(node); /* id and name are not looked at */
  return status;
}

/* Whether posixpath.normpath() leaves the name as it is, and it stays below where it stands. */
static bool is_its_own_path(const char *name) {
  if (*name == '/') return false;
  for (const char *part = name;; part++) {
    size_t len = strcspn(part, "/");
    if (len == 0 || (len == 1 && part[0] == '.') || (len == 2 && memcmp(part, "..", 2) == 0)) return false;
    part += len;
    if (!*part) return true;
  }
}

static bool is_sound(const char *name) {
  static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./ -";
  size_t len = strlen(name);
  return len > 0 && len <= 250 && strspn(name, allowed) == len && is_its_own_path(name);
}

static void check_address(const char *text, const char *base, const char *user, const char *password) {
  struct cs_address address = CS_ADDRESS_INIT;
  CHECK(cs_address_parse(&address, text, &err) == CS_OK);
  CHECK_TEXT(cs_str_text(&address.base), base);
  CHECK_TEXT(cs_str_text(&address.user), user);
  CHECK_TEXT(cs_str_text(&address.password), password);
  CHECK(cs_address_has_user(text) == (*user || *password));
  cs_address_release(&address);
}

static void check_refused(const char *text) {
  struct cs_address address = CS_ADDRESS_INIT;
  CHECK(cs_address_parse(&address, text, &err) == CS_USAGE);
  CHECK(!strstr(err.text, "secret"));
  cs_address_release(&address);
}

static uint64_t state = 1;

static uint32_t draw(uint32_t below) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)((state >> 33) % below);
}

/* Names of the bytes that matter, as many ways as chance finds. */
static void try_names(size_t most) {
  static const char bytes[] = "a.//. -_:";
  for (int round = 0; round < 3000; round++) {
    struct cs_str text = CS_STR_INIT;
    struct cs_mlflow_facts facts;
    cs_str_add_text(&text, ",\"params\":{\"");
    size_t len = draw((uint32_t)most);
    for (size_t i = 0; i < len; i++) cs_str_add_byte(&text, bytes[draw(sizeof bytes - 1)]);
    cs_str_add_text(&text, "\":1}");
    CHECK(read_text(&facts, cs_str_text(&text)) == CS_OK);
    CHECK(facts.params.count == 1 && is_sound(facts.params.pair[0].key));
    cs_mlflow_facts_release(&facts);
    cs_str_release(&text);
  }
}

int main(void) {
  UNIT_BEGIN;

  TEST("mlflow: any name becomes one that a server takes") {
    try_names(8);
    try_names(300);
  }

  TEST("mlflow: a name that a server takes stays as it is") {
    struct cs_mlflow_facts facts;
    CHECK(read_text(&facts, ",\"params\":{\"a/b.c-d e_9\":1,\"...\":1,\"a/.b/..c\":1}") == CS_OK);
    CHECK_TEXT(facts.params.pair[0].key, "a/b.c-d e_9");
    CHECK_TEXT(facts.params.pair[1].key, "...");
    CHECK_TEXT(facts.params.pair[2].key, "a/.b/..c");
    CHECK(facts.renamed == 0);
    cs_mlflow_facts_release(&facts);
  }

  TEST("mlflow: names that would become one are told apart, also where they are cut") {
    char text[4096], name[400];
    struct cs_mlflow_facts facts;
    memset(name, 'x', sizeof name);
    snprintf(text, sizeof text,
             ",\"params\":{\"\xc3\xbc\":1,\"\xc3\xb6\":2,\"_\":3,\"__2\":4,\"%.300s\":5,\"%.301s\":6}", name,
             name);
    CHECK(read_text(&facts, text) == CS_OK);
    CHECK(facts.params.count == 6);
    CHECK_TEXT(facts.params.pair[0].key, "_");
    CHECK_TEXT(facts.params.pair[1].key, "__2");
    CHECK_TEXT(facts.params.pair[2].key, "__3");
    CHECK_TEXT(facts.params.pair[3].key, "__2_2");
    CHECK(strlen(facts.params.pair[4].key) == 250 && strlen(facts.params.pair[5].key) == 250);
    CHECK_TEXT(facts.params.pair[5].key + 247, "x_2");
    cs_mlflow_facts_release(&facts);
  }

  TEST("mlflow: times are milliseconds, with and without a fraction") {
    int64_t time = 0;
    CHECK(cs_mlflow_time("2026-11-27T02:15:00.123Z", &time) && time == 1795745700123);
    CHECK(cs_mlflow_time("2026-11-27T02:15:00Z", &time) && time == 1795745700000);
    CHECK(cs_mlflow_time("2026-11-27T02:15:00.5Z", &time) && time == 1795745700500);
    CHECK(cs_mlflow_time("1970-01-01T00:00:00.001Z", &time) && time == 1);
    CHECK(!cs_mlflow_time("1969-12-31T23:59:59.000Z", &time));
    CHECK(!cs_mlflow_time("soon", &time) && !cs_mlflow_time("", &time) && !cs_mlflow_time(NULL, &time));
  }

  TEST("mlflow: a value is cut between two characters") {
    struct cs_str text = CS_STR_INIT;
    struct cs_mlflow_facts facts;
    cs_str_add_text(&text, ",\"params\":{\"a\":\"x");
    for (int i = 0; i < 3500; i++) cs_str_add_text(&text, "\xc3\xbc");
    cs_str_add_text(&text, "\"}");
    CHECK(read_text(&facts, cs_str_text(&text)) == CS_OK);
    CHECK(facts.cut == 1 && strlen(facts.params.pair[0].value) == 5999);
    cs_mlflow_facts_release(&facts);
    cs_str_release(&text);
  }

  TEST("mlflow: no point is lost between batches, and none is in two") {
    struct cs_mlflow_facts facts = CS_MLFLOW_FACTS_INIT;
    struct cs_str body = CS_STR_INIT;
    uint32_t name;
    bool skip[2500] = {false}, more;
    CHECK(cs_map_add(&facts.metrics, cs_slice_of("m"), &name, &err) == CS_OK);
    CHECK(cs_grow(&facts.point, &facts.capacity, 2500, sizeof *facts.point, "points", &err) == CS_OK);
    for (int64_t i = 0; i < 2500; i++)
      facts.point[facts.points++] = (struct cs_mlflow_point){name, 0.1, 1, i};
    for (size_t i = 0; i < 2500; i += 7) skip[i] = true;
    struct cs_mlflow_batches batches = {&facts, NULL, skip, 0, 0, 0};
    int64_t next = 1;
    while (cs_mlflow_batch_next(&batches, "r", &body, &more, &err) == CS_OK && more) {
      struct cs_node *node = parse(cs_str_text(&body));
      const struct cs_node *metrics = cs_node_get(node, "metrics");
      CHECK(cs_node_size(metrics) <= 1000);
      for (const struct cs_node *at = cs_node_first(metrics); at; at = cs_node_next(at)) {
        CHECK(cs_node_number(cs_node_get(at, "step"), -1) == (double)next);
        CHECK(cs_node_number(cs_node_get(at, "value"), -1) == 0.1);
        next += next % 7 == 6 ? 2 : 1;
      }
      cs_node_free(node);
    }
    CHECK(next == 2500);
    cs_str_release(&body);
    cs_mlflow_facts_release(&facts);
  }

  TEST("mlflow: an address gives up user and password, and keeps neither query nor slashes at its end") {
    check_address("http://host:5000", "http://host:5000", "", "");
    check_address("HTTPS://host/a/b//", "https://host/a/b", "", "");
    check_address("http://u:p@host/x?token=t#f", "http://host/x", "u", "p");
    check_address("http://u%40x:p%3a%20%zz%0@host", "http://host", "u@x", "p: %zz%0");
    check_address("http://u:p@q@host", "http://host", "u", "p@q");
    check_address("http://host/a@b", "http://host/a@b", "", "");
    check_address("http://[::1]:5000/", "http://[::1]:5000", "", "");
    check_address("http://:secret@host", "http://host", "", "secret");
  }

  TEST("mlflow: what is no address of a web server is refused without being repeated") {
    static const char *const bad[] = {"",
                                      "secret",
                                      "file:///secret",
                                      "http://",
                                      "http:///secret",
                                      "http://:1",
                                      "http://u:secret@",
                                      "http://a b",
                                      "http://h\r\nsecret: x",
                                      "mlruns"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) check_refused(bad[i]);
  }

  TEST("mlflow: texts in addresses are encoded byte by byte") {
    struct cs_str text = CS_STR_INIT;
    cs_address_add_encoded(&text, "a/b \xc3\xbc&=%~", "/");
    CHECK_TEXT(cs_str_text(&text), "a/b%20%C3%BC%26%3D%25~");
    cs_str_release(&text);
  }

  UNIT_END;
}
