#!/bin/sh
# steps run | steps work | steps step NAME - the run behind cs-pipeline, which hands its options over as CS_PIPELINE_*, writes
# this file into the folder of the run (.cs/) and becomes it. `run` finds out what has to be done and tells the end; `work` is
# what is recorded: it has make do the steps, each of which is `step NAME`.
#
# What a step depends on is a text, STEP.want: the stamps of its program and of the files from outside, and the text of the
# steps before. A step is done when STEP.done holds that text and the files of STEP.files are there, unchanged since.
# Files get their names whole, by rename, and STEP.done is the last of them: after a kill at any moment a step has been done,
# or is done again.
set -eu
unset CDPATH
cd "$CS_PIPELINE_FROM"
out=$CS_PIPELINE_OUTPUT state=$CS_PIPELINE_STATE
data=$out/data pictures=$out/visualizations reports=$out/reports

# --- words ---

say() {
  [ -n "$CS_PIPELINE_QUIET" ] || printf 'cs-pipeline: %s\n' "$*" >&2
}

die() { # STATUS TEXT
  printf 'cs-pipeline: %s\n' "$2" >&2
  log error error "$2"
  exit "$1"
}

title() {
  case $1 in
    gen) echo 'making up customers' ;;
    prep) echo 'cleaning and features' ;;
    kmeans) echo 'segments by k-means' ;;
    dbscan) echo 'customers who fit no pattern, by DBSCAN' ;;
    kmeans-report) echo 'report of the segments' ;;
    dbscan-report) echo 'report of those who fit no pattern' ;;
  esac
}

# Hundredths of a second of a clock that nobody sets.
clock() {
  if read -r up _ 2>/dev/null </proc/uptime; then
    echo $((${up%.*} * 100 + 1${up#*.} - 100))
  else
    echo "$(date +%s)00"
  fi
}

duration() { # HUNDREDTHS
  if [ "$1" -lt 6000 ]; then
    printf '%d.%02d s' $(($1 / 100)) $(($1 % 100))
  else
    printf '%d min %d s' $(($1 / 6000)) $(($1 / 100 % 60))
  fi
}

# A line of the log, as the programs write theirs: one write, so that lines don't mix. The text is of this file's own words.
log() { # LEVEL EVENT TEXT [HUNDREDTHS]
  [ -n "${CS_LOG_FILE-}" ] || return 0
  case $CS_LOG_LEVEL:$1 in warning:info | error:info | error:warning) return 0 ;; esac
  time=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)
  case $time in *N*) time=${time%.*}Z ;; esac # a date without fractions
  if [ "$CS_LOG_FORMAT" = json ]; then
    seconds=
    [ -z "${4-}" ] || seconds=$(printf ',"seconds":%d.%02d' $(($4 / 100)) $(($4 % 100)))
    text=$(printf '%s' "$3" | sed 's/["\\]/\\&/g' | tr '\000-\037' '?')
    printf '{"time":"%s","level":"%s","tool":"cs-pipeline","pid":%d,"event":"%s","text":"%s"%s}\n' \
      "$time" "$1" $$ "$2" "$text" "$seconds"
  else
    printf '%s %s cs-pipeline[%d] %s: %s\n' "$time" "$1" $$ "$2" "$3"
  fi >>"$CS_LOG_FILE" || :
}

# --- files of .cs/ ---

# put FILE: standard input becomes its content, unless it is already.
put() {
  cat >"$1.new"
  if cmp -s "$1.new" "$1"; then rm -f "$1.new"; else mv -f "$1.new" "$1"; fi
}

# --- what the programs are told ---

programs='cs-gen cs-prep cs-kmeans cs-dbscan cs-report'

# layered PROGRAM WORD...: the program under all layers of the configuration, the options of this run on top.
layered() {
  program=$1
  shift
  case $program in
    cs-gen) set -- ${CS_PIPELINE_CUSTOMERS:+"--num-customers=$CS_PIPELINE_CUSTOMERS"} "$@" ;;
    cs-prep) set -- ${CS_PIPELINE_MAP:+"--map=$CS_PIPELINE_MAP"} ${CS_PIPELINE_AS_OF:+"--as-of=$CS_PIPELINE_AS_OF"} "$@" ;;
  esac
  eval 'set -- "$program"' "$CS_PIPELINE_LAYERS" '"$@"'
  "$@"
}

