# Memory is part of the contract of the table: 1.25 x the input's bytes, 8 bytes a row, 16 MiB; 8 more for each number
# that is decoded later, or made: cs-scale scales a column where it was decoded.
load helper

# within_bound FILE ROWS FORMAT - takes the peak of reading from the run's own phases.
within_bound() {
  local peak
  [[ $BUILD != *asan* ]] || skip "the sanitizer's own memory would be measured"
  cs-scale -v -f b --from "$3" -o /dev/null "$1" 2>log
  peak=$(sed -nE 's/.*read: .*peak memory ([0-9.]+) MiB/\1/p' log)
  [[ -n $peak ]] || { cat log; return 1; }
  awk -v peak="$peak" -v bytes="$(wc -c <"$1")" -v rows="$2" 'BEGIN {
    bound = (1.25 * bytes + 8 * rows) / 1048576 + 16
    printf "peak %.1f MiB, bound %.1f MiB\n", peak, bound
    exit !(peak > 0 && peak <= bound)
  }'
}

@test "memory: a CSV table of many short rows stays within the bound" {
  { echo a,b; yes '"x, y",7.25' | head -n 3000000; } >table.csv
  within_bound table.csv 3000000 csv
}

@test "memory: a CSV table of long rows stays within the bound" {
  { echo a,b; yes "$(printf 'x%.0s' {1..2000}),7.25" | head -n 40000; } >table.csv
  within_bound table.csv 40000 csv
}

@test "memory: JSON Lines stay within the bound" {
  yes '{"a":"some text \u00e9","b":7.25,"c":null}' | head -n 1000000 >table.jsonl
  within_bound table.jsonl 1000000 jsonl
}

# scale_within_bound NUMBERS OPTION... - takes the peak of a whole run on table.csv; NUMBERS are decoded or made in a row.
scale_within_bound() {
  local peak rows numbers=$1
  shift
  [[ $BUILD != *asan* ]] || skip "the sanitizer's own memory would be measured"
  cs-scale -v -j 2 -o /dev/null "$@" table.csv 2>log
  peak=$(sed -nE 's/.*write: .*peak memory ([0-9.]+) MiB/\1/p' log)
  [[ -n $peak ]] || { cat log; return 1; }
  rows=$(($(wc -l <table.csv) - 1))
  awk -v peak="$peak" -v bytes="$(wc -c <table.csv)" -v rows="$rows" -v numbers="$numbers" 'BEGIN {
    bound = (1.25 * bytes + 8 * rows + 8 * numbers * rows) / 1048576 + 16
    printf "peak %.1f MiB, bound %.1f MiB\n", peak, bound
    exit !(peak > 0 && peak <= bound)
  }'
}

# 3 million rows; a thousand different values, and in column b one of them is missing.
many_rows() {
  yes "$(awk 'BEGIN { for (i = 0; i < 1000; i++) print i * i % 1009 / 8 "," (i == 7 ? "" : i * 37 % 1013) }')" |
    head -n 3000000 | sed 1ia,b >table.csv
}

@test "memory: one column of many rows is scaled in place, by any method" {
  many_rows
  for method in standard robust yeo-johnson quantile; do scale_within_bound 1 -f a --method $method; done
}

@test "memory: missing cells cost a bit a row, components their own numbers" {
  many_rows
  scale_within_bound 1 -f b --impute median
  scale_within_bound 2 --impute drop
  scale_within_bound 3 --impute mean --pca 1
}

@test "memory: the way back takes no more" {
  many_rows
  cs-scale -q --impute mean --method quantile --save m.json -o scaled.csv table.csv
  mv scaled.csv table.csv
  scale_within_bound 2 --load m.json --invert
}

# prep_within_bound BYTES OPTION... - cs-prep on orders.csv: BYTES a row, 300 a customer, and 20 MiB for the part that is read.
prep_within_bound() {
  local peak bytes=$1
  shift
  [[ $BUILD != *asan* ]] || skip "the sanitizer's own memory would be measured"
  cs-prep -v -j 2 --make totals -o /dev/null "$@" orders.csv 2>log
  peak=$(sed -nE 's/.*write: .*peak memory ([0-9.]+) MiB/\1/p' log)
  [[ -n $peak ]] || { cat log; return 1; }
  awk -v peak="$peak" -v bytes="$bytes" 'BEGIN {
    bound = (bytes * 1600000 + 300 * 20000) / 1048576 + 20
    printf "peak %.1f MiB, bound %.1f MiB\n", peak, bound
    exit !(peak > 0 && peak <= bound)
  }'
}

