#!/usr/bin/env bats
# The full run: what it leaves, what it does again and what it doesn't, what it says, and that it can be repeated.
load helper

# A run on 80 made-up customers, made once, and their orders: each test takes a copy. Pictures would take most of the time of
# so small a run: the tests that look at them find gnuplot on WHOLE_PATH.
setup_file() {
  local bin=${BUILD:-$BATS_TEST_DIRNAME/../build}/bin folder
  export BASE=$BATS_FILE_TMPDIR WHOLE_PATH=$PATH
  mkdir "$BASE/system"
  tr : '\n' <<<"$PATH" | while read -r folder; do
    find "$folder" -maxdepth 1 ! -name 'gnuplot*' ! -type d -exec ln -sf -t "$BASE/system" {} + 2>/dev/null || true
  done
  export PATH="$BASE/system"
  "$bin/cs-pipeline" -q -n 80 -o "$BASE/run"
  "$bin/cs-gen" -q -n 80 --only transactions -o "$BASE/orders.csv"
}

copy_run() { cp -a "$BASE/run" run; }

# logs FOLDER: the logs of its runs, the newest last.
logs() { find "$1/logs" -name '*.log' 2>/dev/null | sort; }

# ran FOLDER: the programs that the newest log tells of, but for the one that records, in one line.
ran() {
  sed -n 's/^[^ ]* info \(cs-[a-z]*\)\[.*\] begin: version.*/\1/p' "$(logs "$1" | tail -n 1)" | grep -v cs-track | sort | xargs
}

# Everything but what has a clock in it.
same_tree() { diff -r -x logs -x experiments -x contents "$1" "$2"; }

@test "pipeline: the whole tree, every file under its name, and nothing else" {
  PATH=$BUILD/bin:$WHOLE_PATH
  command -v gnuplot >/dev/null || skip 'gnuplot is not installed'
  cs-pipeline -q -n 80 -o run
  (cd run && find . -path ./.cs -prune -o -type f -print | sed 's/_2[0-9]*_[0-9]*\.log$/.log/' | grep -v '^./experiments/' | sort) >found
  {
    printf './data/%s\n' customer_clusters_{dbscan,kmeans}.csv customers.csv {dbscan,kmeans}_model.json prep_model.json \
      processed_customer_data.csv quality.json raw_customer_data.csv transactions.csv
    echo ./logs/clustering_pipeline.log
    printf './reports/%s_clustering_report.md\n' dbscan kmeans
    printf './visualizations/dbscan_%s\n' cluster_comparison.png clustering_visualization.png dashboard.html k_distance.png \
      lorenz.png rfm.png silhouette.png
    printf './visualizations/kmeans_%s\n' cluster_comparison.png clustering_visualization.png dashboard.html lorenz.png \
      rfm.png silhouette.png
    echo ./visualizations/optimal_k_analysis.png
  } | sort | diff - found
  # The report finds its pictures.
  grep -oE '\]\([^)]*\.png\)' run/reports/kmeans_clustering_report.md | tr -d '])(' >links
  [[ $(wc -l <links) -ge 5 ]]
  while read -r link; do [[ -s run/reports/$link ]] || fail "$link isn't there"; done <links
}

@test "pipeline: it is what the programs make by hand" {
  copy_run
  cs-gen -q -n 80 --customers customers.csv --transactions transactions.csv -o raw.csv
  cs-prep -q --save prep.json --quality quality.json raw.csv -o processed.csv
  cs-kmeans -q --save kmeans.json processed.csv -o kmeans.csv
  cs-dbscan -q --save dbscan.json processed.csv -o dbscan.csv
  cs-report -q --kind kmeans --quality quality.json --model kmeans.json --format html kmeans.csv -o kmeans.html
  for pair in customers.csv:customers.csv transactions.csv:transactions.csv raw.csv:raw_customer_data.csv \
    processed.csv:processed_customer_data.csv prep.json:prep_model.json kmeans.json:kmeans_model.json \
    dbscan.json:dbscan_model.json kmeans.csv:customer_clusters_kmeans.csv dbscan.csv:customer_clusters_dbscan.csv; do
    cmp "${pair%:*}" "run/data/${pair#*:}"
  done
  cmp kmeans.html run/visualizations/kmeans_dashboard.html
}

