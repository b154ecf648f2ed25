load helper

# Each program, with each call of the system that it makes failed in turn: allocations, reads, writes, opens, closes,
# syncs, renames, threads. tests/faults/sweep runs it once for each call and judges every run: the exit status is that
# of the fault (5 for memory, 4 for files) or the fault was survived; a message says what it was; nothing crashed or
# hung; each output is complete, or what it was before; nothing is left beside it.
#
# Of calls that are made from the same place of the code the first, the second and the last are failed; FAULTS=all fails
# each one. Under the sanitizers the first only, and those kinds of calls that their runtime doesn't make
# itself.

sanitized() { [[ $BUILD == *asan* ]]; }

# sweep OPTION... -- COMMAND...
sweep() {
  local -a how=()
  [[ ${FAULTS-} != all ]] || how=(-a)
  if sanitized; then
    # Where the runtime is part of the program, nothing can come before it.
    ldd "$BUILD/bin/cs-gen" | grep -q libasan || skip 'the runtime of the sanitizer is linked into the program'
    export ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0:allocator_may_return_null=1:detect_leaks=0
    # A thread of theirs doesn't begin without memory.
    export CS_THREADS=1
    how=(-f -p 'memory,read,read-short,write,write-short,sync,rename')
  fi
  "$BUILD/faults/sweep" "${how[@]}" "$@" >swept || fail "$(<swept)"
}

only_plain() { ! sanitized || skip 'swept without the sanitizers only'; }

points() {
  awk -v n="${1:-40}" 'BEGIN { print "customer_id,spend,visits,note"
    for (i = 1; i <= n; i++) {
      g = i % 3 == 0
      printf "%d,%.2f,%d,\"a \"\"note\"\", %d\"\n", i, g * 500 + i * 7 % 50, g * 9 + i % 5, i } }'
}

# Orders of made-up customers, two of them bad.
orders() {
  awk 'BEGIN { print "order_id,customer_id,order_date,amount"
    for (i = 1; i <= 60; i++)
      printf "%d,C%03d,2024-%02d-%02d,%.2f\n", i, i * 7 % 23, i % 12 + 1, i * 5 % 28 + 1, i * 37 % 400 / 4 + 1
    print "61,,2024-01-05,3"
    print "62,C001,2024-13-45,3" }'
}

# --- the programs ---

@test "faults: cs-gen, and its three tables at once" {
  sweep -- cs-gen -n 3
  sweep -o out -o customers -o orders -- \
    cs-gen -n 3 --truth --to json -o out --customers customers --transactions orders
}

@test "faults: cs-scale from a file, from standard input, with components and a model" {
  points >in.csv
  sweep -i in.csv -- cs-scale --to tsv
  sweep -o out.csv -o model.json -- cs-scale --pca 1 --save model.json -o out.csv in.csv
  cs-scale -q --save model.json in.csv >expected
  sweep -o out.csv -- cs-scale --load model.json -o out.csv in.csv
}

@test "faults: tables in JSON, JSON Lines, TSV and Latin-1" {
  printf '[{"a": 1, "t": "x\\u00e9"}, {"t": null, "a": -2.50e+1}]' >in.json
  printf '{"a":1,"t":"x"}\n{"b":2,"a":3}\n' >in.jsonl
  printf 'a\tt\n1\tx\\ty\n2\tz\n' >in.tsv
  printf 'a,t\n1,caf\xe9\n2,"caf\xe9"\n' >latin.csv
  sweep -- cs-scale --to json in.json
  sweep -- cs-scale --impute mean --to jsonl in.jsonl
  sweep -- cs-scale in.tsv
  sweep -- cs-scale --encoding latin1 latin.csv
}

@test "faults: cs-prep, with rejects, audit and model, and from a model" {
  orders >orders.csv
  sweep -o out -o bad -o audit -o model -- \
    cs-prep orders.csv -o out --rejects bad --quality audit --save model
  cs-prep -q --save prep.json orders.csv >expected
  sweep -- cs-prep --load prep.json orders.csv
  sweep -o out -o rows -- cs-prep orders.csv -o out --rows rows
}

@test "faults: cs-prep with outliers of all rules, flagged and dropped, and from a model" {
  orders >in.csv
  sweep -o out.csv -o model.json -- \
    cs-prep -q --clv none --outliers iqr=0.5,z=1,mad:drop,percentile=10,mahalanobis:drop --save model.json -o out.csv in.csv
  cs-prep -q --clv none --outliers iqr=0.5,mahalanobis=50:drop --save model.json -o out.csv in.csv
  sweep -o out.csv -- cs-prep -q --load model.json -o out.csv in.csv
}

@test "faults: cs-prep from merged customers, and from two tables" {
  cs-gen -n 12 --customers customers.csv --transactions orders.csv >merged.csv
  sweep -- cs-prep merged.csv
  sweep -- cs-prep customers.csv --transactions orders.csv --keep channel=mode
}

