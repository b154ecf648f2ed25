#!/usr/bin/env bats
# cs-prep on exports as they come: the same orders written in many ways give the same bytes.

# Programs of awk are quoted.
# shellcheck disable=SC2016
load helper

flat() { tr -d ' \n' <"$1"; }

# base: 600 line items of 200 orders of 60 customers, some of them given back, as figures that every dialect below is
# written from: order, customer, day since 1970, second, product, pieces, price of one in cents.
base() {
  awk 'function draw(n) { seed = (seed * 16807) % 2147483647; return seed % n }
    BEGIN {
      seed = 42
      for (i = 0; i < 600; i++) {
        if (i % 3 == 0) { customer = 17000 + draw(60); day = 15000 + draw(700); second = 60 * draw(1440) }
        product = 3 * draw(13) + i % 3 # no two lines of an order are equal
        pieces = 1 + draw(draw(20) ? 5 : 1500)
        cents = 5 + product * 37 + (draw(9) ? 0 : 123400)
        print 1000 + int(i / 3), customer, day, second, "P" product, pieces, cents
        if (draw(12) == 0) print 1000 + int(i / 3), customer, day, second, "P" product, -1, cents
      }
    }' >base.txt
}

# dialect HEADER ROW: what HEADER says as a line, and for each line item the AWK expression ROW.
dialect() {
  awk -v OFS='' '
    function two(n) { return sprintf("%02d", n) }
    function civil(days,    z, era, doe, yoe, doy, mp) { # the calendar, from days since 1970
      z = days + 719468; era = int(z / 146097); doe = z - era * 146097
      yoe = int((doe - int(doe / 1460) + int(doe / 36524) - int(doe / 146096)) / 365)
      doy = doe - (365 * yoe + int(yoe / 4) - int(yoe / 100)); mp = int((5 * doy + 2) / 153)
      d = doy - int((153 * mp + 2) / 5) + 1; m = mp < 10 ? mp + 3 : mp - 9; y = yoe + era * 400 + (m <= 2)
    }
    function compact() { civil($3); return y two(m) two(d) }
    function iso() { civil($3); return y "-" two(m) "-" two(d) " " clock() ":00" }
    function day_first(mark) { civil($3); return two(d) mark two(m) mark y " " clock() }
    function month_first(    h) { civil($3); h = int($4 / 3600); return m "/" d "/" y " " (h % 12 ? h % 12 : 12) ":" two($4 / 60 % 60) (h < 12 ? " AM" : " PM") }
    function month_name() { civil($3); return d "-" substr("JanFebMarAprMayJunJulAugSepOctNovDec", m * 3 - 2, 3) "-" y " " clock() }
    function clock() { return two(int($4 / 3600)) ":" two($4 / 60 % 60) }
    function groups(n, mark,    text) { text = ""; for (n = n ""; length(n) > 3; n = substr(n, 1, length(n) - 3)) text = mark substr(n, length(n) - 2) text; return n text }
    function money(cents, mark, sign) { return groups(int(cents / 100), mark) sign two(cents % 100) }
    NR == 1 { print HEADER }
    { print '"$2"' }' HEADER="$1" base.txt
}

clean() { dialect 'order_id,customer_id,order_date,product_id,quantity,unit_price' \
  '$1 "," $2 "," iso() "," $5 "," $6 "," int($7 / 100) "." two($7 % 100)'; }

# Each is the same as the clean table.
same() {
  cs-prep -q "$@" -o got.csv || return 1
  cmp got.csv want.csv
}

setup() {
  export PATH=$BUILD/bin:$PATH LC_ALL=C TZ=UTC TERM=dumb
  unset NO_COLOR COLUMNS CS_CONFIG
  cd "$BATS_TEST_TMPDIR" || return 1
  base
  clean >clean.csv
  cs-prep -q --quality clean.json clean.csv -o want.csv
}

@test "messy: the clean table is what it says" {
  awk -F, 'NR > 1 { spent[$2] += $5 * $6; if ($5 > 0) order[$2, $1] = 1 }
    END { for (c in spent) printf "%s %.2f\n", c, spent[c] }' clean.csv | sort >expected
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "total_spent") c = i; next } { printf "%s %.2f\n", $1, $c }' want.csv | sort >got
  [[ $(wc -l <expected) -ge 55 ]]
  # Whoever gave back all isn't written.
  awk 'NR == FNR { want[$1] = $2; next } !($1 in want) || want[$1] != $2 { print; bad = 1 } END { exit bad }' expected got
  [[ $(wc -l <got) -ge 55 ]]
  [[ $(flat clean.json) == *'"read_as":"year-month-day"'*'"decimal":"."'* ]]
}

