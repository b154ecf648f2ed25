#!/usr/bin/env bats
# The same orders as ten shops would export them: whatever the dialect, cs-prep gives the same features to the byte.
# Programs of awk are quoted.
# shellcheck disable=SC2016
load helper

# The orders themselves: id, customer, day, seconds of the day, quantity, price in cents; some have a second line, some are
# returned.
orders() {
  awk 'BEGIN {
    for (i = 1; i <= 400; i++) {
      customer = 17000 + i * 37 % 61; day = i * 7919 % 700; second = i * 104729 % 86400
      quantity = 1 + i % 4; cents = 199 + i * 5417 % 250000
      if (i % 23 == 0) quantity = -quantity
      print 1000 + int(i / 2), customer, day, second, quantity, cents } }'
}

# export_as FORM: a table with header, of what the awk program FORM prints for each order. d m y are of the date, H M S of the
# time; money(cents, point, thousands) writes an amount.
export_as() {
  orders | awk -v header="$1" "
    function leap(y) { return y % 4 == 0 }
    function dated(day,   l) { y = 2023; while (day >= (l = 365 + leap(y))) { day -= l; y++ }
      for (m = 1; day >= (l = m == 2 ? 28 + leap(y) : 30 + (m + int(m / 8)) % 2); m++) day -= l
      d = day + 1 }
    function money(cents, point, thousands,   whole, text, sign) {
      sign = cents < 0 ? \"-\" : \"\"; if (cents < 0) cents = -cents
      whole = int(cents / 100); text = \"\"
      while (thousands != \"\" && whole >= 1000) { text = thousands sprintf(\"%03d\", whole % 1000) text; whole = int(whole / 1000) }
      return sign whole text point sprintf(\"%02d\", cents % 100) }
    BEGIN { print header }
    { dated(\$3); H = int(\$4 / 3600); M = int(\$4 / 60) % 60; S = \$4 % 60; serial = 44927 + \$3 + \$4 / 86400
      $2 }"
}

clean() {
  export_as order_id,customer_id,order_date,quantity,unit_price \
    'printf "%d,%d,%04d-%02d-%02d %02d:%02d:%02d,%d,%s\n", $1, $2, y, m, d, H, M, S, $5, money($6, ".", "")'
}

# Lines of one order may have the same time of day in one form and not in another, so only whole days are compared.
prep() { cs-prep -q --clv none "$@"; }

without_times() { awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "evening_share") c = i } { $c = ""; print }' "$1"; }

same_as_clean() {
  local name=$1
  shift
  prep "$@" >"$name.out" || fail "$name: exit status $?"
  cmp <(without_times want.out) <(without_times "$name.out") || fail "$name differs"
}

@test "messy: semicolons, decimal commas, the day first" {
  clean >want.csv
  prep want.csv >want.out
  [[ $(wc -l <want.out) -gt 50 ]]
  export_as 'Bestellnummer;Kundennummer;Bestelldatum;Menge;Einzelpreis' \
    'printf "%d;%d;%02d.%02d.%04d %02d:%02d;%d;%s\n", $1, $2, d, m, y, H, M, $5, money($6, ",", "")' >a.csv
  same_as_clean german a.csv
  export_as 'Bestellnummer;Kundennummer;Bestelldatum;Menge;Einzelpreis;Ort' \
    'printf "%d;%d;%02d/%02d/%04d;%d;%s \200;M\374nchen\n", $1, $2, d, m, y, $5, money($6, ",", ".")' >b.csv
  same_as_clean latin1 --encoding cp1252 b.csv
  expect_error 3 '--encoding' cs-prep b.csv
}

@test "messy: currencies, thousands, minus on either side, ids as 17850.0" {
  clean >want.csv
  prep want.csv >want.out
  export_as 'InvoiceNo,CustomerID,InvoiceDate,Quantity,UnitPrice' \
    'printf "%d,%d.0,%d/%d/%04d %d:%02d,%d,\"$%s\"\n", $1, $2, m, d, y, H, M, $5, money($6, ".", ",")' >a.csv
  same_as_clean dollars a.csv
  export_as 'order_id,customer_id,order_date,quantity,amount' \
    'v = $5 * $6; printf "%d, %d ,%d %s %04d,%d,\"%s%s%s\"\n", $1, $2, d, substr("JanFebMarAprMayJunJulAugSepOctNovDec", 3 * m - 2, 3), y, $5, v < 0 ? "(" : "", money(v < 0 ? -v : v, ".", ","), v < 0 ? ")" : ""' >b.csv
  same_as_clean parentheses b.csv
  export_as 'order_id,customer_id,order_date,quantity,amount' \
    'v = $5 * $6; printf "%d,%d,%04d%02d%02d,%d,GBP %s%s\n", $1, $2, y, m, d, $5, money(v < 0 ? -v : v, ".", ""), v < 0 ? "-" : ""' >c.csv
  same_as_clean behind c.csv
}

@test "messy: serial days of a spreadsheet, TABs, CRLF, a byte order mark" {
  clean >want.csv
  prep want.csv >want.out
  { printf '\357\273\277'; export_as 'order_id	customer_id	order_date	quantity	unit_price' \
    'printf "%d\t%d\t%.5f\t%d\t%s\r\n", $1, $2, serial, $5, money($6, ".", "")'; } >a.tsv
  same_as_clean serial a.tsv
  export_as 'order_id,customer_id,order_date,quantity,unit_price' \
    'printf "%d,%d,%d,%d,%s\n", $1, $2, 1672531200 + $3 * 86400 + $4, $5, money($6, ".", "")' >b.csv
  same_as_clean unix b.csv
}

@test "messy: unsorted, in several files of different dialects" {
  clean >want.csv
  prep want.csv >want.out
  { head -n 1 want.csv; sed 1d want.csv | awk 'NR % 2' | shuf --random-source=<(yes); } >a.csv
  { head -n 1 want.csv; sed 1d want.csv | awk 'NR % 2 == 0'; } | tr , ';' >b.csv
  same_as_clean files b.csv a.csv
}

@test "messy: a row per line item or per order, totals or quantity times price" {
  clean >want.csv
  prep --make totals want.csv >want.out
  # One row an order and sign: the amounts added up.
  awk -F, 'NR == 1 { print "order_id,customer_id,order_date,amount"; next }
    { split($5, p, "."); key = $1 "," $2 "," substr($3, 1, 10) "," ($4 < 0); cents[key] += $4 * (p[1] * 100 + p[2]) }
    END { for (key in cents) { split(key, k, ","); c = cents[key]; s = c < 0 ? "-" : ""; if (c < 0) c = -c
      printf "%s,%s,%s,%s%d.%02d\n", k[1], k[2], k[3], s, c / 100, c % 100 } }' want.csv >orders.csv
  prep --make totals orders.csv >got.out
  local column
  for column in customer_id gross_spent refunded total_spent; do
    cmp <(awk -F, -v n=$column 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == n) c = i } { print $c }' want.out) \
        <(awk -F, -v n=$column 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == n) c = i } { print $c }' got.out) || fail "$column"
  done
}

