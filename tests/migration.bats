#!/usr/bin/env bats
# Who went from which segment to which: cs-track diff.
load helper

diff_command=(cs-track diff)
diff_tables() { "${diff_command[@]}" "$@"; }

# period PERIOD [SEGMENTS [ROWS]]: a clustered table of made-up customers. Of ROWS, those that left are not in period 2, those that came not
# in period 1; in period 2 every seventh is in another segment, and everybody has spent more.
period() {
  awk -v period="$1" -v k="${2-4}" -v n="${3-600}" 'BEGIN {
    print "customer_id,total_spent,orders,city,cluster,cluster_name"
    for (i = 0; i < n; i++) {
      if (period == 1 && i % 11 == 5 || period == 2 && i % 13 == 4) continue
      segment = before = i * i % 97 % k
      if (period == 2 && i % 7 == 3) segment = i * 31 % 89 % k
      spent = (k - before) * 100 + i * 37 % 50 + i % 100 / 100 + (period == 2) * (i % 8)
      printf "C%04d,%.2f,%d,%s,%d,%s\n", i, spent, (k - before) * 3 + i % 4 + (period == 2), i % 2 ? "Oslo" : "Rome", segment + 1,
        substr("ABCDEFGHIJKLMNOPQRSTUVWXYZ", segment % 26 + 1, 1) " group" } }'
}

