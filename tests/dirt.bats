#!/usr/bin/env bats
# cs-gen's dirt, and cs-prep's audit of it: what was planted is what is counted.

load helper

# audit FILE: an audit as lines "name number", each rule's rejected rows and what else oracle/planted.awk tells.
audit() {
  tr -d ' \n' <"$1" | sed -e 's/"warnings":.*//' -e 's/"revenue":\(-\{0,1\}[0-9.]*\|null\),"bad"/"bad"/g' -e 's/"rows_in":[0-9]*,//g' \
    -e 's/"rule":"\([a-z_]*\)","rejected":/"\1":/g' -e 's/"guests":{"rows":/"guests":/' |
    grep -oE '"[a-z_]+":-?[0-9.]+' | tr -d '"' | tr ':' ' '
}

# matches WANT AUDIT: each line of WANT is in the audit; sums of money to the tenth of a cent.
matches() {
  audit "$2" >have
  awk '
    NR == FNR { have[$1] = have[$1] == "" ? $2 : have[$1]; next }
    { d = have[$1] - $2; lines++ }
    have[$1] == "" || d > 0.00051 || d < -0.00051 { print "audit: " $1 " " have[$1] ", planted: " $2; bad = 1 }
    END { exit bad || lines < 10 }' have "$1" && adds_up "$2"
}

# Every row is in one stage, and a stage begins with the rows that the one before left.
adds_up() {
  tr -d ' \n' <"$1" | grep -oE '"rows_in":[0-9]+,"rejected":[0-9]+,"rows_out":[0-9]+' | tr -c '0-9\n' ' ' |
    awk 'NR > 1 && $1 != last { exit 1 } $1 - $2 != $3 { exit 1 } { last = $3 } END { if (NR < 10) exit 1 }'
}

# Rates for a seed: some are none, some are many; none is left out by all seeds.
rates() {
  awk -v seed="$1" 'BEGIN {
    split("0 0.01 0.03 0.1 0.2", share, " ")
    printf "--missing %s --duplicates %s --outliers %s --invalid %s --refunds %s", share[1 + seed % 5],
      share[1 + int(seed / 2) % 5], share[1 + (seed * 3 + 1) % 5], share[1 + (seed + 2) % 5], share[1 + (seed * 2 + 3) % 5]
  }'
}

@test "cs-prep counts what was planted in orders, rule by rule and cent by cent" {
  for seed in {1..20}; do
    read -ra dirt <<<"$(rates "$seed")"
    cs-gen -n 120 --seed "$seed" --only transactions >clean.csv
    cs-gen -n 120 --seed "$seed" --only transactions "${dirt[@]}" --defects d.csv -o t.csv
    cs-prep -q --as-of 2025-01-01 --max-bad 100 --quality q.json t.csv -o p.csv
    awk -f "$ROOT/tests/oracle/planted.awk" clean.csv d.csv >want
    matches want q.json || fail "seed $seed: ${dirt[*]}"
  done
}

@test "cs-prep counts what was planted in customers and their orders" {
  for seed in {1..20}; do
    read -ra dirt <<<"$(rates "$seed")"
    cs-gen -n 120 --seed "$seed" --only transactions >clean.csv
    cs-gen -n 120 --seed "$seed" --only customers --transactions t.csv "${dirt[@]}" --defects d.csv -o c.csv
    cs-prep -q --as-of 2025-01-01 --max-bad 100 --transactions t.csv --quality q.json c.csv -o p.csv
    awk -v joined=1 -f "$ROOT/tests/oracle/planted.awk" clean.csv d.csv >want
    matches want q.json || fail "seed $seed: ${dirt[*]}"
  done
}

@test "cs-prep counts what was planted in merged customers, the cells that it can fill included" {
  for seed in {1..20}; do
    read -ra dirt <<<"$(rates "$seed")"
    cs-gen -n 400 --seed "$seed" "${dirt[@]}" --defects d.csv -o m.csv
    cs-prep -q --as-of 2025-01-01 --max-bad 100 --quality q.json m.csv -o p.csv
    awk -F, -v rows="$(($(wc -l <m.csv) - 1))" '
      NR > 1 { count[$7]++ }
      END {
        n = split("not_selected no_customer bad_date bad_number after_as_of missing_value orders_not_positive " \
                  "negative_value dates_reversed contradiction duplicate_customer", name, " ")
        print "rows", rows
        for (i = 1; i <= n; i++) { print name[i], count[name[i]] + 0; rows -= count[name[i]] }
        print "written", rows
      }' d.csv >want
    matches want q.json || fail "seed $seed: ${dirt[*]}"
    awk -F, '$7 == "filled" { n[$6]++ } END { for (c in n) print "{\"column\":\"" c "\",\"filled\":" n[c] ",\"corrected\":0}" }' d.csv |
      sort >filled
    tr -d ' \n' <q.json | grep -oE '\{"column":"[a-z_0-9]+","filled":[0-9]+,"corrected":[0-9]+\}' | grep -v scaled__ | sort |
      diff filled -
  done
}

