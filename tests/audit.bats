#!/usr/bin/env bats
# cs-prep's audit (--quality, -v): that it adds up, that it says what happened, and that it says nothing else.

load helper

# python MODULE SCRIPT ARGUMENT...: by a python3 that has the module; its own packages are no part of the project.
python() {
  local python module=$1
  shift
  for python in python3 /usr/bin/python3; do
    PYTHONDONTWRITEBYTECODE=1 "$python" -c "import $module" 2>/dev/null || continue
    PYTHONDONTWRITEBYTECODE=1 "$python" "$@"
    return
  done
  skip "python3 with $module isn't here"
}

check() { python json "$ROOT/tests/oracle/audit.py" "$@"; }

flat() { tr -d '\n' <"$1" | sed 's/: */:/g; s/, */,/g; s/\([[{]\) */\1/g; s/ *\([]}]\)/\1/g'; }

dirt=(--missing 0.03 --duplicates 0.04 --outliers 0.02 --invalid 0.06 --refunds 0.1)

# orders FROM DAYS LINES: a log of 2023 and 2024 with so many lines a day, of ten customers in turn.
orders() {
  awk -v from="$1" -v days="$2" -v lines="$3" 'BEGIN {
    split(from, at, "-")
    split("31 28 31 30 31 30 31 31 30 31 30 31", month, " ")
    print "order_id,customer_id,order_date,amount"
    for (; days; days--) {
      for (i = 0; i < lines; i++) printf "%d,c%d,%d-%02d-%02d,%d\n", ++order, order % 10, at[1], at[2], at[3], 5 + i
      if (++at[3] <= month[at[2] + 0] + (at[1] == 2024 && at[2] == 2)) continue
      at[3] = 1
      if (++at[2] > 12) { at[1]++; at[2] = 1 }
    }
  }'
}

# lacks PATTERN FILE...: none of the files has it, whatever the case.
lacks() {
  ! grep -iE "$@" || fail "there is: $1"
}

# warns FILE TEXT: the first warning of an audit begins so; without TEXT there is none.
warns() {
  grep -qF "\"warnings\": [${2:+\"}${2:-]}" "$1"
}

