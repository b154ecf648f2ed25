load helper

# What all programs have from common/cli, shown on a program made for the tests (tests/toy).

toy() { "$BUILD/toy/cs-toy" "$@"; }

table() { printf 'id,spend\n1,10\n2,20\n'; }

# The record of the last tracked run.
record() { cat run/steps/*.json; }

@test "options: help goes to standard output, examples before options, and nothing is read" {
  run --separate-stderr toy --help
  [[ $status == 0 && -z $stderr ]]
  [[ ${lines[0]} == 'usage: cs-toy [OPTION]... [FILE]...' ]]
  [[ $output == *Examples:*Toy:*--clusters\ N*'(1..9; default: 3)'*Reading:*Writing:*Models:*Running:* ]]
  [[ $output != *print-options* ]]
}

@test "options: the version names program, project and number" {
  run --separate-stderr toy -V
  [[ $status == 0 && $output =~ ^cs-toy\ \(cs\)\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "options: a usage error is told on standard error, with the way to help, and exits 2" {
  expect_status 2 toy --clustres=3
  [[ $stderr == "cs-toy: unknown option '--clustres'; did you mean '--clusters'?"$'\n'"Try 'cs-toy --help'" ]]
  [[ -z $output ]]
  expect_error 2 'option -k: 0 is not within 1..9' toy -k0
}

@test "options: control bytes in what was typed don't reach the terminal" {
  expect_status 2 toy $'--cl\e[31m'
  [[ $stderr != *$'\e'* ]]
}

@test "options: configuration, environment and command line stand in this order" {
  printf 'cs-toy:\n  clusters: 2\n  eps: 0.5\n  threads: 2\n' >low.yaml
  printf 'cs-toy:\n  clusters: 4\n' >high.yaml
  CS_CONFIG=low.yaml CS_THREADS=3 run toy --config high.yaml -s 7 --print-config
  [[ $status == 0 && $output == *'  clusters: 4'*'  eps: 0.5'*'  seed: 7'*'  threads: 3'* ]]
}

@test "options: configurations are layers: a later one wins, key by key, and keeps what it doesn't name" {
  printf 'cs-toy:\n  clusters: 2\n  eps: 0.5\n  seed: 3\n  note: [a, b]\n' >base.yaml
  printf 'cs-toy:\n  clusters: 4\n  seed: 5\n' >shop.yaml
  printf 'cs-toy:\n  clusters: 6\n' >lowest.yaml
  CS_CONFIG=lowest.yaml toy -c base.yaml --config=shop.yaml --set cs-toy.seed=7 --set cs-kmeans.seed=9 --print-config >got
  grep -qx '  clusters: 4' got
  grep -qx '  eps: 0.5' got
  grep -qx '  seed: 7' got
  grep -qx '  note: \[a, b\]' got
  toy -c shop.yaml -c base.yaml --seed 8 --set cs-toy.seed=7 --print-config >got
  grep -qx '  clusters: 2' got
  grep -qx '  seed: 8' got
  CS_THREADS=3 toy --set cs-toy.threads=2 --print-config | grep -qx '  threads: 2'
}

@test "options: a fault in any layer is told where it stands" {
  printf 'cs-toy:\n  clusters: 2\n' >good.yaml
  printf 'cs-toy:\n  clusters: 20\n' >bad.yaml
  expect_error 2 'bad.yaml:2:13: clusters: 20 is not within 1..9' toy -c good.yaml -c bad.yaml
  expect_error 2 'bad.yaml:2:13: clusters: 20 is not within 1..9' toy -c bad.yaml -c good.yaml
  expect_error 2 'option --config: the name of the file is empty' toy -c good.yaml -c ''
  expect_error 2 'option --set: cs-toy.clusters: 20 is not within 1..9' toy --set cs-toy.clusters=20
  expect_error 2 "option --set: cs-toy has no option 'clustres' to be set; did you mean 'clusters'?" toy --set cs-toy.clustres=2
  expect_error 2 "option --set: there is no program 'cs-toys': programs are cs-gen, cs-prep" toy --set cs-toys.clusters=2
  expect_error 2 "option --set: cs-toy has no option 'help' to be set" toy --set cs-toy.help=true
  for setting in clusters=2 cs-toy cs-toy.clusters cs-toy.=2 =2 .=; do
    expect_error 2 'option --set: ' toy --set "$setting"
  done
}

@test "options: texts come together from one place, and take the place of those before" {
  printf 'cs-toy:\n  note: ["a, b", c, "d\\ne"]\n' >list.yaml
  printf 'cs-toy:\n  note: one\n' >one.yaml
  printf 'cs-toy:\n  note: []\n' >none.yaml
  toy -c one.yaml -c list.yaml --print-config >first.yaml
  grep -qxF '  note: ["a, b", c, "d\x0ae"]' first.yaml
  toy -c first.yaml --print-config | diff first.yaml -
  toy -c list.yaml --note x --note 'y z' --print-config | grep -qx '  note: \[x, "y z"\]'
  toy -c list.yaml -c one.yaml --print-config | grep -qx '  note: \[one\]'
  toy -c list.yaml -c none.yaml --print-config | grep -qx '  #note:'
  toy -c list.yaml --set cs-toy.note=s --set cs-toy.note=t --print-config | grep -qx '  note: \[s, t\]'
}

@test "options: the stamp holds what decides the output, with the contents of files, and nothing else" {
  stamp() { toy "$@" --print-stamp; }
  stamp >want
  [[ $(head -n 1 want) =~ ^cs-toy\ [0-9.]+\ [0-9a-f]{64}$ ]]
  [[ $(head -n 1 want) == *" $(sha256sum "$BUILD/toy/cs-toy" | cut -d' ' -f 1)" ]]
  stamp -j 3 -q -v --progress never --log-level debug --log-format json | diff want -
  stamp -k 3 | diff want -
  run ! diff -q want <(stamp -k 4)
  echo '{}' >model.json
  stamp --load model.json >with
  grep -qx "load = model.json $(sha256sum model.json | cut -d' ' -f 1)" with
  echo '{ }' >model.json
  run ! diff -q with <(stamp --load model.json)
}

@test "options: what YAML refuses, or takes for a line end, is printed so that it reads back" {
  special=$(printf 'a\xc2\x85b\xc2\x9ec\xe2\x80\xa8d\xef\xbb\xbfe\xef\xbf\xbff\xc3\xa9\x7f')
  toy -k 5 --na "$special" --print-config >first.yaml
  grep -F '"a\u0085b\u009ec\u2028d\ufeffe\uffffféx' <(sed 's/\\x7f/x/' first.yaml)
  toy --config first.yaml --print-config >second.yaml
  cmp first.yaml second.yaml
}

@test "options: --print-config reads back to the same" {
  toy -k 5 --na 'x: #,"q"' -d tab --warn --print-config >first.yaml
  toy --config first.yaml --print-config >second.yaml
  cmp first.yaml second.yaml
  grep -qx '  delimiter: tab' second.yaml
  toy --eps -0 --print-config >zero.yaml
  toy --config zero.yaml --print-config | diff zero.yaml -
}

@test "options: faults of a configuration are told with file, line and column" {
  printf 'cs-toy:\n  clusters: many\n' >conf.yaml
  expect_error 2 "cs-toy: conf.yaml:2:13: clusters: 'many' is not a whole number" toy -c conf.yaml
  printf 'cs-toi:\n  clusters: 3\n' >conf.yaml
  expect_error 2 "conf.yaml:1:1: 'cs-toi' is no section" toy -c conf.yaml
  printf 'cs-toy:\n\tclusters: 3\n' >conf.yaml
  expect_error 2 'conf.yaml:2:1: ' toy -c conf.yaml
  expect_error 4 'nowhere.yaml: ' toy -c nowhere.yaml
}

@test "options: hostile YAML is refused at once" {
  { printf 'cs-gen: '; head -c 200000 /dev/zero | tr '\0' '['; } >deep.yaml
  expect_error 2 'nested more than 8 deep' timeout 5 "$BUILD/toy/cs-toy" -c deep.yaml
  head -c 300000 /dev/zero | tr '\0' 'a' >long.yaml
  expect_error 2 'at most 256 KiB' toy -c long.yaml
}

@test "tool: a table goes through, from standard input, files, and -" {
  [[ $(table | toy) == $(table) ]]
  table >t.csv
  [[ $(toy t.csv) == $(table) ]]
  [[ $(table | toy -) == $(table) ]]
  expect_error 2 'standard input is named twice' toy - -
}

@test "tool: -q silences warnings, -v tells phases" {
  table >t.csv
  expect_status 0 toy --warn t.csv
  [[ $stderr == 'cs-toy: warning: it is only a toy' ]]
  expect_status 0 toy --warn -q t.csv
  [[ -z $stderr ]]
  expect_status 0 toy -v t.csv
  [[ $stderr =~ cs-toy:\ read:\ [0-9.]+\ s,\ 2\ rows,\ peak\ memory.*cs-toy:\ fit:.*cs-toy:\ write: ]]
}

@test "tool: an error is told once, with the program's name, and leaves no output" {
  table >t.csv
  expect_status 3 toy --fail 'the toy is broken' -o out.csv t.csv
  [[ $stderr == 'cs-toy: the toy is broken' && ! -e out.csv ]]
}

@test "tool: the honest no is exit status 1, and the output is written" {
  table >t.csv
  expect_error 1 'the answer is no' toy --no -o out.csv t.csv
  table | cmp - out.csv
}

@test "tool: full disks are errors for the table, --help, --version and --print-config" {
  table >t.csv
  for words in t.csv --help --version --print-config; do
    run bash -c "'$BUILD/toy/cs-toy' $words >/dev/full"
    [[ $status == 4 ]] || fail "$words: $status"
  done
}

@test "tool: closed descriptors are survived" {
  table >t.csv
  run bash -c "'$BUILD/toy/cs-toy' <&-"
  [[ $status == 4 && $output == *'standard input is closed'* ]]
  run bash -c "'$BUILD/toy/cs-toy' t.csv >&-"
  [[ $status == 4 ]]
  run bash -c "'$BUILD/toy/cs-toy' --warn t.csv -o out.csv 2>&- >&- <&-"
  [[ $status == 0 ]]
  table | cmp - out.csv
}

@test "tool: a file at its size limit is a write error" {
  seq 100000 | sed 's/.*/&,&/' >big.csv
  run bash -c "ulimit -f 8; '$BUILD/toy/cs-toy' --no-header big.csv >out.csv"
  [[ $status == 4 ]]
}

