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

@test "bench: a section that others wrote survives when the document is written anew, and is replaced where it stands" {
  need_python
  cat >judge.py <<'END'
import pathlib
import run
path = pathlib.Path('doc.md')
path.write_text(run.with_section('# A\n\n## Cases\n\nold\n', 'Charts', 'drawn\n\n### deep \\1\n'))
path.write_text(run.keep_sections(path, '# A\n\n## Cases\n\nnew\n', ['Charts']))
print(path.read_text(), end='---\n')
print(run.with_section('## Charts\n\nx\n\n## Z\n\nz\n', 'Charts', 'y'), end='---\n')
print(run.keep_sections(pathlib.Path('absent.md'), 'text\n', ['Charts']), end='')
END
  python judge.py | diff - <(printf '%s\n' '# A' '' '## Cases' '' new '' '## Charts' '' drawn '' '### deep \1' --- \
    '## Charts' '' y '' '## Z' '' z --- text)
}

@test "bench: labels of a chart keep their distance, and the limits of a round are laws" {
  need_python
  cat >judge.py <<'END'
import charts
import drawing
places = drawing.spread([0.5, 0.5, 0.1, 0.51], 0.06)
assert min(b - a for a, b in zip(sorted(places), sorted(places)[1:])) > 0.0599, places
assert places[2] == 0.1 and places[0] < places[3]
point = charts.Point(1000, (1000, 8, 4), 5, {})
limits = charts.Limits(bandwidth=64e6, operations=64e6, cache=0)
assert limits.memory(point) == 5 * 64e3 / 64e6 and limits.arithmetic(point) == 5 * 64e3 / 64e6
assert charts.Limits(1, 1, 64000).memory(point) is None
chart = charts.KMeansChart('rows', 'rows', (), {}, [point], shape=(None, 8, 4))
assert chart.shape_of(7) == (7, 8, 4) and chart.title == '8 columns, 4 clusters'
END
  python judge.py
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
