#!/usr/bin/env bats
# Lifetime value, churn risk, calibration and window of cs-prep. Published numbers are those of the CDNOW sample: Fader, Hardie
# & Lee 2005 and Fader & Hardie 2013 as tested by lifetimes, BTYD and CLVTools; the data isn't part of the project, and
# without it those tests are skipped.
load helper

setup_file() { find_real_data; }

# cell FILE ID NAME: of a table without quoted commas whose first column is the id.
cell() {
  awk -F, -v id="$2" -v name="$3" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next } $1 == id { print $c }' "$1"
}

# sum FILE NAME
sum() {
  awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next } { s += $c } END { printf "%.10g\n", s }' "$1"
}

# model FILE PATH: a number of a JSON document by its path of keys.
model() {
  awk -v path="$2" '
    function flat(text) { gsub(/[",]/, "", text); return text }
    { line = $0; depth = match(line, /[^ ]/) - 1
      if (match(line, /"[^"]*":/)) {
        key = substr(line, RSTART + 1, RLENGTH - 3); at[depth] = key; rest = flat(substr(line, RSTART + RLENGTH + 1))
        name = ""; for (d = 2; d <= depth; d += 2) name = name (name == "" ? "" : ".") at[d]
        if (name == path) { print rest; exit } } }' "$1"
}

# near GOT WANTED TOLERANCE
near() {
  awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { d = a - b; exit !(a != "" && d <= t && d >= -t) }' ||
    fail "$1, expected $2 +- $3"
}

# same_columns A B: every column of B has the same cells in A.
same_columns() {
  awk -F, '
    FNR == 1 { for (i = 1; i <= NF; i++) if (NR == 1) at[$i] = i; else name[i] = $i; if (NR > 1) n = NF; next }
    NR == FNR { for (c in at) value[$1, c] = $at[c]; rows++; next }
    { seen++; for (i = 1; i <= n; i++)
        if ((name[i] in at) && value[$1, name[i]] != $i) { print $1, name[i] ": " value[$1, name[i]] ", not " $i; bad = 1 }
        else compared += name[i] in at }
    END { if (rows != seen) print rows " rows, not " seen; exit bad || rows != seen || compared < 20 * seen }' "$1" "$2"
}

cdnow() {
  needs cdnow/cdnowElog.csv
  CDNOW=$BATS_FILE_TMPDIR/cdnow
  if [[ ! -e $CDNOW/done ]]; then
    mkdir -p "$CDNOW"
    cs-prep --map customer_id=sampleid --calibration-end 1997-09-30 --discount 1%/month --month 4.345w \
      --save "$CDNOW/model.json" -o "$CDNOW/out.csv" "$REAL_DATA/cdnow/cdnowElog.csv" 2>"$CDNOW/said"
    touch "$CDNOW/done"
  fi
}

@test "cs-prep: CDNOW's log gives the published buy-till-you-die summary" {
  cdnow
  near "$(cell "$CDNOW/out.csv" 1 bt_x)" 2 0
  near "$(cell "$CDNOW/out.csv" 1 bt_tx)" 30.4286 0.00005
  near "$(cell "$CDNOW/out.csv" 1 bt_T)" 38.8571 0.00005
  near "$(cell "$CDNOW/out.csv" 1 bt_zbar)" 22.345 1e-9
  near "$(cell "$CDNOW/out.csv" 2 bt_tx)" 1.7143 0.00005
  near "$(cell "$CDNOW/out.csv" 6 bt_zbar)" 73.7414 0.00005
  near "$(sum "$CDNOW/out.csv" bt_x)" 2457 0
  near "$(sum "$CDNOW/out.csv" holdout_purchase_days)" 1882 0
  # All of them against the summary that others made, which is rounded to two decimals.
  awk -F, 'function off(a, b) { return a > b ? a - b : b - a }
    NR == FNR { sub(/\r/, ""); if (FNR > 1) { x[$1] = $2; tx[$1] = $3; T[$1] = $4; z[$1] = $5 } next }
    FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { n++; if ($at["bt_x"] != x[$1] || off($at["bt_tx"], tx[$1]) > 0.00501 || off($at["bt_T"], T[$1]) > 0.00501 ||
          off($at["bt_zbar"], z[$1]) > 0.00501) { print; bad = 1 } }
    END { exit bad || n != 2357 }' "$REAL_DATA/cdnow/cdnow_customers_summary_with_transactions.csv" "$CDNOW/out.csv"
}

@test "cs-prep: CDNOW's log gives the published BG/NBD and gamma-gamma fits" {
  cdnow
  near "$(model "$CDNOW/model.json" clv.bg_nbd.r)" 0.2425945 0.000001
  near "$(model "$CDNOW/model.json" clv.bg_nbd.alpha)" 4.4136008 0.00001
  near "$(model "$CDNOW/model.json" clv.bg_nbd.a)" 0.7929186 0.000005
  near "$(model "$CDNOW/model.json" clv.bg_nbd.b)" 2.4258979 0.00002
  near "$(model "$CDNOW/model.json" clv.bg_nbd.log_likelihood)" -9582.429207 0.000001
  near "$(model "$CDNOW/model.json" clv.gamma_gamma.log_likelihood)" -4055.9177 0.00005
  near "$(model "$CDNOW/model.json" clv.gamma_gamma.p)" 6.24957 0.00001
  near "$(model "$CDNOW/model.json" clv.gamma_gamma.q)" 3.74422 0.00001
  near "$(model "$CDNOW/model.json" clv.gamma_gamma.v)" 15.44352 0.00005
  near "$(model "$CDNOW/model.json" clv.correlation)" 0.113888 0.0000005
  [[ $(model "$CDNOW/model.json" clv.time_unit) == week && $(model "$CDNOW/model.json" clv.bg_nbd.end) == converged ]]
}

@test "cs-prep: CDNOW's expected holdout and first lifetime value are the published ones, in the right unit" {
  cdnow
  near "$(model "$CDNOW/model.json" clv.holdout.days)" 273 0
  # 1653.410 at the published parameters, which have seven digits; 1653.409 at the maximum itself.
  near "$(model "$CDNOW/model.json" clv.holdout.expected)" 1653.410 0.002
  near "$(sum "$CDNOW/out.csv" holdout_expected)" 1653.410 0.002
  # 36.2749 needs the daily log's BG/NBD and the rounded summary's gamma-gamma fit; both of the daily log give 36.2740
  # (scipy, with the closed form).
  near "$(cell "$CDNOW/out.csv" 1 clv_advanced)" 36.2740 0.00005
  [[ $(<"$CDNOW/said") == *'horizon 12 months of 30.415 days, discount 1 % a month, margin 1'* ]]
}

@test "cs-prep: on CDNOW's holdout churn risk ranks customers as well as recency, the probability of being alive doesn't" {
  cdnow
  awk -v auc="$(model "$CDNOW/model.json" clv.holdout.auc_churn_risk)" 'BEGIN { exit !(auc >= 0.75 && auc < 0.8) }'
  # 1 - p_alive, by hand: pairs of a customer who didn't come back above one who did.
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { print 1 - $at["p_alive"], $at["holdout_purchase_days"] == 0 }' "$CDNOW/out.csv" | sort -g | awk '
    { if ($1 != last) { below += others; others = cases = 0; last = $1 }
      if ($2) { cases++; n++; sum += below + others / 2 } else { sum += cases / 2; others++; m++ } }
    END { auc = sum / n / m; exit !(auc > 0.30 && auc < 0.34) }'
}

@test "cs-prep: the rounded summary of CDNOW gives lifetimes' fit, and its lifetime value in the right unit" {
  needs cdnow/cdnow_customers_summary_with_transactions.csv
  cs-prep -q --discount 1%/month --month 4.345w --save m.json \
    "$REAL_DATA/cdnow/cdnow_customers_summary_with_transactions.csv" -o out.csv
  near "$(model m.json clv.bg_nbd.r)" 0.2425929 0.0000005
  near "$(model m.json clv.bg_nbd.alpha)" 4.4135303 0.000005
  near "$(model m.json clv.bg_nbd.log_likelihood)" -9582.425561 0.000001
  near "$(model m.json clv.bg_nbd.standard_errors.r)" 0.012557 0.000001
  near "$(model m.json clv.bg_nbd.standard_errors.alpha)" 0.378221 0.0005
  near "$(model m.json clv.bg_nbd.standard_errors.a)" 0.185719 0.0005
  near "$(model m.json clv.bg_nbd.standard_errors.b)" 0.705345 0.0015
  near "$(model m.json clv.gamma_gamma.log_likelihood)" -4055.923244 0.00001
  # At the published parameters, of seven digits, the first is 36.278532; at the maximum itself 36.278497.
  near "$(cell out.csv 1 clv_advanced)" 36.2785 0.00005
  near "$(cell out.csv 2 clv_advanced)" 4.637471 0.00002
  near "$(cell out.csv 3 clv_advanced)" 8.344093 0.00002
  near "$(cell out.csv 6 clv_advanced)" 283.524145 0.001
  near "$(cell out.csv 9 clv_advanced)" 43.353681 0.0001
  near "$(cell out.csv 1 expected_order_value)" 24.658617 0.00005
  near "$(cell out.csv 6 expected_order_value)" 71.462843 0.00005
}

@test "cs-prep: --clv pareto-nbd gives the published Pareto/NBD fit of CDNOW" {
  needs cdnow/cdnowElog.csv
  cs-prep -q --clv pareto-nbd --map customer_id=sampleid --calibration-end 1997-09-30 --save m.json \
    "$REAL_DATA/cdnow/cdnowElog.csv" -o out.csv
  # Fader, Hardie & Lee 2005: .553, 10.578, .606, 11.669, -9595.0. CLVTools' search stops in the fourth digit.
  near "$(model m.json clv.pareto_nbd.r)" 0.553 0.0005
  near "$(model m.json clv.pareto_nbd.alpha)" 10.578 0.0005
  near "$(model m.json clv.pareto_nbd.s)" 0.606 0.0005
  near "$(model m.json clv.pareto_nbd.beta)" 11.669 0.0005
  near "$(model m.json clv.pareto_nbd.log_likelihood)" -9594.976 0.0005
  awk -F, 'NR == 1 || $3 <= 19970930' "$REAL_DATA/cdnow/cdnowElog.csv" |
    cs-prep -q --load m.json --map customer_id=sampleid --as-of 1997-10-01 >again.csv
  same_columns out.csv again.csv
}

@test "cs-prep: groceryElog gives the reference fit, without money" {
  needs grocery-elog/groceryElog.csv
  cs-prep -q --calibration-end 2006-12-31 --save m.json "$REAL_DATA/grocery-elog/groceryElog.csv" -o out.csv
  near "$(model m.json clv.bg_nbd.r)" 0.34865 0.000005
  near "$(model m.json clv.bg_nbd.alpha)" 2.58167 0.000005
  near "$(model m.json clv.bg_nbd.a)" 0.50385 0.000005
  near "$(model m.json clv.bg_nbd.b)" 3.64439 0.00001
  near "$(model m.json clv.bg_nbd.log_likelihood)" -15836.5662 0.00005
  [[ $(head -n 1 out.csv) == *,churn_risk,* && $(head -n 1 out.csv) != *clv_* ]]
}

@test "cs-prep: a log whose optimum lies at infinity is told, and its values are finite and usable" {
  needs rfm-orders/rfm_data_orders.csv
  expect_status 0 cs-prep --save m.json -o out.csv "$REAL_DATA/rfm-orders/rfm_data_orders.csv"
  [[ $stderr == *'warning: BG/NBD: the likelihood has no maximum'* && $stderr == *'warning: gamma-gamma: the likelihood'* ]]
  # tests/oracle/clv.py: sums of logarithms and Nelder & Mead's search. (Differences of ln Gamma at 1e12, as in common
  # programs, are off by tens here.)
  near "$(model m.json clv.bg_nbd.log_likelihood)" -17289.724363 0.00001
  near "$(model m.json clv.gamma_gamma.log_likelihood)" -4583.4587 0.0005
  [[ $(model m.json clv.bg_nbd.end) == 'at infinity' && $(model m.json clv.bg_nbd.standard_errors.a) == null ]]
  run bash -c 'cut -d, -f 2- out.csv | grep -ciE "nan|inf"'
  [[ $output == 0 ]]
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { for (name in at) if (name ~ /^(p_alive|churn_risk)$/ && !($at[name] >= 0 && $at[name] <= 1)) exit 1
      if (!($at["clv_advanced"] >= 0 && $at["expected_orders_12m"] >= 0 && $at["expected_order_value"] > 0)) exit 1
      n++ } END { exit n != 995 }' out.csv
}

@test "cs-prep: Online Retail, where hardly anybody drops out, gives usable values and the reference gamma-gamma fit" {
  needs online-retail/online_retail.csv
  grep -v '^C' "$REAL_DATA/online-retail/online_retail.csv" | cs-prep -q --dedupe no --save m.json >out.csv
  near "$(model m.json clv.customers)" 4338 0
  near "$(model m.json clv.repeat_buyers)" 2790 0
  near "$(model m.json clv.gamma_gamma.p)" 2.10338 0.000005
  near "$(model m.json clv.gamma_gamma.q)" 3.45118 0.000005
  near "$(model m.json clv.gamma_gamma.v)" 485.88852 0.0001
  near "$(model m.json clv.gamma_gamma.log_likelihood)" -19083.3306 0.0001
  # tests/oracle/clv.py; a is 0.0034 with a standard error of 0.0103.
  near "$(model m.json clv.bg_nbd.log_likelihood)" -37645.537648 0.00001
  run grep -ciE 'nan|inf' out.csv
  [[ $output == 0 ]]
}

@test "cs-prep: features at a calibration's end are those of an export that ends there" {
  cs-gen -n 150 --only transactions --refunds 0.1 --seed 5 >all.csv
  awk -F, 'NR == 1 || substr($3, 1, 10) <= "2024-03-31"' all.csv >until.csv
  head -n 1 all.csv | grep -q '^order_id,customer_id,order_date,'
  cs-prep -q --calibration-end 2024-03-31 --quality q.json --save m.json all.csv >calibrated.csv
  cs-prep -q --as-of 2024-04-01 --save u.json until.csv >ended.csv
  same_columns calibrated.csv ended.csv
  [[ $(model m.json clv.bg_nbd.log_likelihood) == "$(model u.json clv.bg_nbd.log_likelihood)" ]]
  # What happened after it is what the rest of the log says.
  awk -F, 'NR == 1 || substr($3, 1, 10) > "2024-03-31"' all.csv | cs-prep -q --clv none >after.csv
  awk -F, 'FNR == 1 { for (i = 1; i <= NF; i++) at[NR == 1, $i] = i; next }
    NR == FNR { days[$1] = $at[1, "purchase_days"]; spent[$1] = $at[1, "total_spent"]; orders[$1] = $at[1, "total_transactions"]; next }
    { n++; if ($at[0, "holdout_purchase_days"] != days[$1] + 0 || $at[0, "holdout_transactions"] != orders[$1] + 0) bad++
      if (($1 in spent) && $at[0, "holdout_spent"] != spent[$1]) bad++ }
    END { print n, bad + 0; exit bad || n < 100 }' after.csv calibrated.csv
  grep -A 3 '"after_calibration"' q.json | grep -q '"rejected": [1-9]'
}

@test "cs-prep: --window gives what an export that begins there gives" {
  cs-gen -n 150 --only transactions --seed 6 >all.csv
  cs-prep -q --window 12mo --quality q.json --save m.json all.csv >window.csv
  awk -F, 'NR == 1 || substr($3, 1, 10) >= "2024-01-01"' all.csv | cs-prep -q --as-of 2025-01-01 >year.csv
  same_columns window.csv year.csv
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } $at["total_spent"] != $at["spent_12m"] { exit 1 }' window.csv
  grep -A 3 '"before_window"' q.json | grep -q '"rejected": [1-9]'
  [[ $(model m.json window) == 12mo ]]
  # A loaded model brings its window.
  cs-prep -q --load m.json all.csv | cmp - window.csv
  cs-prep -q --window 365d all.csv >days.csv
  cmp <(cut -d, -f1-12 days.csv) <(awk -F, 'NR == 1 || substr($3, 1, 10) >= "2024-01-02"' all.csv | cs-prep -q --as-of 2025-01-01 | cut -d, -f1-12)
  expect_error 2 'whole number' cs-prep --window 1.5mo all.csv
  expect_error 2 'is for orders' pipe 'cs-gen -n 5 | cs-prep --window 12mo'
  expect_error 2 'learnt' cs-prep --load m.json --window 6mo all.csv
}

@test "cs-prep: a loaded model warns of data that span another time" {
  cs-gen -n 60 --only transactions --seed 7 >all.csv
  cs-prep -q --save m.json all.csv >want.csv
  expect_status 0 cs-prep --load m.json all.csv
  [[ $stderr != *'span'* ]]
  awk -F, 'NR == 1 || substr($3, 1, 7) == "2024-12"' all.csv >month.csv
  expect_status 0 cs-prep --load m.json month.csv
  [[ $stderr == *'the data span '*' days, those of the model 7'* ]]
}

@test "cs-prep: the time unit changes the unit, and nothing that customers are foretold" {
  cs-gen -n 300 --seed 8 >c.csv
  cs-prep -q --save w.json c.csv >week.csv
  for unit in day month year; do
    cs-prep -q --time-unit $unit --save u.json c.csv >unit.csv
    awk -F, 'FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
      NR == FNR { for (name in at) value[$1, name] = $at[name]; next }
      { n++; for (name in at) if (name ~ /^(p_alive|churn_risk|clv_advanced|expected_orders_12m)$/) {
          d = $at[name] - value[$1, name]; if (d < 0) d = -d; if (d > 1e-7 * (1 + value[$1, name])) { print $1, name, $at[name], value[$1, name]; bad = 1 } } }
      END { exit bad || n != 300 }' week.csv unit.csv
    [[ $(model u.json clv.time_unit) == "$unit" ]]
  done
  near "$(model u.json clv.time_unit_days)" 365.25 0
}

@test "cs-prep: horizon, discount and margin are said, and do what they say" {
  cs-gen -n 200 --seed 9 >c.csv
  expect_status 0 cs-prep --margin 0.4 c.csv
  [[ $stderr == *'discount 10 % a year, margin 0.4'* && $stderr != *'not profit'* ]]
  cs-prep -q --discount 0 c.csv >full.csv
  cs-prep -q --discount 0 --margin 0.5 c.csv >half.csv
  near "$(awk "BEGIN { print 2 * $(sum half.csv clv_advanced) }")" "$(sum full.csv clv_advanced)" 0.01
  # Without a discount the value is the expected orders times the expected value of one.
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { w = $at["expected_orders_12m"] * $at["expected_order_value"]; d = $at["clv_advanced"] - w; if (d < 0) d = -d
      if (d > 1e-7 * w + 1e-9) { print $1, $at["clv_advanced"], w; exit 1 } n++ } END { exit n != 200 }' full.csv
  cs-prep -q --horizon 52.1786w --discount 0 c.csv >weeks.csv
  near "$(sum weeks.csv clv_advanced)" "$(sum full.csv clv_advanced)" 1
  cs-prep -q --horizon 10y --discount 0 c.csv >years.csv
  awk "BEGIN { exit !($(sum years.csv clv_advanced) > 2 * $(sum full.csv clv_advanced)) }"
  expect_error 2 '12mo' cs-prep --horizon 12 c.csv
  expect_error 2 '12mo' cs-prep --horizon 12m c.csv
  expect_error 2 '10%/year' cs-prep --discount 0.1 c.csv
  expect_error 2 '30.4375d' cs-prep --month 30 c.csv
  expect_status 2 cs-prep --margin 0 c.csv
  expect_status 2 cs-prep --margin 1.5 c.csv
}

@test "cs-prep: too few repeat buyers are told, and their columns are there and empty" {
  printf 'customer_id,order_date,amount\na,2024-01-01,5\nb,2024-01-03,6\nb,2024-02-03,6\nc,2024-03-01,7\n' >o.csv
  expect_status 0 cs-prep --save m.json -o out.csv o.csv
  [[ $stderr == *'BG/NBD: too few repeat buyers'* ]]
  for name in p_alive expected_orders_12m expected_order_value clv_advanced churn_risk; do
    [[ $(head -n 1 out.csv) == *,$name,* && -z $(cell out.csv b $name) ]] || fail "$name"
  done
  [[ -n $(cell out.csv b clv_simple) && -n $(cell out.csv b engagement_score) ]]
  [[ $(model m.json clv.bg_nbd) == null ]]
  cs-prep -q --load m.json o.csv | cmp - out.csv
}

@test "cs-prep: --clv none leaves lifetime value out, and nothing else" {
  cs-gen -n 50 | cs-prep -q --clv none --save m.json >out.csv
  [[ $(head -n 1 out.csv) != *p_alive* && $(head -n 1 out.csv) == *,clv_simple,engagement_recency,* ]]
  [[ $(<m.json) != *bg_nbd* ]]
  cs-gen -n 50 | cs-prep -q --load m.json | cmp - out.csv
}

@test "cs-prep: features of lifetime value can be clustered when they are named" {
  cs-gen -n 80 | cs-prep -q --basis rfm,clv_advanced,churn_risk,engagement_score --save m.json >out.csv
  [[ $(head -n 1 out.csv) == *,scaled__clv_advanced,scaled__churn_risk,scaled__engagement_score ]]
  cs-gen -n 80 | cs-prep -q --load m.json | cmp - out.csv
  expect_error 2 'is no number' pipe 'cs-gen -n 80 | cs-prep --basis rfm_segment'
}

@test "cs-prep: threads and the order of rows change no byte of table and model" {
  cs-gen -n 120 --only transactions --refunds 0.1 >o.csv
  cs-prep -q -j 1 --save one.json o.csv >one.csv
  { head -n 1 o.csv; sed 1d o.csv | shuf --random-source=<(yes); } >s.csv
  cs-prep -q -j 3 --save three.json s.csv >three.csv
  cmp one.csv three.csv
  cmp <(grep -v input_sha256 one.json) <(grep -v input_sha256 three.json)
}

@test "clv: Pareto/NBD ends soon where customers hardly differ, and its parameters are apart" {
  timeout 20 cs-prep -q --clv pareto-nbd --save m.json "$ROOT/tests/data/online-retail.csv" -o table.csv
  [[ $(wc -l <table.csv) == 50 ]]
  column() { awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next } { print $at }' table.csv; }
  column expected_orders_12m | awk '!($1 >= 0 && $1 < 1000) { bad++ } END { exit bad > 0 || NR != 49 }'
}
