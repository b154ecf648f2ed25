#!/usr/bin/env bats
# cs-prep: from exports to features, at the shell.

load helper

# column FILE NAME: the cells of a column (of a table without quoted commas).
column() {
  awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next } { print $c }' "$1"
}

# cell FILE ID NAME
cell() {
  awk -F, -v id="$2" -v name="$3" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next } $1 == id { print $c }' "$1"
}

flat() { tr -d ' \n' <"$1"; }

@test "cs-prep: a sample of Online Retail gives what pandas gives, customer by customer" {
  cs-prep -q "$DATA/online-retail.csv" -o prep.csv
  awk -F, '
    function near(name, a, b, d) {
      if (a == b) return 1
      d = a - b; if (d < 0) d = -d
      return a != "" && b != "" && d < (name ~ /^scaled__|_share$|_cv$|^engagement/ ? 5.1e-9 : 1e-9) * (b < 0 ? 1 - b : 1 + b)
    }
    FNR == 1 { for (i = 1; i <= NF; i++) if (NR == 1) want[i] = $i; else at[$i] = i; if (NR == 1) n = NF; next }
    NR == FNR { for (i = 1; i <= n; i++) value[$1, want[i]] = $i; rows++; next }
    { seen++
      for (i = 1; i <= n; i++)
        if (!near(want[i], $at[want[i]], value[$1, want[i]])) {
          print $1, want[i] ": " $at[want[i]] ", expected " value[$1, want[i]]; bad = 1 } }
    END { if (seen != rows) print seen " customers, expected " rows; exit bad || seen != rows || rows != 49 }' \
    "$DATA/online-retail-expected.csv" prep.csv
}

@test "cs-prep: the audit counts each rule and adds up from the file to the features" {
  cs-prep -q --quality q.json --rejects bad.csv "$DATA/online-retail.csv" -o prep.csv
  [[ $(flat q.json) == *'"rule":"no_customer","rows_in":1367,"rejected":120,"rows_out":1247,"customers":54'* ]]
  [[ $(flat q.json) == *'"rule":"cancelled","rows_in":1247,"rejected":43,"rows_out":1204,"customers":49,"revenue":29084.31'* ]]
  [[ $(flat q.json) == *'"rule":"price_not_positive","rows_in":1204,"rejected":2,"rows_out":1202'* ]]
  [[ $(flat q.json) == *'"rule":"duplicate","rows_in":1202,"rejected":5,"rows_out":1197,"customers":49,"revenue":29065.11'* ]]
  [[ $(flat q.json) == *'"seen":54,"no_usable_row":0,"no_order_left":5,"written":49'* ]]
  [[ $(flat q.json) == *'"gross":29065.11,"refunded":4761.11,"net":24304,'* ]]
  grep -oE '"rows_in":[0-9]+,"rejected":[0-9]+,"rows_out":[0-9]+' <<<"$(flat q.json)" | tr -c '0-9\n' ' ' |
    awk 'NR > 1 && $1 != last { exit 1 } $1 - $2 != $3 { exit 1 } { last = $3 }'
  # Bad rows are the rejects, as they were read.
  [[ $(($(wc -l <bad.csv) - 1)) == 127 ]]
  [[ $(flat q.json) == *'"bad_rows":127'* ]]
  head -n 1 "$DATA/online-retail.csv" | cmp - <(head -n 1 bad.csv)
  # What is written adds up to what the audit says.
  column prep.csv total_spent | awk '{ s += $1 } END { exit !(s > 27222.985 && s < 27222.995) }'
  [[ $(flat q.json) == *'"net_of_customers_written":27222.99'* ]]
}

@test "cs-prep: the order of rows, columns and files changes no byte" {
  cs-prep -q "$DATA/online-retail.csv" >want.csv
  { head -n 1 "$DATA/online-retail.csv"; tail -n +2 "$DATA/online-retail.csv" | sort -r; } | cs-prep -q | cmp - want.csv
  head -n 400 "$DATA/online-retail.csv" >a.csv
  { head -n 1 "$DATA/online-retail.csv"; tail -n +401 "$DATA/online-retail.csv"; } >b.csv
  cs-prep -q b.csv a.csv | cmp - want.csv
  cs-prep -q -j 7 - <"$DATA/online-retail.csv" | cmp - want.csv
  LC_ALL=C.UTF-8 TZ=Asia/Tokyo cs-prep -q "$DATA/online-retail.csv" | cmp - want.csv
}