# The effective options of each program, from which it is run; together they are a configuration that makes the same again.
write_configs() {
  for program in $programs; do
    # What makes no difference is this run's alone.
    (unset CS_THREADS CS_PROGRESS CS_LOG_FILE CS_LOG_LEVEL CS_LOG_FORMAT && layered "$program" --print-config) >"$state/config.part" || exit
    if grep -q 'its value is no UTF-8' "$state/config.part"; then
      die 2 "$program: a value of its options is no UTF-8, which the configuration of the run can't hold"
    fi
    put "$state/$program.yaml" <"$state/config.part"
    layered "$program" --print-stamp >"$state/config.part" || exit
    put "$state/$program.stamp" <"$state/config.part"
  done
  rm -f "$state/config.part"
  {
    cat "$state/cs-pipeline.yaml"
    for program in $programs; do
      echo
      grep -v '^version:' "$state/$program.yaml"
    done
  } | put "$state/config.yaml"
}

# --- what has to be done ---

# earlier NAME: the line of a file of the earlier run.
earlier() { grep "^$1" "$state/earlier.stamp" || :; }

wants() {
  if [ -n "$CS_PIPELINE_INPUT" ]; then
    put "$state/source.want" <"$state/input.stamp"
  else
    put "$state/gen.want" <"$state/cs-gen.stamp"
    put "$state/source.want" <"$state/gen.want"
  fi
  { cat "$state/source.want" "$state/cs-prep.stamp"; earlier 'load\|match\|prep'; } | put "$state/prep.want"
  for kind in kmeans dbscan; do
    { cat "$state/prep.want" "$state/cs-$kind.stamp"; earlier "${kind}_model"; } | put "$state/$kind.want"
    {
      cat "$state/$kind.want" "$state/cs-report.stamp"
      earlier "customer_clusters_$kind"
      command -v gnuplot >/dev/null && echo 'with pictures' || echo 'without pictures'
    } | put "$state/$kind-report.want"
  done
}

# STEP.files holds a line for each file: what cksum says of it, and its name. A file that is newer than the step (it was
# touched, or the folder copied) is asked whether it is still the same.
is_done() { # STEP
  cmp -s "$state/$1.want" "$state/$1.done" && [ -e "$state/$1.files" ] || return 1
  newer=
  while read -r sum size file; do
    [ -f "$out/$file" ] || return 1
    # Every sh of today has -nt.
    # shellcheck disable=SC3013
    [ "$out/$file" -nt "$state/$1.done" ] || continue
    [ "$(cksum <"$out/$file")" = "$sum $size" ] || return 1
    newer=1
  done <"$state/$1.files"
  [ -z "$newer" ] || touch "$state/$1.done"
}

# left STEP FILE: whether the file is one that the step left.
left() { sed 's/^[0-9]* [0-9]* //' "$state/$1.files" | grep -Fqx -e "$2"; }

list_steps() {
  steps=
  [ -n "$CS_PIPELINE_INPUT" ] || steps=gen
  steps="$steps prep"
  [ -n "$CS_PIPELINE_SKIP_KMEANS" ] || steps="$steps kmeans"
  [ -n "$CS_PIPELINE_SKIP_DBSCAN" ] || steps="$steps dbscan"
  [ -n "$CS_PIPELINE_SKIP_KMEANS" ] || steps="$steps kmeans-report"
  [ -n "$CS_PIPELINE_SKIP_DBSCAN" ] || steps="$steps dbscan-report"
}

find_todo() {
  todo='' count=0
  for step in $steps; do
    if [ -z "$CS_PIPELINE_FORCE" ] && is_done "$step"; then continue; fi
    rm -f "$state/$step.done"
    todo="$todo $step" count=$((count + 1))
  done
}

# What steps left that this run doesn't have: made-up customers beside real ones, results of other data than the rest.
forget_others() {
  for step in gen kmeans dbscan kmeans-report dbscan-report; do
    case " $steps " in *" $step "*) continue ;; esac
    [ -e "$state/$step.files" ] || continue
    case $step in gen) ;; *) ! is_done "$step" || continue ;; esac
    rm -f "$state/$step.done"
    while read -r _ _ file; do
      for other in $steps; do
        if left "$other" "$file"; then continue 2; fi
      done
      rm -f "$out/$file"
    done <"$state/$step.files"
    rm -f "$state/$step.files"
  done
}

# --- the steps ---

