#!/usr/bin/env bats
# The report as a document: each figure recomputed by tests/oracle/report.py, and names that are hostile.
load helper

setup_file() { find_real_data; }

need_python() { command -v python3 >/dev/null || skip 'python3 is not installed'; }

# clustered SEED N OPTION...: k.csv and its model, prepared customers in segments.
clustered() {
  local seed=$1 n=$2
  shift 2
  cs-gen -q -n "$n" --seed "$seed" | cs-prep -q --quality q.json | cs-kmeans -q --save m.json -o k.csv "$@"
}

figures() { python3 "$ROOT/tests/oracle/report.py" "$@"; }

@test "cs-report: every figure of the document is what the table and the model give" {
  need_python
  local seed k
  for seed in 1 2; do
    clustered $seed 300
    cs-report -q --format md --quality q.json --model m.json -o r.md k.csv
    figures r.md k.csv m.json q.json
    cs-report -q --format html --quality q.json --model m.json -o r.html k.csv
    figures r.html k.csv m.json q.json
  done
  for k in 2 5 12; do
    clustered 7 300 -k $k
    cs-report -q --format md --model m.json -o r.md k.csv
    figures r.md k.csv m.json
  done
}

@test "cs-report: every figure of a density clustering's document, titled for what it tells" {
  need_python
  cs-gen -q -n 500 | cs-prep -q | cs-dbscan -q --save m.json -o d.csv
  cs-report -q --format md --model m.json -o r.md d.csv
  [[ $(head -n 1 r.md) == '# The customers who fit no pattern' ]]
  figures r.md d.csv m.json
  [[ $(cs-report -q --model m.json d.csv | head -n 1) == 'The customers who fit no pattern' ]]
}

@test "cs-report: a figure that is wrong is noticed" {
  need_python
  clustered 1 200 -k 3
  cs-report -q --format md --model m.json -o r.md k.csv
  figures r.md k.csv m.json
  # Some of the lines with a figure, each by one digit.
  local line
  while read -r line; do
    awk -v at="$line" 'NR == at { if (!sub(/1/, "2")) sub(/[02-9]/, "1") } { print }' r.md >bad.md
    cmp -s r.md bad.md || ! figures bad.md k.csv m.json >/dev/null || fail "line $line could say anything"
  done < <(grep -n '[0-9]' r.md | grep -vE 'Index: 100|On the border|Method|Chosen|customers are drawn' | awk 'NR % 3 == 1' | head -n 14 | cut -d: -f1)
}

@test "cs-report: Online Retail's document" {
  need_python
  needs online-retail/online_retail.csv
  cs-prep -q --quality q.json "$REAL_DATA/online-retail/online_retail.csv" | cs-kmeans -q -k 5 --save m.json -o k.csv
  cs-report -q --format md --quality q.json --model m.json -o r.md k.csv
  figures r.md k.csv m.json q.json
  grep -q '^- \*\*Guests:\*\* ' r.md
}

@test "cs-report: of small groups only the size is told" {
  printf 'customer_id,total_spent,total_transactions,days_since_last_purchase,cluster\n' >c.csv
  awk 'BEGIN { for (i = 1; i <= 30; i++) print i ",100," i % 4 + 1 "," i ",1"; print "31,987654,77,123,2" }' >>c.csv
  cs-report -q --format md c.csv >r.md
  grep -qF '| segment 2 | 1 | 3 % | – | – | – | – | – |' r.md
  grep -qF 'Too few for any detail.' r.md
  grep -qF 'Of groups of fewer than 10 customers' r.md
  [[ $(grep -c '987,654' r.md) == 0 ]]
  # Not in the sentence on all either, nor of those who fit no pattern.
  grep -qxF '**31 customers in 2 segments.**' r.md || fail "$(sed -n 1,4p r.md)"
  cut -d, -f 1-4 c.csv | cs-dbscan -q --scale none -f total_spent,days_since_last_purchase -e 2 -m 3 --save m.json -o d.csv
  cs-report -q --model m.json --format md d.csv >d.md
  grep -qxF '**1 customer (3 %) fits no pattern.**' d.md || fail "$(sed -n 1,4p d.md)"
}

@test "cs-report: names are text, whatever they look like in Markdown" {
  printf 'x,cluster,cluster_name\n' >c.csv
  awk 'BEGIN {
    split("<script>alert(1)</script>;[a](http://evil.example);# head;1. one;*b*;a|b;`c`;\\;www.evil.example;$x$", name, ";")
    for (s = 1; s <= 10; s++) for (i = 0; i < 12; i++) print i + 10 * s "," s "," name[s] }' >>c.csv
  cs-report -q --format md --title '<b>|`#' c.csv >r.md
  [[ $(head -n 1 r.md) == '# \<b>\|\`#' ]]
  grep -qF '| \<script>alert(1)\</script> |' r.md
  grep -qF '| \[a\](http\://evil.example) |' r.md
  grep -qxF '### \# head' r.md
  grep -qF '| a\|b |' r.md
  grep -qF "| \\\`c\\\` |" r.md
  grep -qF '&#119;ww.evil.example' r.md
  command -v cmark-gfm >/dev/null || command -v cmark >/dev/null || return 0
  "$(command -v cmark-gfm || command -v cmark)" r.md >r.html
  run ! grep -qE '<script|<a |<code>|<em>b' r.html
}