@test "cs-prep: a model applied to the rows that it was learnt from gives the same bytes" {
  cs-prep -q --save m.json "$DATA/online-retail.csv" >want.csv
  cs-prep -q --load m.json "$DATA/online-retail.csv" | cmp - want.csv
  cs-gen -n 100 | cs-prep -q --save g.json --basis rfm,income,purchase_interval >want.csv
  cs-gen -n 100 | cs-prep -q --load g.json | cmp - want.csv
  [[ $(head -n 1 want.csv) == *,scaled__income,scaled__purchase_interval ]]
}

@test "cs-prep: as_of is never taken from a model" {
  printf 'customer_id,order_date,amount\na,2024-01-01,5\nb,2024-01-09,6\n' >old.csv
  printf 'customer_id,order_date,amount\na,2025-01-01,5\n' | cs-prep -q --load <(cs-prep -q --save m.json old.csv >/dev/null; cat m.json) >out.csv
  [[ $(column out.csv days_since_last_purchase) == 1 ]]
  [[ $(flat m.json) == *'"as_of":"2024-01-10"'* ]]
}

@test "cs-prep: merged customers keep their columns byte for byte, the rest is appended" {
  cs-gen -n 60 >gen.csv
  cs-prep -q gen.csv >out.csv
  cut -d, -f1-24 out.csv | cmp - gen.csv
  [[ $(head -n 1 out.csv) == *,days_since_last_purchase,bt_x,bt_tx,bt_T,bt_zbar,tenure_days,* ]]
}

@test "cs-prep: customers with --transactions are the merged table, made from its parts" {
  cs-gen -n 80 --customers c.csv --transactions t.csv | cs-prep -q >merged.csv
  cs-prep -q -t t.csv c.csv >joined.csv
  # All that the merged table can tell; discount_share was written with 9 digits in between and spend with 15, so a scaled
  # copy and what is fitted to spend may differ in the ninth.
  local name compared=0
  for name in $(head -n 1 merged.csv | tr , ' '); do
    [[ $name =~ ^(scaled__discount_share|expected_order_value|clv_advanced)$ ]] && continue
    cmp <(column joined.csv "$name") <(column merged.csv "$name") || fail "$name"
    compared=$((compared + 1))
  done
  ((compared > 50))
  cs-prep -q t.csv >orders.csv
  cmp <(column orders.csv total_spent) <(column merged.csv total_spent)
}

@test "cs-prep: customers without an order are left out, orders of unknown customers counted" {
  printf 'customer_id,name\n1,a\n2,b\n3,c\n3,d\n,e\n' >c.csv
  printf 'customer_id,order_date,amount\n3.0,2024-01-01,5\n1,2024-01-02,6\n9,2024-01-02,6\n' >t.csv
  cs-prep -q --quality q.json -t t.csv c.csv >out.csv
  [[ $(cut -d, -f1,2 out.csv) == $'customer_id,name\n1,a\n3,c' ]]
  [[ $(flat q.json) == *'"rule":"unknown_customer","rows_in":3,"rejected":1'* ]]
  [[ $(flat q.json) == *'"table_rows":5,"table_rejected":2'* ]]
}

@test "cs-prep: without an order id a customer-day is one order, or each row is" {
  printf 'customer_id,order_date,amount\na,2024-01-01 08:00,5\na,2024-01-01 09:00,6\na,2024-01-02,7\na,2024-01-02,7\n' >o.csv
  cs-prep -q --quality q.json o.csv >out.csv
  [[ $(cell out.csv a total_transactions) == 2 && $(cell out.csv a total_spent) == 25 ]]
  [[ $(flat q.json) == *'"one_order_is":"customer-day","duplicates":{"found":1,"removed":0}'* ]]
  cs-prep -q --order-unit row o.csv >out.csv
  [[ $(cell out.csv a total_transactions) == 4 ]]
  cs-prep -q --dedupe yes o.csv >out.csv
  [[ $(cell out.csv a total_spent) == 18 ]]
}

@test "cs-prep: dates whose day and month can't be told apart are refused, with advice" {
  printf 'customer_id,order_date,amount\na,01/02/2024,5\nb,03/04/2024,6\n' >o.csv
  expect_error 3 "--date-format '%d/%m/%Y'" cs-prep o.csv
  cs-prep -q --date-format %d/%m/%Y o.csv >out.csv
  [[ $(cell out.csv a first_purchase_date) == 2024-02-01 ]]
  printf 'c,13/04/2024,6\n' >>o.csv
  cs-prep -q o.csv >out.csv
  [[ $(cell out.csv a first_purchase_date) == 2024-02-01 ]]
  printf 'd,04/13/2024,6\n' >>o.csv
  expect_error 3 "o.csv:5: column 'order_date'" cs-prep o.csv
}

