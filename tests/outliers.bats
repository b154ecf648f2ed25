#!/usr/bin/env bats
# cs-prep --outliers: who is marked, by which rule, and what is learnt of those who are left. Whom the rules mark is held
# against R and robustbase (tests/oracle/outliers.R).

load helper

SAMPLE=$DATA/online-retail.csv

flat() { tr -d ' \n' <"$1"; }

# marks FILE: "ID,RULE" of each customer who is marked (of a table without quoted commas).
marks() {
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "outlier_rule") c = i; if (!c) exit 1; next }
    $c != "" { print $1 "," $c }' "$1"
}

# without_marks FILE: the table without the column outlier_rule.
without_marks() {
  local column
  column=$(head -n 1 "$1" | tr , '\n' | grep -nx outlier_rule | cut -d: -f1)
  cut -d, --complement -f "$column" "$1"
}

# learnt FILE: what a model learnt of the customers besides their outliers.
learnt() {
  awk '/^  "outliers": \{/ { skip = 1 } !skip && !/"input_sha256"|^    "outliers":/ { print } /^  },?$/ { skip = 0 }' "$1"
}

# stages_add_up FILE: of an audit, row by row.
stages_add_up() {
  grep -oE '"rows_in":[0-9]+,"rejected":[0-9]+,"rows_out":[0-9]+' <<<"$(flat "$1")" | tr -c '0-9\n' ' ' |
    awk 'NR > 1 && $1 != last { exit 1 } $1 - $2 != $3 { exit 1 } { last = $3 } END { exit NR < 5 }'
}

# totals ROW...: customers with their totals, "days orders spend" each.
totals() {
  echo customer_id,days_since_last_purchase,total_transactions,total_spent
  printf '%s\n' "$@" | awk '{ print "c" NR "," $1 "," $2 "," $3 }'
}

# --- who ---