@test "memory: orders take 16 bytes a customer-day, and 16 a row while duplicates are removed" {
  # 20,000 customers, 80 days of each
  awk 'BEGIN {
    print "customer_id,date,amount"
    for (d = 0; d < 80; d++)
      for (c = 0; c < 20000; c++)
        printf "%d,2024-%02d-%02d,%.2f\n", 100000 + c, 1 + d % 12, 1 + (c + 3 * int(d / 12)) % 28, 5 + (c * 7 + d * 13) % 1000 / 10
  }' >orders.csv
  prep_within_bound 16 --dedupe no
  prep_within_bound 32 --dedupe yes
}

# Numbers stand once, in the matrix, also while columns are made rows of; besides, 24 bytes a row for the fit, and the labels.
@test "memory: cs-kmeans holds the text, the matrix and 24 bytes a row" {
  [[ $BUILD != *asan* ]] || skip "the sanitizer's own memory would be measured"
  yes "$(awk 'BEGIN { for (i = 0; i < 1000; i++) { for (j = 1; j <= 7; j++) printf "%d,", i * i * j % 1009; print i % 101 } }')" |
    head -n 3000000 | sed 1ia,b,c,d,e,f,g,h >table.csv
  head -n 5 table.csv >centres.csv
  for options in '--scale none' '--scale none --algorithm lloyd' '--scale robust --save m.json'; do
    # shellcheck disable=SC2086
    cs-kmeans -v -j 2 --init centres.csv --exchange no --max-iter 20 $options -o /dev/null table.csv 2>log
    peak=$(sed -nE 's/.*write: .*peak memory ([0-9.]+) MiB/\1/p' log)
    [[ -n $peak ]] || { cat log; return 1; }
    awk -v peak="$peak" -v bytes="$(wc -c <table.csv)" 'BEGIN {
      bound = (1.25 * bytes + (8 + 8 * 8 + 24) * 3000000) / 1048576 + 32
      printf "peak %.1f MiB, bound %.1f MiB\n", peak, bound
      exit !(peak > 0 && peak <= bound)
    }'
  done
}

@test "memory: columns of text cost cs-kmeans nothing, nor does one that turns out to be text late" {
  [[ $BUILD != *asan* ]] || skip "the sanitizer's own memory would be measured"
  yes "$(awk 'BEGIN { for (i = 0; i < 1000; i++) print "p,q,r,s,t,u," i * i % 1009 "," i % 101 }')" |
    head -n 3000000 | sed -e 1ia,b,c,d,e,f,g,h -e '3000000s/,[0-9]*$/,x/' >table.csv
  cs-kmeans -v -j 2 -k 2 --restarts 1 --max-iter 5 --scale none -o /dev/null table.csv 2>log
  peak=$(sed -nE 's/.*write: .*peak memory ([0-9.]+) MiB/\1/p' log)
  awk -v peak="$peak" -v bytes="$(wc -c <table.csv)" 'BEGIN {
    bound = (1.25 * bytes + (8 + 2 * 8 + 24) * 3000000) / 1048576 + 32
    printf "peak %.1f MiB, bound %.1f MiB\n", peak, bound
    exit !(peak > 0 && peak <= bound)
  }'
}

# dbscan_within BYTES OPTION... - the text, the matrix and so many bytes a row.
dbscan_within() {
  local bytes=$1
  shift
  cs-dbscan -v -j 2 -m 5 --scale none "$@" -o /dev/null table.csv 2>log
  peak=$(sed -nE 's/.*write: .*peak memory ([0-9.]+) MiB/\1/p' log)
  [[ -n $peak ]] || { cat log; return 1; }
  awk -v peak="$peak" -v text="$(wc -c <table.csv)" -v bytes="$bytes" 'BEGIN {
    bound = (1.25 * text + (8 + 2 * 8 + bytes) * 2000000) / 1048576 + 32
    printf "peak %.1f MiB, bound %.1f MiB\n", peak, bound
    exit !(peak > 0 && peak <= bound)
  }'
}

@test "memory: cs-dbscan holds the text, the matrix and 40 bytes a row, however many neighbours there are, and 100 to find eps" {
  [[ $BUILD != *asan* ]] || skip "the sanitizer's own memory would be measured"
  awk 'BEGIN { print "x,y"; for (i = 0; i < 2000000; i++) printf "%d,%d\n", i * 7919 % 10007, i % 9973 }' >table.csv
  dbscan_within 40 -e 5
  dbscan_within 40 -e 3000 # a million neighbours and more
  dbscan_within 100
}

@test "memory: the weights of rows cost cs-dbscan 8 bytes a row, besides the column, where eps is found" {
  [[ $BUILD != *asan* ]] || skip "the sanitizer's own memory would be measured"
  awk 'BEGIN { print "x,y,w"; for (i = 0; i < 2000000; i++) printf "%d,%d,%d\n", i * 7919 % 10007, i % 9973, 1 + i % 4 }' >table.csv
  dbscan_within 116 --row-weights w
}