@test "cs-prep: --as-of leaves out later orders, counts them, and keeps those of the day itself" {
  printf 'customer_id,order_date,amount\na,2024-01-01,5\na,2024-01-03,6\nb,2024-01-04,7\n' >o.csv
  cs-prep -q --as-of 2024-01-03 --quality q.json o.csv >out.csv
  [[ $(cell out.csv a days_since_last_purchase) == 0 && $(wc -l <out.csv) == 2 ]]
  [[ $(flat q.json) == *'"rule":"after_as_of","rows_in":3,"rejected":1'* ]]
  expect_status 3 cs-prep --as-of 2023-01-01 o.csv
  expect_status 2 cs-prep --as-of 03/04/2024 o.csv
}

@test "cs-prep: a row counts under the first rule that it fails" {
  cat >o.csv <<'EOF'
order_id,customer_id,order_date,quantity,price,status
1,,nonsense,x,x,void
2,a,2024-02-30,x,x,void
3,a,,1,1,paid
4,a,2024-02-01,x,1,paid
5,a,2024-02-01,1,,paid
6,a,2024-02-01,1,0,voided
7,a,2024-02-01,-1,0,paid
8,a,2024-02-01,0,0,paid
9,a,2024-02-01,1,-1,paid
10,a,2024-02-01,1,0,paid
11,a,2024-02-01,2,3,paid
11,a,2024-02-01,2,3,paid
EOF
  cs-prep -q --max-bad 100 --quality q.json --rejects bad.csv o.csv >out.csv
  for want in no_customer:12:1 bad_date:11:2 bad_number:9:2 not_completed:7:1 cancelled:6:1 \
    quantity_not_positive:5:1 price_not_positive:4:2 duplicate:2:1; do
    IFS=: read -r rule in rejected <<<"$want"
    [[ $(flat q.json) == *"\"rule\":\"$rule\",\"rows_in\":$in,\"rejected\":$rejected,"* ]] || fail "$want"
  done
  [[ $(cut -d, -f1 bad.csv | tr '\n' ' ') == 'order_id 1 2 3 4 5 8 9 10 11 ' ]]
  [[ $(cell out.csv a gross_spent) == 6 ]]
}

@test "cs-prep: too many bad rows are exit 3, with rejects and audit written, and no table" {
  printf 'customer_id,order_date,amount\na,2024-01-01,5\n,2024-01-01,5\n,2024-01-01,5\n' >o.csv
  echo old >out.csv
  expect_error 3 '2 of 3 rows are bad' cs-prep --rejects bad.csv --quality q.json -o out.csv o.csv
  [[ $(<out.csv) == old && $(wc -l <bad.csv) == 3 ]]
  [[ $(flat q.json) == *'"bad_rows":2'* ]]
  cs-prep -q --max-bad 67 o.csv >/dev/null
}

@test "cs-prep: a letter C marks a cancellation only where ids are figures" {
  printf 'order_id,customer_id,order_date,amount\nC1,a,2024-01-01,5\nC2,b,2024-01-01,5\n' >o.csv
  cs-prep -q o.csv >out.csv
  [[ $(wc -l <out.csv) == 3 ]]
  printf 'order_id,customer_id,order_date,amount\n1,a,2024-01-01,5\n2,b,2024-01-01,5\nC3,b,2024-01-02,5\n' >o.csv
  cs-prep -q o.csv >out.csv
  [[ $(wc -l <out.csv) == 2 ]]
}

@test "cs-prep: a shop export takes status and total from the first line of each order" {
  cat >o.csv <<'EOF'
Name,Email,Financial Status,Created at,Total,Lineitem quantity,Lineitem price
#1,a@x.example,paid,2024-01-01 10:00:00 +0100,30.00,1,10.00
#1,a@x.example,,2024-01-01 10:00:00 +0100,,2,10.00
#2,a@x.example,voided,2024-01-05 10:00:00 +0100,8.00,1,4.00
#2,a@x.example,,2024-01-05 10:00:00 +0100,,1,4.00
#3,b@x.example,refunded,2024-01-03 10:00:00 +0100,8.00,1,8.00
EOF
  cs-prep -q --quality q.json o.csv >out.csv
  [[ $(cell out.csv a@x.example total_spent) == 30 && $(cell out.csv a@x.example total_transactions) == 1 ]]
  [[ $(wc -l <out.csv) == 2 ]]
  [[ $(flat q.json) == *'"no_order_left":1'* && $(flat q.json) == *'"gross":38,"refunded":8,'* ]]
}

