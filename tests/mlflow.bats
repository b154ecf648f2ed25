load helper

# A run's record goes to an MLflow server. tests/mlflow/mock.py stands for one: it checks requests against the documented API
# and its limits, and misbehaves as told; tests/mlflow/check.py works out for itself what a server should have then. The same
# is asked of a real server where there is one ($MLFLOW, or mlflow on PATH).

PUSH=$BATS_TEST_DIRNAME/mlflow/push
PYTHON=/usr/bin/python3

# The files of a run that leave without being asked for.
SENT=(reports/kmeans_clustering_report.md 'visualizations/bild ä _1.png=visualizations/bild ä #1.png' kmeans.json empty.md)
DATA_TOO=(dbscan.json other.json dashboard.html clusters.csv DBSCAN.CORE.CSV flagged.md run.log noname)

unset_all() {
  local name
  for name in $(compgen -e | grep -E '^(MLFLOW_|CS_)|_proxy$|_PROXY$'); do unset "$name"; done
}

need_libcurl() {
  "$PYTHON" -c 'import http.server' 2>/dev/null || skip 'python3 is not installed'
  mkdir -p none
  echo '{"format":"cs-experiment","version":1,"id":"1","state":"finished","began":"2026-11-27T02:15:00.123Z"}' >none/experiment.json
  run "$PUSH" --retries 0 --uri http://127.0.0.1:1 none
  [[ $output != *'built without libcurl'* ]] || skip 'built without libcurl'
}

