#!/usr/bin/env bats
# cs-gen: the tables and their promises, at the shell. The laws behind them are tested in unit/gen.c.

load helper

customer_columns=customer_id,name,email,gender,birth_date,country,region,city,income,signup_date,acquisition_channel,loyalty_tier
aggregates=first_purchase_date,last_purchase_date,purchase_days,total_transactions,total_spent,gross_spent,refunded,avg_transaction_value,repeat_spend_mean,spent_12m,discount_share,category_count
order_columns=order_id,customer_id,order_date,category,quantity,unit_price,discount,amount,payment,channel,status

@test "cs-gen: 500 customers with the columns that cs-prep reads" {
  cs-gen >merged.csv
  [[ $(head -n 1 merged.csv) == "$customer_columns,$aggregates" ]]
  [[ $(wc -l <merged.csv) == 501 ]]
  [[ $(tail -n +2 merged.csv | cut -d, -f1 | sort -u | wc -l) == 500 ]]
}

@test "cs-gen: the three tables have their columns, with the truth behind them" {
  truth=true_segment,true_rate,true_dropout,true_spend,true_discount
  [[ $(cs-gen -n 0 --only customers) == "$customer_columns" ]]
  [[ $(cs-gen -n 0 --only transactions) == "$order_columns" ]]
  [[ $(cs-gen -n 0 --only customers --truth) == "$customer_columns,$truth" ]]
  [[ $(cs-gen -n 0 --truth) == "$customer_columns,$aggregates,$truth" ]]
  [[ $(cs-gen -n 0 --only transactions --truth) == "$order_columns" ]]
}

@test "cs-gen: the same options give the same bytes, another seed gives others" {
  cs-gen -n 200 --transactions t1.csv --customers c1.csv >m1.csv
  cs-gen -n 200 --transactions t2.csv --customers c2.csv -o m2.csv -j 4
  cmp m1.csv m2.csv
  cmp t1.csv t2.csv
  cmp c1.csv c2.csv
  cs-gen -n 200 --seed 43 >m3.csv
  run cmp -s m1.csv m3.csv
  [[ $status == 1 ]]
}

@test "cs-gen: any number of threads writes the same bytes, in any format" {
  for n in 0 1 64 65 700; do
    for format in csv json jsonl; do
      cs-gen -n "$n" -j 1 --to "$format" --transactions t1 >m1
      cs-gen -n "$n" -j 5 --to "$format" --transactions t5 >m5
      cmp m1 m5
      cmp t1 t5
    done
  done
}

@test "cs-gen: the truth and the other tables change no customer" {
  cs-gen -n 50 >plain.csv
  cs-gen -n 50 --truth --customers c.csv --transactions t.csv >truth.csv
  # No cell before the truth has a comma in it.
  cut -d, -f1-24 truth.csv | cmp - plain.csv
  cs-gen -n 50 --only customers | cut -d, -f1-12 | cmp - <(cut -d, -f1-12 plain.csv)
  cs-gen -n 50 --only transactions | cmp - t.csv
}

@test "cs-gen: parts made with --offset are the whole when put together" {
  for table in merged customers transactions; do
    cs-gen -n 90 --only "$table" >whole
    { cs-gen -n 40 --only "$table" && cs-gen -n 50 --offset 40 --only "$table" --no-header; } >parts
    cmp whole parts
  done
}

@test "cs-gen: merged is what the transactions add up to" {
  cs-gen -n 300 --seed 7 --transactions t.csv >m.csv
  awk -F, '
    function near(a, b) { return a - b < 1e-6 && b - a < 1e-6 }
    FNR == 1 { next }
    NR == FNR {
      day = substr($3, 1, 10)
      if (!($2 in orders)) first[$2] = day
      if (last[$2] != day) days[$2]++
      last[$2] = day
      orders[$2]++
      spent[$2] += $8
      list[$2] += $5 * $6
      if (day != first[$2]) repeat[$2] += $8
      if (day >= "2024-01-01") recent[$2] += $8
      if (!seen[$2, $4]++) categories[$2]++
      next
    }
    {
      rows++
      id = $1
      mean = days[id] > 1 ? repeat[id] / (days[id] - 1) : 0
      share = (list[id] - spent[id]) / list[id]
      ok = $13 == first[id] && $14 == last[id] && $15 == days[id] && $16 == orders[id] && near($17, spent[id]) &&
        near($18, spent[id]) && $19 == 0 && near($20, spent[id] / orders[id]) && near($21, mean) &&
        near($22, recent[id] + 0) && near($23, share) && $24 == categories[id]
      if (!ok) { print "differs: " $0; bad = 1 }
    }
    END { exit bad || rows != 300 }' t.csv m.csv
}

@test "cs-gen: an amount is quantity times price less the discount, to the cent" {
  cs-gen -n 200 --only transactions --seed 3 | awk -F, '
    NR > 1 {
      exact = $5 * $6 * (1 - $7)
      if (sprintf("%.2f", exact) != sprintf("%.2f", $8) || $8 <= 0 || $11 != "completed") { print; bad = 1 }
    }
    END { exit bad || NR < 1000 }'
}