@test "messy: German: semicolons, decimal commas, points between thousands, day first, Windows-1252 read as Latin 1, CRLF" {
  dialect 'Bestellnummer;Kundennummer;Bestelldatum;Artikel;Menge;St\374ckpreis' \
    '$1 ";" $2 ";" day_first(".") ";" $5 ";" $6 ";" money($7, ".", ",") " \200\r"' >german.csv
  head -c 100 german.csv | grep -q $'St\xfcckpreis'
  grep -q $'2.049,00 \x80' german.csv || grep -q $'1\\.[0-9][0-9][0-9],[0-9][0-9] \x80' german.csv
  expect_error 3 '--encoding latin1' cs-prep german.csv
  same --encoding latin1 --quality q.json german.csv
  [[ $(flat q.json) == *'"read_as":"day-month-year"'*'"decimal":","'* ]]
  same --encoding cp1252 german.csv
  same --encoding latin1 --decimal , german.csv
}

@test "messy: French: no-break blanks between thousands, the euro behind, pieces given back with U+2212" {
  dialect 'N\302\260 commande;Num\303\251ro client;Date de commande;Produit;Quantit\303\251;Prix unitaire' \
    '$1 ";" $2 ";" day_first("/") ";" $5 ";" ($6 < 0 ? "\342\210\222" (-$6) : $6) ";" money($7, "\342\200\257", ",") "\302\240\342\202\254"' >french.csv
  same french.csv
}

@test "messy: American: TABs, a byte order mark, month first with AM and PM, dollars, parentheses" {
  { printf '\357\273\277'
    dialect 'Order Number\tCustomer ID\tOrder Date\tSKU\tQty\tUnit Price' \
      '$1 "\t" $2 "\t" month_first() "\t" $5 "\t" ($6 < 0 ? "(" (-$6) ")" : groups($6, ",")) "\t$" money($7, ",", ".")'; } >us.tsv
  same us.tsv
}

@test "messy: Swiss and SAP: apostrophes, codes before, the minus behind" {
  dialect 'VBELN|KUNNR|AUDAT|MATNR|KWMENG|NETPR' \
    '$1 "|" $2 "|" month_name() "|" $5 "|" ($6 < 0 ? (-$6) "-" : $6) "|CHF " money($7, "\047", ".")' >sap.csv
  same sap.csv
}

@test "messy: accounts: dollars in parentheses, pounds with the minus behind, compact days" {
  awk -F, 'NR == 1 { print "order_id,customer_id,product_id,quantity,amount,order_date"; next }
    { printf "%s,%s,%s,%s,%.2f,%s\n", $1, $2, $4, $5, $5 * $6, substr($3, 1, 10) }' clean.csv >days.csv
  cs-prep -q days.csv -o want.csv
  dialect 'order_id,customer_id,order_date,product_id,quantity,amount' \
    '$1 ", " $2 " ,\"" substr(month_name(), 1, index(month_name(), " ") - 1) "\"," $5 "," $6 ",\"" ($6 < 0 ? "($" money(-$6 * $7, ",", ".") ")" : "$" money($6 * $7, ",", ".")) "\""' >dollars.csv
  same dollars.csv
  dialect 'order_id,customer_id,order_date,product_id,quantity,amount' \
    '$1 "," $2 "," compact() "," $5 "," $6 ",GBP " ($6 < 0 ? money(-$6 * $7, "", ".") "-" : money($6 * $7, "", "."))' >pounds.csv
  same pounds.csv
}

@test "messy: a spreadsheet: serial days, ids with .0, quoted numbers with commas" {
  dialect 'order_id,customer_id,order_date,product_id,quantity,unit_price' \
    '$1 "," $2 ".0," sprintf("%.10f", $3 + 25569 + $4 / 86400) "," $5 "," $6 ",\"" money($7, ",", ".") "\""' >excel.csv
  same --quality q.json excel.csv
  [[ $(flat q.json) == *'"read_as":"serialdays"'* ]]
  # With a decimal comma, as a German spreadsheet has it.
  dialect 'order_id;customer_id;order_date;product_id;quantity;unit_price' \
    '$1 ";" $2 ";" sprintf("%d,%010.0f", $3 + 25569, $4 / 86400 * 1e10) ";" $5 ";" $6 ";" money($7, "", ",")' >excel.de.csv
  same excel.de.csv
  same --date-format excel excel.de.csv
}