# marked RULES LINE...: these are whom the rules mark of the sample, as R says.
marked() {
  local rules=$1
  shift
  cs-prep -q --outliers "$rules" "$SAMPLE" -o prep.csv
  diff <(marks prep.csv) <((($# == 0)) || printf '%s\n' "$@") || fail "by --outliers $rules"
}

@test "outliers: each rule marks whom R's quantile, sd, mad and covMcd mark" {
  local days=days_since_last_purchase spent=total_spent
  marked iqr 13298,iqr:$days 16041,iqr:$spent
  marked iqr=0.8 {12507,13003}",iqr:$spent" 13298,iqr:$days {14233,14345,14768}",iqr:$spent" 14931,iqr:$days \
    {16041,16389}",iqr:$spent"
  marked z 13298,z:$days
  marked z=3.11 13298,z:$days # 3.1158 by the divisor n - 1, 3.1481 by n
  marked z=3.13
  marked z=2 {13298,14931}",z:$days" 16041,z:$spent
  marked mad=2 13298,mad:$days {14233,14345}",mad:$spent" 14931,mad:$days 16041,mad:$spent
  marked percentile=5 13003,percentile:$spent 13298,percentile:$days 14077,percentile:total_transactions \
    14233,percentile:$spent 14248,percentile:$days 14345,percentile:$spent 14355,percentile:$days \
    14768,percentile:$spent 14931,percentile:$days 15081,percentile:total_transactions 16041,percentile:$spent \
    16163,percentile:$days 16389,percentile:$spent 17523,percentile:$days 17912,percentile:total_transactions
  marked mahalanobis {13003,13298,16041,17912},mahalanobis
}

@test "outliers: centre and scatter are those of covMcd with 5,000 random subsets, which its own starts miss" {
  # covMcd(x, alpha = 0.75, nsamp = 5000, use.correction = FALSE): determinant 0.0989304373; deterministic: 0.1030095836.
  cs-prep -q --outliers mahalanobis --save m.json "$SAMPLE" -o prep.csv
  flat m.json | grep -oE '"(centre|scatter)":\[[^]]*\]' | grep -oE '[-0-9.]+' | awk '
    BEGIN { count = split("4.12641410308525192 0.54457216455744428 6.09340724054802152 " \
        "1.15944152166611558 -0.32825585291814530 -0.13718262968106471 " \
        "-0.32825585291814530 0.42460290086204239 0.26883141801807375 " \
        "-0.13718262968106471 0.26883141801807375 0.44786547823392747", want, " ") }
    { off = $1 - want[NR]; if (off > 1e-12 || off < -1e-12) { print NR ": " $1 ", expected " want[NR]; bad = 1 } }
    END { exit bad || NR != count }'
}

@test "outliers: of several rules the first that fires names the customer" {
  marked z=2,iqr=0.8,mahalanobis {12507,13003}",iqr:total_spent" 13298,z:days_since_last_purchase \
    {14233,14345,14768}",iqr:total_spent" 14931,z:days_since_last_purchase 16041,z:total_spent 16389,iqr:total_spent \
    17912,mahalanobis
  marked mahalanobis,iqr {13003,13298,16041,17912},mahalanobis
}

@test "outliers: nobody is touched by default, a wholesaler neither" {
  cs-gen -q -n 400 --truth -o customers.csv
  cs-prep -q customers.csv -o prep.csv
  run ! grep -q outlier_rule prep.csv
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "true_segment") c = i; next }
    $c == "outlier" { n++ } END { exit !(NR == 401 && n >= 4) }' prep.csv
  cs-prep -q --quality q.json "$SAMPLE" -o prep.csv
  run ! grep -q outlier_rule prep.csv
  grep -q '^16041,' prep.csv
  [[ $(flat q.json) == *'"outliers":[]'* && $(flat q.json) != *'"rule":"outlier"'* ]]
}

# --- what becomes of them ---

@test "outliers: flag leaves every other byte as it is without" {
  cs-prep -q --save want.json "$SAMPLE" -o want.csv
  cs-prep -q --save got.json --outliers iqr=0.8,mahalanobis:flag "$SAMPLE" -o got.csv
  cmp <(without_marks got.csv) want.csv
  cmp <(learnt got.json) <(learnt want.json)
  cs-gen -q -n 100 -o customers.csv
  cs-prep -q customers.csv -o want.csv
  cs-prep -q --outliers z=2 customers.csv -o got.csv
  [[ $(marks got.csv | wc -l) -gt 0 ]]
  cmp <(without_marks got.csv) want.csv
}

@test "outliers: drop takes whom flag names, and all is learnt as of a table without them" {
  local ids rules
  for rules in iqr=0.8 mahalanobis z=2,mad=2; do
    cs-prep -q --as-of 2011-12-10 --outliers "$rules" "$SAMPLE" -o flag.csv
    cs-prep -q --as-of 2011-12-10 --outliers "${rules//,/:drop,}:drop" --save drop.json "$SAMPLE" -o drop.csv
    ids=$(marks flag.csv | cut -d, -f1 | sed 's/$/.0/' | paste -sd,)
    [[ -n $ids && -z $(marks drop.csv) ]]
    cs-prep -q --as-of 2011-12-10 --exclude-rows "CustomerID=$ids" --save less.json "$SAMPLE" -o less.csv
    cmp <(without_marks drop.csv) less.csv || fail "the tables differ with $rules"
    cmp <(learnt drop.json) <(learnt less.json) || fail "the models differ with $rules"
  done
}

@test "outliers: with a window, a calibration and another basis they are left out, too" {
  local options ids
  for options in '--window 6mo' '--calibration-end 2011-09-30' '--make all --basis rfm,clv_advanced'; do
    # The options are words.
    # shellcheck disable=SC2086
    {
      cs-prep -q --as-of 2011-12-10 $options --outliers iqr=0.6 "$SAMPLE" -o flag.csv
      cs-prep -q --as-of 2011-12-10 $options --outliers iqr=0.6:drop --save drop.json "$SAMPLE" -o drop.csv
      ids=$(marks flag.csv | cut -d, -f1 | sed 's/$/.0/' | paste -sd,)
      cs-prep -q --as-of 2011-12-10 $options --exclude-rows "CustomerID=$ids" --save less.json "$SAMPLE" -o less.csv
    }
    cmp <(without_marks drop.csv) less.csv || fail "the tables differ with $options"
    cmp <(learnt drop.json) <(learnt less.json) || fail "the models differ with $options"
  done
}

@test "outliers: a rule may flag beside one that drops; all of them learn of all customers" {
  cs-prep -q --outliers iqr:drop,z=2 "$SAMPLE" -o prep.csv
  [[ $(marks prep.csv) == 14931,z:days_since_last_purchase ]]
  [[ $(wc -l <prep.csv) == 48 ]]
  run ! grep -qE '^(13298|16041),' prep.csv
}

@test "outliers: the fences are those of the columns that are clustered" {
  # On spend itself the fence is 1,153.20, and nine are beyond it.
  local by_spend
  cs-prep -q "$SAMPLE" -o prep.csv
  by_spend=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "total_spent") c = i; next }
    $c > 1153.2' prep.csv | wc -l)
  cs-prep -q --outliers iqr "$SAMPLE" -o prep.csv
  [[ $by_spend -gt 1 && $(marks prep.csv | grep -c total_spent) == 1 ]]
  # Others that --basis names, unless they are learnt of the customers themselves.
  cs-prep -q --basis tenure_days,rfm_score --outliers z=1.5 "$SAMPLE" -o prep.csv
  marks prep.csv | cut -d, -f2 | sort -u | diff - <(echo z:tenure_days)
  expect_error 2 'names nothing but what is learnt' cs-prep --basis clv_advanced,rfm_score --outliers z "$SAMPLE"
}