@test "the audit is what docs/schemas/quality.json says, whatever was read" {
  mkdir q
  for seed in 1 2; do
    cs-gen -n 80 --seed "$seed" "${dirt[@]}" --customers c.csv --transactions t.csv -o m.csv
    cs-prep -q --max-bad 100 --quality "q/orders$seed" -o p.csv t.csv
    cs-prep -q --max-bad 100 --as-of 2025-01-01 --quality "q/both$seed" -o p.csv -t t.csv c.csv
    cs-prep -q --max-bad 100 --quality "q/merged$seed" -o p.csv m.csv
  done
  cs-prep -q --max-bad 100 --quality q/window --window 6mo --as-of 2024-12-31 -o p.csv t.csv
  cs-prep -q --max-bad 100 --quality q/calibration --calibration-end 2024-06-30 -o p.csv t.csv
  cs-prep -q --max-bad 100 --quality q/outliers --outliers iqr:flag,z=2:drop,mahalanobis --save m.json -o p.csv t.csv
  cs-prep -q --max-bad 100 --quality q/loaded --load m.json -o p.csv t.csv
  cs-prep -q --max-bad 100 --quality q/dropped --outliers percentile:drop -o p.csv m.csv
  cs-prep -q --max-bad 100 --quality q/rows --map order= --order-unit row --dedupe no -o p.csv t.csv
  cs-prep -q --max-bad 100 --quality q/totals --make totals --where 'category=Books' -o p.csv t.csv
  cs-prep -q --max-bad 100 --quality q/formula --map 'amount=quantity*unit_price' --rfm-cuts recency=30,60,90,180 -o p.csv t.csv
  expect_status 3 cs-prep --max-bad 1 --quality q/bad -o p.csv t.csv
  cs-prep -q --quality q/retail -o p.csv "$DATA/online-retail.csv"
  cs-gen -n 80 --only transactions --to json "${dirt[@]}" | cs-prep -q --max-bad 100 --quality q/json -o p.csv
  { head -n 1 t.csv; tail -n 50 t.csv; } >u.csv
  cs-prep -q --max-bad 100 --quality q/files -o p.csv u.csv t.csv
  head -n 1 t.csv | cs-prep -q --quality q/empty -o p.csv
  head -n 1 m.csv | cs-prep -q --quality q/nobody -o p.csv
  printf 'customer,date\n1,2024-01-01\n2,2024-01-05\n,2024-01-06\n' | cs-prep -q --quality q/visits -o p.csv
  printf 'customer,date,amount,email\n1,2024-01-01,"1,50",a@x.example\n2,2024-01-05,"2,25",a@x.example\n' |
    cs-prep -q --quality q/comma -o p.csv
  printf 'x,t_x,T\n1,20,30\n2,25,30\n' | cs-prep -q --map customer_id= --quality q/summaries -o p.csv
  audits=(q/*)
  ((${#audits[@]} == 23))
  python jsonschema "$ROOT/tests/oracle/schema.py" quality.json "${audits[@]}"
}

@test "docs/schemas/quality.json refuses what is no audit" {
  python jsonschema -c '' # or skips, which it can't from below
  cs-prep -q --quality q.json -o p.csv "$DATA/online-retail.csv"
  flat q.json >good
  local edit
  for edit in 's/"rows":/"row":/' 's/"coverage":/"share_covered":/' 's/"rejected":120/"rejected":-120/' 's/"rejected":120/"rejected":1.5/' \
    's/"lines":\["[^"]*"/"lines":["UNITED KINGDOM"/' 's/"no_customer"/"guest"/' 's/"first":"[0-9-]*"/"first":"2010-13-01"/' \
    's/"input":"orders"/"input":"customers"/' 's/"gross":[0-9.]*/"gross":"much"/' 's/"outliers":\[\]/"outliers":[{"rule":"iqr"}]/' \
    's/"shared_emails":null/"shared_emails":["a@x.example"]/' 's/"warnings"/"note":1,"warnings"/'; do
    sed "$edit" good >bad
    ! cmp -s good bad || fail "nothing to edit: $edit"
    run python jsonschema "$ROOT/tests/oracle/schema.py" quality.json bad
    [[ $status == 1 && $output == bad:* ]] || fail "taken for an audit: $edit"
  done
}

@test "rows, customers and money add up through all stages, to the table that is written, to the last decimal" {
  for seed in {1..4}; do
    cs-gen -n 150 --seed "$seed" "${dirt[@]}" --customers c.csv --transactions t.csv -o m.csv
    cs-prep -q --max-bad 100 --quality q.json -o p.csv t.csv
    check table q.json p.csv
    check orders q.json t.csv
    cs-prep -q --max-bad 100 --quality q.json -o p.csv --transactions t.csv c.csv
    check table q.json p.csv
    cs-prep -q --max-bad 100 --quality q.json -o p.csv m.csv
    check table q.json p.csv
  done
  local options
  for options in '--window 6mo --as-of 2024-12-31' '--calibration-end 2024-06-30' '--dedupe no' '--outliers iqr:drop' \
    '--exclude-rows category=Books' '--map order=' '--map amount=quantity*unit_price*0.333'; do
    read -ra option <<<"$options"
    cs-prep -q --max-bad 100 "${option[@]}" --quality q.json -o p.csv t.csv
    check table q.json p.csv || fail "$options"
  done
  cs-prep -q --outliers z=1:drop --quality q.json -o p.csv m.csv
  check table q.json p.csv
}

@test "Online Retail's sample is cleaned as a few lines of Python clean it, line by line" {
  cp "$DATA/online-retail.csv" .
  cs-prep -q --quality q.json -o p.csv online-retail.csv
  check orders q.json online-retail.csv
  check table q.json p.csv
  head -n 700 online-retail.csv >a.csv
  { head -n 1 online-retail.csv; tail -n +701 online-retail.csv; } >b.csv
  cs-prep -q --quality q.json -o p.csv b.csv a.csv
  check orders q.json b.csv a.csv
}

@test "the lines of each rule are those that cs-gen --defects lists for it" {
  for seed in {1..3}; do
    for rate in 0.004 0.05; do
      planted=(--missing "$rate" --duplicates "$rate" --outliers "$rate" --invalid "$rate" --refunds "$rate")
      cs-gen -n 120 --seed "$seed" "${planted[@]}" --customers c.csv --transactions t.csv --defects d.csv -o m.csv
      cs-prep -q --as-of 2025-01-01 --max-bad 100 --quality q.json -o p.csv t.csv
      check lines q.json transactions d.csv t.csv
      cs-gen -n 120 --seed "$seed" "${planted[@]}" --only customers --transactions t.csv --defects d.csv -o c.csv
      cs-prep -q --as-of 2025-01-01 --max-bad 100 --quality q.json -o p.csv --transactions t.csv c.csv
      check lines q.json transactions d.csv t.csv
      check lines q.json customers d.csv c.csv
      cs-gen -n 900 --seed "$seed" "${planted[@]}" --defects d.csv -o m.csv
      cs-prep -q --as-of 2025-01-01 --max-bad 100 --quality q.json -o p.csv m.csv
      check lines q.json merged d.csv m.csv
    done
  done
}

@test "of more than ten rows the first ten are named, on the terminal five, with their file where there are several" {
  orders 2024-01-01 6 4 | sed 's/,c[0-9],/,,/' >guests.csv
  orders 2024-01-01 6 4 >o.csv
  cs-prep -v --quality q.json -o p.csv o.csv guests.csv 2>log
  [[ $(flat q.json) == *'"lines":["guests.csv:2","guests.csv:3","guests.csv:4","guests.csv:5","guests.csv:6","guests.csv:7","guests.csv:8","guests.csv:9","guests.csv:10","guests.csv:11"]'* ]]
  grep -q ' no_customer  .*  2, 3, 4, 5, 6, \.\.\.$' log
  printf 'order_id,customer_id,order_date,amount\n1,c1,2024-01-02,x\n' >other.csv
  cs-prep -v --max-bad 100 -o p.csv o.csv guests.csv other.csv 2>log
  grep -q ' no_customer  .*  guests.csv:2, guests.csv:3, guests.csv:4, guests.csv:5, guests.csv:6, \.\.\.$' log
  grep -q ' bad_number  .*  other.csv:2$' log
  # Five are all of five.
  head -n 6 guests.csv | cs-prep -v -o p.csv o.csv - 2>log
  grep -q ' no_customer  .*  2, 3, 4, 5, 6$' log
}

@test "gross less refunds is the net where prices have parts of a cent, too" {
  printf 'order_id,customer_id,order_date,amount\n1,a,2024-01-01,10.004\n2,a,2024-01-02,-5.005\n3,b,2024-01-05,100.1\n3,b,2024-01-09,-100.05\n' >o.csv
  cs-prep -v --quality q.json -o p.csv o.csv 2>log
  [[ $(flat q.json) == *'"revenue":{"gross":110.104,"refunded":105.055,"net":5.049,"net_of_customers_written":5.049}'* ]]
  grep -qx '  gross 110.104 - refunded 105.055 = net 5.049; customers who are written have 5.049' log
  check table q.json p.csv
}

@test "segments cover the share of revenue that guests don't have" {
  printf 'order_id,customer_id,order_date,amount\n1,a,2024-01-01,50\n2,b,2024-03-02,34\n3,,2024-03-03,12\n4,,2024-01-04,4\n5,,2024-03-05,-9\n6,,nonsense,7\n' >o.csv
  expect_status 0 cs-prep --max-bad 100 --quality q.json -o p.csv o.csv
  [[ $stderr == *'segments cover 84 % of revenue; guests have 2 rows and 16 %'* ]]
  [[ $(flat q.json) == *'"guests":{"rows":2,"revenue":16,"share":0.16},'* && $(flat q.json) == *'"coverage":0.84,'* ]]
  expect_status 0 cs-prep -v --max-bad 100 -o p.csv o.csv
  [[ $stderr == *'guests: 2 rows, revenue 16.00 (16 %); segments cover 84 % of revenue'* ]]
  # A window cuts the revenue of customers; when guests bought isn't kept.
  expect_status 0 cs-prep --window 1mo --max-bad 100 --quality q.json -o p.csv o.csv
  [[ $(flat q.json) == *'"share":0.16},'* && $(flat q.json) == *'"coverage":null,'* ]]
  [[ $stderr == *'guests have 2 rows and 16 % of revenue'* && $stderr != *cover* ]]
  # Without guests there is nothing to be said; and almost all isn't all.
  grep -v ',,' o.csv | cs-prep --window 1mo --quality q.json -o p.csv 2>log
  [[ $(flat q.json) == *'"coverage":1,'* ]]
  lacks 'cover|guests' log
  printf '7,a,2024-03-02,99999\n' >>o.csv
  cs-prep -v --max-bad 100 -o p.csv o.csv 2>&1 | grep 'segments cover 99 % of revenue'
}

@test "orders of unknown customers and customers who are dropped lower the coverage" {
  printf 'customer_id\n1\n2\n3\n' >c.csv
  printf 'order,customer_id,order_date,amount\n1,1,2024-01-01,40\n2,2,2024-01-02,35\n3,9,2024-01-02,20\n4,,2024-01-03,5\n5,8,2024-01-03,-5\n' >t.csv
  cs-prep -v --quality q.json -o p.csv --transactions t.csv c.csv 2>log
  [[ $(flat q.json) == *'"guests":{"rows":1,"revenue":5,"share":0.05},"unknown_customers":{"rows":1,"revenue":20},"coverage":0.75,'* ]]
  grep -q 'guests: 1 rows, revenue 5.00 (5 %); unknown customers: 1 rows, revenue 20.00; segments cover 75 % of revenue' log
  orders 2024-01-01 40 3 >o.csv
  printf '999,whale,2024-01-20,99999\n' >>o.csv
  cs-prep -v --outliers mad:drop --quality q.json -o p.csv o.csv 2>log
  lacks '^whale' p.csv
  check table q.json p.csv
  grep -q 'segments cover 1 % of revenue' log
}

@test "the span of dates is that of the purchases that passed" {
  { orders 2023-11-05 90 2
    printf '900,c1,2020-01-01,x\n901,,2019-01-01,5\n902,c1,2024-09-09,-5\n903,c1,31 Feb,5\n'; } >o.csv
  cs-prep -v --quality q.json -o p.csv o.csv 2>log
  [[ $(flat q.json) == *'"dates":{"first":"2023-11-05","last":"2024-02-02","days":90,"as_of":"2024-02-03","read_as":"year-month-day"}'* ]]
  grep -qx '  dates: 2023-11-05 to 2024-02-02, 90 days, read as year-month-day; as of 2024-02-03' log
  cs-prep -q --as-of 2023-12-31 --quality q.json -o p.csv o.csv
  [[ $(flat q.json) == *'"last":"2023-12-31","days":57,"as_of":"2023-12-31"'* ]]
}

@test "e-mail addresses of several customers are counted as awk counts them" {
  orders 2024-01-01 30 4 | awk -F, -v OFS=, 'NR == 1 { print $0, "Email"; next }
    { print $0, (NR % 7 == 0 ? "" : NR % 5 ? "P" int(order[$2]++ % 3 + substr($2, 2) / 2) "@Shop.example" : "p9@shop.EXAMPLE ") }' >o.csv
  printf '%s\n' 901,u1,2024-01-09,5,Only@case.example 902,u2,2024-01-09,5,only@CASE.example >>o.csv
  want=$(awk -F, 'NR > 1 { mail = tolower($5); sub(/ +$/, "", mail); if (mail != "" && !seen[mail, $2]++) who[mail] = who[mail] " " $2 }
    END { for (mail in who) if (split(who[mail], of, " ") > 1) { emails++; for (i in of) n += !all[of[i]]++ }
          print "{\"emails\":" emails ",\"customers\":" n "}" }' o.csv)
  [[ $want == *'"emails":'[2-9]* ]]
  cs-prep -v --quality q.json -o p.csv o.csv 2>log
  [[ $(flat q.json) == *"\"shared_emails\":$want"* ]]
  grep -qE '^  e-mail addresses of more than one customer: [0-9]+, of [0-9]+ customers$' log
  grep -q 'warning: .* e-mail addresses are shared by' log
  # One each is what is usual.
  cs-gen -n 60 | cs-prep -v --quality q.json -o p.csv 2>log
  [[ $(flat q.json) == *'"shared_emails":{"emails":0,"customers":0}'* ]]
  lacks 'warning: .*e-mail' log
}

@test "a last date that stands alone is warned of, also where an early one does, and other last dates aren't" {
  orders 2024-01-01 60 3 >o.csv
  expect_status 0 cs-prep -v --quality q.json -o p.csv o.csv
  [[ $stderr != *alone* ]]
  warns q.json
  printf '900,c1,2042-01-01,5\n' >>o.csv
  expect_status 0 cs-prep --quality q.json -o p.csv o.csv
  [[ $stderr == *'warning: the last date stands alone: 2042-01-01 is 6516 days after the one before'* ]]
  warns q.json 'the last date stands alone: 2042-01-01'
  printf '901,c2,1999-12-31,5\n' >>o.csv
  expect_status 0 cs-prep -o p.csv o.csv
  [[ $stderr == *'the last date stands alone: 2042-01-01'* ]]
  # Whoever says the day isn't asked.
  expect_status 0 cs-prep --as-of 2024-03-01 -o p.csv o.csv
  [[ $stderr != *alone* ]]
  # The last purchases of customers, too.
  cs-gen -n 60 -o m.csv
  cs-prep --quality q.json -o p.csv m.csv
  warns q.json
  awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "last_purchase_date") last = i } NR == 9 { $last = "2042-01-01" } 1' m.csv |
    cs-prep --quality q.json -o p.csv
  warns q.json 'the last date stands alone: 2042-01-01'
}