@test "messy: JSON Lines with Unix seconds and milliseconds, rows in another order" {
  dialect '' '"{\"unit_price\":" int($7 / 100) "." two($7 % 100) ",\"quantity\":" $6 ",\"order_id\":\"" $1 "\",\"order_date\":" $3 * 86400 + $4 ",\"customer_id\":" $2 ",\"product_id\":\"" $5 "\"}"' |
    sed 1d | sort >seconds.jsonl
  same --quality q.json seconds.jsonl
  [[ $(flat q.json) == *'"read_as":"unixseconds"'* ]]
  sed 's/"order_date":\([0-9]*\)/"order_date":\1000/' seconds.jsonl >ms.jsonl
  same ms.jsonl
  same --date-format unix-ms ms.jsonl
}

@test "messy: fixed width with blanks before, between and behind, CRLF, quoted cells with blanks" {
  dialect '  order_id   customer_id order_date  product_id quantity unit_price  ' \
    '"   " $1 "    " $2 "  \"" iso() "\"  " $5 "\t" $6 "  " int($7 / 100) "." two($7 % 100) " \r"' >fixed.txt
  same -d space fixed.txt
  dialect '' '"   " $1 "    " $2 "  \"" iso() "\"  " $5 " " $6 "  " int($7 / 100) "." two($7 % 100)' | sed 1d >bare.txt
  sed 1d want.csv >rows.csv
  cs-prep -q -d space --no-header \
    --map order=c1,customer_id=c2,date=c3,product=c4,quantity=c5,price=c6 bare.txt -o got.csv
  cmp got.csv rows.csv
}

@test "messy: several files of different dialects are one table" {
  local header='order_id,customer_id,order_date,product_id,quantity,unit_price'
  awk 'NR <= 200' clean.csv >a.csv
  { printf '\357\273\277%s\r\n' "${header//,/;}"; sed -n '201,400p' clean.csv | tr , ';' | sed 's/$/\r/'; } >b.csv
  { printf 'unit_price\tquantity\tproduct_id\torder_date\tcustomer_id\torder_id\n'
    sed -n '401,500p' clean.csv | awk -F, -v OFS='\t' '{ print "$" $6, $5, $4, $3, $2, $1 }'; } >c.tsv
  sed 1,500d clean.csv | awk -F, '{ printf "{\"order_id\":\"%s\",\"customer_id\":\"%s\",\"order_date\":\"%s\",\"product_id\":\"%s\",\"quantity\":%s,\"unit_price\":\"%s\"}\n", $1, $2, $3, $4, $5, $6 }' >d.jsonl
  same a.csv b.csv c.tsv d.jsonl
  same d.jsonl c.tsv b.csv a.csv
}

@test "messy: amounts as totals, as a product and by a formula" {
  # Prices of whole units, so that a tenth off is whole cents.
  awk -F, -v OFS=, 'NR > 1 { $6 = int($6) ".00"; if (int($6) == 0) $6 = "1.00" } { print }' clean.csv >round.csv
  awk -F, -v OFS=, 'NR == 1 { print $1, $2, $3, $4, "amount"; next } { printf "%s,%s,%s,%s,%.2f\n", $1, $2, $3, $4, $5 * $6 * 0.9 }' round.csv >total.csv
  awk -F, -v OFS=, 'NR == 1 { print $1, $2, $3, $4, "How many", "each-one", "Off"; next } { print $1, $2, $3, $4, $5, $6, "10%" }' round.csv >parts.csv
  cs-prep -q total.csv -o want.csv
  same --map 'amount=How many*each-one*(1-Off)' parts.csv
  same --map 'amount="each-one" * ("How many" - Off * "How many")' --quality q.json parts.csv
  [[ $(<q.json) == *'\"each-one\" * (\"How many\" - Off * \"How many\")'* ]]
  cs-prep -q round.csv -o want.csv
  same --map 'amount=How many*each-one' parts.csv
}

@test "messy: a row per order gives what a row per line item gives, where nothing was given back" {
  awk -F, 'NR == 1 || $5 > 0' clean.csv | cut -d, -f1-3,5,6 >items.csv
  awk -F, 'NR == 1 { print "order_id,customer_id,order_date,order_total"; next }
    { key = $1 "," $2 "," $3; if (!(key in sum)) order[++n] = key; sum[key] += $4 * $5 }
    END { for (i = 1; i <= n; i++) printf "%s,%.2f\n", order[i], sum[order[i]] }' items.csv >orders.csv
  cs-prep -q items.csv -o want.csv
  same orders.csv
}