@test "faults: cs-kmeans, with a model and from one" {
  points >in.csv
  sweep -o out -o model -- cs-kmeans -k 3 --restarts 2 --save model -o out in.csv
  cs-kmeans -q -k 3 --save kmeans.json in.csv >expected
  sweep -- cs-kmeans --load kmeans.json in.csv
}

@test "faults: cs-kmeans with the numbers of an older model, and medoids" {
  points >in.csv
  cs-kmeans -q -k 3 --save old in.csv >expected
  sweep -o out -o model -o medoids -- \
    cs-kmeans -k 4 --restarts 2 --match old --save model --medoids medoids -o out in.csv
}

@test "faults: cs-kmeans names customers, and the clusters of any table" {
  cs-gen -n 40 | cs-prep -q -o customers.csv
  cs-kmeans -q -k 3 --restarts 1 --save old -o /dev/null customers.csv
  sweep -p memory,thread -o out -- cs-kmeans -k 4 --restarts 1 --exchange no -j 1 --match old -o out customers.csv
  points >in.csv
  sweep -p memory,thread -- cs-kmeans -k 3 --restarts 1 --names in.csv
}

@test "faults: cs-kmeans with the number of clusters chosen" {
  points 30 >in.csv
  sweep -p memory,thread -- cs-kmeans -k 2..3 --restarts 1 --select vote -j 1 in.csv
}

@test "faults: cs-dbscan at a given eps, with a model and from one" {
  points >in.csv
  sweep -o out -o model -- cs-dbscan -e 1 -m 2 --point-type --distance --noise nearest --save model -o out in.csv
  cs-dbscan -q -e 1 -m 2 --save dbscan.json in.csv >expected
  sweep -- cs-dbscan --load dbscan.json --distance in.csv
}

@test "faults: cs-dbscan finds eps, gives scores, follows and names" {
  points 30 >in.csv
  cs-dbscan -q -e 1 -m 2 --save old -o /dev/null in.csv
  sweep -p memory,thread -o out -- cs-dbscan -m 3 --outlier-score --names --match old -o out in.csv
}

@test "faults: cs-report as text and JSON" {
  points >in.csv
  cs-kmeans -q -k 3 --save model.json in.csv >clusters.csv
  sweep -o out -- cs-report --model model.json -o out clusters.csv
  sweep -- cs-report --format json clusters.csv
}

# --- what all programs have ---

# cs-pipeline is a shell's script: swept is the program that reads its options.
use_options_of_pipeline() {
  mkdir -p options
  ln -sf "$BUILD/libexec/cs/pipeline-options" options/cs-pipeline
  PATH=$PWD/options:$PATH
}

@test "faults: help, configuration and completions" {
  only_plain
  local name
  use_options_of_pipeline
  for name in $(tools); do
    sweep -- "$name" --help
    sweep -- "$name" --print-config
    sweep -- "$name" --print-options=zsh
  done
}

@test "faults: a configuration, named and inherited" {
  points >in.csv
  printf 'version: 1\ncs-scale:\n  method: robust\n  features: [spend, "visits"]\ncs-gen: {seed: 1}\n' >config.yaml
  sweep -o out -- cs-scale --config config.yaml -o out in.csv
  export CS_CONFIG=config.yaml
  sweep -p memory,open,read,read-short,read-interrupted -- cs-scale in.csv
}

@test "faults: layers of configurations, settings, lists of texts, and the stamp" {
  use_options_of_pipeline
  printf 'cs-pipeline:\n  input: [a.csv, "b, c"]\n  name: one\n' >one.yaml
  printf 'cs-pipeline:\n  name: "two: 2"\ncs-scale:\n  method: robust\n' >two.yaml
  sweep -- cs-pipeline -c one.yaml -c two.yaml --set cs-pipeline.map=a=b --set cs-scale.pca=2 --input x --print-config
  sweep -- cs-scale -c two.yaml --set cs-scale.pca=2 --print-stamp
}

@test "faults: a log, in text and in JSON" {
  points >in.csv
  sweep -l -o out -- cs-scale --log-file log --log-level debug -o out in.csv
  sweep -l -- cs-scale --log-file log --log-format json in.csv
}

@test "faults: the step record of a tracked run" {
  points >in.csv
  export CS_RUN=run
  sweep -l -t run -o out -o model -- cs-scale --save model -o out in.csv
}

@test "faults: progress" {
  only_plain
  sweep -o out -- cs-gen -n 3 --progress always -o out
}

@test "faults: threads that can't be started are done without" {
  only_plain
  points 3000 >in.csv
  sweep -p thread,thread-from,read-short,write-short -- cs-kmeans -k 3 --restarts 8 -j 4 in.csv
  sweep -p thread,thread-from -- cs-scale -j 4 in.csv
  sweep -p thread,thread-from -- cs-gen -n 3000 -j 4
}

# --- faults that the system makes itself ---