@test "pipeline: the end tells the segments and the report to open; a second run does nothing, and says so" {
  expect_status 0 cs-pipeline -n 40 -o run --skip-dbscan
  [[ $output == *'all customers'*'The report to open and pass on: run/visualizations/kmeans_dashboard.html'* ]]
  [[ $stderr == *'cs-pipeline: 4 steps in '* ]]
  before=$(find run -type f -printf '%p %T@ %i\n' | sort)
  expect_status 0 cs-pipeline -n 40 -o run --skip-dbscan
  [[ $stderr == 'cs-pipeline: nothing to do: run is up to date' ]]
  [[ $output == *run/visualizations/kmeans_dashboard.html* ]]
  [[ $(find run -type f -printf '%p %T@ %i\n' | sort) == "$before" ]]
  expect_status 0 cs-pipeline -q -n 40 -o run --skip-dbscan
  [[ -z $output$stderr ]]
}

@test "pipeline: where it goes, how many threads and how much it says make no difference" {
  cs-pipeline -q -n 80 -o "other place" -j 1
  same_tree "$BASE/run" "other place"
  cs-pipeline -n 80 -o 'a
newline' --log-level debug -v >/dev/null 2>&1
  same_tree "$BASE/run" 'a
newline'
}

@test "pipeline: another option of DBSCAN runs its branch again, and nothing else" {
  copy_run
  expect_status 0 cs-pipeline -n 80 -o run --set cs-dbscan.min-points=6
  [[ $stderr == *'2 steps in'* ]]
  [[ $(ran run) == 'cs-dbscan cs-report' ]]
  cs-dbscan -q -m 6 run/data/processed_customer_data.csv | cmp - run/data/customer_clusters_dbscan.csv
  for file in data/customer_clusters_kmeans.csv data/prep_model.json visualizations/kmeans_dashboard.html; do
    [[ $BASE/run/$file -ef run/$file || $(stat -c %Y "$BASE/run/$file") == $(stat -c %Y "run/$file") ]]
    cmp "$BASE/run/$file" "run/$file"
  done
  # Back again: the same bytes as at first.
  cs-pipeline -q -n 80 -o run
  same_tree "$BASE/run" run
}

@test "pipeline: an option that decides nothing runs nothing, one of the reports only these" {
  copy_run
  expect_error 0 'nothing to do' cs-pipeline -n 80 -o run --set cs-kmeans.simd=plain --set cs-kmeans.progress=always -j 1
  cs-pipeline -q -n 80 -o run --set cs-report.currency=EUR
  [[ $(ran run) == 'cs-report cs-report' ]]
}