@test "messy: a discount formula is the amount, and a customer table that lacks most ids joins the rest" {
  clean >want.csv
  awk -F, 'NR == 1 { print $0 ",Discount"; next } { print $0 ",0.25" }' want.csv >d.csv
  cs-prep -q --make totals --map 'amount=quantity*unit_price*(1-Discount)' d.csv >got.csv
  cs-prep -q --make totals want.csv >full.csv
  awk -F, 'FNR == 1 { for (i = 1; i <= NF; i++) if ($i == "gross_spent") c = i; next } NR == FNR { full[$1] = $c; next }
    { d = $c - 0.75 * full[$1]; if (d > 1e-6 || d < -1e-6) { print $1, $c, full[$1]; bad = 1 } } END { exit bad }' full.csv got.csv
  printf 'customer_id,city\n17001,Rome\n17037,Oslo\n99999,Nowhere\n' >c.csv
  expect_status 0 cs-prep --quality q.json -t want.csv c.csv
  [[ $(grep -c . <<<"$output") == 3 && $stderr == *"customers that the table of customers doesn't have"* ]]
}

@test "messy: a tenth of the rows bad is counted, and changes nothing else" {
  clean >want.csv
  prep want.csv >want.out
  awk -F, -v OFS=, 'NR == 1 { print; next } { print } NR % 10 == 0 { $4 = "many"; $1 = 90000 + NR; print }' want.csv >bad.csv
  prep --quality q.json --rejects r.csv bad.csv >got.out
  cmp want.out got.out
  [[ $(tr -d ' \n' <q.json) == *'"rule":"bad_number","rows_in":440,"rejected":40,'* && $(wc -l <r.csv) == 41 ]]
}

@test "messy: what may be read in two ways is refused, with the way out" {
  printf 'customer_id;order_date;amount\na;2024-01-01;1,234\nb;2024-01-02;2,500\n' >a.csv
  expect_error 3 '--decimal' cs-prep a.csv
  [[ $stderr == *'a.csv:2:'* ]]
  [[ $(cs-prep -q --make totals --decimal , a.csv | cut -d, -f 6) == $'total_spent\n1.234\n2.5' ]]
  [[ $(cs-prep -q --make totals --decimal . a.csv | cut -d, -f 6) == $'total_spent\n1234\n2500' ]]
  printf 'customer_id;order_date;amount\na;2024-01-01;1,5\nb;2024-01-02;2.5\n' >b.csv
  expect_error 3 'b.csv:3:' cs-prep b.csv
}
