load helper

# cs-track: what was recorded is what happened, whoever is killed.

# field FILE EXPRESSION: of a record, as Python sees it in r.
field() { python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1" "$2"; }

# record [N]: the file of the last run, or the one before ...
record() {
  local -a all=(outputs/experiments/*/experiment.json)
  echo "${all[-1 - ${1:-0}]}"
}

points() {
  awk 'BEGIN { print "customer_id,spend,visits"
    for (i = 1; i <= 60; i++) { g = i % 3 == 0; printf "%d,%.2f,%d\n", i, g * 500 + i * 7 % 50, g * 9 + i % 5 } }' >points.csv
}

@test "run: the status is the command's, and the record says how it ended" {
  local status
  for status in 0 1 3 77; do
    run -"$status" cs-track run -- sh -c "exit $status"
    [[ $(field "$(record)" 'r["exit_status"]') == "$status" ]]
    [[ $(field "$(record)" 'r["state"]') == $( ((status)) && echo failed || echo finished) ]]
    rm -r outputs
  done
  run -127 --separate-stderr cs-track run -- nosuch-program
  [[ $stderr == *"can't run 'nosuch-program': No such file or directory"* ]]
  [[ $(field "$(record)" 'r["exit_status"], r["state"]') == "(127, 'failed')" ]]
  rm -r outputs
  # The shell's own words for it; a program that a signal ends has no exit status.
  # shellcheck disable=SC2016
  run -143 cs-track run -- sh -c 'kill -TERM $$'
  [[ $(field "$(record)" 'r["exit_status"], r["signal"], r["state"]') == "(None, 15, 'killed')" ]]
}

@test "run: options end where the command begins, and what it reads and writes is its own" {
  points
  cs-track run sort -t , -k 2 -r <points.csv >out
  sort -t , -k 2 -r points.csv | cmp - out
  [[ $(field "$(record)" 'r["command"]') == "['sort', '-t', ',', '-k', '2', '-r']" ]]
  cs-track run --name 'my run' --tag a=1,b=x=y -- printf '%s|' '' $'\n' -o >out
  [[ $(cat out) == $'|\n|-o|' ]]
  [[ $(field "$(record)" 'r["name"], r["tags"]') == "('my run', {'a': '1', 'b': 'x=y'})" ]]
}

@test "run: each program's own record becomes a step, its files artifacts with their SHA-256" {
  points
  mkdir deep
  cs-track run -- sh -c 'cs-scale points.csv | cs-track tap scaled | (cd deep && cs-kmeans -q -k 2 --save ../m.json -o c.csv)'
  [[ $(field "$(record)" '[s["tool"] for s in r["steps"]]') == "['cs-scale', 'cs-track', 'cs-kmeans']" ]]
  [[ $(field "$(record)" '[s["input"]["rows"] for s in r["steps"]]') == '[60, 60, 60]' ]]
  [[ $(field "$(record)" 'r["steps"][0]["output"]["sha256"] == r["steps"][1]["input"]["sha256"] == r["steps"][2]["input"]["sha256"]') == True ]]
  [[ $(field "$(record)" 'sorted(a["path"] for a in r["artifacts"])') == "['deep/../m.json', 'deep/c.csv']" ]]
  field "$(record)" '"\n".join(a["sha256"] + "  " + a["path"] for a in r["artifacts"])' >sums
  sha256sum -c sums
  [[ $(field "$(record)" '[a["bytes"] for a in r["artifacts"] if a["data"]]') == "[$(stat -c %s deep/c.csv)]" ]]
  # Models are copied, tables aren't unless they are to be.
  cmp m.json "$(dirname "$(record)")/artifacts/deep/m.json"
  [[ ! -e $(dirname "$(record)")/artifacts/deep/c.csv ]]
  cs-track run --keep-data cs-kmeans -q -k 2 -o c.csv points.csv
  cmp c.csv "$(dirname "$(record)")/artifacts/c.csv"
}

@test "run: a failed program leaves no artifact, and its message is in the record" {
  points
  run -3 cs-track run cs-kmeans -q -k 90 -o c.csv points.csv
  [[ $(field "$(record)" 'r["artifacts"], r["steps"][0]["status"], r["steps"][0]["error"] is None') == '([], 3, False)' ]]
}

@test "run: the environment is there, without host, user or home" {
  git init -q . && git -c user.name=x -c user.email=x@example.com commit -q --allow-empty -m x
  cs-track run true
  [[ $(field "$(record)" 'r["environment"]["git"]') == "{'commit': '$(git rev-parse HEAD)', 'changed': False}" ]]
  [[ $(field "$(record)" 'r["environment"]["system"], r["environment"]["machine"]') == "('$(uname -s)', '$(uname -m)')" ]]
  [[ $(field "$(record)" 'r["environment"]["locale"]["LC_ALL"]') == C ]]
  [[ $(field "$(record)" 'all(r["environment"]["libraries"].values())') == True ]]
  run ! grep -F "$(uname -n)" "$(record)"
}

@test "run: the record is as its schema says" {
  python3 -c 'import jsonschema' 2>/dev/null || skip "the package jsonschema isn't here"
  points
  cs-track run --name n --tag a=b -- sh -c 'cs-kmeans -q -k 2 --save m.json -o c.csv points.csv; cs-track log metric x 1e6; cs-track log param k 3; cs-track note hello'
  run ! cs-track run -- false
  python3 "$ROOT/tests/oracle/schema.py" experiment.json "$(record 0)" "$(record 1)"
  field "$(record 1)" 'json.dump(r["steps"][0], open("step.json", "w"))'
  python3 "$ROOT/tests/oracle/schema.py" step.json step.json
}

@test "run: TERM is passed on to the command, and recorded" {
  cs-track run -- sleep 60 &
  local track=$!
  local tries
  for ((tries = 0; tries < 400; tries++)); do
    [[ -e $(record) && $(pgrep -P "$track" -x sleep) ]] 2>/dev/null && break
    sleep 0.05
  done
  ((tries < 400)) || fail 'the command never ran'
  kill -TERM "$track"
  local status=0
  wait "$track" || status=$?
  [[ $status == 143 ]]
  [[ $(field "$(record)" 'r["state"], r["signal"]') == "('killed', 15)" ]]
}

@test "log: parameters, metrics, tags, files and notes come in as they are" {
  cs-track run -- sh -c 'cs-track log param k 5; cs-track log param rule vote; cs-track log param on true
    cs-track log param k 7; cs-track log param id 007
    cs-track log metric loss 0.5; cs-track log metric loss 0.25 --step 1
    cs-track log tag who "a b"; echo text >f.txt; echo x >f.md; cs-track log artifact f.txt f.md; cs-track note first "try"'
  [[ $(field "$(record)" 'r["params"]') == "{'rule': 'vote', 'on': True, 'k': 7, 'id': '007'}" ]]
  [[ $(field "$(record)" '[(m["value"], m["step"]) for m in r["metrics"]["loss"]]') == '[(0.5, 0), (0.25, 1)]' ]]
  [[ $(field "$(record)" 'r["tags"], r["notes"][0]["text"]') == "({'who': 'a b'}, 'first try')" ]]
  [[ $(field "$(record)" '[(a["path"], a["data"], a["kept"]) for a in r["artifacts"]]') == "[('f.txt', True, None), ('f.md', False, 'artifacts/f.md')]" ]]
  [[ $(field "$(record)" 'r["steps"]') == '[]' ]]
  # Afterwards, too.
  cs-track log metric loss 0.125 --step 2 --run last
  [[ $(field "$(record)" 'r["state"], len(r["metrics"]["loss"])') == "('finished', 3)" ]]
}

@test "log: what can't be a name, a number or a run is refused, and nothing changes" {
  cs-track run --name n true
  cp "$(record)" before
  local name
  for name in '' '../x' '/x' 'a//b' 'a/../b' 'a:b' $'a\nb' "$(printf 'x%.0s' {1..251})"; do
    run -2 cs-track log param "$name" 1 --run n
  done
  run -2 cs-track log metric x abc --run n
  run -2 cs-track log metric x nan --run n
  run -2 cs-track log metric x --run n
  run -2 cs-track log metric x 1
  run -2 cs-track log metric x 1 --run nosuch
  run -4 cs-track log artifact nosuch.txt --run n
  cmp before "$(record)"
  cs-track log param "$(printf 'x%.0s' {1..250})" 1 --run n
}

@test "tap: passes every byte on, and counts as the programs do" {
  points
  head -c 3000000 /dev/urandom >noise
  cs-track tap white <noise >out 2>err
  cmp out noise
  [[ $(<err) == *'nothing is recorded'* ]]
  printf '\xef\xbb\xbfid;a\r\n1;"x\r\ny"\r\n2;"q""q;q"\r\n\r\n3;z' >messy.csv
  printf '{"a":"}{\\"","b":1}\n\n{"a":"x"}\n' >rows.jsonl
  cs-scale --to json points.csv >rows.json
  cs-scale --to tsv points.csv >rows.tsv
  local file
  for file in points.csv messy.csv rows.jsonl rows.json rows.tsv; do
    cs-track run -- sh -c "cs-track tap t <$file >out"
    cmp "$file" out
    echo "$(field "$(record)" 'r["steps"][0]["input"]["rows"], r["steps"][0]["input"]["columns"]')" "$file"
    [[ $(field "$(record)" 'r["steps"][0]["input"]["sha256"]') == "$(sha256sum <"$file" | cut -d ' ' -f 1)" ]]
    rm -r outputs
  done >counted
  printf '%s\n' '(60, 3) points.csv' '(3, 2) messy.csv' '(2, 0) rows.jsonl' '(60, 0) rows.json' '(60, 5) rows.tsv' | diff - counted
}

@test "list: filters, columns, order and limit; JSON holds everything" {
  local k
  for k in 3 10 2; do cs-track run --name "run$k" -- sh -c "cs-track log metric loss 0.$k; cs-track log param k $k"; done
  run ! cs-track run --name bad -- false
  [[ $(cs-track list --to csv | sed 1d | cut -d , -f 5 | tr '\n' ' ') == 'bad run2 run10 run3 ' ]]
  [[ $(cs-track list --to csv --sort k | sed 1d | cut -d , -f 5 | tr '\n' ' ') == 'run2 run3 run10 bad ' ]]
  [[ $(cs-track list --to csv --sort -loss --limit 2 | sed 1d | cut -d , -f 5 | tr '\n' ' ') == 'run3 run2 ' ]]
  [[ $(cs-track list --to csv --where 'k>2,k<=10' --columns loss,param.k | sed 1d | cut -d , -f 5-7) == $'0.1,10,run10\n0.3,3,run3' ]]
  [[ $(cs-track list --to csv --where 'state!=finished' | sed 1d | cut -d , -f 5) == bad ]]
  [[ $(cs-track list --to csv --where 'name=run?' | sed 1d | wc -l) == 2 ]]
  [[ $(cs-track list --to csv --where loss | sed 1d | wc -l) == 3 ]]
  cs-track list --to json >list.json
  [[ $(field list.json '[(x["name"], x.get("param.k"), x.get("metric.loss")) for x in r]') == "[('bad', None, None), ('run2', 2, 0.2), ('run10', 10, 0.1), ('run3', 3, 0.3)]" ]]
  run -2 --separate-stderr cs-track list --sort nosuch
  [[ $stderr == *"no run has anything called 'nosuch'"* ]]
  [[ $(cs-track list --experiments elsewhere 2>&1) == *'no run has been recorded in elsewhere'* ]]
}

@test "compare, best and show tell what the records hold" {
  points
  cs-track run --name two cs-kmeans -q -k 2 -o c.csv points.csv
  cs-track run --name three cs-kmeans -q -k 3 -o c.csv points.csv
  run ! cs-track run --name four cs-kmeans -q -k 99 points.csv
  cs-track compare two three --to csv >compare.csv
  grep -qx 'param.cs-kmeans.clusters,2,3,+1 (+50.0 %)' compare.csv
  run ! grep -q '^param.cs-kmeans.seed' compare.csv
  cs-track compare two three --same --to csv | grep -qx 'param.cs-kmeans.seed,42,42,0'
  python3 - "$(record 2)" "$(record 1)" "$(cs-track best --metric inertia --minimise --to csv | tail -1)" "$(cs-track best --metric inertia --to csv | tail -1)" <<'PYTHON'
import json, sys
two, three = ([s["metrics"]["inertia"] for s in json.load(open(f))["steps"]][0] for f in sys.argv[1:3])
assert three < two
lowest, highest = (float(line.split(",")[1]) for line in sys.argv[3:5])
assert (lowest, highest) == (three, two), (lowest, highest, three, two)
PYTHON
  run -2 cs-track best --metric nosuch
  run -2 cs-track best
  cs-track show two | grep -q 'c\.csv'
  cs-track show two --to json | cmp - "$(record 2)"
  [[ $(cs-track show three three | grep -c '^name  *three$') == 2 ]]
}

@test "a run is found by a beginning, its name, last~N or its folder; several are told" {
  cs-track run --name a true
  cs-track run --name b true
  [[ $(cs-track show last | head -1) == "$(cs-track show b | head -1)" ]]
  [[ $(cs-track show last~1 | head -1) == "$(cs-track show a | head -1)" ]]
  [[ $(cs-track show "$(dirname "$(record 1)")/" | head -1) == "$(cs-track show a | head -1)" ]]
  run -2 --separate-stderr cs-track show 20
  [[ $stderr == *"'20' begins the names of 2 runs"* ]]
  run -2 cs-track show last~2
  run -2 cs-track show last~
  run -2 cs-track show ''
}

@test "verify: a changed copy and a file that is gone are told, with exit status 1" {
  points
  cs-track run cs-kmeans -q -k 2 --save m.json -o c.csv points.csv
  cs-track verify
  echo x >>"$(dirname "$(record)")/artifacts/m.json"
  rm c.csv
  run -1 --separate-stderr cs-track verify --to csv
  [[ $(sort <<<"$output" | cut -d , -f 2,3) == $'artifacts/m.json,changed\nc.csv,gone\nfile,state' ]]
  [[ $stderr == *'2 files are not what they were'* ]]
}

@test "rm: asks, and never takes away a run that goes on" {
  cs-track run --name a true
  run -2 --separate-stderr cs-track rm a
  [[ $stderr == *--yes* && -e $(record) ]]
  cs-track run --name b -- sh -c 'cs-track rm --yes b' 2>err && fail 'it was removed'
  [[ $(<err) == *'goes on'* && -e $(record) ]]
  cs-track rm --yes a b
  [[ -z $(ls -A outputs/experiments) ]]
}

@test "options of another command are refused, and so is what is no command" {
  run -2 --separate-stderr cs-track list --step 3
  [[ $stderr == *"--step is not for 'list'"* ]]
  run -2 --separate-stderr cs-track lisst
  [[ $stderr == *"'lisst' is no command: there are run, log, note, tap"* ]]
  run -2 --separate-stderr cs-track
  [[ $stderr == *'say what to do'* ]]
  # In a configuration they are for whom they are for.
  printf 'cs-track:\n  experiments: here\n  minimise: true\n' >config.yaml
  cs-track list -c config.yaml 2>err
  [[ $(<err) == *'recorded in here'* ]]
}

@test "records that are broken are left out with a warning, others stay" {
  cs-track run --name a true
  cs-track run --name b true
  echo '{' >"$(record)"
  cs-track list --to csv >out 2>err
  [[ $(sed 1d out | cut -d , -f 5) == a && $(<err) == *'left out'* ]]
  run -3 cs-track show last
  sed -i 's/"version": 1/"version": 9/' "$(record 1)"
  run -3 --separate-stderr cs-track show last~1
  [[ $stderr == *'version 9 of a record is not known'* ]]
}

@test "fifty tracked pipes at once, killed at random: the store stays readable, each run says how it ended" {
  points
  local -a pids=() killed=()
  local i pid victim
  for i in {1..50}; do
    cs-track run --name "pipe$i" -- sh -c 'cs-scale points.csv | cs-track tap t | cs-kmeans -q -k 2 >/dev/null
      cs-track log metric done 1; sleep 1' 2>/dev/null &
    pids+=($!)
  done
  for i in {1..15}; do
    sleep "0.0$((RANDOM % 8))"
    victim=$((RANDOM % 50))
    kill -KILL "${pids[victim]}" 2>/dev/null && killed+=("$victim")
  done
  for i in "${!pids[@]}"; do
    pid=0
    wait "${pids[i]}" || pid=$?
    echo "pipe$((i + 1)) $pid"
  done >ended
  cs-track list --to json >list.json
  python3 - <<'PYTHON'
import json
ended = dict(line.split() for line in open("ended"))
runs = json.load(open("list.json"))
named = {r["name"]: r for r in runs}
assert len(named) == len(runs)
for name, status in ended.items():
    if status == "0":
        run = named[name]
        assert run["state"] == "finished" and run["steps"] == 3 and run["metric.done"] == 1, run
    elif name in named:  # killed before it had a record: there is none
        assert named[name]["state"] == "killed", named[name]
assert sum(status == "137" for status in ended.values()) >= 5, ended
assert all(status in ("0", "137") for status in ended.values()), ended
PYTHON
}

@test "many writers to one run, killed at random: what was said to be written is there" {
  cs-track run --name a true
  local -a pids=()
  local i status
  for i in {1..60}; do
    cs-track log metric "m$i" "$i" --run a &
    pids+=($!)
    ((i % 3)) || { kill -KILL "${pids[RANDOM % ${#pids[@]}]}" 2>/dev/null || true; }
  done
  for i in "${!pids[@]}"; do
    status=0
    wait "${pids[i]}" || status=$?
    echo "m$((i + 1)) $status"
  done >written
  python3 - "$(record)" <<'PYTHON'
import json, sys
metrics = json.load(open(sys.argv[1]))["metrics"]
ended = [line.split() for line in open("written")]
assert all(name in metrics for name, status in ended if status == "0")
assert sum(status == "0" for _, status in ended) >= 30, ended
PYTHON
  # And the store is free for the next.
  cs-track log metric last 1 --run a
}