@test "pipeline: contents count, not time stamps: of input, of files that options name, of what is in the folder" {
  cp "$BASE/orders.csv" orders.csv
  cp "$ROOT/configs/segment-names.yaml" names.yaml
  cs-pipeline -q orders.csv -o run --set cs-kmeans.name-rules=names.yaml --skip-dbscan
  again() { expect_status 0 cs-pipeline orders.csv -o run --set cs-kmeans.name-rules=names.yaml --skip-dbscan; }
  touch orders.csv names.yaml run/data/* run/reports/*
  again
  [[ $stderr == *'nothing to do'* ]]
  cp -r run copy && rm -r run && mv copy run
  again
  [[ $stderr == *'nothing to do'* ]]
  # The same length, the old time, another digit.
  sed '2s/\(.*\)\([1-8]\)/\19/' orders.csv >new.csv
  ! cmp -s orders.csv new.csv && [[ $(wc -c <orders.csv) == $(wc -c <new.csv) ]]
  touch -r orders.csv new.csv && cp -p new.csv orders.csv
  again
  [[ $stderr == *'3 steps'* ]]
  sed -i 's/instead: Loyal Regulars/instead: Best/' names.yaml
  again
  [[ $stderr == *'2 steps'* && $(ran run) == 'cs-kmeans cs-report' ]]
  grep -q ',Best$' run/data/customer_clusters_kmeans.csv
  # A file that was changed or is missing is made again: the same bytes, so that nothing behind it has to be.
  sleep 0.01
  cp -a run want
  echo x >>run/data/processed_customer_data.csv
  again
  [[ $(ran run) == cs-prep ]]
  rm run/reports/kmeans_clustering_report.md
  again
  [[ $(ran run) == cs-report ]]
  same_tree want run
}

@test "pipeline: --force runs everything, --dry-run tells what would run and writes nothing" {
  copy_run
  before=$(find run -printf '%p %T@ %i\n' | sort)
  export TMPDIR=$PWD/tmp
  mkdir tmp
  expect_status 0 cs-pipeline -n 80 -o run --dry-run
  [[ $stderr == *'nothing to do'* ]]
  expect_status 0 cs-pipeline -n 80 -o run --dry-run --set cs-kmeans.clusters=4
  [[ ${lines[0]} == kmeans:* && ${lines[1]} == kmeans-report:* && ${#lines[@]} == 2 ]]
  expect_status 0 cs-pipeline -n 80 -o nowhere --dry-run
  [[ ${#lines[@]} == 6 && ! -e nowhere ]]
  [[ $(find run -printf '%p %T@ %i\n' | sort) == "$before" && -z $(ls tmp) ]]
  expect_status 2 cs-pipeline -n 80 -o run --dry-run --set cs-prep.nonsense=1
  [[ -z $(ls tmp) ]]
  cs-pipeline -q -n 80 -o run --force
  [[ $(ran run) == 'cs-dbscan cs-gen cs-kmeans cs-prep cs-report cs-report' ]]
  same_tree "$BASE/run" run
}

@test "pipeline: orders in several files of different dialects, with --map, are one table" {
  awk -F, 'NR % 2 == 0 || NR == 1' "$BASE/orders.csv" | sed '1s/.*/Bon,Kunde,Tag,Art,Menge,Preis,Rabatt,Betrag,Zahlung,Weg,Stand/' >one.csv
  awk -F, 'NR % 2 == 1' "$BASE/orders.csv" | sed '1s/.*/Bon,Kunde,Tag,Art,Menge,Preis,Rabatt,Betrag,Zahlung,Weg,Stand/' | tr , ';' >two.csv
  map='customer_id=Kunde,order=Bon,date=Tag,amount=Betrag,category=Art,discount=Rabatt,channel=Weg,status=Stand'
  cs-pipeline -q --input one.csv two.csv --map "$map" --as-of 2025-01-01 -o run
  cs-prep -q --map "$map" --as-of 2025-01-01 one.csv two.csv | cmp - run/data/processed_customer_data.csv
  [[ ! -e run/data/customers.csv && ! -e run/data/raw_customer_data.csv ]]
  # What was read, as one table: all rows, of either separator.
  { cat one.csv; sed 1d two.csv | tr ';' ,; } | cmp - run/data/transactions.csv
  expect_error 0 'nothing to do' cs-pipeline --input one.csv --input two.csv --map "$map" --as-of 2025-01-01 -o run
}

@test "pipeline: customers as input, and real ones in the place of made-up ones" {
  copy_run
  cp run/data/raw_customer_data.csv customers.csv
  cs-pipeline -q --input customers.csv -o run
  [[ ! -e run/data/customers.csv && ! -e run/data/transactions.csv ]]
  cmp customers.csv run/data/raw_customer_data.csv
  cmp run/data/customer_clusters_kmeans.csv "$BASE/run/data/customer_clusters_kmeans.csv"
}

@test "pipeline: names with blanks, quotes, newlines and dashes are names" {
  folder=$'it\'s "a" folder\n$(touch bad) `touch bad`'
  mkdir "$folder"
  cp "$BASE/orders.csv" "$folder/-n 5 \$HOME;'.csv"
  cd "$folder"
  cs-pipeline -q -o "-o \$x" -- "-n 5 \$HOME;'.csv"
  cs-prep -q -- "-n 5 \$HOME;'.csv" | cmp - "./-o \$x/data/processed_customer_data.csv"
  expect_error 0 'nothing to do' cs-pipeline -o "-o \$x" --input="-n 5 \$HOME;'.csv"
  mkdir rules
  cp "$ROOT/configs/segment-names.yaml" "rules/it's #1: names.yaml"
  cs-pipeline -q -o "-o \$x" --set "cs-kmeans.name-rules=rules/it's #1: names.yaml" -- "-n 5 \$HOME;'.csv"
  cd "$BATS_TEST_TMPDIR"
  [[ ! -e bad && ! -e "$folder/bad" ]]
}