# tool PROGRAM WORD...: runs it with its options. Its notes are for the log and for -v; what is worth saying is its warnings
# and, where it failed, all that it said.
tool() {
  program=$1 status=0
  shift
  [ -z "$CS_PIPELINE_QUIET" ] || set -- --quiet "$@"
  if [ -n "$CS_PIPELINE_VERBOSE" ]; then
    "$program" --config "$state/$program.yaml" --verbose "$@" || status=$?
  else
    "$program" --config "$state/$program.yaml" "$@" 2>"$state/$step.messages" || status=$?
    if [ $status = 0 ]; then
      grep "^$program: warning: " "$state/$step.messages" >&2 || :
    else
      cat "$state/$step.messages" >&2
    fi
    rm -f "$state/$step.messages"
  fi
  [ $status = 0 ] || fail $status
}

fail() { # STATUS
  if [ "$1" -gt 128 ]; then
    printf 'cs-pipeline: %s: %s was killed by signal %d\n' "$(title "$step")" "$program" $(($1 - 128)) >&2
  fi
  # The first one says how the run ends.
  (set -C && echo "$1 $step" >"$state/failed") 2>/dev/null || :
  exit "$1"
}

# copy FILE NAME: under its name when it is whole.
copy() {
  cp "$1" "$state/$step.copy" || fail 4
  mv -f "$state/$step.copy" "$2" || fail 4
}

# A model is learnt, or it is the earlier one.
step_gen() {
  tool cs-gen --customers "$data/customers.csv" --transactions "$data/transactions.csv" -o "$data/raw_customer_data.csv"
  files='data/customers.csv data/transactions.csv data/raw_customer_data.csv'
}

step_prep() {
  if [ -n "$CS_PIPELINE_EARLIER" ]; then
    # The scales of the earlier run, so that segments are compared in the same space.
    copy "$earlier_prep_model" "$data/prep_model.json"
    set -- --load "$data/prep_model.json" -- "$@"
  else
    set -- --save "$data/prep_model.json" -- "$@"
  fi
  files='data/processed_customer_data.csv data/prep_model.json data/quality.json'
  set -- --quality "$data/quality.json" -o "$data/processed_customer_data.csv" "$@"
  if [ -n "$CS_PIPELINE_INPUT" ]; then
    tool cs-prep --rows "$state/rows.part" "$@"
    keep_rows
  else
    # Without a name, so that the audit doesn't tell where the folder is.
    tool cs-prep "$@" <"$data/raw_customer_data.csv"
  fi
}

# What was read, as one table, under the name that such a table has when it is made up.
keep_rows() {
  name=raw_customer_data.csv
  if grep -q '^  "input": "orders"' "$data/quality.json"; then name=transactions.csv; fi
  mv -f "$state/rows.part" "$data/$name" || fail 4
  files="$files data/$name"
}

cluster() { # KIND EARLIER-MODEL
  model=$data/$1_model.json
  case $CS_PIPELINE_EARLIER in
    load)
      copy "$2" "$model"
      set -- "$1" --load "$model"
      ;;
    match) set -- "$1" --match "$2" --save "$model" ;;
    *) set -- "$1" --save "$model" ;;
  esac
  kind=$1
  shift
  tool "cs-$kind" "$@" -o "$data/customer_clusters_$kind.csv" "$data/processed_customer_data.csv"
  files="data/customer_clusters_$kind.csv data/${kind}_model.json"
}

# The set is made in a folder of its own; then each file goes to its place, and the report finds its pictures there.
report() { # KIND EARLIER-TABLE
  stage=$state/stage-$1 kind=$1
  rm -rf "$stage"
  mkdir -p "$pictures" "$reports"
  tool cs-report --all "$stage" --kind "$kind" --quality "$data/quality.json" --model "$data/${kind}_model.json" \
    ${2:+"--previous=$2"} "$data/customer_clusters_$kind.csv"
  document=${kind}_clustering_report.md
  sed 's|](\([a-z_]*\.png\))|](../visualizations/\1)|g' "$stage/$document" >"$stage/document" || fail 4
  rm -f "$stage/$document"
  mv -f "$stage/document" "$reports/$document" || fail 4
  files="reports/$document"
  for file in "$stage"/*; do
    mv -f "$file" "$pictures/${file##*/}" || fail 4
    files="$files visualizations/${file##*/}"
  done
  rmdir "$stage"
}

# What the step left the last time, and doesn't any more, goes away.
finish_step() {
  for file in $files; do
    echo "$(cksum <"$out/$file") $file"
  done >"$state/$step.files.new"
  if [ -e "$state/$step.files" ]; then
    while read -r _ _ file; do
      case " $files " in *" $file "*) ;; *) rm -f "$out/$file" ;; esac
    done <"$state/$step.files"
  fi
  mv -f "$state/$step.files.new" "$state/$step.files"
  cp "$state/$step.want" "$state/$step.done.new"
  mv -f "$state/$step.done.new" "$state/$step.done"
}

