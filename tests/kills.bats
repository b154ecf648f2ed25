#!/usr/bin/env bats
# A run that is killed at any moment: each file is as before or complete, and the next run makes the rest, to the same bytes.
# KILLS says how often (12; KILLS_SEED varies the moments).
load helper

# files FOLDER: what a run leaves for people, and nothing of what it knows about itself.
files() { (cd "$1" && find data visualizations reports -type f ! -name '.*.cs-[0-9]*' | sort); }

# The processes of group $1.
members() {
  local stat pid rest
  for stat in /proc/[0-9]*/stat; do
    read -r pid rest <"$stat" || continue
    read -r _ _ rest <<<"${rest##*) }"
    [[ ${rest%% *} == "$1" ]] && echo "$pid"
  done 2>/dev/null
  return 0
}

# Every file of folder `run` is the one of `one` or of `other`. What a killed program has left behind may still be at work: a
# copy is one of its states.
intact() {
  local file
  while IFS= read -r file; do
    cp "run/$file" seen 2>/dev/null || continue
    cmp -s seen "one/$file" || cmp -s seen "other/$file" || fail "$1: run/$file is neither of the two"
  done < <(files run)
}

@test "kills: at any moment, of all processes or of one, each file is as before or complete, and the next run goes on" {
  local kills=${KILLS-12} i group victim what pid which=one
  local -A options=([one]='-n 120' [other]='-n 120 --set cs-gen.seed=7')
  [[ -d /proc/self ]] || skip 'there is no /proc'
  # The options are words.
  # shellcheck disable=SC2086
  for what in one other; do cs-pipeline -q ${options[$what]} -o $what; done
  cp -r one run
  RANDOM=${KILLS_SEED-1}
  for ((i = 1; i <= kills; i++)); do
    [[ $which == one ]] && which=other || which=one
    # shellcheck disable=SC2086
    setsid cs-pipeline -q ${options[$which]} -o run >said 2>&1 &
    pid=$!
    sleep "$(printf '0.%03d' $((RANDOM % 1000)))"
    mapfile -t group < <(members "$pid")
    if ((RANDOM % 2)) || ((${#group[@]} == 0)); then
      what="kill $i: all processes"
      kill -9 -- "-$pid" 2>/dev/null || true
    else
      victim=${group[RANDOM % ${#group[@]}]}
      what="kill $i: $({ tr "\0" " " <"/proc/$victim/cmdline"; } 2>/dev/null || true)"
      kill -9 "$victim" 2>/dev/null || true
    fi
    wait "$pid" || true
    intact "$what"
    ((RANDOM % 3)) && continue
    # shellcheck disable=SC2086
    cs-pipeline -q ${options[$which]} -o run >said 2>&1 || fail "$what: the next run failed: $(<said)"
    diff -r -x logs -x experiments -x contents "$which" run >difference || fail "$what: $(<difference)"
  done
  # shellcheck disable=SC2086
  cs-pipeline -q ${options[$which]} -o run
  diff -r -x logs -x experiments -x contents "$which" run
}