@test "pipeline: a step that fails ends the run with its own words and status; what was finished stays, and is gone on from" {
  printf 'a,b\n1,2\n' >bad.csv
  expect_error 3 "cs-prep: no column was recognised as the customer's id" cs-pipeline --input bad.csv -o run
  [[ -z $output && -z $(find run/data run/reports run/visualizations -type f 2>/dev/null) ]]
  grep -q 'error cs-pipeline.*error: cleaning and features: exit status 3' "$(logs run)"
  rm -r run
  expect_error 4 "cs-kmeans: cannot open 'nowhere.csv'" cs-pipeline -n 80 -o run --set cs-kmeans.init=nowhere.csv --set cs-kmeans.clusters=3..4
  cmp run/data/processed_customer_data.csv "$BASE/run/data/processed_customer_data.csv"
  [[ ! -e run/data/customer_clusters_kmeans.csv ]]
  cs-pipeline -q -n 80 -o run
  [[ $(ran run) == 'cs-dbscan cs-kmeans cs-report cs-report' || $(ran run) == 'cs-kmeans cs-report cs-report' || $(ran run) == 'cs-kmeans cs-report' ]]
  same_tree "$BASE/run" run
}

@test "pipeline: usage errors are told before anything is made" {
  expect_error 2 "--demo makes up customers" cs-pipeline --demo --input "$BASE/orders.csv" -o run
  expect_error 2 "--num-customers makes up customers" cs-pipeline -n 5 "$BASE/orders.csv" -o run
  expect_error 2 "leave nothing to do" cs-pipeline --skip-kmeans --skip-dbscan -o run
  expect_error 2 "name one" cs-pipeline --load "$BASE/run" --match "$BASE/run" -o run
  expect_error 2 "write it into a file" cs-pipeline --input - -o run
  expect_error 4 "nowhere.csv: can't open" cs-pipeline --input nowhere.csv -o run
  expect_error 4 "is a folder" cs-pipeline --input "$BASE" --dry-run
  [[ ! -e run ]]
  expect_error 2 "there is no program 'cs-means'" cs-pipeline --set cs-means.clusters=3 -o run
  expect_error 2 "cs-kmeans has no option 'cluster' to be set; did you mean 'clusters'?" cs-pipeline --set cs-kmeans.cluster=3 -o run
  printf 'cs-dbscan:\n  epsilon: 1\n' >bad.yaml
  expect_error 2 "bad.yaml:2:3: cs-dbscan has no option 'epsilon'" cs-pipeline -c bad.yaml -o run
  copy_run
  expect_error 2 "name another with -o" cs-pipeline --load run -o ./run -n 80
  expect_error 4 "prep_model.json: can't open" cs-pipeline --load "$PWD" -n 80 -o other
}

# A place with the programs, as after an installation, but for those named.
programs_without() {
  local name
  mkdir -p bin
  cp -R "$BUILD/libexec" "$BUILD/share" .
  for name in cs-gen cs-prep cs-kmeans cs-dbscan cs-report cs-pipeline; do
    [[ " $* " == *" $name "* ]] || cp "$BUILD/bin/$name" bin/
  done
}

# tools_of DIR NAME...: a PATH of DIR and of nothing but these programs of the system.
only() {
  local name
  mkdir -p system
  for name; do ln -sf "$(command -v "$name")" system/; done
}

@test "pipeline: a program that isn't there is named" {
  programs_without cs-dbscan
  only sh cat cmp mv rm grep sed date mkdir printf
  expect_error 4 "cs-dbscan isn't there: it is sought beside cs-pipeline, then on PATH" \
    env PATH="$PWD/bin:$PWD/system" "$PWD/bin/cs-pipeline" -n 40 -o run
  cp "$BUILD/bin/cs-dbscan" bin/
  printf '#!/bin/sh\necho "bmake 1.0"\n' >system/make
  chmod +x system/make
  expect_error 4 "GNU make isn't there" env PATH="$PWD/bin:$PWD/system" "$PWD/bin/cs-pipeline" -n 40 -o run
}