@test "cs-report: a new line or a control character in a name can't begin a line of the document" {
  printf '[{"x":1,"cluster":1,"cluster_name":"a\\n# b\\u001b[31m"},{"x":2,"cluster":1,"cluster_name":"a\\n# b\\u001b[31m"}]' >c.json
  cs-report -q --format md c.json >r.md
  run ! grep -q $'\033' r.md
  run ! grep -q '^# b' r.md
}

@test "cs-report: the run before shows what has changed, what is new, and what is gone" {
  printf 'x,cluster\n' | tee old.csv >new.csv
  awk 'BEGIN { for (i = 0; i < 40; i++) print i "," (i < 20 ? 1 : 2) }' >>old.csv
  awk 'BEGIN { for (i = 0; i < 50; i++) print i "," (i < 30 ? 1 : 3) }' >>new.csv
  cs-report -q --format md --previous old.csv new.csv >r.md
  grep -qE '^\| segment 1 \| 30 \| 60 % .*\| \+10 \(\+50 %\) \|$' r.md
  grep -qE '^\| segment 3 \| 20 \|.*\| new \|$' r.md
  grep -qE '^\| All rows \| 50 .*\| \+10 \(\+25 %\) \|$' r.md
  grep -q "1 segment of the last run isn't there any more" r.md
  expect_error 3 "old.txt" cs-report --previous old.txt new.csv || expect_error 4 "old.txt" cs-report --previous old.txt new.csv
}

@test "cs-report: each segment says whether it comes back, by the number that the table has of it" {
  cat >m.json <<'EOF'
{"format": "cs-model", "version": 1, "tool": "cs-kmeans", "k": 3, "numbers": [7, 2, 4], "choice": {"rule": "vote", "k": 3},
 "selection": [{"k": 3, "stability": [0.97, 0.55, 0.7]}]}
EOF
  awk 'BEGIN { OFS = ","; print "x,cluster"; for (i = 0; i < 60; i++) print i + (i % 3) * 100, i % 3 == 0 ? 7 : i % 3 == 1 ? 2 : 4 }' >c.csv
  cs-report -q --format md --model m.json c.csv >r.md
  [[ $(grep -E '^### segment|drawn anew, it' r.md | paste -sd' ') == "### segment 2 When rows are drawn anew, it dissolves: not to be trusted. ### segment 4 When rows are drawn anew, it comes back with others in it: doubtful. ### segment 7 When rows are drawn anew, it comes back nearly the same: highly stable." ]]
  grep -qF 'the least stable of the segments dissolves: not to be trusted' r.md
  grep -qF 'resampling 0.55, 0.70, 0.97' r.md
  [[ $(cs-report -q --format json --model m.json c.csv | tr -d ' \n' | grep -oE '"stability":[0-9.]+' | paste -sd' ') == '"stability":0.55 "stability":0.7 "stability":0.97' ]]
}

@test "cs-report: a model whose stability is no number tells none, and the page none of a small segment" {
  local model='{"format": "cs-model", "version": 1, "tool": "cs-kmeans", "k": 2, "choice": {"rule": "vote", "k": 2}, "selection": [{"k": 2, "stability": [%s]}]}'
  awk 'BEGIN { print "x,cluster"; for (i = 0; i < 60; i++) print i "," (i < 5 ? 1 : 2) }' >c.csv
  # shellcheck disable=SC2059
  printf "$model" 'null, null' >none.json
  cs-report -q --model none.json c.csv >r.txt
  cs-report -q --format md --model none.json c.csv >r.md
  run ! grep -qE 'Stability|drawn anew' r.txt r.md
  # shellcheck disable=SC2059
  printf "$model" '0.9, 0.8' >m.json
  cs-report -q --format html --model m.json c.csv | sed -n '/id="data"/,$p' >page
  sed 's/.*"segments":\[//; s/"model":.*//' page >segments
  [[ $(grep -oE '"stability":[0-9.]+' segments) == '"stability":0.8' ]]
  awk 'BEGIN { print "x,y"; for (i = 0; i < 60; i++) print i % 7 + (i < 5) * 100 "," i % 3 }' |
    cs-kmeans -q -k 2 --scale none --save two.json -o two.csv
  [[ $(cs-report -q --format json --model two.json two.csv | grep -c '"border":') == 2 ]]
  [[ $(cs-report -q --format html --model two.json two.csv | sed -n '/id="data"/,$p' | grep -o '"border":{' | wc -l) == 1 ]]
}

@test "cs-report: threads don't change a byte of the document, nor of the profile" {
  clustered 5 300
  cmp <(cs-report -q -j 1 --format md --model m.json k.csv) <(cs-report -q -j 8 --format md --model m.json k.csv)
  cmp <(cs-report -q -j 1 --format json --model m.json k.csv) <(cs-report -q -j 8 --format json --model m.json k.csv)
}

@test "cs-report: how far segments are apart is said in a whole sentence, of customers and of any rows" {
  cs-kmeans -q -k 3 --save m.json -o c.csv "$DATA/iris.csv"
  cs-report -q --format md --model m.json c.csv >r.md
  grep -qF 'The segments are close to each other, with soft borders.' r.md
  clustered 1 200 -k 3
  cs-report -q --format md --model m.json k.csv | grep -qE 'The segments are (clearer than customers|close to each other|running into)'
}