@test "faults: a full disk is told, whatever the output, and leaves the others as they were" {
  points >in.csv
  orders >orders.csv
  local option
  for option in --rejects --quality --save; do
    echo old >out
    expect_error 4 "'/dev/full': No space left on device" cs-prep -q "$option" /dev/full -o out orders.csv
    [[ $(<out) == old ]] || fail "$option: the old file is not what it was"
  done
  for option in --customers --transactions; do
    expect_error 4 "'/dev/full': No space left on device" cs-gen -q -n 3 "$option" /dev/full -o out
    [[ $(<out) == old ]] || fail "$option: the old file is not what it was"
  done
  expect_error 4 "'/dev/full': No space left on device" cs-kmeans -q -k 2 --save /dev/full -o out in.csv
  expect_error 0 'warning: the log could not be written' cs-scale -q --log-file /dev/full -o out in.csv
}

@test "faults: a file system that fills up leaves the old file" {
  cs-gen -n 2000 >in.csv
  mkdir disk
  unshare -m mount -t tmpfs -o size=64k tmpfs disk 2>/dev/null || skip 'nothing can be mounted here'
  # A name space of its own takes the file system away with it.
  # shellcheck disable=SC2016
  run unshare -m bash -c 'mount -t tmpfs -o size=64k tmpfs disk && echo old >disk/out
    cs-scale -q -o disk/out in.csv; echo "exit status $?"; cat disk/out; ls -A disk'
  [[ $output == *"'disk/out': No space left on device"*$'\nexit status 4\nold\nout' ]] || fail "$output"
}

@test "faults: a file at its size limit leaves the old file" {
  cs-gen -n 2000 >in.csv
  echo old >out
  run bash -c 'ulimit -f 10; exec cs-scale -q -o out in.csv'
  [[ $status == 4 && $output == *"'out': File too large"* ]] || fail "exit status $status: $output"
  [[ $(<out) == old && -z $(find . -name '.out*') ]] || fail "$(ls -A)"
}

@test "faults: a folder that may not be written is told" {
  points >in.csv
  mkdir folder
  chmod 555 folder
  local -a as=()
  if [[ $(id -u) == 0 ]]; then
    as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    "${as[@]}" test -x "$BUILD/bin/cs-scale" -a -r in.csv || skip 'nobody else can run the programs here'
  fi
  expect_error 4 "cannot write 'folder/out': Permission denied" "${as[@]}" cs-scale -q -o folder/out in.csv
}

@test "faults: with one descriptor to spare" {
  sanitized && skip 'the sanitizers need more'
  points >in.csv
  cs-scale -q in.csv >expected
  # Standard input, output, error and one more: bats has its own at 3.
  bash -c 'exec 3>&-; ulimit -n 4; exec cs-scale -q -o out in.csv'
  cmp expected out
  echo old >out
  run --separate-stderr bash -c 'exec 3>&-; ulimit -n 4; exec cs-scale -q --log-file log -o out in.csv'
  [[ $status == 4 && $stderr == *'Too many open files' ]] || fail "exit status $status: $stderr"
  [[ $(<out) == old && -z $(find . -name '.out*') ]] || fail "$(ls -A)"
}

@test "faults: with too little address space" {
  sanitized && skip 'the sanitizers need more'
  cs-gen -n 20000 >in.csv
  echo old >out
  local kib reached=
  for kib in 16000 18000 20000 22000 24000 28000; do
    run bash -c "ulimit -v $kib; exec cs-prep -q -j 1 -o out in.csv"
    [[ $status == 0 ]] && break
    # Below that, it isn't even loaded.
    [[ $status != 127 ]] || continue
    reached=1
    [[ $status == 5 && $output == 'cs-prep: '*memory* ]] || fail "$kib KiB: exit status $status: $output"
    [[ $(<out) == old && -z $(find . -name '.out*') ]] || fail "$kib KiB: $(ls -A)"
  done
  [[ $reached ]] || skip 'no limit between loading and running was found'
}

@test "faults: a reader of a named pipe that goes away ends the run quietly" {
  cs-gen -n 6000 >in.csv
  mkfifo pipe
  head -c 1000 <pipe >/dev/null &
  run cs-scale -q -o pipe in.csv
  [[ $status == 141 && -z $output && -p pipe ]] || fail "exit status $status: $output"
}

@test "faults: a run that is killed half-way leaves the old file, and the next one cleans up after it" {
  echo old >out
  mkfifo pipe
  cs-gen -q -n 50000 --customers pipe -o out &
  local run=$!
  exec 9<pipe
  head -c 1000 <&9 >/dev/null
  for _ in {1..100}; do
    [[ -z $(find . -name '.out.cs-*') ]] || break
    sleep 0.05
  done
  [[ -n $(find . -name '.out.cs-*') ]] || fail 'no temporary file was seen'
  kill -9 "$run"
  wait "$run" || true
  exec 9<&-
  [[ $(<out) == old && -n $(find . -name '.out.cs-*') ]] || fail "$(ls -A)"
  cs-gen -q -n 3 -o out
  [[ $(wc -l <out) == 4 && -z $(find . -name '.out.cs-*') ]] || fail "$(ls -A)"
}