@test "a spike and a hole are warned of, and a usual year is neither" {
  orders 2024-01-01 200 12 >o.csv
  expect_status 0 cs-prep --quality q.json -o p.csv o.csv
  warns q.json
  { cat o.csv; orders 2024-04-09 1 120 | sed -e 1d -e 's/^/s/'; } >spike.csv
  expect_status 0 cs-prep --quality q.json -o p.csv spike.csv
  [[ $stderr == *'warning: 1 day has ten times the usual lines or more: 2024-04-09 (132 lines)'* ]]
  warns q.json '1 day has ten times the usual lines or more: 2024-04-09 (132 lines)'
  grep -v ',2024-05-0[2-8],' o.csv >hole.csv
  expect_status 0 cs-prep --quality q.json -o p.csv hole.csv
  [[ $stderr == *'warning: no orders from 2024-05-02 to 2024-05-08: closed, or is a part of the export missing?'* ]]
  warns q.json 'no orders from 2024-05-02 to 2024-05-08'
  cs-gen -n 400 --only transactions | cs-prep --quality q.json -o p.csv
  warns q.json
}

@test "-v tells the rules and the facts, -q tells nothing, and neither changes the audit" {
  cs-gen -n 100 --only transactions "${dirt[@]}" >t.csv
  expect_status 0 cs-prep -v --max-bad 100 --as-of 2025-01-01 --outliers z:flag --quality v.json -o p.csv t.csv
  local rule fact
  for rule in $(flat v.json | grep -o '"rule":"[a-z_]*","rows_in"' | cut -d'"' -f4); do
    grep -qE "^  $rule +[0-9,]+ +[0-9,]+ +[0-9,]+ +[0-9,.]+" <<<"$stderr" || fail "$rule"
  done
  for fact in 'customers: [0-9]+ seen, .* written' 'gross [0-9,.]+ - refunded [0-9,.]+ = net [0-9,.]+; customers who are written have [0-9,.]+' \
    'cancellations: [0-9]+, of which [0-9]+ matched purchases, [0-9]+ in part, [0-9]+ none; [0-9]+ orders cancelled whole' \
    'guests: [0-9]+ rows, revenue [0-9,.]+ \([0-9.]+ %\); segments cover [0-9]+ % of revenue' \
    'dates: [0-9-]+ to 2024-12-31, [0-9,]+ days, read as year-month-day; as of 2025-01-01' 'duplicates: [0-9]+ found, [0-9]+ removed' \
    'outliers: z flags [0-9]+' '(no warnings|warnings: [0-9]+)'; do
    grep -qE "^  $fact\$" <<<"$stderr" || fail "$fact"
  done
  expect_status 0 cs-prep -q --max-bad 100 --as-of 2025-01-01 --outliers z:flag --quality q.json -o p.csv t.csv
  [[ -z $stderr ]]
  cmp v.json q.json
}