@test "log: one line for each event, appended, text or JSON, without cell values" {
  printf 'id,spend\nsecret,10\n' >t.csv
  toy --log-file log --warn t.csv >/dev/null 2>&1
  toy --log-file log t.csv >/dev/null
  [[ $(grep -c ' begin: ' log) == 2 && $(grep -c ' end: exit status 0' log) == 2 ]]
  grep -qE '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z warning cs-toy\[[0-9]+\] note: it is only a toy$' log
  grep -qE ' phase: read: [0-9.]+ s, 1 rows, peak memory ' log
  toy --log-file json --log-format json --warn t.csv >/dev/null 2>&1
  grep -qE '"event":"phase","text":"read: .*","seconds":[0-9.e-]+,"rows":1,"peak_memory_bytes":[0-9.e+]+}' json
  grep -q '"level":"warning"' json
  run ! grep -q secret log json
}

@test "log: levels, and the environment" {
  table >t.csv
  CS_LOG_FILE=debug CS_LOG_LEVEL=debug toy -k 4 t.csv >/dev/null
  grep -q ' option: clusters = 4' debug
  toy --log-file warnings --log-level warning --warn t.csv >/dev/null 2>&1
  [[ $(wc -l <warnings) == 1 ]]
  toy --log-file errors --log-level error --fail broken t.csv 2>/dev/null || true
  grep -q ' error cs-toy.* error: broken' errors
}