@test "cs-gen: rates are the shares of the rows, within what chance does" {
  cs-gen -n 4000 --missing 0.05 --duplicates 0.03 --outliers 0.02 --invalid 0.08 --refunds 0.1 --customers c.csv \
    --transactions t.csv --defects d.csv -o m.csv
  orders=$(cs-gen -n 4000 --only transactions | tail -n +2 | wc -l)
  awk -F, -v orders="$orders" '
    NR > 1 && !($4 == "refund" && order[$3]++) { n[$1, $4]++ }
    END {
      split("missing duplicate outlier invalid refund", kind, " ")
      split("0.05 0.03 0.02 0.08 0.1", rate, " ")
      split("customers transactions merged", table, " ")
      for (t = 1; t <= 3; t++) for (k = 1; k <= 5; k++) {
        if (kind[k] == "refund" && table[t] != "transactions") continue
        rows = table[t] == "transactions" ? orders : 4000
        z = (n[table[t], kind[k]] - rows * rate[k]) / sqrt(rows * rate[k] * (1 - rate[k]))
        if (z > 4 || z < -4) { print table[t], kind[k], n[table[t], kind[k]], z; bad = 1 }
      }
      exit bad
    }' d.csv
  [[ $(wc -l <m.csv) == $((4001 + $(grep -c '^merged,.*,duplicate,' d.csv))) ]]
  [[ $(wc -l <c.csv) == $((4001 + $(grep -c '^customers,.*,duplicate,' d.csv))) ]]
  # An order, what came back of it, and copies.
  [[ $(wc -l <t.csv) == $((orders + 1 + $(grep -c '^transactions,.*,\(duplicate,copy\|refund,return\),' d.csv))) ]]
}

@test "cs-gen: without rates nothing is planted, and --defects is its header" {
  cs-gen -n 100 --customers c.csv --transactions t.csv --defects d.csv -o m.csv
  [[ $(cat d.csv) == table,customer_id,order_id,kind,defect,column,rule,value ]]
  cs-gen -n 100 --defects d.csv | cmp - m.csv
}

@test "cs-gen: a defect changes its cell and no other, and every change is listed" {
  dirt=(--missing 0.1 --outliers 0.1 --invalid 0.2)
  for table in customers transactions; do
    cs-gen -n 300 --only "$table" --to tsv >clean
    cs-gen -n 300 --only "$table" --to tsv "${dirt[@]}" --defects d >dirty
    awk -F'\t' '
      FILENAME == "d" { if (FNR > 1) { column[$2, $3] = $6; value[$2, $3] = $8; planted++ }; next }
      FILENAME == "clean" {
        if (FNR == 1) for (i = 1; i <= NF; i++) { name[i] = $i; if ($i == "customer_id") id = i }
        for (i = 1; i <= NF; i++) was[FNR, i] = $i
        rows = FNR
        next
      }
      {
        key = was[FNR, id] SUBSEP (id == 2 ? was[FNR, 1] : "")
        for (i = 1; i <= NF; i++) {
          differs = was[FNR, i] "" != $i ""
          listed = name[i] == column[key]
          together = name[i] == "unit_price" && column[key] == "amount"
          if (listed && $i "" != value[key] "" || differs && !listed && !together) { print key ": " name[i]; bad = 1 }
          changed += differs && listed
        }
      }
      END { exit bad || FNR != rows || changed < 0.9 * planted || planted < 100 }' d clean dirty
  done
}

@test "cs-gen: dirt is the same in parts, with any number of threads, in any table beside it" {
  dirt=(--missing 0.05 --duplicates 0.1 --outliers 0.05 --invalid 0.05 --refunds 0.2)
  for table in merged customers transactions; do
    cs-gen -n 300 -j 1 --only "$table" "${dirt[@]}" --defects d >whole
    cs-gen -n 130 -j 4 --only "$table" "${dirt[@]}" --defects d1 >parts
    cs-gen -n 170 -j 2 --offset 130 --no-header --only "$table" "${dirt[@]}" --defects d2 >>parts
    cmp whole parts
    cat d1 d2 | cmp - d
  done
  cs-gen -n 300 "${dirt[@]}" --transactions t --customers c --defects all >m
  cs-gen -n 300 "${dirt[@]}" --only transactions --defects d | cmp - t
  grep ^transactions all | cmp - <(tail -n +2 d)
  # The same table twice is listed once.
  cs-gen -n 300 "${dirt[@]}" --only transactions --transactions t --defects twice | cmp - t
  cmp d twice
}