@test "cs-prep: --where, --exclude-rows and --keep" {
  cat >o.csv <<'EOF'
order_id,customer_id,order_date,amount,kind,country
1,a,2024-01-01,5,book,"Bonaire, Sint Eustatius"
2,a,2024-01-02,1,post,France
3,a,2024-01-03,2,POST,France
4,b,2024-01-03,2,gift_5,Spain
4,b,2024-01-03,2,book,
EOF
  cs-prep -q --exclude-rows 'kind=post,gift_*' --keep country=mode,kind=last o.csv >out.csv
  [[ $(wc -l <out.csv) == 3 ]]
  grep -q '^a,"Bonaire, Sint Eustatius",POST,' out.csv # a tie goes to the text that sorts first
  grep -q '^b,,book,' out.csv
  cs-prep -q --where 'country="Bonaire, Sint Eustatius"' o.csv | grep -c '^a,' | grep -qx 1
  expect_error 2 "did you mean 'country'" cs-prep --where contry=x o.csv
  expect_error 2 'COLUMN=mode' cs-prep --keep country=median o.csv
}

@test "cs-prep: without amounts the features of money are left out, and that is said" {
  printf 'Member_number,Date,itemDescription\n1,21-07-2015,milk\n1,21-07-2015,beer\n2,05-01-2015,milk\n' >o.csv
  expect_status 0 cs-prep o.csv
  [[ $stderr == *'no amounts'* ]]
  [[ ${lines[0]} != *spent* && ${lines[0]} != *rfm_segment* && ${lines[0]} == *scaled__total_transactions ]]
  [[ ${lines[1]} == 1,2015-07-21,2015-07-21,1,1,1,* ]]
}

