load helper

# The commands under EXAMPLES in the man pages are run as they stand: each has to succeed. They find customers.csv and
# orders.csv where they run.

# The commands of a page: literal blocks and .Dl lines, with roff's escapes undone.
commands() {
  awk '
    /^\.Sh / { inside = $2 == "EXAMPLES" }
    !inside { next }
    /^\.Bd / { literal = 1; next }
    /^\.Ed/ { literal = 0; print "" ; next }
    /^\.Dl / { sub(/^\.Dl /, ""); print; print ""; next }
    literal { print }' "$1" | sed -e 's/^\\&//' -e 's/\\-/-/g' -e 's/\\e/\\/g' -e 's/^\$ //'
}

run_page() {
  local page=$ROOT/man/$1 block=''
  [[ -e $page ]] || skip "there is no such page"
  for name in cs-gen "$@"; do
    [[ $name != *.1 ]] || name=${name%.1}
    [[ $name == *.7 || -x $BUILD/bin/$name ]] || skip "$name was not built"
  done
  cs-gen -n 200 --transactions orders.csv -o customers.csv
  commands "$page" >list
  grep -q . list || fail "$1 has no EXAMPLES"
  while IFS= read -r line; do
    if [[ $line ]]; then
      block+=$line$'\n'
    elif [[ $block ]]; then
      bash -euo pipefail -c "$block" >out 2>err </dev/null || fail "$1: exit status $?" "$block" "$(<err)"
      block=''
    fi
  done <list
}

@test "examples: cs(7)" {
  for name in cs-prep cs-kmeans; do [[ -x $BUILD/bin/$name ]] || skip "$name was not built"; done
  run_page cs.7
}
@test "examples: cs-gen(1)" { run_page cs-gen.1; }
@test "examples: cs-prep(1)" { run_page cs-prep.1; }
@test "examples: cs-scale(1)" { run_page cs-scale.1; }
@test "examples: cs-kmeans(1)" { run_page cs-kmeans.1; }
@test "examples: cs-report(1)" {
  for name in cs-prep cs-kmeans; do [[ -x $BUILD/bin/$name ]] || skip "$name was not built"; done
  run_page cs-report.1
}