# agrees OLD NEW [ID [LABEL [BY]]] [-- OPTION...]: the document is what tests/oracle/migration.py finds in the tables.
agrees() {
  local words=()
  while (($#)) && [[ $1 != -- ]]; do
    words+=("$1")
    shift
  done
  (($#)) && shift
  diff_tables -q --format json "$@" "${words[0]}" "${words[1]}" >document.json
  python3 "$ROOT/tests/oracle/migration.py" "${words[@]}" <document.json
}

cell() { python3 -c 'import json, sys; print(eval(sys.argv[1], {"d": json.load(open("document.json"))}))' "$1"; }

# --- figures ---

@test "migration: matrix, revenue, means, Rand index and stability agree with a program that knows nothing of ours" {
  command -v python3 >/dev/null || skip "python3 is not there"
  period 1 >old.csv
  period 2 >new.csv
  agrees old.csv new.csv
  [[ $(cell '[f["name"] for f in d["features"]]') == "['total_spent', 'orders']" ]]
  period 1 12 3000 >old.csv
  period 2 12 3000 >new.csv
  agrees old.csv new.csv
  # Noise, a segment that is gone, one that came; cells that are missing.
  awk -F, -v OFS=, 'NR > 1 && $5 == 3 { $5 = -1; $6 = "" } NR % 17 == 5 { $2 = "" } { print }' old.csv >o.csv
  awk -F, -v OFS=, 'NR > 1 && $5 == 5 { $5 = 13; $6 = "N group" } NR > 1 && $5 == 2 { $5 = -1; $6 = "" } NR % 19 == 3 { $2 = "NA" } NR % 29 == 0 { $3 = "" } { print }' new.csv >n.csv
  agrees o.csv n.csv
  # Other columns, or none of revenue.
  agrees old.csv new.csv customer_id cluster orders -- --by orders
  cut -d, -f1,3- old.csv >o.csv
  cut -d, -f1,3- new.csv >n.csv
  agrees o.csv n.csv
  [[ $(cell 'd["revenue"]') == None && $(cell 'd["moves"]["down"]["customers"]') == 0 ]]
  sed '1s/customer_id,orders,city/key,spent_12m,city/' o.csv >o2.csv
  sed '1s/customer_id,orders,city/key,spent_12m,city/' n.csv >n2.csv
  agrees o2.csv n2.csv key cluster_name spent_12m -- --id key --label cluster_name
}

@test "migration: a pipeline's tables: what was clustered is compared in its own units" {
  command -v python3 >/dev/null || skip "python3 is not there"
  cs-gen -q -n 400 --only transactions -o orders.csv
  cs-prep -q --as-of 2024-10-01 --save prep.json orders.csv | cs-kmeans -q -k 4 --save kmeans.json >old.csv
  cs-prep -q --load prep.json orders.csv | cs-kmeans -q --load kmeans.json >new.csv
  agrees old.csv new.csv
  [[ $(cell 'sorted(f["name"] for f in d["features"])') == "['days_since_last_purchase', 'discount_share', 'total_spent', 'total_transactions']" ]]
  agrees old.csv new.csv -- -f 'total_*,p_alive' -x total_transactions
  [[ $(cell '[f["name"] for f in d["features"]]') == "['total_spent', 'p_alive']" ]]
}

@test "migration: the order of rows and columns, the format and the threads decide nothing" {
  period 1 >old.csv
  period 2 >new.csv
  for format in text md csv json; do
    diff_tables -q --format $format old.csv new.csv >expected
    { head -n 1 new.csv; tail -n +2 new.csv | sort -t, -k2; } >other.csv
    ln -sf other.csv n.csv
    diff_tables -q --format $format old.csv other.csv | sed 's/other\.csv/new.csv/g' | diff expected - || fail "$format: the order of rows"
    awk -F, -v OFS=, '{ print $6, $5, $3, $4, $2, $1 }' old.csv >turned.csv
    diff_tables -q --format $format -f total_spent,orders turned.csv new.csv | sed 's/turned\.csv/old.csv/g' | diff expected - || fail "$format: the order of columns"
    diff_tables -q -j 8 --format $format old.csv new.csv | cmp expected - || fail "$format: threads"
    diff_tables -q --format $format - new.csv <old.csv | sed 's/OLD/old.csv/g' | diff expected - || fail "$format: standard input"
  done
  cs-scale -q --method none --to jsonl new.csv -o new.jsonl 2>/dev/null || skip "no JSON Lines"
  diff_tables -q --format csv old.csv new.csv >expected
  diff_tables -q --format csv old.csv new.jsonl | cmp expected -
}

# --- small tables, by hand ---

small() {
  cat >old.csv <<'END'
customer_id,total_spent,cluster,cluster_name
1,100,1,Top
2,300,1,Top
3,50,2,Middle
"a,""b""",60,2,Middle
5,10,3,Low
6,8,3,Low
007,9,-1,
8,200,1,Top
9,,1,Top
10,40,2,Middle
END
  cat >new.csv <<'END'
customer_id,total_spent,cluster,cluster_name
2,310,2,Middle
1,150,3,Low
"a,""b""",65,3,Low
3,90,1,Top
7,1,1,Top
8,210,4,New
9,5,3,Low
5,10,3,Low
6,9,-1,
11,70,1,Top
END
}

@test "migration: who moved down, with what he was worth, the most valuable first, then those of unknown worth" {
  small
  cat >expected <<'END'
customer_id,from,from_name,to,to_name,value,value_now
2,1,Top,2,Middle,300,310
1,1,Top,3,Low,100,150
"a,""b""",2,Middle,3,Low,60,65
9,1,Top,3,Low,,5
END
  diff_tables -q --list downgrades old.csv new.csv | diff expected -
  printf '%s\n' 'customer_id,from,from_name,to,to_name,value,value_now' 3,2,Middle,1,Top,50,90 >expected
  diff_tables -q --list upgrades old.csv new.csv | diff expected -
  # 007 is not 7: one left, the other came.
  printf '%s\n' 'customer_id,from,from_name,to,to_name,value,value_now' 10,2,Middle,,,40, 007,-1,,,,9, >expected
  diff_tables -q --list left old.csv new.csv | diff expected -
  printf '%s\n' 'customer_id,from,from_name,to,to_name,value,value_now' 11,,,1,Top,,70 7,,,1,Top,,1 >expected
  diff_tables -q --list came old.csv new.csv | diff expected -
  # To noise, and to a segment that OLD doesn't have, is neither up nor down.
  [[ $(diff_tables -q --list moves old.csv new.csv | wc -l) == 8 ]]
  diff_tables -q --format csv old.csv new.csv | grep -qx '1,Top,4,New,other,1,0.25,200,210'
  diff_tables -q --format csv old.csv new.csv | grep -qx '3,Low,-1,,other,1,0.5,8,9'
  diff_tables -q --format csv old.csv new.csv | grep -qx ',,1,Top,came,2,,,71'
  diff_tables -q --format csv old.csv new.csv | grep -qx -- '-1,,,,left,1,1,9,'
}

@test "migration: labels are the same as numbers; other labels as text, in the order of OLD" {
  printf 'id,cluster\na,1.0\nb,2.0\nc,2.0\n' >old.csv
  printf 'id,cluster\na,1\nb,2\nc,10\n' >new.csv
  diff_tables -q --format csv old.csv new.csv | tail -n +2 | cut -d, -f 1,3,5,6 >found
  printf '%s\n' 1.0,1.0,stayed,1 2.0,2.0,stayed,1 2.0,10,other,1 | diff - found
  printf 'id,tier\na,gold\nb,silver\nc,silver\n' >old.csv
  printf 'id,tier\na,gold\nb,bronze\nc,silver\n' >new.csv
  diff_tables -q --label tier --format csv old.csv new.csv | tail -n +2 | cut -d, -f 1,3,5,6 >found
  printf '%s\n' silver,silver,stayed,1 silver,bronze,other,1 gold,gold,stayed,1 | diff - found
}

@test "migration: the text tells the moves, downgrades, drift and agreement within the width" {
  small
  diff_tables -q old.csv new.csv >text
  grep -q '^8 customers are in both tables: 12 % stayed' text
  grep -q '2 left, 2 came' text
  grep -qE '^  1 +Top +0 +1 +2 +1 +0 +0 +4$' text
  grep -qE '^ +came +2 +0 +0 +0 +0 +0 +2$' text
  grep -q 'The 4 customers who moved down had 460.00 of total_spent (59 % of all)' text
  period 1 12 3000 >old.csv
  period 2 12 3000 >new.csv
  for width in 60 80 132; do
    diff_tables -q --width $width old.csv new.csv >text
    [[ $(awk -v most=$width 'length > most' text | wc -l) == 0 ]] || fail "$(awk -v most=$width 'length > most' text)"
  done
  grep -q 'Adjusted Rand index 0\.' text
}

# --- the check ---

@test "migration: --max-psi answers no when a feature has drifted beyond it, and what was asked for is written" {
  period 1 >old.csv
  period 2 | awk -F, -v OFS=, 'NR > 1 { $3 = $3 * 3 } { print }' >new.csv
  worst=$(diff_tables -q --list features old.csv new.csv | awk -F, '$1 == "orders" { print $2 }')
  expect_error 1 "1 of 2 features have drifted beyond 0.25: 'orders' by" diff_tables --max-psi 0.25 -o report.txt old.csv new.csv
  grep -q 'How far the features have drifted' report.txt
  expect_status 1 diff_tables -q --max-psi "${worst%?}" old.csv new.csv
  expect_status 0 diff_tables -q --max-psi 100 old.csv new.csv
  expect_status 0 diff_tables -q old.csv new.csv
  expect_status 0 diff_tables -q --max-psi 0.25 -f total_spent old.csv new.csv
  expect_status 1 diff_tables -q --max-psi 0 old.csv new.csv
  expect_error 2 "--max-psi" diff_tables --max-psi=-1 old.csv new.csv
}

# --- what can't be ---

@test "migration: what can't be joined is told with file, line and the way out, without the cell" {
  small
  sed '3s/.*/3,1,1,Top/' old.csv >twice.csv
  expect_error 3 "twice.csv:4: column 'customer_id': the id is on line 3, too" diff_tables twice.csv new.csv
  sed '9s/^5,/2,/' new.csv >twice.csv
  expect_error 3 "twice.csv:9: column 'customer_id': the id is on line 2, too" diff_tables old.csv twice.csv
  sed '6s/^7,/11,/' new.csv >twice.csv
  expect_error 3 "twice.csv:11: column 'customer_id': the id is on line 6, too" diff_tables old.csv twice.csv
  sed '3s/^1,/,/' new.csv >none.csv
  expect_error 3 "none.csv:3: column 'customer_id': the row has no id" diff_tables old.csv none.csv
  grep -v '"' new.csv | awk -F, -v OFS=, 'NR > 1 { $1 = "x" NR } { print }' >strangers.csv
  expect_error 3 "the tables have no id in common" diff_tables old.csv strangers.csv
  [[ $stderr == *"--id names"* && $stderr != *x2* ]]
  printf 'id,cluster\n007,1\n12,2\n' >a.csv
  printf 'id,cluster\n7,1\n12.0,2\n13,1\n' >b.csv
  expect_error 3 "but 2 would have without leading zeros" diff_tables a.csv b.csv
  expect_error 2 "there must be two tables, OLD and NEW, not 1" diff_tables old.csv
  expect_error 2 "there must be two tables, OLD and NEW, not 3" diff_tables old.csv new.csv new.csv
  expect_error 2 "standard input is named twice" diff_tables - -
}

@test "migration: columns that aren't there are told of with the table" {
  small
  grep -v '"' new.csv | cut -d, -f 1-2 >bare.csv
  expect_error 3 "bare.csv: there is no column 'cluster'" diff_tables old.csv bare.csv
  expect_error 2 "old.csv: " diff_tables --label nothing old.csv new.csv
  expect_error 2 "old.csv: " diff_tables --id nothing old.csv new.csv
  expect_error 2 "old.csv: " diff_tables --by nothing old.csv new.csv
  expect_error 3 "old.csv:2: column 'cluster_name': not a number" diff_tables --by cluster_name old.csv new.csv
  printf 'a,cluster\n1,1\n' >noid.csv
  expect_error 3 "noid.csv: no column is an id by its name: --id names the one" diff_tables old.csv noid.csv
  printf 'a_id,b_id,cluster\n1,2,1\n' >many.csv
  expect_error 3 "many.csv: several columns are ids: --id names the one" diff_tables many.csv new.csv
  head -n 1 old.csv >empty.csv
  expect_error 3 "empty.csv: there are no rows" diff_tables empty.csv new.csv
  awk -F, -v OFS=, '{ print $0, NR == 1 ? "orders" : NR }' old.csv | grep -v '"' >periods.csv
  expect_error 3 "new.csv: there is no column 'orders'" diff_tables -f total_spent,orders periods.csv new.csv
  printf 'customer_id,cluster\n1,1\n' >o.csv
  expect_error 3 "without a column of revenue no move is up or down: --by" diff_tables --list downgrades o.csv o.csv
  expect_error 3 "--max-psi: the tables have no feature whose drift could be told" diff_tables --max-psi 1 o.csv o.csv
  expect_error 2 "old.csv: unknown column 'nothing' in -x" diff_tables -x nothing old.csv new.csv
  expect_error 2 "old.csv: unknown column 'nothing' in -f" diff_tables -f nothing old.csv new.csv
  expect_error 0 "joined 'id' with 'customer_id'" diff_tables <(printf 'id,cluster\n1,1\n') o.csv
  expect_error 4 "nowhere.csv" diff_tables old.csv nowhere.csv
}

@test "migration: segments numbered anew are told of, and how to keep them; so are new names, and hardly any id in common" {
  period 1 >old.csv
  awk -F, -v OFS=, 'NR > 1 { $5 = $5 % 4 + 1 } { print }' old.csv >new.csv
  expect_status 0 diff_tables old.csv new.csv
  [[ $stderr == *"numbered anew: 0 of 545 customers have the same label, 545 would have it"*"--match"* ]] || fail "$stderr"
  [[ $output == *"The segments seem to be numbered anew, so the moves mean little: 100 % would"* ]] || fail "$output"
  diff_tables -q --format md old.csv new.csv | grep -q '^The segments seem to be numbered anew'
  # By name they are what they were.
  diff_tables --label cluster_name old.csv new.csv >text 2>said
  grep -q '545 customers are in both tables: 100 % stayed' text
  [[ ! -s said ]] || fail "$(<said)"
  sed 's/A group/The best/' old.csv >new.csv
  expect_status 0 diff_tables old.csv new.csv
  [[ $output == *"Segment 1 was called 'A group', now 'The best'"* && $stderr == *"1 segment goes on under another name"* ]]
  awk -F, -v OFS=, 'NR > 2 { $1 = "N" NR } { print }' old.csv >new.csv
  expect_status 0 diff_tables old.csv new.csv
  [[ $stderr == *"only 1 of 545 ids are in both tables"* ]]
}

@test "migration: a feature that is gone, or no number any more, is told of and doesn't stop the rest" {
  period 1 >old.csv
  period 2 | cut -d, -f 1-2,4- >new.csv
  expect_status 0 diff_tables --list features old.csv new.csv
  [[ $stderr == *"not in the newer table, so not compared: orders"* && $stderr != *city* ]] || fail "$stderr"
  period 2 | awk -F, -v OFS=, 'NR == 9 { $3 = "many" } { print }' >new.csv
  expect_status 0 diff_tables --list features old.csv new.csv
  [[ $stderr == *"numbers in one of the two tables alone, so not compared: orders"* ]] || fail "$stderr"
  expect_error 3 "new.csv:9: column 'orders': not a number" diff_tables -f orders old.csv new.csv
  # A column that has lost all its values has drifted as far as can be.
  period 2 | awk -F, -v OFS=, 'NR > 1 { $3 = "" } { print }' >new.csv
  [[ $(diff_tables -q --list features old.csv new.csv | awk -F, '$1 == "orders" { print ($2 > 15) }') == 1 ]]
}

# --- what is passed on ---

@test "migration: the document and the picture name nobody, and give of small groups nothing but their number" {
  period 1 4 300 >old.csv
  period 2 4 300 >new.csv
  diff_tables -q --format md --currency '€' old.csv new.csv >report.md
  run ! grep -qE 'C0[0-9]{3}' report.md
  diff_tables -q --format csv old.csv new.csv >flows.csv
  # Amounts of flows below ten are in the list of flows, and nowhere in the document; sums are of the amounts that stand there.
  python3 - <<'END' || fail "$(<report.md)"
import csv, re
rows = list(csv.DictReader(open("flows.csv")))
text = open("report.md").read()
say = lambda x: "€" + format(round(float(x)), ",")
small = [r for r in rows if int(r["customers"]) < 10]
assert 5 <= len(small) < len(rows)
for r in small:
    for key in ("revenue_before", "revenue_now"):
        assert not r[key] or f"| {say(r[key])} |" not in text, r
for key in ("revenue_before", "revenue_now"):
    shown = sum(float(r[key]) for r in rows if r[key] and int(r["customers"]) >= 10)
    whole = sum(float(r[key]) for r in rows if r[key])
    assert say(shown) in text and say(whole) not in text, (shown, whole)
assert "Of groups of fewer than 10 customers only the number is told" in text
END
}

@test "migration: the picture is the same on every run, holds every name, and no id" {
  command -v gnuplot >/dev/null || skip "gnuplot is not there"
  for k in 2 5 12 40; do
    period 1 $k 2000 >old.csv
    period 2 $k 2000 >new.csv
    diff_tables -q --plot old.csv new.csv >one.png
    diff_tables -q --plot old.csv new.csv >two.png
    cmp one.png two.png
    diff_tables -q --plot --image svg old.csv new.csv >one.svg
    diff_tables -q --plot --image svg old.csv new.csv >two.svg
    cmp one.svg two.svg
    run ! grep -qE 'C[0-9]{4}' one.svg
    for name in came left 'A group' 'B group'; do grep -q ">.*$name" one.svg || fail "$k: no $name"; done
    python3 -c 'import xml.dom.minidom; xml.dom.minidom.parse("one.svg")'
  done
  period 1 61 2000 >old.csv
  period 2 61 2000 >new.csv
  expect_error 3 "this picture has room for 60 groups, not for 62" diff_tables --plot old.csv new.csv
  diff_tables -q old.csv new.csv >/dev/null
}

@test "migration: names are shown, never run" {
  command -v gnuplot >/dev/null || skip "gnuplot is not there"
  period 1 >old.csv
  # shellcheck disable=SC2016
  period 2 | sed 's/A group/`touch canary` $(touch canary) {\/=90 x}_^ <script> | **b**/' >new.csv
  diff_tables -q --plot --image svg old.csv new.csv >out.svg
  [[ ! -e canary ]]
  grep -q '&lt;script&gt;' out.svg
  diff_tables -q --format md old.csv new.csv >out.md
  grep -q 'touch canary.*\\<script>' out.md
  run ! grep -qE '[^\\]\*\*b' out.md
}

@test "migration: the example of docs/migration.md prints what it says" {
  local document=$ROOT/docs/migration.md
  awk '/^```sh$/ { in_sh = 1; next } /^```$/ { in_sh = 0; next } in_sh' "$document" >run.sh
  awk '/^```text$/ { in_text = 1; next } /^```$/ { in_text = 0; next } in_text' "$document" >expected
  [[ $(wc -l <expected) -gt 20 ]]
  sed -i 's/cs-track diff /diff_tables /' run.sh
  { declare -p diff_command; declare -f diff_tables; cat run.sh; } >whole.sh
  bash -o pipefail whole.sh 2>said | diff expected -
}

@test "migration: the JSON document is as the schema says" {
  /usr/bin/python3 -c 'import jsonschema' 2>/dev/null || skip "the package jsonschema isn't here"
  small
  diff_tables -q --format json old.csv new.csv >small.json
  diff_tables -q --format json --by orders <(period 1) <(period 2) >periods.json
  printf 'id,cluster\na,1\nb,2\n' >bare.csv
  diff_tables -q --format json bare.csv bare.csv >bare.json
  /usr/bin/python3 "$ROOT/tests/oracle/schema.py" migration.json small.json periods.json bare.json
}

@test "migration: each call of the system that fails is told of, and leaves nothing behind" {
  [[ $BUILD != *asan* && $BUILD != *tsan* ]] || skip 'swept without the sanitizers only'
  small
  local sweep=("$BUILD/faults/sweep")
  "${sweep[@]}" -o out -- "${diff_command[@]}" -o out old.csv new.csv >swept || fail "$(<swept)"
  "${sweep[@]}" -- "${diff_command[@]}" --format md old.csv new.csv >swept || fail "$(<swept)"
  "${sweep[@]}" -- "${diff_command[@]}" --format json old.csv new.csv >swept || fail "$(<swept)"
  "${sweep[@]}" -- "${diff_command[@]}" --list downgrades old.csv new.csv >swept || fail "$(<swept)"
}