@test "outliers: a missing value is none, and a customer with one has no distance" {
  {
    echo customer_id,days_since_last_purchase,total_transactions,total_spent,income
    awk 'BEGIN { for (i = 1; i <= 40; i++) print "c" i "," 5 + i * 7 % 31 "," 1 + i * 5 % 11 "," 100 + i * 37 % 83 "," 1000 + i * 13 % 29 }'
    echo odd,20,5,140,90000
    echo missing,20,5,90000000,
  } >in.csv
  cs-prep -q --basis income,total_spent --outliers mahalanobis in.csv -o prep.csv
  [[ $(marks prep.csv | grep -E '^(odd|missing),') == odd,mahalanobis ]]
  cs-prep -q --basis income --outliers iqr,mad,z in.csv -o prep.csv
  [[ $(marks prep.csv) == odd,iqr:income ]]
}

# --- models ---

@test "outliers: a model gives the rows that it was learnt from the same bytes, with flag and with drop" {
  local rules
  cs-gen -q -n 150 -o customers.csv
  for rules in iqr=0.8,mahalanobis iqr=0.8:drop mahalanobis:drop,z=1.5,mad=1:drop,percentile=5; do
    cs-prep -q --outliers "$rules" --save m.json "$SAMPLE" -o want.csv
    cs-prep -q --load m.json "$SAMPLE" | cmp - want.csv || fail "$rules"
    cs-prep -q --outliers "$rules" --save m.json customers.csv -o want.csv
    cs-prep -q --load m.json customers.csv | cmp - want.csv || fail "customers: $rules"
  done
}

@test "outliers: fences and distance are the model's, whoever comes" {
  { head -n 1 "$SAMPLE"; grep -E ',(16041|14829)\.0,' "$SAMPLE"; } >two.csv
  cs-prep -q --as-of 2011-12-10 --outliers iqr --save m.json "$SAMPLE" -o prep.csv
  cs-prep -q --as-of 2011-12-10 --load m.json two.csv -o prep.csv
  [[ $(marks prep.csv) == 16041,iqr:total_spent ]]
  cs-prep -q --as-of 2011-12-10 --outliers mahalanobis:drop --save m.json "$SAMPLE" -o prep.csv
  cs-prep -q --as-of 2011-12-10 --load m.json two.csv -o prep.csv
  [[ $(cut -d, -f1 prep.csv | paste -sd,) == customer_id,14829 && -z $(marks prep.csv) ]]
}

@test "outliers: the option beside --load is a usage error" {
  cs-prep -q --outliers iqr --save m.json "$SAMPLE" -o prep.csv
  expect_error 2 "--outliers decides what is learnt; it can't be used with --load" \
    cs-prep --load m.json --outliers iqr "$SAMPLE"
}