number_of_step() {
  number=0 total=0
  for each in $CS_PIPELINE_TODO; do
    total=$((total + 1))
    [ "$each" != "$step" ] || number=$total
  done
}

run_step() {
  step=$1 begin=$(clock) earlier_prep_model='' earlier_kmeans_model='' earlier_dbscan_model=''
  earlier_customer_clusters_kmeans='' earlier_customer_clusters_dbscan=''
  # make's own words are no news; those of the programs are.
  exec 2>&3 3>&-
  # shellcheck disable=SC1091
  . "$state/words"
  number_of_step
  if [ -t 2 ] || [ -n "$CS_PIPELINE_VERBOSE" ]; then say "step $number of $total: $(title "$step")"; fi
  mkdir -p "$data"
  case $step in
    gen) step_gen ;;
    prep) step_prep "$@" ;;
    kmeans) cluster kmeans "$earlier_kmeans_model" ;;
    dbscan) cluster dbscan "$earlier_dbscan_model" ;;
    kmeans-report) report kmeans "$earlier_customer_clusters_kmeans" ;;
    dbscan-report) report dbscan "$earlier_customer_clusters_dbscan" ;;
  esac
  finish_step
  took=$(($(clock) - begin))
  log info phase "step $number of $total, $(title "$step"): $(duration $took)" $took
}

# --- the work ---

make_program() {
  for name in gmake make; do
    if "$name" --version 2>/dev/null | grep -q '^GNU Make'; then
      echo "$name"
      return
    fi
  done
}

work() {
  status=0
  rm -f "$state/failed"
  targets=
  for step in $CS_PIPELINE_TODO; do targets="$targets $step.done"; done
  # What a make above this one has said isn't meant for this one.
  unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES GNUMAKEFLAGS
  # shellcheck disable=SC2086
  "$CS_PIPELINE_MAKE" -s -r -R --no-print-directory -C "$state" -f graph -j "$CS_PIPELINE_JOBS" $targets \
    3>&2 2>"$state/make.messages" </dev/null || status=$?
  if [ $status = 0 ]; then
    rm -f "$state/make.messages"
    return
  fi
  if [ -e "$state/failed" ]; then
    read -r status step <"$state/failed"
    say "$(title "$step"): failed; the next run goes on from there"
    log error error "$(title "$step"): exit status $status"
  else
    cat "$state/make.messages" >&2
    status=4
  fi
  return "$status"
}

# record KIND WORD...: for the experiment that is being recorded, if there is one.
tell_track() {
  [ -n "$CS_PIPELINE_TRACK" ] && [ -n "${CS_RUN-}" ] || return 0
  "$CS_PIPELINE_TRACK" log artifact "$state/config.yaml" "$@" || say 'the record lacks the files of the run'
}