@test "messy: one row in ten is bad, and counted under its rule" {
  awk -F, -v OFS=, 'NR > 1 && NR % 40 == 0 { print $1, "", $3, $4, $5, $6 }
    NR > 1 && NR % 40 == 10 { print $1, $2, "32.13.2024", $4, $5, $6 }
    NR > 1 && NR % 40 == 20 { print $1, $2, $3, $4, "many", $6 }
    NR > 1 && NR % 40 == 30 { print $1, $2, $3, $4, $5, "1,2,3.4" }
    { print }' clean.csv | awk -F, 'NF > 6 { print $1 "," $2 "," $3 "," $4 "," $5 ",\"" $6 "," $7 "," $8 "\""; next } { print }' >bad.csv
  local bad=$(($(wc -l <bad.csv) - $(wc -l <clean.csv)))
  ((bad * 10 >= $(wc -l <clean.csv) - 40))
  same --quality q.json --rejects rejects.csv bad.csv
  [[ $(flat q.json) == *"\"bad_rows\":$bad,"* && $(($(wc -l <rejects.csv) - 1)) == "$bad" ]]
  [[ $(flat q.json) =~ \"rule\":\"no_customer\",\"rows_in\":[0-9]+,\"rejected\":1[56], ]]
  [[ $(flat q.json) =~ \"rule\":\"bad_number\",\"rows_in\":[0-9]+,\"rejected\":3[0-3], ]]
}

@test "messy: a customer table that lacks most ids: their orders are left out, counted, and no bad rows" {
  { echo id,name; sed 1d want.csv | cut -d, -f1 | head -n 5 | sed 's/$/,somebody/'; echo 999,nobody; } >customers.csv
  cs-prep -q --as-of 2013-01-01 --make habits clean.csv -o want.csv
  expect_status 0 cs-prep --max-bad 0 --as-of 2013-01-01 --make habits --quality q.json --rejects rejects.csv -t clean.csv customers.csv
  [[ $stderr == *'are orders of customers that the table of customers doesn'* ]]
  printf '%s\n' "$output" | cut -d, -f1,3- >got.csv
  # Scaled copies are learnt from all customers; all else is of one customer, and the same.
  grep -vc scaled__ <(head -n 1 want.csv | tr , '\n') >columns
  cmp <(cut -d, -f "1-$(<columns)" got.csv | sed 1d) <(head -n 6 want.csv | cut -d, -f "1-$(<columns)" | sed 1d)
  local unknown
  unknown=$(awk -F, 'NR == FNR { has[$1]; next } FNR > 1 && !($2 in has) { n++ } END { print n }' customers.csv clean.csv)
  [[ $(flat q.json) == *"\"rule\":\"unknown_customer\",\"rows_in\":$(($(wc -l <clean.csv) - 1)),\"rejected\":$unknown,"* ]]
  [[ $(flat q.json) == *'"bad_rows":0,'* && $(($(wc -l <rejects.csv) - 1)) == "$unknown" ]]
  # None at all is an error that says so.
  printf 'id,name\n1,a\n' >none.csv
  expect_error 3 'unknown_customer' cs-prep -t clean.csv none.csv
}

# --- what isn't guessed ---

@test "messy: the decimal sign is told by one cell, wherever it stands, for all columns of numbers" {
  printf 'customer_id;order_date;quantity;unit_price\na;2024-01-01;2;1.250\nb;2024-01-02;1;2.500\n' >o.csv
  cs-prep -q o.csv | awk -F, 'NR == 2 { exit $6 != 2.5 }'
  printf 'c;2024-01-03;1,5;3\n' >>o.csv
  cs-prep -q --quality q.json o.csv | awk -F, 'NR == 2 { exit $6 != 2500 }'
  [[ $(flat q.json) == *'"decimal":","'* ]]
  printf 'd;2024-01-03;1;3.25\n' >>o.csv
  expect_error 3 "o.csv:5: column 'unit_price': this number has a decimal point" cs-prep o.csv
  [[ $stderr == *'--decimal'* ]]
  # Told, it is a bad row, and nothing more.
  cs-prep -q --decimal , --quality q.json o.csv | awk -F, 'NR == 2 { exit $6 != 2500 }'
  [[ $(flat q.json) == *'"rule":"bad_number","rows_in":4,"rejected":1'* ]]
}

@test "messy: a comma that may be either is refused with its place, a point is a point" {
  printf 'customer_id;order_date;amount\na;2024-01-01;12\nb;2024-01-02;1,250\n' >o.csv
  expect_error 3 "o.csv:3: column 'amount': no cell tells whether this comma" cs-prep o.csv
  [[ $stderr == *'--decimal . or --decimal ,'* ]]
  cs-prep -q --decimal . o.csv | awk -F, 'NR == 3 { exit $6 != 1250 }'
  cs-prep -q --decimal , o.csv | awk -F, 'NR == 3 { exit $6 != 1.25 }'
}

@test "messy: rows wait for the cell that tells, over many parts of a long stream" {
  { echo 'customer_id;order_date;amount'
    awk 'BEGIN { for (i = 0; i < 400000; i++) print "c" i % 1000 ";2024-01-" (i % 2 ? "01" : "02") ";1.00" i % 10 }'; } >long.csv
  { cat long.csv; echo 'last;2024-01-02;0,5'; } | cs-prep -q >got.csv
  awk -F, '$1 == "c7" { exit $6 != 400 * 1007 }' got.csv
  cs-prep -q long.csv | awk -F, '$1 == "c7" { exit $6 != "402.8" }'
}

@test "messy: dates with years of two digits say what to do, and are read when told" {
  printf 'customer_id,order_date,amount\na,9/12/11,5\nb,10/12/11,6\n' >o.csv
  expect_error 3 "o.csv:2: column 'order_date': a year of two digits" cs-prep o.csv
  [[ $stderr == *"--date-format '%d/%m/%y'"* ]]
  cs-prep -q --date-format %d/%m/%y o.csv | grep -q '^a,2011-12-09,'
}

@test "messy: a column of dates and serial days is refused, one of either is told by --date-format" {
  printf 'customer_id,order_date,amount\na,40886,5\nb,2011-12-10,6\nc,40888,7\n' >o.csv
  expect_error 3 "o.csv:3: column 'order_date': this date is written in another way" cs-prep o.csv
  cs-prep -q --date-format excel --quality q.json o.csv | grep -c 2011-12-1 | grep -qx 1
  [[ $(flat q.json) == *'"rule":"bad_date","rows_in":3,"rejected":1'* ]]
}

@test "messy: different currencies are warned of, one isn't, nor are rows that weren't selected" {
  printf 'customer_id,order_date,amount\na,2024-01-01,$5\nb,2024-01-02,EUR 6\n' >o.csv
  expect_status 0 cs-prep o.csv
  [[ $stderr == *'different currencies'* ]]
  expect_status 0 cs-prep --where 'amount=$*' o.csv
  [[ $stderr != *'different currencies'* ]]
}

# --- customers with totals ---

@test "messy: totals by formula, without an id, with decimal commas" {
  cat >m.csv <<'EOF2'
Wine;Fish & Chips;Web;Shop;Recency
1.200,50;3,50;1;2;10
;4;1;1;20
7;1;0;0;30
8;x;1;0;40
5;5;2;0;50
EOF2
  cs-prep -q --max-bad 100 --quality q.json --rejects bad.csv -o out.csv \
    --map 'customer_id=,total_spent=Wine + Fish & Chips,total_transactions=Web+Shop,days_since_last_purchase=Recency' m.csv
  [[ $(sed -n 1p out.csv) == *,total_transactions,total_spent,avg_transaction_value,days_since_last_purchase,* ]]
  # What is appended has a point: the next program of the pipe wasn't told.
  [[ $(sed -n 2p out.csv) == '"1.200,50","3,50",1,2,10,3,1204,401.333333333333,10,'* ]]
  [[ $(sed -n 3p out.csv) == '5,5,2,0,50,2,10,5,50,'* ]]
  [[ $(wc -l <out.csv) == 3 ]]
  [[ $(flat q.json) == *'"rule":"bad_number","rows_in":5,"rejected":1'* ]]
  [[ $(flat q.json) == *'"rule":"missing_value","rows_in":4,"rejected":1'* ]]
  [[ $(flat q.json) == *'"rule":"orders_not_positive","rows_in":3,"rejected":1'* ]]
  [[ $(flat q.json) == *'"total_spent":"Wine+Fish&Chips"'* ]]
}

@test "messy: totals that are there under their names are written so that the next program reads them, and counted" {
  printf 'customer_id;total_spent;total_transactions;days_since_last_purchase;discount_share;weight\n' >m.csv
  printf 'a;1.200,50;3;10;5%%;1,5\nb;3,5;1;100;0;2,5\nc;$ 4,00;2;50;0;7\nd;7;2;60;0,25;1\n' >>m.csv
  cs-prep -q --quality q.json --basis rfm,weight m.csv -o out.csv
  cut -d, -f 1-5 out.csv | sed 1d >named
  printf 'a,1200.5,3,10,0.05\nb,3.5,1,100,0\nc,4,2,50,0\nd,7,2,60,0.25\n' | cmp - named
  [[ $(flat q.json) == *'"column":"total_spent","filled":0,"corrected":3}'* ]]
  cs-kmeans -q -k 2 -f total_spent,scaled__weight out.csv -o clusters.csv
  # Whoever says --decimal , gets commas, which the next program has to be told, too.
  cs-prep -q --decimal , --basis rfm,weight m.csv | cs-kmeans -q -k 2 --decimal , -f total_spent,scaled__weight | sed 's/.*,//' >told
  sed 's/.*,//' clusters.csv | cmp - told
}

@test "messy: what --map can't mean is said" {
  printf 'customer_id,order_date,amount,total_spent\na,2024-01-01,5,7\n' >o.csv
  expect_error 2 'customer_id= is for tables with a customer in each row' cs-prep --map customer_id= o.csv
  expect_error 2 'both the date of orders and a total' cs-prep --map date=order_date,refunded=amount o.csv
  expect_error 2 "a column 'total_spent' of its own" cs-prep --map total_spent=amount*2 o.csv
  expect_error 2 "is a date, which can't be computed" cs-prep --map last_purchase_date=amount+1 o.csv
  expect_error 2 "no column 'amont', did you mean 'amount'" cs-prep --map 'amount=2*(amont)' o.csv
  expect_error 2 "a parenthesis isn't closed" cs-prep --map 'amount=2*(amount' o.csv
  expect_error 2 "no column 'amount*2'" cs-prep --map 'price=amount*2' o.csv
}

@test "messy: exports of shops and payment services are read by their headers" {
  # header and two rows of each, as WooCommerce, Stripe, Magento and Amazon write them; customers and money by hand
  gives() { cs-prep -q --make totals "$1" | cut -d, -f1,5,6 | tail -n +2 | paste -sd ' ' | diff - <(echo "$2"); }
  cat >woo.csv <<'END'
Order ID,Order Number,Order Status,Order Date,Email (Billing),Customer User ID,Order Total Amount
11,W-11,wc-completed,2024-03-01 10:00,a@example.com,7,20.50
12,W-12,wc-cancelled,2024-03-02 11:00,a@example.com,7,99.00
13,W-13,wc-processing,2024-03-05 12:00,b@example.com,9,8.25
END
  gives woo.csv '7,1,20.5 9,1,8.25'
  cat >stripe.csv <<'END'
id,Created date (UTC),Amount,Amount Refunded,Currency,Status,Customer ID
ch_1,2024-03-01 10:00,20.50,0.00,usd,Paid,cus_a
ch_2,2024-03-04 10:00,5.00,0.00,usd,Failed,cus_a
ch_3,2024-03-05 10:00,7.75,0.00,usd,Paid,cus_b
END
  gives stripe.csv 'cus_a,1,20.5 cus_b,1,7.75'
  cat >magento.csv <<'END'
"ID","Purchase Point","Purchase Date","Grand Total (Base)","Status","Customer Email"
"000000011","Main","Mar 1, 2024 10:00:00 AM","$1,020.50","complete","a@example.com"
"000000012","Main","Mar 2, 2024 11:00:00 PM","$8.25","canceled","b@example.com"
"000000013","Main","Mar 3, 2024 11:00:00 PM","$8.25","processing","b@example.com"
END
  gives magento.csv 'a@example.com,1,1020.5 b@example.com,1,8.25'
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' order-id purchase-date buyer-email sku quantity-purchased item-price \
    111-1 2024-03-01T10:00:00-07:00 a@example.com S1 2 20.50 \
    111-1 2024-03-01T10:00:00-07:00 a@example.com S2 1 4.00 >amazon.txt
  gives amazon.txt 'a@example.com,1,24.5'
}