@test "pipeline: it works alone, from any place, and with what it makes when there is no gnuplot" {
  programs_without
  only sh bash cat cmp cp mv rm rmdir grep sed date mkdir printf make touch cksum tr
  PATH=$PWD/system "$PWD/bin/cs-pipeline" -q -n 80 -o run
  [[ -z $(find run -name '*.png') && -s run/visualizations/kmeans_dashboard.html && -s run/reports/kmeans_clustering_report.md ]]
  PATH=$WHOLE_PATH
  command -v gnuplot >/dev/null || return 0
  # And draws when there is one.
  only gnuplot
  PATH=$PWD/system "$PWD/bin/cs-pipeline" -q -n 80 -o run
  [[ $(ran run) == 'cs-report cs-report' && -s run/visualizations/optimal_k_analysis.png ]]
}

@test "pipeline: another build of a program runs its steps again" {
  programs_without
  PATH=$PWD/bin:$PATH cs-pipeline -q -n 80 -o run
  printf x >>bin/cs-dbscan
  PATH=$PWD/bin:$PATH cs-pipeline -q -n 80 -o run
  [[ $(ran run) == 'cs-dbscan cs-report' ]]
}

@test "pipeline: configurations are layers, --set is the last one, and the options of the run win" {
  printf 'cs-kmeans:\n  clusters: 3\n  seed: 5\ncs-pipeline:\n  skip-dbscan: true\n  num-customers: 60\n' >base.yaml
  printf 'cs-kmeans:\n  clusters: 4\ncs-prep:\n  horizon: 6mo\n' >site.yaml
  cs-pipeline -q -c base.yaml -c site.yaml --set cs-prep.as-of=2025-01-01 --as-of 2024-12-01 -o run
  grep -qx '  clusters: 4' run/.cs/cs-kmeans.yaml
  grep -qx '  seed: 5' run/.cs/cs-kmeans.yaml
  grep -qx '  horizon: 6mo' run/.cs/cs-prep.yaml
  grep -qx '  as-of: "2024-12-01"' run/.cs/cs-prep.yaml
  [[ $(wc -l <run/data/raw_customer_data.csv) == 61 && ! -e run/data/customer_clusters_dbscan.csv ]]
  CS_CONFIG=base.yaml cs-pipeline -q -c site.yaml --as-of 2024-12-01 -o other
  same_tree run other
}

@test "pipeline: the effective configuration of a run makes it again, to the same bytes" {
  mkdir 'in put'
  cp "$BASE/orders.csv" 'in put/a, "b".csv'
  CS_CONFIG=$ROOT/configs/production.yaml cs-pipeline -q --set cs-prep.basis=rfm,tenure_days --set cs-kmeans.clusters=3..5 \
    --set 'cs-report.title=Ours: "the" best' --as-of 2025-01-01 'in put/a, "b".csv' -o run
  cs-pipeline -q -c run/.cs/config.yaml -o again
  same_tree run again
  cs-pipeline -q -c "$BASE/run/.cs/config.yaml" -o made-up
  same_tree "$BASE/run" made-up
}

@test "pipeline: the configurations that come with it are taken by all programs" {
  for file in demo production default; do
    for program in $(tools); do
      "$program" -c "$ROOT/configs/$file.yaml" --print-config >/dev/null
    done
  done
  # What is said to be the demonstration is what --demo does, but for the looks.
  cs-pipeline -q --demo -c "$ROOT/configs/demo.yaml" -o one --skip-dbscan
  cs-gen -q -n 500 | cmp - one/data/raw_customer_data.csv
}

