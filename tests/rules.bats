#!/usr/bin/env bats
# cs-prep: RFM segments by rules, the check of rule files, and cuts of one's own.

load helper

setup_file() { find_real_data; }

ORDERS=${REAL_DATA-}/rfm-orders/rfm_data_orders.csv
RFM=(--order-unit row --as-of 2006-12-31)

flat() { tr -d ' \n' <"$1"; }

# column FILE NAME: the cells of a column (of a table without quoted commas).
column() {
  awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next } { print $c }' "$1"
}

# segments FILE: "NAME,customers,orders,revenue" of each segment, sorted.
segments() {
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { s = $at["rfm_segment"]; n[s]++; o[s] += $at["total_transactions"]; r[s] += $at["total_spent"] }
    END { for (s in n) print s "," n[s] "," o[s] "," r[s] }' "$1" | sort
}

# like_package FILE: recency, orders, spend, scores and segment of each of the 995 customers are those of R's package.
like_package() {
  # customer_id is quoted in the expected table only where R quotes; names have no comma. "orders" are rows there: eleven
  # customers have two on one day.
  awk -F, '
    function bare(text) { gsub(/"/, "", text); return text }
    function is(name) { return bare($(at[FILENAME, name])) }
    FNR == 1 { for (i = 1; i <= NF; i++) at[FILENAME, bare($i)] = i; next }
    FILENAME == ARGV[1] {
      want[is("customer_id")] = is("recency_days") " " is("transaction_count") " " is("amount") " " is("recency_score") \
        is("frequency_score") is("monetary_score") " " is("segment"); next
    }
    {
      got = is("days_since_last_purchase") " " is("total_transactions") " " is("total_spent") " " is("rfm_cell") " " \
        is("rfm_segment")
      if (got == want[is("customer_id")]) same++
      else if (++bad <= 5) print is("customer_id") ": " got ", expected " want[is("customer_id")]
    }
    END { if (same != 995) print same + 0 " of 995 agree"; exit same != 995 }' "$REAL_DATA/rfm-orders/rfm_expected_result.csv" "$1"
}

# A customer for each of the 125 cells, with the cuts that make them.
CUTS='recency=10,20,30,40;frequency=2,3,4,5;monetary=10,20,30,40'
all_cells() {
  awk 'BEGIN { print "customer_id,days_since_last_purchase,total_transactions,total_spent"
    for (r = 1; r <= 5; r++) for (f = 1; f <= 5; f++) for (m = 1; m <= 5; m++)
      print r f m "," (5 - r) * 10 + 5 "," f "," m * 10 - 5 }'
}

# --- R's package rfm ---

@test "rules: the scheme of the README of R's rfm gives its segments for each of 995 customers" {
  needs rfm-orders/rfm_data_orders.csv
  cs-prep -q "${RFM[@]}" --rfm-rules "$DATA/rfm-readme.yaml" --save m.json "$ORDERS" -o prep.csv
  like_package prep.csv
  segments prep.csv | diff - <(sort <<'EOF'
Champions,35,316,31646
Potential Loyalist,342,2211,204856
Loyal Customers,170,799,76562
Promising,9,28,4249
New Customers,104,329,28837
Can't Lose Them,47,274,32446
At Risk,28,216,22227
Need Attention,10,57,4562
About To Sleep,102,283,23449
Lost,148,393,35324
EOF
  )
  [[ $(flat m.json) == *'"cuts":{"recency":[115,181,297.4,482],"frequency":[4,5,6,8],"monetary":[255.8,382,506.4,666]}'* ]]
  [[ $(flat m.json) == *'"quantile_type":7,"offset":1,"ties":"equalvalueshaveequalscores'* ]]
}

@test "rules: the scheme of the tests and the blog of R's rfm gives its segments" {
  needs rfm-orders/rfm_data_orders.csv
  cs-prep -q "${RFM[@]}" --rfm-rules "$DATA/rfm-blog.yaml" "$ORDERS" -o prep.csv
  segments prep.csv | diff - <(sort <<'EOF'
Champions,158,1234,120178
Loyal Customers,278,1708,166712
Potential Loyalist,229,801,65873
Need Attention,35,144,13287
About To Sleep,50,127,10914
At Risk,86,438,44178
Lost,111,244,20955
Other,48,210,22061
EOF
  )
}

@test "rules: a model without rules, as they were written once, means those of R's README" {
  needs rfm-orders/rfm_data_orders.csv
  cs-prep -q "${RFM[@]}" --load "$DATA/prep-model-old.json" "$ORDERS" -o prep.csv
  like_package prep.csv
}

# --- the built-in rules ---

@test "rules: configs/rfm-rules.yaml is what is built in" {
  cs-prep -q --save built-in.json "$DATA/online-retail.csv" -o built-in.csv
  cs-prep -q --save file.json --rfm-rules "$ROOT/configs/rfm-rules.yaml" "$DATA/online-retail.csv" -o file.csv
  cmp built-in.csv file.csv
  grep -q '"rfm-rules": null' built-in.json
  diff <(grep -v '"rfm-rules":' built-in.json) <(grep -v '"rfm-rules":' file.json)
  grep -q '"first_weeks": 13' file.json
}

@test "rules: the built-in ones give each of the 125 cells one of eleven names" {
  all_cells | cs-prep -q --rfm-cuts "$CUTS" -o prep.csv
  cmp <(column prep.csv customer_id) <(column prep.csv rfm_cell)
  segments prep.csv | cut -d, -f1,2 | diff - <(sort <<'EOF'
Champions,8
Loyal,26
Potential loyalist,16
New,10
Promising,6
Needs attention,5
About to sleep,4
At risk,30
Can't lose,8
Hibernating,8
Lost,4
EOF
  )
}

# --- the first weeks of a log ---

# One order of a customer of its own on each of the days that are given, from 0.
log_of() {
  echo customer_id,order_date,amount
  for day in "$@"; do echo "d$day,$(date -d "2024-01-01 +$day days" +%F),5"; done
}

segment_of() { awk -F, -v id="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "rfm_segment") c = i; next } $1 == id { print $c }' "$1"; }

@test "rules: New isn't awarded in the first 13 weeks of a log, to the day" {
  log_of 0 90 91 92 >o.csv
  cs-prep -q --rfm-cuts 'recency=30,60,90,180;frequency=2,3,4,5' o.csv -o prep.csv
  [[ $(segment_of prep.csv d90) == Promising && $(segment_of prep.csv d91) == New && $(segment_of prep.csv d92) == New ]]
  # A log that isn't longer than that has nobody who is new, also where a model knew an older one.
  log_of 0 40 80 90 >short.csv
  cs-prep -q --rfm-cuts 'recency=30,60,90,180;frequency=2,3,4,5' --save m.json short.csv -o prep.csv
  run ! grep -q ',New,' prep.csv
  [[ $(segment_of prep.csv d90) == Promising ]]
  cs-prep -q --load m.json o.csv -o prep.csv
  [[ $(segment_of prep.csv d91) == New ]]
}

@test "rules: the weeks and the other name are the file's, and nothing is withheld where first purchases aren't known" {
  cat >r.yaml <<'EOF'
version: 1
rules:
  - {name: Fresh, frequency: 1, first-weeks: 2, instead: Too early}
  - {name: Others}
EOF
  log_of 0 13 14 >o.csv
  cs-prep -q --rfm-rules r.yaml o.csv -o prep.csv
  [[ $(segment_of prep.csv d0) == 'Too early' && $(segment_of prep.csv d13) == 'Too early' && $(segment_of prep.csv d14) == Fresh ]]
  all_cells | cs-prep -q --rfm-cuts "$CUTS" -o prep.csv
  [[ $(segment_of prep.csv 511) == New ]]
}

# --- the check ---

@test "check-rules: what is wrong with the schemes of R's rfm is found, as counted before" {
  expect_status 1 cs-prep --check-rules "$DATA/rfm-readme.yaml"
  [[ $output == *$'\n10 cells without a rule (customers there are called Other):\n  [2-5]-[4-5]-1, 2-1-5, 2-5-2\n'* ]]
  [[ $output == *$'\n58 cells with several rules (the first one counts):\n'* ]]
  [[ $output == *$'\n  Champions (line 4), then Potential Loyalist (line 5):\n    5-5-5'* && $output != *'never fire'* ]]
  [[ $stderr == 'cs-prep: '*rfm-readme.yaml:* ]]
  expect_status 1 cs-prep --check-rules "$DATA/rfm-blog.yaml"
  [[ $output == *$'\n36 cells without a rule '* && $output == *$'\n39 cells with several rules '* ]]
  [[ $output == *$'\n3 rules that can never fire:\n'* ]]
  [[ $output == *$'\n  New Customers (line 8): its cells are taken by Potential Loyalist (line 7)'* ]]
  [[ $output == *$'\n  Promising (line 9): its cells are taken by Potential Loyalist (line 7)'* ]]
  [[ $output == *$'\n  Can\'t Lose Them (line 13): its cells are taken by At Risk (line 12)'* ]]
}

@test "check-rules: nothing is found in the built-in rules" {
  expect_status 0 cs-prep --check-rules "$ROOT/configs/rfm-rules.yaml"
  [[ ${lines[0]} == *'rfm-rules.yaml: 11 rules, 125 cells of recency-frequency-monetary scores' ]]
  [[ ${lines[1]} == 'each cell has one rule' && ${#lines[@]} == 2 && -z $stderr ]]
}

@test "check-rules: every cell that is listed is one of its kind, and none is missing" {
  local scheme
  for scheme in rfm-readme rfm-blog; do
    cs-prep --check-rules "$DATA/$scheme.yaml" >found 2>/dev/null || true
    # Unfolds [2-5]-1-3 and counts rules by cell from the file itself.
    awk '
      function each(part, ends) { gsub(/[][]/, "", part); lo = hi = part; if (split(part, ends, "-") == 2) { lo = ends[1]; hi = ends[2] } }
      function unfold(box, kind,  n, p, r, f, m, r2, f2, m2) {
        gsub(/ /, "", box)
        n = 0
        while (match(box, /^(\[[1-5]-[1-5]\]|[1-5])-?/)) { p[++n] = substr(box, 1, RLENGTH); sub(/-$/, "", p[n]); box = substr(box, RLENGTH + 1) }
        if (n != 3 || box != "") { print "odd cells: " box; bad = 1; return }
        each(p[1]); r = lo; r2 = hi; each(p[2]); f = lo; f2 = hi; each(p[3]); m = lo; m2 = hi
        for (a = r; a <= r2; a++) for (b = f; b <= f2; b++) for (c = m; c <= m2; c++) seen[kind, a b c]++
      }
      FILENAME == ARGV[1] {
        if (!/name:/) next
        split($0, cut, /recency: |, frequency: |, monetary: |}/)
        each(cut[2]); r = lo; r2 = hi; each(cut[3]); f = lo; f2 = hi; each(cut[4]); m = lo; m2 = hi
        for (a = r; a <= r2; a++) for (b = f; b <= f2; b++) for (c = m; c <= m2; c++) rules[a b c]++
        next
      }
      /without a rule/ { kind = "none"; next }
      /with several/ { kind = "several"; next }
      /never fire/ { kind = ""; next }
      kind && /^ +[[1-5]/ { n2 = split($0, boxes, ","); for (i = 1; i <= n2; i++) unfold(boxes[i], kind) }
      END {
        for (a = 1; a <= 5; a++) for (b = 1; b <= 5; b++) for (c = 1; c <= 5; c++) {
          cell = a b c
          if (seen["none", cell] + 0 != (rules[cell] + 0 == 0)) { print cell " none: " seen["none", cell]; bad = 1 }
          if (seen["several", cell] + 0 != (rules[cell] > 1)) { print cell " several: " seen["several", cell]; bad = 1 }
        }
        exit bad
      }' "$DATA/$scheme.yaml" found
  done
}

@test "check-rules: it reads no input, and its output is one like any other" {
  local rules=$DATA/rfm-blog.yaml
  cs-prep --check-rules "$rules" <&- >expected 2>/dev/null || [[ $? == 1 ]]
  expect_error 2 '--check-rules reads no input' cs-prep --check-rules "$rules" orders.csv
  run bash -c "cs-prep --check-rules '$rules' >/dev/full"
  [[ $status == 4 ]]
  run bash -c "cs-prep --check-rules '$ROOT/configs/rfm-rules.yaml' >/dev/full"
  [[ $status == 4 ]]
  run bash -c "cs-prep --check-rules '$rules' >&-"
  [[ $status == 4 ]]
  run bash -c "cs-prep --check-rules '$rules' -o out 2>&- >&- <&-"
  [[ $status == 1 ]]
  cmp out expected
}

@test "check-rules: a file that can't be read is exit 4, one that is no rule file exit 2, with line and column" {
  expect_error 4 'nowhere.yaml: ' cs-prep --check-rules nowhere.yaml
  expect_error 4 'cs-prep: .: ' cs-prep --check-rules .
  expect_error 2 'the name of the file is empty' cs-prep --check-rules ''
  printf 'version: 1\nrules:\n  - name: A\n    recency: 4-6\n' >bad.yaml
  expect_error 2 "cs-prep: bad.yaml:4:14: recency: '4-6' is neither a score nor a range of scores" cs-prep --check-rules bad.yaml
  [[ -z $output ]]
  printf 'version: 2\n' >bad.yaml
  expect_error 2 "bad.yaml:1:10: version: '2' is not 1" cs-prep --check-rules bad.yaml
  printf 'version: 1\nrules:\n\t- name: A\n' >bad.yaml
  expect_error 2 'bad.yaml:3:1: ' cs-prep --check-rules bad.yaml
  { printf 'version: 1\nrules: '; head -c 200000 /dev/zero | tr '\0' '['; } >bad.yaml
  expect_error 2 'bad.yaml:2:9: a rule must be a mapping' timeout 5 "$BUILD/bin/cs-prep" --check-rules bad.yaml
  head -c 300000 /dev/zero | tr '\0' a >bad.yaml
  expect_error 2 'bad.yaml: a rule file has at most 256 KiB' cs-prep --check-rules bad.yaml
}

# --- using a rule file ---

@test "rfm-rules: what is wrong with the rules is a warning when they are used" {
  needs rfm-orders/rfm_data_orders.csv
  expect_status 0 cs-prep "${RFM[@]}" --rfm-rules "$DATA/rfm-blog.yaml" "$ORDERS"
  [[ $stderr == *'warning: '*'rfm-blog.yaml: no rule covers 36 of the 125 cells of scores; customers there are called Other'* ]]
  [[ $stderr == *'rfm-blog.yaml: several rules cover 39 of the 125 cells of scores; the first one counts'* ]]
  [[ $stderr == *"take their cells: New Customers (line 8), Promising (line 9), Can't Lose Them (line 13)"* ]]
  expect_status 0 cs-prep -q "${RFM[@]}" --rfm-rules "$DATA/rfm-blog.yaml" "$ORDERS"
  [[ -z $stderr ]]
  expect_status 0 cs-prep "${RFM[@]}" --rfm-rules "$ROOT/configs/rfm-rules.yaml" "$ORDERS"
  [[ $stderr != *'rules'* ]]
}

@test "rfm-rules: faults of the file are told before any row is read" {
  expect_error 4 'nowhere.yaml: ' cs-prep --rfm-rules nowhere.yaml <&-
  printf 'version: 1\nrules: [{nam: A}]\n' >bad.yaml
  expect_error 2 "bad.yaml:2:10: 'nam' is no key of a rule" cs-prep --rfm-rules bad.yaml <&-
}

@test "rfm-rules: names are any text, and come out as they are written" {
  cat >r.yaml <<'EOF'
version: 1
rules:
  - {name: "Bär, \"der\" 🐻", recency: 5}
  - {name: "  007 ", recency: 4}
  - {name: Rest}
EOF
  all_cells >in.csv
  cs-prep -q --rfm-rules r.yaml --rfm-cuts "$CUTS" in.csv -o out.csv
  [[ $(grep -c ',"Bär, ""der"" 🐻",' out.csv) == 25 && $(grep -c ',"  007 ",' out.csv) == 25 && $(grep -c ',Rest,' out.csv) == 75 ]]
  cs-prep -q --rfm-rules r.yaml --rfm-cuts "$CUTS" --to jsonl --quality q.json --save m.json in.csv -o out.jsonl
  [[ $(grep -cF '"rfm_segment":"Bär, \"der\" 🐻"' out.jsonl) == 25 ]]
  [[ $(flat q.json) == *'"rules_from":"given"'*'{"name":"Bär,\"der\"🐻","customers":25},{"name":"007","customers":25},{"name":"Rest","customers":75}]'* ]]
  cs-prep -q --load m.json --to jsonl in.csv | cmp - out.jsonl
}

@test "rfm-rules: the model carries the rules, so that --load needs no file and takes no other" {
  needs rfm-orders/rfm_data_orders.csv
  cp "$DATA/rfm-blog.yaml" r.yaml
  cs-prep -q "${RFM[@]}" --rfm-rules r.yaml --save m.json "$ORDERS" -o want.csv
  rm r.yaml
  cs-prep -q "${RFM[@]}" --load m.json --quality q.json "$ORDERS" | cmp - want.csv
  [[ $(flat q.json) == *'"cuts_from":{"recency":"model","frequency":"model","monetary":"model"}'*'"rules_from":"model"'* ]]
  expect_error 2 "--rfm-rules decides what is learnt; it can't be used with --load" \
    cs-prep --load m.json --rfm-rules "$DATA/rfm-blog.yaml" "$ORDERS"
  sed 's/"monetary": \[4, 5\]/"monetary": [4, 6]/' m.json >bad.json
  expect_error 3 'bad.json: rfm.rules[0]: a range' cs-prep --load bad.json "$ORDERS"
}

@test "rfm-rules: without money there is no segment, and the rules are no fault" {
  printf 'customer_id,order_date\na,2024-01-01\na,2024-01-03\nb,2024-01-04\n' >o.csv
  cs-prep -q --rfm-rules "$DATA/rfm-blog.yaml" --save m.json --quality q.json o.csv -o out.csv
  run ! grep -q rfm_segment out.csv
  [[ $(flat q.json) != *segments* && $(flat q.json) == *'"cuts":{"recency":'* ]]
  cs-prep -q --load m.json o.csv | cmp - out.csv
}

# --- cuts ---

@test "rfm-cuts: a value on a cut has the better score of orders and money, the worse of days" {
  printf 'customer_id,days_since_last_purchase,total_transactions,total_spent\n' >in.csv
  printf 'a,29,1,49.99\nb,30,2,50\nc,60,3,100\nd,90,5,250\ne,180,10,500\nf,179,9,499.99\n' >>in.csv
  cs-prep -q --rfm-cuts 'recency=30,60,90,180;frequency=2,3,5,10;monetary=50,100,250,500' in.csv -o out.csv
  [[ $(column out.csv rfm_cell | paste -sd' ') == '511 422 333 244 155 244' ]]
}

@test "rfm-cuts: what isn't given is learnt; model and audit say which" {
  needs rfm-orders/rfm_data_orders.csv
  cs-prep -q "${RFM[@]}" --rfm-cuts 'monetary=100,200,300,400' --save m.json --quality q.json "$ORDERS" -o out.csv
  [[ $(flat m.json) == *'"cuts":{"recency":[115,181,297.4,482],"frequency":[4,5,6,8],"monetary":[100,200,300,400]}'* ]]
  [[ $(flat q.json) == *'"cuts_from":{"recency":"learnt","frequency":"learnt","monetary":"given"}'* ]]
  [[ $(flat q.json) == *'"quantile_type":7,"offset":1,"ties":"equalvalues'*'"rules_from":"builtin"'* ]]
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { m = $at["total_spent"]; want = 1 + (m >= 100) + (m >= 200) + (m >= 300) + (m >= 400) }
    $at["rfm_monetary"] != want { print $1 ": " m " has " $at["rfm_monetary"]; bad = 1 }
    END { exit bad || NR != 996 }' out.csv
  cs-prep -q "${RFM[@]}" --load m.json "$ORDERS" | cmp - out.csv
}

@test "rfm-cuts: the customers of each segment in the audit are those of the table" {
  cs-prep -q --quality q.json "$DATA/online-retail.csv" -o out.csv
  [[ $(column out.csv rfm_segment | wc -l) == 49 ]]
  column out.csv rfm_segment | sort | uniq -c | awk '{ n = $1; $1 = ""; gsub(/ /, ""); print "{\"name\":\"" $0 "\",\"customers\":" n "}" }' >want
  while read -r line; do [[ $(flat q.json) == *"$line"* ]] || fail "$line"; done <want
  flat q.json | grep -oE '"customers":[0-9]+\}' | grep -oE '[0-9]+' | awk '{ s += $1 } END { exit s != 49 }'
}

@test "rfm-cuts: faults are usage errors, by the option's name" {
  expect_error 2 "option --rfm-cuts: 'recency=1,2,3' must give 4 ascending numbers for recency" cs-prep --rfm-cuts recency=1,2,3
  expect_error 2 'must give 4 ascending numbers for monetary' cs-prep --rfm-cuts 'monetary=4,3,2,1'
  expect_error 2 'must give cuts of recency, frequency and monetary' cs-prep --rfm-cuts 'spend=1,2,3,4'
  expect_error 2 "can't be used with --load" cs-prep --load m.json --rfm-cuts recency=1,2,3,4
  printf 'cs-prep:\n  rfm-cuts: "recency=1,2,3"\n' >c.yaml
  expect_error 2 'c.yaml:2:13: rfm-cuts: ' cs-prep -c c.yaml
  needs rfm-orders/rfm_data_orders.csv
  printf 'cs-prep:\n  rfm-cuts: "recency=1,2,3,4;frequency=2,3,4,5"\n  rfm-rules: %s\n' "$DATA/rfm-readme.yaml" >c.yaml
  cs-prep -q -c c.yaml --save m.json "${RFM[@]}" "$ORDERS" -o out.csv
  [[ $(flat m.json) == *'"recency":[1,2,3,4],"frequency":[2,3,4,5],"monetary":[255.8,'*"Can'tLoseThem"* ]]
}

@test "rfm-cuts: cuts of what isn't known are warned of" {
  printf 'customer_id,order_date\na,2024-01-01\nb,2024-01-04\n' >o.csv
  expect_error 0 "the cuts of monetary aren't used, as total_spent isn't known" \
    cs-prep --rfm-cuts 'monetary=1,2,3,4' o.csv
}