@test "the audit is the same with any number of threads, from a file and from a pipe" {
  cs-gen -n 400 --only transactions "${dirt[@]}" >t.csv
  cs-prep -q -j 1 --max-bad 100 --quality want.json -o p.csv t.csv
  cs-prep -q -j 2 --max-bad 100 --quality q.json -o p.csv t.csv
  cmp q.json want.json
  # Standard input is called "-" where lines are named.
  tail -n +1 t.csv | cs-prep -q -j 2 --max-bad 100 --quality q.json -o p.csv
  sed 's/"t\.csv:/"-:/g' want.json | cmp q.json -
  cs-gen -n 300 "${dirt[@]}" >m.csv
  cs-prep -q -j 1 --max-bad 100 --quality want.json -o p.csv m.csv
  tail -n +1 m.csv | cs-prep -q -j 2 --max-bad 100 --quality q.json -o p.csv
  sed 's/"m\.csv:/"-:/g' want.json | cmp q.json -
}

# silent COMMAND...: runs it with an audit, logs and a step record, and finds none of the words zq.. of the table in any.
silent() {
  rm -rf run q.json log text.log
  mkdir run
  CS_RUN=$PWD/run "$@" -v --quality q.json --log-file text.log --log-level debug -o p.csv 2>log || true
  [[ -s log && -s text.log ]]
  touch q.json
  lacks 'zq[a-z0-9]|zq@' -r log text.log run q.json
}