@test "cs-prep: impossible and missing aggregates of customers" {
  cat >m.csv <<'EOF'
customer_id,total_transactions,total_spent,first_purchase_date,last_purchase_date,avg_transaction_value
1,-2,5,2024-01-01,2024-02-01,2
2,3,,2024-01-01,2024-02-01,2
3,2,8,2024-03-01,2024-02-01,4
4,2,8,2024-01-01,2024-02-01,
4,2,9,2024-01-01,2024-02-01,4
,2,8,2024-01-01,2024-02-01,4
5,2,x,2024-01-01,2024-02-01,4
6,2,8,2024-01-01,bad,4
7,1,-8,2024-01-01,2024-02-01,
8,9,,2024-01-01,2024-02-01,
EOF
  cs-prep -q --max-bad 100 --quality q.json m.csv >out.csv
  [[ $(cut -d, -f1-6 out.csv) == $'customer_id,total_transactions,total_spent,first_purchase_date,last_purchase_date,avg_transaction_value
2,3,6,2024-01-01,2024-02-01,2
4,2,8,2024-01-01,2024-02-01,4' ]]
  for rule in no_customer bad_date bad_number missing_value orders_not_positive negative_value dates_reversed \
    duplicate_customer; do
    [[ $(flat q.json) =~ \"rule\":\"$rule\",\"rows_in\":[0-9]+,\"rejected\":1, ]] || fail "$rule"
  done
  [[ $(flat q.json) == *'{"column":"total_spent","filled":1,"corrected":0}'* ]]
}

@test "cs-prep: spend is below 0 only where more was given back than bought" {
  cat >m.csv <<'EOF'
customer_id,total_transactions,total_spent,gross_spent,refunded
1,2,-8,20,28
2,2,-8,20,12
3,2,-8,20,0
4,2,8,20,12
EOF
  cs-prep -q --max-bad 100 --quality q.json m.csv >out.csv
  [[ $(cut -d, -f1 out.csv) == $'customer_id\n1\n4' ]]
  [[ $(flat q.json) == *'"rule":"negative_value","rows_in":4,"rejected":2,'* ]]
}

@test "cs-prep: header only gives the header with the appended columns" {
  head -n 1 "$DATA/online-retail.csv" | cs-prep -q >empty.csv
  cs-prep -q "$DATA/online-retail.csv" | head -n 1 | cmp - empty.csv
  cs-gen -n 0 | cs-prep -q >empty.csv
  [[ $(wc -l <empty.csv) == 1 && $(<empty.csv) == *,rfm_segment,p_alive,*,churn_risk,*,key_account,scaled__* ]]
}

@test "cs-prep: the scaled copies are finite and standardised, also for one customer and equal ones" {
  printf 'customer_id,order_date,amount\na,2024-01-01,5\n' | cs-prep -q >one.csv
  [[ $(sed 1d one.csv) == *,0,0,0 ]]
  printf 'customer_id,order_date,amount\na,2024-01-01,0\nb,2024-01-01,0\n' | cs-prep -q >zero.csv
  run grep -ciE 'nan|inf' zero.csv
  [[ $output == 0 ]]
  printf 'customer_id,order_date,amount\na,2024-01-01,1e308\nb,2024-01-02,1e308\nb,2024-01-03,1e308\n' >huge.csv
  run --separate-stderr cs-prep -q huge.csv
  [[ $status == 3 || $output != *[Ii]nf* ]]
}

@test "cs-prep: an isolated last date is warned of" {
  { echo customer_id,order_date,amount
    for day in 01 02 03 04 05 06 07 08 09 10; do echo "a,2024-01-$day,5"; done
    echo b,2042-01-01,5; } >o.csv
  expect_status 0 cs-prep --quality q.json o.csv
  [[ $stderr == *'the last date stands alone'* ]]
  [[ $(flat q.json) == *'"warnings":["thelastdate'* ]]
}

@test "cs-prep: running it twice names the column that is there already" {
  cs-gen -n 20 | cs-prep -q >once.csv
  expect_error 2 'exists already' cs-prep once.csv
}

@test "cs-prep: no cell value is in any message" {
  printf 'customer_id,order_date,amount\nsecret-id,2024-01-01,secret-amount\nb,secret-date,5\nc,2024-01-01,5\n' >o.csv
  expect_status 3 cs-prep --max-bad 10 --quality q.json o.csv
  [[ $stderr != *secret* && $(<q.json) != *secret* ]]
}

@test "cs-prep: --make makes what it names besides the totals, and the same of it" {
  cs-gen -n 60 --only transactions >o.csv
  cs-prep -q o.csv >all.csv
  local what
  for what in totals habits rfm clv engagement rfm,clv; do
    cs-prep -q --make "$what" o.csv >some.csv
    (($(head -n 1 some.csv | tr , '\n' | wc -l) < $(head -n 1 all.csv | tr , '\n' | wc -l))) || fail "$what"
    for name in $(head -n 1 some.csv | tr , ' '); do
      [[ $what == engagement && $name == is_* ]] && continue
      cmp <(column some.csv "$name") <(column all.csv "$name") || fail "$what: $name"
    done
  done
  [[ $(cs-prep -q --make totals o.csv | head -n 1) != *rfm_* ]]
  [[ $(cs-prep -q --make habits o.csv | head -n 1) == *,weekend_share,* ]]
  [[ $(cs-prep -q --make clv o.csv | head -n 1) == *,churn_risk,* ]]
  expect_error 2 'habits, rfm, clv, engagement' cs-prep --make rfm,cvl o.csv
}

@test "cs-prep: the channels of a customer's orders, each order counted once" {
  cat >o.csv <<'EOT'
order_id,customer_id,order_date,amount,channel
1,a,2024-01-01,5,web
1,a,2024-01-01,6,web
1,a,2024-01-01,7,web
2,a,2024-01-02,5,store
3,a,2024-01-03,5,store
4,a,2024-01-04,5,phone
5,b,2024-01-01,5,web
6,b,2024-01-02,5,store
7,c,2024-01-05,5,
EOT
  cs-prep -q o.csv >out.csv
  [[ $(cell out.csv a channel_count) == 3 && $(cell out.csv a main_channel) == store && $(cell out.csv a main_channel_share) == 0.5 ]]
  [[ $(cell out.csv b main_channel) == store && $(cell out.csv b main_channel_share) == 0.5 ]] # a tie goes to the text that sorts first
  [[ $(cell out.csv c channel_count) == 0 && -z $(cell out.csv c main_channel)$(cell out.csv c main_channel_share) ]]
  cs-gen -n 200 --only transactions --refunds 0.1 >g.csv
  { head -n 1 g.csv; sed 1d g.csv | shuf --random-source=<(yes); } >s.csv
  cmp <(cs-prep -q g.csv) <(cs-prep -q s.csv)
}

@test "cs-prep: an order whose id is one less than that of the order before is another one" {
  printf '%s\n' customer_id,order_id,order_date,amount a,6,2024-01-01,1 a,5,2024-01-02,1 a,6,2024-01-03,1 \
    a,4,2024-01-04,1 b,9,2024-01-05,1 | cs-prep -q --make totals >out.csv
  [[ $(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "total_transactions") c = i; next } { print $c }' out.csv) == $'3\n1' ]]
}

@test "cs-prep: 300,000 customers are as many, though the hashes of some are the same" {
  # 32 bits of hash: 10 pairs are to be expected.
  awk 'BEGIN { print "customer_id,order_date,amount"; for (i = 0; i < 300000; i++) print i ",2024-01-01,1" }' |
    cs-prep -q --make totals --clv none >out.csv
  [[ $(wc -l <out.csv) == 300001 ]]
}