@test "cs-gen: no order lies before the sign-up or outside the window, and ids are unique" {
  cs-gen -n 300 --start 2020-06-01 --end 2021-03-31 --customers c.csv --transactions t.csv >m.csv
  awk -F, '
    FNR == 1 { next }
    NR == FNR { signup[$1] = $10; if ($10 < "2020-06-01" || $10 > "2021-03-31") bad = 1; next }
    { day = substr($3, 1, 10); if (day < signup[$2] || day > "2021-03-31" || seen[$1]++ || length($3) != 19) bad = 1 }
    END { exit bad }' c.csv t.csv
  [[ $(cut -d, -f2 t.csv | sort -u | wc -l) == 301 ]]
}

@test "cs-gen: e-mail addresses are unique and in reserved domains" {
  cs-gen -n 2000 --only customers | tail -n +2 | cut -d, -f3 >email
  run grep -vE '^[a-z.]+[0-9]+@(example\.(com|net|org)|[a-z]+\.example)$' email
  [[ $status == 1 ]]
  [[ $(sort -u email | wc -l) == 2000 ]]
}

@test "cs-gen: a city lies in one region, a region in one country" {
  cs-gen -n 3000 --only customers | awk -F, '
    NR > 1 && ((place[$7] != "" && place[$7] != $6) || (region[$6, $8] != "" && region[$6, $8] != $7)) { bad = 1 }
    NR > 1 { place[$7] = $6; region[$6, $8] = $7 }
    END { exit bad }'
}

@test "cs-gen: the mix holds, and what it doesn't name is left out" {
  cs-gen -n 400 --truth --mix 'loyal=3,new=1,outlier=0' | tail -n +2 | cut -d, -f25 | sort | uniq -c >count
  awk '{ n[$2] = $1 } END { exit !(NR == 2 && n["loyal"] >= 298 && n["loyal"] <= 302) }' count
}

@test "cs-gen: the segments differ as their names say" {
  cs-gen -n 1000 --truth | awk -F, '
    NR > 1 { n[$25]++; spent[$25] += $17; share[$25] += $23; orders[$25] += $16; if ($14 >= "2024-11-01") late[$25]++ }
    END {
      for (s in n) { spent[s] /= n[s]; share[s] /= n[s]; orders[s] /= n[s]; late[s] /= n[s] }
      ok = spent["high_value"] > 2 * spent["loyal"] && spent["loyal"] > 2 * spent["occasional"] &&
        share["bargain_hunter"] > 5 * share["loyal"] && orders["new"] < 4 && orders["loyal"] > 10 &&
        late["at_risk"] < 0.05 && late["loyal"] > 0.8 && spent["outlier"] > 4 * spent["high_value"]
      exit !ok
    }'
}

@test "cs-gen: JSON, JSON Lines and TSV hold the same cells as CSV" {
  cs-gen -n 30 --truth >m.csv
  cs-gen -n 30 --truth --to tsv | tr '\t' ',' | cmp - m.csv
  [[ $(cs-gen -n 30 --to jsonl | wc -l) == 30 ]]
  [[ $(cs-gen -n 0 --to json | tr -d '\n') == '[]' ]]
  cs-gen -n 30 --truth --to json | sed -e '1d;$d' -e 's/,$//' >rows
  cs-gen -n 30 --truth --to jsonl | cmp - rows
  if command -v jq >/dev/null; then
    cs-gen -n 30 --truth --to json | jq -r '.[] | .customer_id' | cmp - <(tail -n +2 m.csv | cut -d, -f1)
    [[ $(cs-gen -n 1 --to json | jq -r '.[0].total_spent | type') == number ]]
  fi
}

@test "cs-gen: options that mean nothing are refused" {
  expect_error 2 "must name segments" cs-gen --mix 'loyl=1'
  expect_error 2 "weight" cs-gen --mix 'loyal=-1'
  expect_error 2 "above 0" cs-gen --mix 'loyal=0'
  expect_error 2 "name=weight" cs-gen --mix ''
  expect_error 2 "--start" cs-gen --start 2023-02-29
  expect_error 2 "--end" cs-gen --end 31.12.2024
  expect_error 2 "before its start" cs-gen --start 2025-01-01
  expect_error 2 "--overlap" cs-gen --overlap 1.1
  expect_error 2 "-n" cs-gen -n -1
  expect_error 2 "at most" cs-gen -n 2 --offset 99999998
  expect_error 2 "same file" cs-gen --customers a.csv -o a.csv
  expect_error 2 "must be a file" cs-gen --customers -
  expect_error 2 "operand" cs-gen some.csv
  [[ ! -e a.csv ]]
}

@test "cs-gen: a file that can't be written leaves the others as they were" {
  echo old >m.csv
  echo old >c.csv
  expect_status 4 cs-gen -n 5 -o m.csv --customers c.csv --transactions no/such/t.csv
  [[ $(cat m.csv c.csv) == $'old\nold' ]]
  left=$(find . -name '*.csv*')
  [[ $(wc -l <<<"$left") == 2 ]]
  [[ -e /dev/full ]] || skip "no /dev/full"
  expect_status 4 cs-gen -n 5 -o m.csv --transactions /dev/full
  [[ $(cat m.csv) == old ]]
}

@test "cs-gen: a mix comes from the configuration as well, and is written back" {
  printf 'cs-gen:\n  mix: loyal=1\n  num-customers: 3\n' >gen.yaml
  [[ $(cs-gen -c gen.yaml --truth | tail -n +2 | cut -d, -f25 | sort -u) == loyal ]]
  cs-gen -c gen.yaml --print-config >again.yaml
  cmp <(cs-gen -c gen.yaml) <(cs-gen -c again.yaml)
}
