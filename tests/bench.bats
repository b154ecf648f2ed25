load helper

# The benchmarks themselves are no test; what they rest on is: inputs that are the same everywhere, a measure of memory
# that measures, and a comparison of answers that sees a wrong one.

python() { PYTHONPATH=$ROOT/scripts/bench PYTHONDONTWRITEBYTECODE=1 python3 "$@"; }

need_python() { command -v python3 >/dev/null || skip 'python3 is not installed'; }

@test "bench: an input has its checksum, and one that was changed is made again" {
  need_python
  python "$ROOT/scripts/bench/data.py" quick . long-tenth.csv
  cp long-tenth.csv first.csv
  sed -i '2s/web/WEB/' long-tenth.csv
  python "$ROOT/scripts/bench/data.py" quick . long-tenth.csv
  cmp first.csv long-tenth.csv
}

@test "bench: another answer is noticed: a cell, a row, a label" {
  need_python
  cat >judge.py <<'END'
import sys
import answers
kind, a, b, names = sys.argv[1:]
judge = getattr(answers, kind)
print(*answers.differences(judge(a, names.split()), judge(b, names.split())))
END
  printf 'id,city,x\n1,"Portland, OR",2.50\n2,Rome,3\n' >a.csv
  printf '{"id": 1, "city": "Portland, OR", "x": 2.5}\n{"id": 2, "city": "Rome", "x": 3.0}\n' >same.jsonl
  printf 'id,city,x\n1,"Portland, OR",2.5\n2,Roma,3\n' >text.csv
  printf 'id,city,x\n1,"Portland, OR",2.5\n2,Rome,3.0001\n' >number.csv
  printf 'id,city,x\n1,"Portland, OR",2.5\n' >row.csv
  [[ -z $(python judge.py columns a.csv same.jsonl 'id city x') ]]
  [[ $(python judge.py columns a.csv text.csv 'id city x') == city ]]
  [[ $(python judge.py columns a.csv number.csv 'id city x') == x ]]
  [[ $(python judge.py columns a.csv row.csv 'id city x') == 'rows city id x' ]]
  printf 'x,cluster\n0,1\n2,1\n9,2\n' >good.csv
  printf 'x,cluster\n9,a\n0,b\n2,b\n' >renamed.csv
  printf 'x,cluster\n0,1\n2,2\n9,2\n' >moved.csv
  [[ -z $(python judge.py inertia good.csv renamed.csv x) ]]
  [[ $(python judge.py inertia good.csv moved.csv x) == inertia ]]
}

@test "bench: peak memory is that of the command, its children included" {
  need_python
  "${CC:-cc}" -std=c17 -D_DEFAULT_SOURCE -O1 -o measure "$ROOT/scripts/bench/measure.c"
  ./measure log sh -c 'python3 -c "x = bytearray(64 << 20)"; exit 3' || [[ $? == 3 ]]
  ./measure log true
  read -r big _ < <(head -n 1 log)
  read -r small _ < <(tail -n 1 log)
  ((big > 64 << 20 && big < 128 << 20 && small < 8 << 20))
}
