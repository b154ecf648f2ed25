#!/usr/bin/env bats
# What must change nothing in cs-prep's table and model: the order of rows, the cut into files and parts, copies of rows where
# copies are removed, threads, the form of the input. (input_sha256 tells one form of the input from another.)
load helper

# dirty SEED [OPTION...]: orders with everything that real exports have.
dirty() {
  local seed=$1
  shift
  cs-gen -n 80 --only transactions --seed "$seed" --refunds 0.15 --missing 0.02 --invalid 0.02 --outliers 0.01 "$@"
}

# prep NAME FILE... : table and model under that name.
prep() {
  local name=$1
  shift
  cs-prep -q --max-bad 90 --as-of 2025-01-01 --save "$name.full" -o "$name.csv" "$@"
  grep -v '"input_sha256"' "$name.full" >"$name.json"
}

same() {
  cmp "$1.csv" "$2.csv" || fail "the tables of $1 and $2 differ (seed $seed)"
  cmp "$1.json" "$2.json" || fail "the models of $1 and $2 differ (seed $seed)"
}

shuffled() {
  head -n 1 "$1"
  sed 1d "$1" | shuf --random-source=<(yes "$2")
}

@test "cs-prep: shuffled rows give the same table and model" {
  local seed
  for seed in 1 2 3; do
    dirty $seed >o.csv
    prep want o.csv
    shuffled o.csv $seed >s.csv
    prep got s.csv
    same want got
  done
}

@test "cs-prep: split into files, in any order, it gives the same table and model" {
  local seed=4 i
  dirty $seed >o.csv
  prep want o.csv
  sed 1d o.csv >rows
  split -n l/5 rows part.
  for i in part.*; do { head -n 1 o.csv; cat "$i"; } >"$i.csv"; done
  prep got part.*.csv
  same want got
  prep got part.ae.csv part.ad.csv part.ac.csv part.ab.csv part.aa.csv
  same want got
}

@test "cs-prep: copies of rows change nothing where copies are removed" {
  local seed
  for seed in 5 6; do
    dirty $seed >o.csv
    prep want o.csv
    { cat o.csv; awk 'NR > 1 && NR % 3 == 0' o.csv; awk 'NR > 1 && NR % 7 == 0' o.csv; } >twice.csv
    prep got twice.csv
    same want got
    shuffled twice.csv 1 >s.csv
    prep got s.csv
    same want got
  done
}

# Rows of bare cells between commas are read, hashed and judged by a way of their own,
# where no cell has to tell the decimal sign.
@test "cs-prep: quotes around some rows' cells, and another delimiter, give the same table and model" {
  local seed columns
  for seed in 11 12; do
    dirty $seed >all.csv
    # customer 2, order 1, date 3, category 4, quantity 5, price 6, amount 8, channel 10
    for columns in 2,1,3,4,5,6 2,3,4,8 2,3,5,6,10; do
      cut -d, -f"$columns" all.csv | grep -v '"' >o.csv
      { cat o.csv; awk 'NR > 1 && NR % 5 == 0' o.csv; } >twice.csv
      prep want --decimal . twice.csv
      awk 'NR > 1 && NR % 2 { gsub(/,/, "\",\""); $0 = "\"" $0 "\"" } { print }' twice.csv >quoted.csv
      prep got --decimal . quoted.csv
      same want got
      tr , ';' <twice.csv >semicolon.csv
      prep got --decimal . semicolon.csv
      same want got
    done
  done
}

@test "cs-prep: amounts with few and many digits are the same with quotes around them" {
  local seed=none
  {
    echo id,date,quantity,price
    for quantity in 1 3 7.5 0.333 12345678 1844675 99999999 00012 1.; do
      for price in 0.01 0.1 1 12.50 0.125 1.23456 9999999.5 99999999 .05 5. 000.10; do
        echo "c$quantity,2024-01-0$((RANDOM % 9 + 1)),$quantity,$price"
      done
    done
  } >bare.csv
  awk 'NR > 1 { gsub(/,/, "\",\""); $0 = "\"" $0 "\"" } { print }' bare.csv >quoted.csv
  prep want --decimal . quoted.csv
  prep got --decimal . bare.csv
  same want got
}