@test "outliers: a model that can't be is refused, by what is wrong" {
  cs-prep -q --outliers iqr,mahalanobis --save m.json "$SAMPLE" -o prep.csv
  sed 's/"rule": "iqr"/"rule": "iqrs"/' m.json >bad.json
  expect_error 3 "bad.json: outliers: a rule isn't that of a model" cs-prep --load bad.json "$SAMPLE"
  sed 's/"parameter": 97.5/"parameter": 100/' m.json >bad.json
  expect_error 3 "bad.json: outliers: a parameter can't be" cs-prep --load bad.json "$SAMPLE"
  sed '/"fences": \[/,/\]$/s/^ *\[[^]]*\],$//' m.json >bad.json
  expect_error 3 "bad.json: outliers: there aren't fences of each column" cs-prep --load bad.json "$SAMPLE"
  sed 's/"scatter": \[[^,]*/"scatter": [-1/' m.json >bad.json
  expect_error 3 'bad.json: outliers: no matrix of distances' cs-prep --load bad.json "$SAMPLE"
  sed 's/"centre": \[[^]]*/"centre": [1/' m.json >bad.json
  expect_error 3 'bad.json' cs-prep --load bad.json "$SAMPLE"
}

# --- the audit ---

@test "outliers: customers with totals who are dropped are rows of the stage outlier, and the stages add up" {
  local dropped
  cs-gen -q -n 200 -o customers.csv
  cs-prep -q --outliers iqr,mahalanobis customers.csv -o flag.csv
  dropped=$(marks flag.csv | wc -l)
  cs-prep -q --outliers iqr:drop,mahalanobis:drop --quality q.json --rejects bad.csv customers.csv -o prep.csv
  [[ $dropped -gt 0 && $(wc -l <prep.csv) == $((201 - dropped)) && $(wc -l <bad.csv) == 1 ]]
  cmp <(marks flag.csv | cut -d, -f1) <(cut -d, -f1 flag.csv | grep -vxFf <(cut -d, -f1 prep.csv))
  stages_add_up q.json
  [[ $(flat q.json) == *"\"rule\":\"outlier\",\"rows_in\":200,\"rejected\":$dropped,\"rows_out\":$((200 - dropped)),\"customers\":$((200 - dropped)),"* ]]
  [[ $(flat q.json) == *"\"written\":$((200 - dropped)),\"outliers_dropped\":$dropped"* && $(flat q.json) == *'"bad_rows":0'* ]]
}

@test "outliers: of orders the stage outlier rejects no row, and customers, revenue and coverage are those who are left" {
  cs-prep -q --outliers iqr,mad=2:drop --quality q.json "$SAMPLE" -o prep.csv
  stages_add_up q.json
  [[ $(flat q.json) == *'"outliers":[{"rule":"iqr","parameter":1.5,"action":"flag","customers":2},{"rule":"mad","parameter":2,"action":"drop","customers":3}]'* ]]
  [[ $(flat q.json) == *'"seen":54,"no_usable_row":0,"no_order_left":5,"written":46,"outliers_dropped":3'* ]]
  [[ $(wc -l <prep.csv) == 47 ]]
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } { gross += $at["gross_spent"]; net += $at["total_spent"] }
    END { printf "%.2f %.6f\n", net, gross / (29065.11 + 1259.65) }' prep.csv >want
  read -r net coverage <want
  [[ $(flat q.json) == *"\"rule\":\"outlier\",\"rows_in\":"*",\"rejected\":0,\"rows_out\":"*",\"customers\":46,\"revenue\":$net,"* ]]
  [[ $(flat q.json) == *"\"net_of_customers_written\":$net"* ]]
  [[ $(grep -oE '"coverage": [0-9.]+' q.json | awk '{ printf "%.6f", $2 }') == "$coverage" ]]
  # Of customers with --transactions likewise.
  cs-gen -q -n 60 --customers c.csv --transactions t.csv -o /dev/null
  cs-prep -q --transactions t.csv --outliers iqr=0.5:drop --quality q.json c.csv -o prep.csv
  stages_add_up q.json
  [[ $(flat q.json) == *"\"written\":$(($(wc -l <prep.csv) - 1)),\"outliers_dropped\":$((61 - $(wc -l <prep.csv)))"* ]]
}