@test "log: lines of programs that run at once don't mix" {
  table >t.csv
  for _ in 1 2 3 4 5 6 7 8; do toy --log-file log --log-format json t.csv >/dev/null & done
  wait
  [[ $(grep -cE '^\{"time":.*\}$' log) == $(wc -l <log) ]]
  [[ $(grep -c '"event":"end"' log) == 8 ]]
}

@test "log: one that can't be opened is an error, one that fills up is a warning" {
  table >t.csv
  expect_error 4 'nowhere/log: ' toy --log-file nowhere/log t.csv
  expect_error 0 'warning: the log could not be written to its end' toy --log-file /dev/full t.csv
}

@test "progress: nothing without a terminal, unless it is asked for" {
  table >t.csv
  expect_status 0 toy --steps 1000 t.csv
  [[ -z $stderr ]]
  expect_status 0 toy --steps 1000 --progress always t.csv
  [[ $stderr == 'cs-toy: fit 0%'*$'\n''cs-toy: fit 50%'*$'\n''cs-toy: fit 100%' ]]
}

@test "record: a tracked run leaves its step, with options, rows, checksums, phases and metrics" {
  table >t.csv
  mkdir run
  CS_RUN=run toy --warn -k 4 t.csv -o out.csv 2>/dev/null
  [[ $(ls run/steps) =~ ^[0-9]+-cs-toy\.json$ ]]
  local sum
  sum=$(sha256sum <t.csv)
  record >record.json
  for text in '"format": "cs-step"' '"tool": "cs-toy"' '"status": 0' '"error": null' '"clusters": 4' '"eps": null' \
    '"warn": true' '"operands": ["t.csv"]' '"rows": 2' '"inertia": 2.5' '"name": "fit"' 'it is only a toy' \
    "\"sha256\": \"${sum%% *}\"" '"wall_seconds": ' '"cpu_seconds": ' '"peak_memory_bytes": '; do
    grep -qF -- "$text" record.json || fail "no $text" "$(cat record.json)"
  done
  [[ $(grep -c "${sum%% *}" record.json) == 2 ]]
  [[ $(grep -c '"inertia"' record.json) == 1 ]]
}