# mock RULE...: $URI is its address.
mock() {
  unset_all
  need_libcurl
  mkdir -p server
  rm -f server/*
  "$PYTHON" "$ROOT/tests/mlflow/mock.py" server "$@" 3>&- 2>server/stderr &
  echo $! >>pids
  for _ in {1..200}; do
    [[ -e server/port ]] && break
    sleep 0.05
  done
  URI=http://127.0.0.1:$(<server/port)
}

teardown() {
  local pid
  [[ ! -e pids ]] || while read -r pid; do kill -- "$pid" 2>/dev/null || true; done <pids
}

record() { "$PYTHON" "$ROOT/tests/mlflow/record.py" "$@"; }

run_id() { "$PYTHON" -c 'import json, sys; print(json.load(open(sys.argv[1] + "/experiment.json"))["mlflow"]["run_id"])' "$1"; }

check() { "$PYTHON" "$ROOT/tests/mlflow/check.py" "$URI" "$(run_id "$1")" "$@"; }

# The paths that were asked for, one a line, with their method.
asked() { "$PYTHON" -c 'import json
for line in open("server/requests"):
    request = json.loads(line)
    print(request["method"], request["path"].replace("/api/2.0/", ""))'; }

# said TEXT: a message of the last command.
said() { [[ $stderr == *"$1"* ]] || fail "no '$1' in: $stderr"; }

# none_has PATTERN: no line of standard input.
none_has() {
  local line
  line=$(grep -E -m 1 "$1") || return 0
  fail "there is: $line"
}

no_complaints() { [[ ! -e server/complaints ]] || fail "$(<server/complaints)"; }

@test "mlflow: parameters, metrics, tags and files arrive, and the record says where" {
  mock
  record run
  expect_status 0 "$PUSH" --uri "$URI/" --experiment 'Kunden & Segmente 100 %' run
  no_complaints
  [[ $output == "$URI/#/experiments/1/runs/$(run_id run)" ]]
  check run "${SENT[@]}"
  "$PYTHON" - "$URI" <<'END'
import json, sys
mlflow = json.load(open("run/experiment.json"))["mlflow"]
assert list(mlflow) == ["uri", "run_id", "pushed"] and mlflow["uri"] == sys.argv[1] and mlflow["pushed"].endswith("Z"), mlflow
experiment = [json.loads(line) for line in open("server/requests")][1]
assert experiment["body"] == {"name": "Kunden & Segmente 100 %"}, experiment
END
  asked | head -n 4 | diff - <(printf '%s\n' 'GET mlflow/experiments/get-by-name' 'POST mlflow/experiments/create' \
    'POST mlflow/runs/search' 'POST mlflow/runs/create')
}

@test "mlflow: the record loses nothing by it, and nothing is left beside it" {
  mock
  record run
  cp run/experiment.json before.json
  find run -type f | sort >before
  expect_status 0 "$PUSH" -q --uri "$URI" run
  [[ ! $stderr ]]
  find run -type f ! -name .lock | sort | diff before -
  "$PYTHON" -c 'import json
old, new = json.load(open("before.json")), json.load(open("run/experiment.json"))
assert new.pop("mlflow") and old.pop("mlflow") is None and old == new and list(old) == list(new)'
}

@test "mlflow: 2,500 metrics and 250 parameters go in batches within the limits, 1 MB among them" {
  mock
  record run params=250 points=2500 series=1
  expect_status 0 "$PUSH" --uri "$URI" run
  no_complaints
  check run "${SENT[@]}"
  [[ $(asked | grep -c log-batch) == 3 ]]
  # 95 parameters of 6,000 bytes, which are 12,000 in JSON, are more than 1 MB though there are few.
  record big plain
  "$PYTHON" -c 'import json
r = json.load(open("big/experiment.json"))
r.update(id="20261127_030000", params={f"p{i}": "\"" * 6000 for i in range(95)}, artifacts=[])
json.dump(r, open("big/experiment.json", "w"))'
  expect_status 0 "$PUSH" --uri "$URI" big
  no_complaints
  check big
  [[ $(asked | grep -c log-batch) == 5 ]]
}

@test "mlflow: names and values that MLflow doesn't take are changed, cut or left out, and that is said" {
  mock
  record run
  expect_status 0 "$PUSH" --uri "$URI" run
  said 'names are changed'
  said 'values are too long for MLflow and cut'
  said '3 metric values are no finite number and left out'
}

@test "mlflow: files with rows of customers leave with --upload-data only, changed ones never" {
  mock
  record run
  expect_status 0 "$PUSH" --uri "$URI" run
  said '4 files; 11 files stay here'
  said 'stay here without --upload-data: dbscan.json, other.json, dashboard.html, clusters.csv, DBSCAN.CORE.CSV, flagged.md, run.log, noname'
  said "aren't what the run wrote any more, and stay here: changed.md, secret.md"
  said "can't be read: gone.md"
  asked | none_has 'csv|CSV|html|dbscan|log$|noname|secret|changed|flagged|other'
  expect_status 0 "$PUSH" --uri "$URI" --upload-data run
  no_complaints
  check run "${SENT[@]}" "${DATA_TOO[@]}"
}

@test "mlflow: files outside the run's folder go by their own names, found by their paths" {
  mock
  record run plain
  mkdir -p reports/a reports/b
  echo one >reports/a/r.md
  echo two >reports/b/r.md
  "$PYTHON" -c 'import hashlib, json, os
r = json.load(open("run/experiment.json"))
entry = lambda path, content: {"path": path, "bytes": 4, "sha256": hashlib.sha256(content).hexdigest(), "data": False}
r["artifacts"] = [entry(os.path.abspath("reports/a/r.md"), b"one\n"), entry("run/../reports/b/r.md", b"two\n"), entry("reports/a/r.md", b"one\n")]
json.dump(r, open("run/experiment.json", "w"))'
  expect_status 0 "$PUSH" --uri "$URI" run
  no_complaints
  check run r.md="$PWD/reports/a/r.md" r.md_2="$PWD/reports/b/r.md" reports/a/r.md="$PWD/reports/a/r.md"
}

@test "mlflow: a second push doubles nothing, and brings what is new" {
  mock
  record run params=20 points=700 series=2
  "$PUSH" -q --uri "$URI" run >first
  expect_status 0 "$PUSH" --uri "$URI" run
  [[ $output == "$(<first)" ]]
  said "sent what the server didn't have: 0 parameters, 0 metrics"
  check run "${SENT[@]}"
  "$PYTHON" -c 'import json
r = json.load(open("run/experiment.json"))
r["params"]["new"] = "n"
r["metrics"]["series 0"].append({"value": 5, "step": 900, "time": "2026-11-27T02:16:00.000Z"})
r["metrics"]["new"] = [{"value": 6, "step": 0, "time": "2026-11-27T02:16:00.000Z"}]
r["state"] = "failed"
json.dump(r, open("run/experiment.json", "w"))'
  expect_status 0 "$PUSH" --uri "$URI" run
  said "1 parameters, 2 metrics"
  no_complaints
  check run "${SENT[@]}"
  [[ $(asked | grep -c runs/create) == 1 ]]
}

@test "mlflow: a push that lost its record finds the run again; another run of the same second is another" {
  mock
  record run
  cp -r run copy
  "$PUSH" -q --uri "$URI" run >first
  expect_status 0 "$PUSH" --uri "$URI" copy
  [[ $output == "$(<first)" ]]
  check copy "${SENT[@]}"
  record other began=2026-11-27T02:15:00.124Z
  expect_status 0 "$PUSH" --uri "$URI" other
  [[ $output != "$(<first)" ]]
  no_complaints
  check other "${SENT[@]}"
}

@test "mlflow: a run that was deleted on the server is made anew, and one of another server, too" {
  mock
  record run
  "$PUSH" -q --uri "$URI" run >first
  "$PYTHON" -c 'import json, sys, urllib.request as u
u.build_opener(u.ProxyHandler({})).open(u.Request(sys.argv[1] + "/api/2.0/mlflow/runs/delete", json.dumps({"run_id": sys.argv[2]}).encode(),
  {"Content-Type": "application/json", "X-Look": "1"}))' "$URI" "$(run_id run)"
  expect_status 0 "$PUSH" --uri "$URI" run
  said 'is gone: it is made anew'
  [[ $output != "$(<first)" ]]
  check run "${SENT[@]}"
  mock
  expect_status 0 "$PUSH" --uri "$URI" run
  check run "${SENT[@]}"
}

@test "mlflow: what passes is tried again: too busy, broken down, disconnected, after the work or before" {
  mock experiments/get:503:2 experiments/create:done+reset:1 runs/search:429:1 runs/create:done+reset:1 log-batch:done+500:1 \
    log-batch:503:1 runs/update:done+502:1 mlflow-artifacts:reset:1 runs/get:504:1
  record run params=150 points=1500 series=1
  expect_status 0 "$PUSH" --uri "$URI" run
  no_complaints
  check run "${SENT[@]}"
  # The run was made once though its answer was lost, and so was each point.
  [[ $(asked | grep -c runs/create) == 1 ]]
}

@test "mlflow: a run whose making broke before it was made is made by the next try" {
  mock runs/create:reset:2
  record run
  expect_status 0 "$PUSH" --uri "$URI" run
  no_complaints
  check run "${SENT[@]}"
}

@test "mlflow: what was done up to a failure is gone on with by the next push" {
  mock log-batch:400:1 mlflow-artifacts:500:1
  record run
  expect_error 4 'HTTP 400' "$PUSH" --uri "$URI" --retries 0 run
  [[ ! $output ]]
  grep -q '"pushed": null' run/experiment.json
  expect_error 4 'HTTP 500' "$PUSH" --uri "$URI" --retries 0 run
  expect_status 0 "$PUSH" --uri "$URI" --retries 0 run
  no_complaints
  check run "${SENT[@]}"
  [[ $(asked | grep -c runs/create) == 1 ]]
}

@test "mlflow: a server that is away is an error that is told in time, and the record stays as it was" {
  mock
  record run
  cp run/experiment.json before.json
  SECONDS=0
  expect_error 4 'http://127.0.0.1:1: no connection: the server is away (3 tries)' "$PUSH" --uri http://127.0.0.1:1 --retries 2 run
  ((SECONDS < 8))
  expect_error 4 'host.invalid: the name of the host' "$PUSH" --uri http://host.invalid --retries 0 run
  cmp run/experiment.json before.json
}

@test "mlflow: a server that never answers is given up within the time" {
  mock runs/search:hang
  record run
  SECONDS=0
  expect_error 4 'no answer in time' "$PUSH" --uri "$URI" --timeout 1.5 run
  ((SECONDS < 6))
  # Each answer comes in time, but not all of them.
  mock :slow
  SECONDS=0
  expect_error 4 "$URI: no" "$PUSH" --uri "$URI" --timeout 1.2 run
  ((SECONDS < 6))
}

@test "mlflow: what is no MLflow server is told: pages, halves of documents, texts, endless answers, other places" {
  record run plain
  local action
  for action in html cut text; do
    mock experiments:$action
    expect_error 4 'no MLflow server answers there' "$PUSH" --uri "$URI" run
    [[ $stderr != *Welcome* ]]
  done
  mock experiments:huge
  expect_error 4 'the answer has more than 32 MiB' "$PUSH" --uri "$URI" run
  mock experiments:away
  expect_error 4 "another address, which isn't followed (HTTP 302)" "$PUSH" --uri "$URI" run
  mock
  expect_error 4 "no such call" "$PUSH" --uri "$URI/elsewhere" run
  grep -q '"mlflow": null' run/experiment.json
}

@test "mlflow: name and password go before a token, and where there is only one of them, the token goes" {
  record run plain
  mock 'user:anna:p:ä ss'
  MLFLOW_TRACKING_USERNAME=anna MLFLOW_TRACKING_PASSWORD='p:ä ss' MLFLOW_TRACKING_TOKEN=tok "$PUSH" -q --uri "$URI" run
  mock bearer:tok
  MLFLOW_TRACKING_USERNAME=anna MLFLOW_TRACKING_TOKEN=tok "$PUSH" -q --uri "$URI" run
  mock user:berta:geheim@1
  MLFLOW_TRACKING_URI="http://berta:geheim%401@${URI#http://}/" MLFLOW_TRACKING_TOKEN=tok "$PUSH" -q run
  no_complaints
  expect_error 4 'the server refuses the credentials' env MLFLOW_TRACKING_TOKEN=tok "$PUSH" --uri "$URI" run
}

@test "mlflow: credentials are in no message, record, log or step" {
  record run plain
  export MLFLOW_TRACKING_USERNAME=anna MLFLOW_TRACKING_PASSWORD=Gehe1mnis MLFLOW_TRACKING_TOKEN=T0kentoken
  mock
  export MLFLOW_TRACKING_USERNAME=anna MLFLOW_TRACKING_PASSWORD=Gehe1mnis MLFLOW_TRACKING_TOKEN=T0kentoken
  mkdir -p steps
  CS_RUN=$PWD MLFLOW_TRACKING_URI="http://otto:V0rsicht@${URI#http://}" "$PUSH" -v --log-file log --log-level debug run >out 2>err
  kill "$(tail -n 1 pids)"
  CS_RUN=$PWD MLFLOW_TRACKING_URI="http://otto:V0rsicht@${URI#http://}" "$PUSH" -v --retries 0 --log-file log --log-level debug run \
    >>out 2>>err || true
  mock 'experiments:secret'
  export MLFLOW_TRACKING_USERNAME=anna MLFLOW_TRACKING_PASSWORD=Gehe1mnis
  CS_RUN=$PWD "$PUSH" -v --uri "$URI" --log-file log run >>out 2>>err || true
  grep -q 'refuses the credentials' err
  # A push is no step of what it stands in.
  [[ $(find steps -type f | wc -l) == 0 && -s log ]]
  find out err log run steps -type f -exec cat {} + | none_has 'Gehe1mnis|T0kentoken|V0rsicht|otto|anna'
}

@test "mlflow: credentials on the command line are refused, and so is what is no web address" {
  unset_all
  record run plain
  expect_error 2 'MLFLOW_TRACKING_PASSWORD' "$PUSH" --uri http://anna:geheim@127.0.0.1:1 run
  [[ $stderr != *geheim* ]]
  local uri
  for uri in '' file:///tmp/mlruns databricks sqlite:///a.db http:// 'http://a b' http://:5000 ftp://host; do
    expect_error 2 '--uri' "$PUSH" --uri "$uri" run
  done
  expect_error 2 'http:// or https://' env MLFLOW_TRACKING_URI=file:///tmp/mlruns "$PUSH" run
  expect_error 2 'MLFLOW_TRACKING_URI' "$PUSH" run
  expect_error 2 'one RUN' "$PUSH" --uri http://127.0.0.1:1 run run
  expect_error 2 'no run has been recorded' "$PUSH" --uri http://127.0.0.1:1
}

@test "mlflow: what is no record of a run is refused before anything is sent" {
  mock
  mkdir -p bad
  expect_error 2 'no run has been recorded' "$PUSH" --uri "$URI" bad
  local text
  for text in '[' '[]' '{}' '{"format":"cs-experiment","version":2}' '{"format":"cs-experiment","version":1,"id":"x"}' \
    '{"format":"cs-experiment","version":1,"id":"x","began":"2026-11-27T02:15:00.123Z","state":"odd"}'; do
    echo "$text" >bad/experiment.json
    expect_status 3 "$PUSH" --uri "$URI" bad
  done
  [[ ! -e server/requests ]]
}

@test "mlflow: files that a server keeps elsewhere stay here; its experiment may come from the environment" {
  mock store=s3
  record run
  expect_status 0 env MLFLOW_EXPERIMENT_NAME=Umgebung MLFLOW_TRACKING_URI="$URI" "$PUSH" run
  said 'the server keeps files elsewhere (s3:)'
  no_complaints
  check run
  grep -q '"name": "Umgebung"' server/requests
}

@test "mlflow: cs-track run sends by itself where the environment names a server, whose absence is a warning" {
  mock
  export MLFLOW_TRACKING_URI=$URI
  expect_status 7 cs-track run -- sh -c 'cs-track log metric loss 0.5; exit 7'
  said "sent to $URI/#/experiments"
  no_complaints
  [[ $(run_id outputs/experiments/*) ]]
  kill "$(tail -n 1 pids)"
  export MLFLOW_TRACKING_URI=http://127.0.0.1:1
  expect_status 0 cs-track run -- true
  said 'warning: not sent to MLflow: http://127.0.0.1:1: no connection'
  expect_status 0 cs-track verify
}

# go_on RUN: as cs-track run holds it, with its steps beside the record.
go_on() {
  "$PYTHON" - "$1" 3>&- <<'END' &
import fcntl, json, os, sys, time
os.makedirs(sys.argv[1] + "/steps")
for n, step in enumerate(json.load(open(sys.argv[1] + "/experiment.json"))["steps"]):
    json.dump({"pid": n, **step}, open(f"{sys.argv[1]}/steps/{n}.json", "w"))
held = open(sys.argv[1] + "/.running", "w")
fcntl.lockf(held, fcntl.LOCK_EX)
open("held", "w").close()
time.sleep(60)
END
  echo $! >>pids
  until [[ -e held ]]; do sleep 0.05; done
}

@test "mlflow: runs that go on, failed or were killed are such there, too" {
  mock
  local state
  for state in running failed killed; do
    record "$state" state="$state" id="20261127_$state"
    [[ $state != running ]] || go_on running
    expect_status 0 "$PUSH" --uri "$URI" "$state"
    check "$state" "${SENT[@]}"
  done
  no_complaints
}

@test "mlflow: a build without libcurl has the functions, and says how to get one with it" {
  cat >try.c <<'END'
#include "track/http.h"
#include <stdio.h>
int main(void) {
  struct cs_http *http;
  struct cs_http_params params = {0};
  struct cs_error err = CS_ERROR_INIT;
  enum cs_status status = cs_http_open(&http, &params, &err);
  printf("%d %d %s\n", cs_http_is_built(), status, err.text);
  cs_http_close(http);
}
END
  cc -std=c17 -I"$ROOT/common" -D_POSIX_C_SOURCE=200809L -o try try.c "$ROOT"/common/track/http.c \
    "$ROOT"/common/base/{error,memory,str}.c
  [[ $(./try) == '0 1 built without libcurl: apt-get install libcurl4-openssl-dev and build again' ]]
}

# real_server: an MLflow server on this machine; $URI is its address.
real_server() {
  local program=${MLFLOW-} port
  [[ $program ]] || program=$(command -v mlflow) || skip 'mlflow is not installed'
  port=$("$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  URI=http://127.0.0.1:$port
  # A group of its own, which ends as a whole; no workers for jobs.
  MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false setsid "$program" server --host 127.0.0.1 --port "$port" --workers 1 --backend-store-uri "sqlite:///$PWD/store.db" \
    --artifacts-destination "$PWD/files" >server.log 2>&1 3>&- &
  echo "-$!" >>pids
  for _ in {1..600}; do
    "$PYTHON" -c 'import sys, urllib.request as u; u.build_opener(u.ProxyHandler({})).open(sys.argv[1] + "/health")' "$URI" \
      2>/dev/null && return
    sleep 0.2
  done
  fail "mlflow did not start" "$(tail -n 5 server.log)"
}

@test "mlflow: a real server takes it all, a second time without doubling, and a run that was deleted there anew" {
  unset_all
  need_libcurl
  real_server
  record run params=250 points=2500 series=2
  expect_status 0 "$PUSH" --uri "$URI" --experiment 'Kunden & Segmente 100 %' run
  local first=$output
  check run "${SENT[@]}"
  cp -r run copy
  expect_status 0 "$PUSH" --uri "$URI" --upload-data run
  [[ $output == "$first" ]]
  said '0 parameters, 0 metrics'
  check run "${SENT[@]}" "${DATA_TOO[@]}"
  # Without its record, by a search.
  "$PYTHON" -c 'import json
r = json.load(open("copy/experiment.json"))
r["mlflow"] = None
r["metrics"]["new"] = [{"value": 6, "step": 0, "time": "2026-11-27T02:16:00.000Z"}]
json.dump(r, open("copy/experiment.json", "w"))'
  expect_status 0 "$PUSH" --uri "$URI" --experiment 'Kunden & Segmente 100 %' copy
  [[ $output == "$first" ]]
  said '0 parameters, 1 metrics'
  check copy "${SENT[@]}" "${DATA_TOO[@]}"
  "$PYTHON" -c 'import json, sys, urllib.request as u
u.build_opener(u.ProxyHandler({})).open(u.Request(sys.argv[1] + "/api/2.0/mlflow/runs/delete", json.dumps({"run_id": sys.argv[2]}).encode(),
  {"Content-Type": "application/json"}))' "$URI" "$(run_id run)"
  expect_status 0 "$PUSH" --uri "$URI" --experiment 'Kunden & Segmente 100 %' run
  [[ $output != "$first" ]]
  check run "${SENT[@]}"
}