@test "cs-gen: copies stand beside their row and far from it" {
  cs-gen -n 3000 --only customers --duplicates 0.2 >c.csv
  cut -d, -f1 c.csv | awk 'seen[$1] { d = NR - seen[$1]; if (d == 1) beside++; else if (d > 100) far++ } { seen[$1] = NR }
    END { exit !(beside > 200 && far > 150) }'
}

@test "cs-gen: the truth and the other customers stay what they are" {
  cs-gen -n 200 --truth --to tsv >clean
  cs-gen -n 200 --truth --to tsv --missing 0.1 --outliers 0.1 --invalid 0.1 --refunds 0.1 >dirty
  cmp <(cut -f25-29 clean) <(cut -f25-29 dirty)
}

@test "cs-gen: merged customers with refunds are what cs-prep makes of their orders" {
  for seed in 1 2 3; do
    cs-gen -n 300 --seed "$seed" --refunds 0.25 --transactions t.csv -o m.csv
    cs-prep -q t.csv -o p.csv
    awk -F, '
      function near(a, b, d) { d = a - b; return d < 1e-6 && d > -1e-6 }
      FNR == 1 { split("", at); for (i = 1; i <= NF; i++) at[$i] = i; next }
      NR == FNR {
        split("first_purchase_date last_purchase_date purchase_days total_transactions total_spent gross_spent refunded " \
              "avg_transaction_value repeat_spend_mean discount_share category_count", name, " ")
        for (i = 1; i <= 11; i++) want[$1, i] = $at[name[i]]
        rows++
        next
      }
      { for (i = 1; i <= 11; i++)
          if (i > 2 ? !near(want[$1, i], $at[name[i]]) : want[$1, i] != $at[name[i]]) {
            print $1, name[i], want[$1, i], $at[name[i]]; bad = 1 }
        seen++; refunded += $at["refunded"] > 0 }
      END { exit bad || rows != 300 || seen != 300 || refunded < 200 }' m.csv p.csv
  done
}

@test "cs-gen: dirty tables are whole in JSON too, with numbers as numbers and nothing as null" {
  dirt=(--missing 0.2 --duplicates 0.1 --outliers 0.1 --invalid 0.3 --refunds 0.1)
  for table in merged transactions; do
    cs-gen -n 200 --only "$table" "${dirt[@]}" | cs-prep -q --max-bad 100 --as-of 2025-01-01 --quality csv.json -o c.csv
    cs-gen -n 200 --only "$table" "${dirt[@]}" --to json | cs-prep -q --max-bad 100 --as-of 2025-01-01 --quality json.json -o j.csv
    cmp csv.json json.json
  done
  cs-gen -n 200 "${dirt[@]}" --to jsonl >m.jsonl
  grep -q '"total_spent":-' m.jsonl
  grep -q ':null,' m.jsonl
  run grep -E ':,|:}' m.jsonl
  [[ $status == 1 ]]
}

@test "cs-gen: rates that are no shares, or more than all together, are refused" {
  expect_error 2 "--missing" cs-gen --missing 5
  expect_error 2 "--refunds" cs-gen --refunds -0.1
  expect_error 2 "1 together" cs-gen --missing 0.5 --invalid 0.6
  expect_error 2 "same file" cs-gen --defects a --customers a
  expect_error 2 "must be a file" cs-gen --defects -
  [[ $(cs-gen -n 50 --only customers --missing 0.5 --duplicates 0.1 --invalid 0.4 --defects d | wc -l) -ge 51 ]]
}

# peak N: the peak memory, in MiB, of making N dirty customers.
peak() {
  cs-gen -v -j 2 -n "$1" --only transactions --duplicates 0.2 --invalid 0.1 --refunds 0.1 --defects d -o t 2>log
  sed -nE 's/.*write: .*peak memory ([0-9.]+) MiB/\1/p' log
}

@test "cs-gen: memory doesn't grow with the customers, copies from afar included" {
  [[ $BUILD != *asan* ]] || skip "the sanitizer's own memory would be measured"
  few=$(peak 1000)
  many=$(peak 20000)
  awk -v few="$few" -v many="$many" 'BEGIN { print few, many; exit !(few > 0 && many < few + 3 && many < 16) }'
}
