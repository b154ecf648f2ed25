# cs-prep reads orders as a stream: what it remembers is 16 bytes a customer-day, 16 a row while duplicates are told, and
# the customers.
load helper

# peak LOG - the largest peak memory of a run's phases, in MiB.
peak() {
  sed -nE 's/.*peak memory ([0-9.]+) MiB.*/\1/p' "$1" | sort -g | tail -n 1
}

# within_bound CUSTOMERS OPTION... - orders on the fly, against the bound: 200 bytes a customer and 16 MiB besides.
within_bound() {
  local customers=$1
  shift
  [[ $BUILD != *asan* ]] || skip "the sanitizer's own memory would be measured"
  pipe "cs-gen -q -n $customers --only transactions $* | cs-prep -v -o prep.csv 2>log"
  awk -F, -v peak="$(peak log)" -v rows="$(sed -nE 's/.*read: .* ([0-9]+) rows.*/\1/p' log)" '
    NR == 1 { for (i = 1; i <= NF; i++) if ($i == "purchase_days") c = i; next }
    { days += $c; customers++ }
    END {
      bound = (16 * days + 16 * rows + 200 * customers) / 1048576 + 16
      printf "%d rows, %d customer-days, %d customers: peak %.1f MiB, bound %.1f MiB\n", rows, days, customers, peak, bound
      exit !(rows > 0 && peak > 0 && peak <= bound)
    }' prep.csv
}

@test "cs-prep: 200 MB of orders through a pipe stay within 16 bytes a customer-day and 16 a row" {
  within_bound 100000
}

@test "cs-prep: a table of few customers and many orders stays within the same bound" {
  within_bound 1000 --start 2000-01-01 --mix high_value=1
}

# same_audit: the audits agree, but for the places of rows: rows that are elsewhere are said to be elsewhere.
same_audit() { cmp <(grep -v '"lines":' want.json) <(grep -v '"lines":' got.json); }

@test "cs-prep: orders in files, in parts and in any order of rows give the same bytes" {
  cs-gen -q -n 3000 --only transactions --refunds 0.05 --duplicates 0.01 -o orders.csv
  cs-prep -q --quality want.json --rejects want-bad.csv orders.csv -o want.csv
  # Some 6 MB are two parts; a pipe that dribbles, threads, and the rows of one customer far apart change nothing.
  dd bs=977 status=none <orders.csv | cs-prep -q -j 2 --quality got.json --rejects bad.csv -o got.csv
  cmp want.csv got.csv
  cmp <(sed 's/"orders.csv:/"-:/g' want.json) got.json
  cmp want-bad.csv bad.csv
  { head -n 1 orders.csv; tail -n +2 orders.csv | sort -t, -k3; } | cs-prep -q --quality got.json -o got.csv
  cmp want.csv got.csv
  same_audit
  split -n l/3 orders.csv part.
  for part in part.ab part.ac; do { head -n 1 orders.csv; cat "$part"; } >"$part.csv"; done
  cs-prep -q --quality got.json part.aa part.ab.csv part.ac.csv -o got.csv
  cmp want.csv got.csv
  same_audit
}

@test "cs-prep: JSON and CSV rows give the same customers, and the rejects of JSON wait for all columns" {
  cs-gen -q -n 2000 --only transactions --invalid 0.01 -o orders.csv
  cs-prep -q --rejects want-bad.csv orders.csv -o want.csv
  cs-gen -q -n 2000 --only transactions --invalid 0.01 --to jsonl -o orders.jsonl
  cs-prep -q --rejects bad.csv orders.jsonl -o got.csv
  cmp want.csv got.csv
  cmp want-bad.csv bad.csv
  [[ $(wc -l <bad.csv) -gt 100 ]]
}