@test "outliers: -v says how many each rule flagged or dropped" {
  expect_status 0 cs-prep -v --outliers iqr,mad=2:drop "$SAMPLE" -o prep.csv
  # expect_status sets it.
  # shellcheck disable=SC2154
  [[ $stderr == *'  outliers: iqr flags 2, mad drops 3'* && $stderr == *' 3 dropped as outliers, 46 written'* ]]
}

# --- tables that are too small, or too even ---

@test "outliers: header-only input gives the header of a table with rows" {
  local rules
  cs-gen -q -n 150 -o customers.csv
  for rules in iqr mahalanobis:drop iqr,z:drop,mad,percentile,mahalanobis; do
    cs-prep -q --outliers "$rules" "$SAMPLE" -o prep.csv
    head -n 1 "$SAMPLE" | cs-prep -q --outliers "$rules" | cmp - <(head -n 1 prep.csv) || fail "$rules"
    cs-prep -q --basis rfm --outliers "$rules" --save m.json "$SAMPLE" -o prep.csv
    head -n 1 "$SAMPLE" | cs-prep -q --load m.json | cmp - <(head -n 1 prep.csv) || fail "a model of $rules"
  done
}

@test "outliers: a column without spread has no fences, and too few customers have none: that is said" {
  totals '25 1 10' '29 1 12' '30 1 15' '31 1 8' '40 1 11' '44 1 14' '46 1 13' '50 1 9' '52 1 9.5' '60 1 900000' >in.csv
  expect_error 0 "warning: --outliers iqr: no fences of 'total_transactions': too many values are equal" \
    cs-prep --outliers iqr in.csv -o prep.csv
  [[ $(marks prep.csv) == c10,iqr:total_spent ]]
  expect_error 0 "warning: --outliers mahalanobis: no distances: there are too few customers" \
    cs-prep --outliers mahalanobis in.csv -o prep.csv
  [[ -z $(marks prep.csv) && $(wc -l <prep.csv) == 11 ]]
  # Nobody can be beyond 3 standard deviations of fewer than 11, nor beyond a percentile of fewer than 100.
  expect_error 0 "--outliers z: no fences of 'total_spent': there are too few customers" cs-prep --outliers z in.csv -o prep.csv
  expect_error 0 "--outliers percentile: no fences of 'total_spent': there are too few customers" \
    cs-prep --outliers percentile in.csv -o prep.csv
  { cat in.csv; sed '1d; s/^/d/' in.csv; } >twice.csv
  expect_error 0 "--outliers mahalanobis: no distances: of most customers 'total_transactions' follows from the columns before it" \
    cs-prep --outliers mahalanobis:drop --save m.json twice.csv -o prep.csv
  cs-prep -q --load m.json twice.csv | cmp - prep.csv
  totals '5 1 10' >one.csv
  cs-prep -q --outliers iqr:drop,z,mad,percentile,mahalanobis one.csv -o prep.csv
  [[ $(wc -l <prep.csv) == 2 && -z $(marks prep.csv) ]]
}

# --- beside other things ---

@test "outliers: threads, the order of rows, a pipe and the format change no byte" {
  local rules='mahalanobis=90,iqr=1:drop,percentile=3'
  cs-prep -q --outliers "$rules" --save want.json "$SAMPLE" -o want.csv
  { head -n 1 "$SAMPLE"; sed 1d "$SAMPLE" | shuf --random-source=<(yes 7); } >shuffled.csv
  for threads in 1 2; do
    cs-prep -q -j "$threads" --outliers "$rules" --save got.json shuffled.csv -o got.csv
    cmp got.csv want.csv
    cmp <(grep -v input_sha256 got.json) <(grep -v input_sha256 want.json)
  done
  cs-prep -q --outliers "$rules" <shuffled.csv | cmp - want.csv
  # Of customers with totals the rows keep their order, and each has the mark that he has anywhere.
  cs-gen -q -n 200 -o customers.csv
  { head -n 1 customers.csv; sed 1d customers.csv | shuf --random-source=<(yes 7); } >shuffled.csv
  cs-prep -q --outliers "$rules" customers.csv | sort >want.csv
  for threads in 1 2; do cs-prep -q -j "$threads" --outliers "$rules" shuffled.csv | sort | cmp - want.csv; done
}