@test "pipeline: next time: --load scores with the models of the last run, --match keeps its numbers, both tell who moved" {
  cs-gen -q -n 120 --only transactions --seed 9 -o next.csv
  cs-pipeline -q "$BASE/orders.csv" -o last
  cs-pipeline -q next.csv --load last -o loaded
  cs-prep -q --load last/data/prep_model.json next.csv -o prep.csv
  cmp prep.csv loaded/data/processed_customer_data.csv
  cs-kmeans -q --load last/data/kmeans_model.json prep.csv | cmp - loaded/data/customer_clusters_kmeans.csv
  cs-dbscan -q --load last/data/dbscan_model.json prep.csv | cmp - loaded/data/customer_clusters_dbscan.csv
  for kind in prep kmeans dbscan; do cmp last/data/${kind}_model.json loaded/data/${kind}_model.json; done
  grep -q 'Since the last run' loaded/reports/kmeans_clustering_report.md
  run ! grep -q 'Since the last run' last/reports/kmeans_clustering_report.md
  cs-pipeline -q next.csv --match last -o matched
  cs-kmeans -q --match last/data/kmeans_model.json --save model.json prep.csv | cmp - matched/data/customer_clusters_kmeans.csv
  cmp model.json matched/data/kmeans_model.json
  grep -q 'Since the last run' matched/reports/kmeans_clustering_report.md
  # The data of the last run alone are enough, and another last run is another run.
  expect_error 0 'nothing to do' cs-pipeline next.csv --load last/data -o loaded
  cs-pipeline -q "$BASE/orders.csv" -o other --set cs-kmeans.clusters=2
  expect_error 0 '2 steps' cs-pipeline next.csv --load other -o loaded
}

@test "pipeline: one log of all programs of a run, a line each, as text or JSON, without a cell's value" {
  copy_run
  log=$(logs run)
  [[ $log =~ /clustering_pipeline_20[0-9]{6}_[0-9]{6}\.log$ && $(wc -l <<<"$log") == 1 ]]
  run ! grep -vE '^20[0-9-]{8}T[0-9:.]{12}Z (debug|info|warning|error) cs-[a-z]+\[[0-9]+\] [a-z]+: ' "$log"
  [[ $(ran run) == 'cs-dbscan cs-gen cs-kmeans cs-prep cs-report cs-report' ]]
  grep -qE 'cs-pipeline\[[0-9]+\] end: exit status 0, [0-9]+\.[0-9]{2} s$' "$log"
  grep -qE 'phase: step 1 of 6, making up customers: [0-9]+\.[0-9]{2} s$' "$log"
  # k-means and DBSCAN run side by side, where there is more than one processor.
  [[ $(nproc) == 1 ]] || awk '/ cs-dbscan.* begin: version/ { began = NR } / cs-kmeans.* end: / { ended = NR }
    END { exit !(began && began < ended) }' "$log"
  # No customer, none of their names.
  cut -d, -f 1 run/data/customers.csv | sed 1d >ids
  cut -d, -f 2 run/data/customers.csv | sed 1d >names
  run ! grep -Ff ids "$log"
  run ! grep -Ff names "$log"
  CS_LOG_FORMAT=json CS_LOG_LEVEL=debug cs-pipeline -q -n 40 -o json --skip-dbscan
  /usr/bin/python3 - "$(logs json)" <<'END'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
assert all({"time", "level", "tool", "pid", "event", "text"} <= set(line) for line in lines)
assert [line["seconds"] > 0 for line in lines if line["tool"] == "cs-pipeline" and line["event"] == "end"] == [True]
assert {line["tool"] for line in lines} - {"cs-track"} == {"cs-pipeline", "cs-gen", "cs-prep", "cs-kmeans", "cs-report"}
END
  cs-pipeline -q -n 40 -o json --skip-dbscan --force --log-file elsewhere --log-level warning
  run ! grep -v ' warning ' elsewhere
  [[ $(logs json | wc -l) == 1 ]]
}

@test "pipeline: on a terminal the steps are counted, elsewhere there are warnings and a last line" {
  expect_status 0 cs-pipeline -n 40 -o quiet --skip-dbscan
  run ! grep -vE '^(cs-[a-z]+: warning: .*|cs-pipeline: 4 steps in [0-9.]+ s)$' <<<"$stderr"
  # A pseudo-terminal, by the program of that name.
  script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip 'script(1) is not there'
  script -qec "cs-pipeline -n 40 -o loud --skip-dbscan" said </dev/null >/dev/null
  for words in 'step 1 of 4: making up customers' 'step 3 of 4: segments by k-means' 'step 4 of 4: report of the segments'; do
    grep -q "$words" said
  done
}