@test "cs-prep: texts of any length, odd dates and texts for missing cells are the same with quotes around them" {
  local seed=none
  awk 'BEGIN { srand(3)
    split("2024-01-05 2024-01-31 2024-01-32 2024-02-29 2023-02-29 2024/02/03 2024-1-7 2024-01-0x 2024-01-00 2024-01-37 2024-03-01T10:00:00 5", date, " ")
    print "id,date,amount,category,product_id"
    for (i = 0; i < 20000; i++) {
      text = substr("abcdefghijklmnopqrstuvwxyz", 1 + int(rand() * 3), int(rand() * 20))
      if (rand() < 0.5) text = text int(rand() * 400)
      if (rand() < 0.3) {
        letter = substr("abcdefghijklmnopqrstuvwxyz", 1 + int(rand() * 26), 1)
        text = ""
        for (n = 9 + int(rand() * 8); n > 0; n--) text = text letter
      }
      if (rand() < 0.2) text = "same-start" int(rand() * 9) "same-end"
      id = 1000 + int(rand() * 60)
      if (rand() < 0.1) id = id ".0"
      if (rand() < 0.1) id = " c" id " "
      amount = rand() < 0.1 ? 5 : int(rand() * 9000) / 100
      print id "," date[1 + int(rand() * 30) % 12] "," amount "," text "," (rand() < 0.1 ? "n/a" : int(rand() * 500))
    }
  }' >all.csv
  awk 'NR > 1 { gsub(/,/, "\",\""); $0 = "\"" $0 "\"" } { print }' all.csv >allquoted.csv
  for options in '' '--na 5,1003,n/a' '--na 2024-01-05' '--as-of 2024-02-01'; do
    for columns in 1,2,3 1,2,3,4 1,2,3,5; do
      cut -d, -f"$columns" all.csv >bare.csv
      cut -d, -f"$columns" allquoted.csv >quoted.csv
      # The options are words.
      # shellcheck disable=SC2086
      prep want --decimal . --make all --clv none --quality want.audit $options quoted.csv
      # shellcheck disable=SC2086
      prep got --decimal . --make all --clv none --quality got.audit $options bare.csv
      same want got
      sed s/bare/quoted/g got.audit | diff - want.audit >/dev/null || fail "audits differ: $options $columns"
    done
  done
}

@test "cs-prep: threads, a pipe and the format of the input give the same table and model" {
  local seed=7 format
  dirty $seed >o.csv
  prep want o.csv
  for threads in 1 2 8; do
    prep got -j $threads o.csv
    same want got
  done
  prep got - < <(cat o.csv)
  same want got
  for format in tsv json jsonl; do
    dirty $seed --to $format >o.$format
    prep got o.$format
    same want got
  done
}

@test "cs-prep: a model gives the rows that it was learnt from the same bytes, also with a window and a calibration" {
  local seed=8 options
  dirty $seed >o.csv
  for options in '' '--window 12mo' '--clv pareto-nbd' '--basis rfm,clv_advanced,engagement_score' '--time-unit day'; do
    # The options are words.
    # shellcheck disable=SC2086
    cs-prep -q --max-bad 90 --as-of 2025-01-01 $options --save m.json -o want.csv o.csv
    cs-prep -q --max-bad 90 --as-of 2025-01-01 --load m.json o.csv | cmp - want.csv || fail "$options"
  done
}

@test "cs-prep: sums of money are exact to the cent, whatever the order of the lines" {
  # Ten million times 0.1 in doubles isn't a million; the largest and the smallest side by side lose cents.
  awk 'BEGIN { print "customer_id,order_date,amount"
    for (i = 0; i < 30000; i++) printf "a,2024-01-%02d,0.1\n", i % 28 + 1
    for (i = 0; i < 1000; i++) printf "b,2024-02-%02d,%s\n", i % 28 + 1, i % 2 ? "90071992547.01" : "0.07" }' >o.csv
  cs-prep -q --clv none o.csv >out.csv
  [[ $(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "total_spent") c = i; next } { print $c }' out.csv) == $'3000\n45035996273540' ]]
  { head -n 1 o.csv; sed 1d o.csv | sort -t, -k3,3g; } | cs-prep -q --clv none | cmp - out.csv
}