@test "outliers: in JSON a customer who isn't one has null" {
  cs-prep -q --to jsonl --outliers iqr "$SAMPLE" -o prep.jsonl
  [[ $(grep -c '"outlier_rule":null' prep.jsonl) == 47 ]]
  grep -q '"customer_id":"16041".*"outlier_rule":"iqr:total_spent"' prep.jsonl
}

@test "outliers: the next programs take outlier_rule for no feature, and pass it through" {
  cs-prep -q --outliers iqr=0.8 "$SAMPLE" -o flag.csv
  cs-prep -q "$SAMPLE" -o plain.csv
  cs-kmeans -q -k 3 flag.csv -o clusters.csv
  cs-kmeans -q -k 3 plain.csv | cmp - <(without_marks clusters.csv)
  [[ $(marks clusters.csv) == "$(marks flag.csv)" ]]
  # Not even where its cells are numbers, and no column is scaled.
  awk 'BEGIN { print "id,x,outlier_rule"; for (i = 1; i <= 40; i++) print "a" i "," i * i % 37 ".5," i * 1000 }' >numbers.csv
  expect_status 0 cs-kmeans -k 2 numbers.csv -o clusters.csv
  cut -d, -f1,2 numbers.csv | cs-kmeans -q -k 2 | cut -d, -f3 | cmp - <(cut -d, -f4 clusters.csv)
}

@test "outliers: a column of that name that is there already is an error" {
  totals '25 1 10' '29 1 12' | sed '1s/$/,outlier_rule/; 2,$s/$/,x/' >in.csv
  expect_error 2 "column 'outlier_rule' exists already" cs-prep --make totals --outliers z in.csv
  cs-prep -q --make totals in.csv | head -n 1 | grep -q 'total_spent,outlier_rule,'
}

@test "outliers: faults are usage errors, each named" {
  local rules='iqr, z, mad, percentile, mahalanobis'
  expect_error 2 "option --outliers: '' must be a list of rules $rules, as iqr=3:flag: there is no ''" cs-prep --outliers ''
  expect_error 2 "there is no ''" cs-prep --outliers 'iqr,'
  expect_error 2 "there is no 'box'" cs-prep --outliers 'iqr,box'
  expect_error 2 "there is no 'mahalonobis', did you mean 'mahalanobis'?" cs-prep --outliers mahalonobis
  expect_error 2 "must give iqr a number above 0 and below 1e+09, not '-1'" cs-prep --outliers iqr=-1
  expect_error 2 "must give z a number above 0 and below 1e+09, not '0'" cs-prep --outliers z=0
  expect_error 2 "must give mad a number above 0 and below 1e+09, not 'nan'" cs-prep --outliers mad=nan
  expect_error 2 "must give percentile a number above 0 and below 50, not '50'" cs-prep --outliers percentile=50
  expect_error 2 "must give mahalanobis a number above 0 and below 100, not '100'" cs-prep --outliers mahalanobis=100
  expect_error 2 "must give iqr a number above 0 and below 1e+09, not ''" cs-prep --outliers iqr=
  expect_error 2 "must say flag or drop behind the colon, not 'remove'" cs-prep --outliers iqr:remove
  expect_error 2 "must say flag or drop behind the colon, not ''" cs-prep --outliers z:
  expect_error 2 'must be a list of at most 8 rules' cs-prep --outliers z,z,z,z,z,z,z,z,z
  printf 'cs-prep:\n  outliers: "iqr:remove"\n' >c.yaml
  expect_error 2 'c.yaml:2:13: outliers: ' cs-prep -c c.yaml
  printf 'cs-prep:\n  outliers: " iqr = 1.5 : flag "\n' >c.yaml
  cs-prep -q -c c.yaml "$SAMPLE" -o prep.csv
  [[ $(marks prep.csv | wc -l) == 2 ]]
}