@test "pipeline: one run at a time in a folder: another one waits, and finds its work done" {
  cs-pipeline -q -n 80 -o run &
  first=$!
  for _ in {1..200}; do [[ -e run/.cs/words ]] && break; sleep 0.01; done
  expect_error 0 'waiting for the end of another run in run' cs-pipeline -n 80 -o run
  [[ $stderr == *'nothing to do'* ]]
  wait "$first"
  [[ $(logs run | wc -l) == 1 ]]
}

@test "pipeline: an interrupt ends it at once, and leaves no half-written file" {
  # Its own process group, as a shell gives it to what is typed; not ignoring the signal.
  /usr/bin/python3 - <<'END'
import os, signal, subprocess, time
run = subprocess.Popen(["cs-pipeline", "-n", "2000", "-o", "run"], start_new_session=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
while not os.path.exists("run/.cs/prep.done"):
    time.sleep(0.01)
os.killpg(run.pid, signal.SIGINT)
begin = time.time()
status = run.wait()
assert time.time() - begin < 5, "it went on"
assert status in (130, -signal.SIGINT), status
END
  [[ ! -e run/visualizations/kmeans_dashboard.html ]]
  expect_status 0 cs-pipeline -n 2000 -o run --dry-run
  [[ $output == *kmeans* && $output != *prep:* ]]
}

@test "pipeline: a program that is killed is told, and ends the run with its status" {
  programs_without cs-dbscan
  # One that kills itself when it is given data.
  cat >bin/cs-dbscan <<'END'
#!/bin/sh
case "$*" in *--print-*) exec "$BUILD/bin/cs-dbscan" "$@" ;; esac
kill -9 $$
END
  chmod +x bin/cs-dbscan
  expect_error 137 'customers who fit no pattern, by DBSCAN: cs-dbscan was killed by signal 9' "$PWD/bin/cs-pipeline" -n 80 -o run
}

@test "pipeline: it is recorded where cs-track is there, once, and not where nothing is done" {
  programs_without
  # What cs-track promises: it sets CS_RUN, runs the command, and returns its status.
  cat >bin/cs-track <<'END'
#!/bin/sh
printf '%s\n' "$*" >>track.calls
if [ "$1" = run ]; then
  while [ "$1" != -- ]; do case $1 in --experiments=*) store=${1#*=} ;; esac; shift; done
  shift
  mkdir -p "$store/one/steps"
  CS_RUN=$store/one exec env CS_RUN="$store/one" "$@"
fi
[ "$1" != diff ] || echo 'who has moved'
END
  chmod +x bin/cs-track
  expect_status 0 "$PWD/bin/cs-pipeline" -n 80 -o run --name 'first try'
  [[ $(grep -c '^run --quiet --experiments=run/experiments --name=first try -- cs-pipeline -n 80 -o run --name first try$' track.calls) == 1 ]]
  grep -q '^log artifact run/.cs/config.yaml .*run/data/kmeans_model.json' track.calls
  [[ $(find run/experiments/one/steps -name '*.json' | wc -l) == 6 ]]
  rm track.calls
  expect_error 0 'nothing to do' "$PWD/bin/cs-pipeline" -n 80 -o run
  [[ ! -e track.calls ]]
  expect_status 0 "$PWD/bin/cs-pipeline" -n 80 --load run -o next --set cs-gen.seed=3
  [[ $output == *'who has moved'* ]]
  grep -q '^diff run/data/customer_clusters_kmeans.csv next/data/customer_clusters_kmeans.csv' track.calls
  printf 'a,b\n1,2\n' >bad.csv
  expect_status 3 "$PWD/bin/cs-pipeline" --input bad.csv -o bad
}

@test "pipeline: a run with nothing to do is a matter of a moment" {
  copy_run
  cs-pipeline -q -n 80 -o run
  # The processor's time, which other processes don't change much: 0.3 s is the promise on a machine of its own.
  TIMEFORMAT='%U %S'
  { time cs-pipeline -q -n 80 -o run; } 2>took
  awk '{ exit !($1 + $2 < 0.6) }' took || fail "$(<took)"
}