@test "record: a failed run leaves its step too, a usage error included" {
  table >t.csv
  mkdir run
  CS_RUN=run expect_status 3 toy --fail 'broken toy' t.csv
  grep -qF '"status": 3' run/steps/*.json
  grep -qF '"error": "broken toy"' run/steps/*.json
  CS_RUN=run expect_status 2 toy -k 0
  grep -lF '"status": 2' run/steps/*.json
  rm -r run/steps
  CS_RUN=run expect_error 2 "unknown option '--nonsense'" toy --nonsense
  grep -qF '"status": 2' run/steps/*.json
  grep -qF '"clusters": 3' run/steps/*.json
}

@test "record: one that can't be written is a warning, and the run's result stands" {
  table >t.csv
  CS_RUN=/nowhere/run expect_error 0 'warning: the step record was not written: ' toy t.csv
  [[ $output == "$(table)" ]]
}

@test "load: an option that decides the learning is refused beside it" {
  expect_error 2 "--clusters decides what is learnt; it can't be used with --load" toy --load m.json -k 3
}

@test "terminal: a program that waits for input on it says so once" {
  script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip 'no pseudo-terminal can be had here'
  run script -qec "'$BUILD/toy/cs-toy' >out.csv" /dev/null </dev/null
  [[ $(grep -c 'reading from the terminal; end with Ctrl-D' <<<"$output") == 1 ]]
}

@test "config: configs/default.yaml has every key with its default, and every program reads it" {
  "$ROOT/scripts/default-config" --check
  local program
  for program in $(tools); do
    "$program" --config "$ROOT/configs/default.yaml" --print-config >with.yaml
    "$program" --print-config >without.yaml
    # The name of the configuration itself is on the command line only.
    diff with.yaml without.yaml
  done
}