@test "no cell of the table is in the audit, in a message, a log or a step record" {
  cat >o.csv <<'EOT'
order_id,customer_id,order_date,amount,quantity,unit_price,product,category,status,channel,email
zqorder1,zqcustomer1,2024-01-01,50,1,50,zqproduct1,zqcategory1,zqstate,zqchannel,ZQ@zqhost.example
zqorder2,zqcustomer2,2024-01-03,60,1,60,zqproduct2,zqcategory2,zqstate,zqchannel,zq@zqhost.example
zqorder2,zqcustomer2,2024-01-03,60,1,60,zqproduct2,zqcategory2,zqstate,zqchannel,zq@zqhost.example
zqorder3,zqcustomer3,zqdate,70,1,70,zqproduct3,zqcategory3,zqstate,zqchannel,zq3@zqhost.example
zqorder4,zqcustomer4,2024-01-05,zqamount,1,80,zqproduct4,zqcategory4,zqstate,zqchannel,
zqorder5,,2024-01-05,90,1,90,zqproduct5,zqcategory5,zqstate,zqchannel,
zqorder6,zqcustomer2,2042-01-05,-60,-1,60,zqproduct2,zqcategory2,return,zqchannel,
zqorder7,zqcustomer1,2042-01-06,60,1,60,zqproduct2,zqcategory2,zqstate,zqchannel,
EOT
  silent cs-prep o.csv
  grep -q 'e-mail address is shared by 2 customers' log
  silent cs-prep --max-bad 1 --rejects bad.csv o.csv
  silent cs-prep --keep category=mode,product=last --outliers z=0.5:drop o.csv
  silent cs-prep --dedupe yes --map order= o.csv
  # What is refused: two decimal signs, an open order of day and month, a cell too many, a byte that is no text.
  sed -e 's/2024-01-01,50/2024-01-01,"50,5"/' -e 's/2024-01-03,60/2024-01-03,60.5/' o.csv >refused.csv
  silent cs-prep refused.csv
  sed -e 's/2024-01-0\([0-9]\)/0\1\/02\/2024/' -e /2042/d o.csv >refused.csv
  silent cs-prep refused.csv
  sed 's/zqorder3/zqorder3,zqmore/' o.csv >refused.csv
  silent cs-prep refused.csv
  sed "s/zqproduct4/zq$(printf '\377')/" o.csv >refused.csv
  silent cs-prep refused.csv
  printf 'customer_id,email,region\nzqcustomer1,zq1@zqhost.example,zqregion\nzqcustomer1,zq1@zqhost.example,zqregion\nzqcustomer2,zq1@zqhost.example,zqregion\n,,zqregion\n' >c.csv
  silent cs-prep --transactions o.csv c.csv
  printf 'customer_id,total_transactions,total_spent,last_purchase_date,region\nzqcustomer1,2,70,2024-01-01,zqregion\nzqcustomer1,2,zqspent,2024-01-01,zqregion\nzqcustomer2,zqmany,70,zqday,zqregion\nzqcustomer3,1,7,2024-02-01,zqregion\n' >m.csv
  silent cs-prep --max-bad 100 m.csv
}
