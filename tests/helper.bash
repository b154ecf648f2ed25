# helper.bash - `load helper` begins every file of tests/*.bats.
#
# It puts the programs on PATH, makes the environment the same everywhere, and gives each test an empty folder of its
# own to stand in. After it: $ROOT is the source tree, $DATA is tests/data, `tools` lists the programs that were built.

bats_require_minimum_version 1.5.0

ROOT=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
BUILD=$(cd "${BUILD:-$ROOT/build}" && pwd)
DATA=$ROOT/tests/data
export ROOT BUILD DATA

setup() {
  local name
  export PATH=$BUILD/bin:$PATH LC_ALL=C TZ=UTC TERM=dumb
  for name in $(compgen -e CS_); do unset "$name"; done
  unset NO_COLOR COLUMNS
  cd "$BATS_TEST_TMPDIR" || return 1
}

# The programs under test, by name.
tools() {
  local program
  for program in "$BUILD"/bin/cs-*; do
    [[ -x $program ]] && echo "${program##*/}"
  done
}

# A pipe whose every part has to succeed: `run pipe "cs-gen | cs-prep"`. (`run a | b` tests nothing.)
pipe() { bash -o pipefail -c "$1"; }

# skip_unless FILE: real data is used where it is there.
skip_unless() { [[ -e $1 ]] || skip "${1##*/} is not there"; }

# find_real_data, in setup_file: lays out the data that isn't part of the project, where it is; needs FILE, in a test.
find_real_data() {
  local root lock=()
  root=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
  if [[ -z ${CS_DATA-} && -x $root/../shared/data/unpack ]]; then
    mkdir -p "$root/build"
    command -v flock >/dev/null && lock=(flock "$root/build/data.lock")
    CS_DATA=$("${lock[@]}" "$root/../shared/data/unpack" "$root/build/data")
  fi
  export REAL_DATA=${CS_DATA-}
}

needs() {
  [[ -n $REAL_DATA && -e $REAL_DATA/$1 ]] || skip "the real data ($1) isn't here"
}

# fail TEXT: a failure that says what was expected.
fail() {
  printf '%s\n' "$@" >&2
  return 1
}

# expect_status N COMMAND...: runs it with output in $output and messages in $stderr.
expect_status() {
  local want=$1
  shift
  run --separate-stderr "$@"
  # run sets all three.
  # shellcheck disable=SC2154
  [[ $status == "$want" ]] || fail "exit status $status, not $want: $*" "stdout: ${output:0:500}" "stderr: $stderr"
}

# expect_error N TEXT COMMAND...: as expect_status, and TEXT is part of what is said on standard error.
expect_error() {
  local want=$1 text=$2
  shift 2
  expect_status "$want" "$@" || return 1
  # shellcheck disable=SC2154
  [[ $stderr == *"$text"* ]] || fail "no '$text' in the message of: $*" "stderr: $stderr"
}