recorded() {
  work
  set --
  for step in $CS_PIPELINE_TODO; do
    while read -r _ _ file; do
      case $file in *_model.json | reports/* | visualizations/* | data/quality.json) set -- "$@" "$out/$file" ;; esac
    done <"$state/$step.files"
  done
  tell_track "$@"
}

# --- the run ---

need() { command -v "$1" >/dev/null 2>&1 || die 4 "$1 isn't there: it is sought beside cs-pipeline, then on PATH"; }

begin_log() {
  [ -z "$CS_LOG_FILE" ] || return 0
  mkdir -p "$out/logs"
  stem=$out/logs/clustering_pipeline_$(date -u +%Y%m%d_%H%M%S) number=2
  CS_LOG_FILE=$stem.log
  while [ -e "$CS_LOG_FILE" ]; do CS_LOG_FILE=${stem}_$number.log number=$((number + 1)); done
  export CS_LOG_FILE
}

# The record is cs-track's, where it is: unless this run is a part of one already.
run_recorded() {
  track=$(command -v cs-kmeans)
  track=${track%/*}/cs-track
  CS_PIPELINE_TRACK=
  [ ! -x "$track" ] || CS_PIPELINE_TRACK=$track
  export CS_PIPELINE_TRACK
  if [ -n "$CS_PIPELINE_TRACK" ] && [ -z "${CS_RUN-}" ]; then
    "$track" run --quiet --experiments="$out/experiments" ${CS_PIPELINE_NAME:+"--name=$CS_PIPELINE_NAME"} -- sh "$state/steps" work
  else
    sh "$state/steps" work
  fi
}

show_segments() {
  [ -z "$CS_PIPELINE_QUIET" ] || return 0
  unset CS_LOG_FILE
  kind=kmeans
  [ -z "$CS_PIPELINE_SKIP_KMEANS" ] || kind=dbscan
  echo
  cs-report --quiet --config "$state/cs-report.yaml" --format text --model "$data/${kind}_model.json" \
    "$data/customer_clusters_$kind.csv"
}

show_movement() {
  [ -n "$CS_PIPELINE_EARLIER" ] && [ -z "$CS_PIPELINE_QUIET" ] && [ -z "$CS_PIPELINE_SKIP_KMEANS" ] || return 0
  cs-track diff --help >/dev/null 2>&1 || return 0
  earlier_customer_clusters_kmeans=
  # shellcheck disable=SC1091
  . "$state/words"
  [ -n "$earlier_customer_clusters_kmeans" ] || return 0
  echo
  cs-track diff "$earlier_customer_clusters_kmeans" "$data/customer_clusters_kmeans.csv" || :
}

name_files() {
  [ -z "$CS_PIPELINE_QUIET" ] || return 0
  echo
  [ -n "$CS_PIPELINE_SKIP_KMEANS" ] || echo "The report to open and pass on: $pictures/kmeans_dashboard.html"
  [ -n "$CS_PIPELINE_SKIP_DBSCAN" ] || echo "The customers who fit no pattern: $pictures/dbscan_dashboard.html"
  [ -n "$CS_PIPELINE_SKIP_KMEANS" ] || echo "The customers with their segment: $data/customer_clusters_kmeans.csv"
  echo "Next time's customers in the same segments: cs-pipeline --load $out --input FILE -o OTHER"
}

end_dry() {
  if [ -z "$todo" ]; then
    say "nothing to do: $out is up to date"
  else
    for step in $todo; do echo "$step: $(title "$step")"; done
  fi
}

run() {
  begin=$(clock)
  [ -z "$CS_PIPELINE_DRY" ] || trap 'rm -rf "$state"' EXIT
  for program in $programs; do need "$program"; done
  CS_PIPELINE_MAKE=$(make_program)
  [ -n "$CS_PIPELINE_MAKE" ] || die 4 "GNU make isn't there: the run needs it (as make, or gmake)"
  # Nobody else is in the folder: what is left there is of a run that was killed. (The programs clear up after those of
  # them that were, unless the number of the process has been given to another.)
  for name in customers.csv transactions.csv raw_customer_data.csv processed_customer_data.csv quality.json \
    prep_model.json kmeans_model.json dbscan_model.json customer_clusters_kmeans.csv customer_clusters_dbscan.csv; do
    [ -n "$CS_PIPELINE_DRY" ] || set -- "$@" "$data/.$name.cs-"[0-9]*-[0-9]*
  done
  rm -f "$@"
  rm -rf "$state"/.*.cs-[0-9]*-[0-9]* "$state"/*.new "$state"/*.copy "$state"/*.part "$state"/*.messages "$state/failed" "$state"/stage-*
  [ -z "$CS_PIPELINE_DRY" ] || cp -p "$out"/.cs/*.done "$out"/.cs/*.files "$state" 2>/dev/null || :
  write_configs
  unset CS_CONFIG
  wants
  list_steps
  find_todo
  if [ -n "$CS_PIPELINE_DRY" ]; then
    end_dry
    return
  fi
  if [ -z "$todo" ]; then
    forget_others
    say "nothing to do: $out is up to date"
    name_files
    return
  fi
  CS_PIPELINE_SOURCE=
  [ -n "$CS_PIPELINE_INPUT" ] || CS_PIPELINE_SOURCE=gen.done
  CS_PIPELINE_TODO=$todo
  export CS_PIPELINE_MAKE CS_PIPELINE_SOURCE CS_PIPELINE_TODO
  begin_log
  log info begin "$count of the steps of the run have to be done:$todo"
  status=0
  run_recorded || status=$?
  took=$(($(clock) - begin))
  log info end "exit status $status, $(duration $took)" $took
  [ "$status" = 0 ] || exit "$status"
  forget_others
  show_segments
  show_movement
  name_files
  say "$count steps in $(duration $took)"
}

case $1 in
  run) run ;;
  work) recorded ;;
  step) run_step "$2" ;;
esac
