load helper

# A life after the fit: clusters that keep their numbers (--match), and their most typical rows (--medoids).

setup_file() { find_real_data; }

# list FILE KEY - the numbers of an array of a model, separated by blanks.
list() { tr -d '\n' <"$1" | grep -oE "\"$2\": *\[[^]]*\]" | grep -oE '[0-9.]+' | xargs; }

# value FILE KEY - a number of a model.
value() { grep -oE "\"$2\": *[-0-9.e]+" "$1" | head -n 1 | sed 's/.*: *//'; }

# clusters FILE - the column cluster.
clusters() {
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "cluster") c = i; next } { print $c }' "$1"
}

# lines FILE N... - these lines, in this order.
lines() {
  local file=$1 line
  shift
  for line; do sed -n "${line}p" "$file"; done
}

# blobs PLACE... - 40 rows around each place on a line, far from one another, in turn; "10:5" is 5 rows.
blobs() {
  echo 'id,x,y'
  printf '%s\n' "$@" | awk -F: '{ n = $2 ? $2 : 40; for (i = 1; i <= n; i++) print ++id "," $1 + i % 7 / 10 "," i % 5 / 10 }'
}

# follows OLD NEW MODEL: what --match promises of two tables of clusters of the same rows, counted anew: kept rows as the model
# says, no old number without half the rows, new numbers above all old ones.
follows() {
  paste -d, <(clusters "$1") <(clusters "$2") | awk -F, -v highest="$4" -v said="$(value "$3" rows_kept)" '
    { both[$1, $2]++; size[$2]++; kept += $1 == $2; n++ }
    END {
      for (c in size) {
        if (c + 0 <= highest + 0 && 2 * both[c, c] < size[c]) { print "cluster " c " kept its number with " both[c, c] " rows of " size[c]; bad = 1 }
      }
      if ((kept / n - said) ^ 2 > 1e-12) { print "kept " kept / n ", said " said; bad = 1 }
      exit bad
    }'
}

@test "match: the same rows in any order have the same clusters as before" {
  cs-kmeans -q -k 5 --save old.json -o old.csv "$DATA/iris.csv"
  cs-kmeans -q -k 5 --match old.json --save new.json -o new.csv "$DATA/iris.csv"
  cmp old.csv new.csv
  [[ $(value new.json rows_kept) == 1 && $(list new.json new) == '' && $(list new.json gone) == '' ]]
  { head -n 1 "$DATA/iris.csv"; tail -n +2 "$DATA/iris.csv" | tac; } >turned.csv
  cs-kmeans -q -k 5 --match old.json turned.csv | tail -n +2 | sort >a
  tail -n +2 old.csv | sort >b
  cmp a b
}

@test "match: numbers follow the rows, not the sizes" {
  blobs 10:50 20:40 30:30 >old.csv
  blobs 10:20 20:40 30:60 >new.csv
  cs-kmeans -q -k 3 -f x,y --scale none --save old.json -o old-clusters.csv old.csv
  cs-kmeans -q -k 3 -f x,y --scale none --match old.json --save new.json -o out.csv new.csv
  [[ $(clusters out.csv | uniq -c | xargs) == '20 1 40 2 60 3' ]]
  [[ $(list new.json numbers) == '3 2 1' && $(list new.json sizes) == '60 40 20' ]]
}

@test "match: a cluster that appears gets a new number, one that vanishes leaves its own unused for ever" {
  blobs 10:50 20:40 30:30 >one.csv
  blobs 10:50 20:40 90:45 >two.csv # 30 is gone, 90 is new: nearest to 30, but in half of nobody's
  blobs 10:50 20:40 90:45 50:44 30:43 >three.csv
  cs-kmeans -q -k 3 -f x,y --scale none --save one.json -o one.out one.csv
  cs-kmeans -k 2..4 -f x,y --scale none --match one.json --save two.json -o two.out two.csv 2>err
  # What is far beyond 30 is labelled 3 by the old model: all of it, so it goes on as 3.
  [[ $(clusters two.out | uniq -c | xargs) == '50 1 40 2 45 3' ]]
  cs-kmeans -k 5 -f x,y --scale none --match two.json --save three.json -o three.out three.csv 2>err
  [[ $(value three.json highest_number) == 5 && $(list three.json new) == '4 5' ]]
  grep -q 'cluster 4 is new: 43 rows (19.4 %), 100.0 % of them were in cluster 2' err
  # Back to two: 2 and the new ones are gone, and what comes next is 6.
  blobs 10:50 90:45 >four.csv
  cs-kmeans -k 2 -f x,y --scale none --match three.json --save four.json -o four.out four.csv 2>err
  [[ $(list four.json gone) == '2 4 5' && $(value four.json highest_number) == 5 ]]
  grep -q 'cluster 2 is gone: no row here would be in it' err
  blobs 10:50 90:45 20:30 >five.csv
  cs-kmeans -q -k 3 -f x,y --scale none --match four.json --save five.json -o five.out five.csv
  [[ $(list five.json new) == 6 && $(value five.json highest_number) == 6 ]]
}

@test "match: what is said of customers is what can be counted, from 3 segments to 8 and back" {
  cs-gen -n 3000 -s 1 | cs-prep -q -o old.csv
  cs-gen -n 3000 -s 2 | cs-prep -q -o new.csv
  for k in 3 5 8; do
    cs-kmeans -q -k "$k" --save old.json -o /dev/null old.csv
    cs-kmeans -q --load old.json -o by-old.csv new.csv
    for new in 3 4 7; do
      cs-kmeans -q -k "$new" --match old.json --save new.json -o by-new.csv new.csv
      follows by-old.csv by-new.csv new.json "$k"
      [[ $(clusters by-new.csv | sort -u | wc -l) == "$new" ]]
      # The model that was saved gives the same numbers.
      cs-kmeans -q --load new.json new.csv | cmp - by-new.csv
    done
  done
}

@test "match: in Online Retail customers keep their numbers from one half year to the whole year" {
  needs online-retail
  orders=$(find "$REAL_DATA/online-retail" -name '*.csv' -size +1M | sort | head -n 1)
  [[ $orders ]] || skip 'no orders there'
  cs-prep -q --save prep.json -o old.csv --as-of 2011-09-10 "$orders"
  cs-prep -q --load prep.json --as-of 2011-12-10 -o new.csv "$orders"
  cs-kmeans -q -k 4 --save old.json -o /dev/null old.csv
  cs-kmeans -q --load old.json -o by-old.csv new.csv
  cs-kmeans -q -k 4 --match old.json --save new.json -o by-new.csv new.csv
  follows by-old.csv by-new.csv new.json 4
  awk -v kept="$(value new.json rows_kept)" 'BEGIN { exit !(kept >= 0.8) }'
}

@test "match: threads don't matter, and --load beside it is a usage error" {
  cs-kmeans -q -k 4 --save old.json -o old.csv "$DATA/iris.csv"
  cs-kmeans -q -k 6 -j 1 --match old.json --save one.json -o one.csv "$DATA/iris.csv"
  cs-kmeans -q -k 6 -j 8 --match old.json --save eight.json -o eight.csv "$DATA/iris.csv"
  cmp one.csv eight.csv && cmp one.json eight.json
  expect_status 2 cs-kmeans --load old.json --match old.json "$DATA/iris.csv"
  expect_status 4 cs-kmeans -k 3 --match nowhere.json "$DATA/iris.csv"
}

@test "match: a table without a feature of the old model is refused, and so are numbers that are none" {
  cs-kmeans -q -k 3 --save old.json -o /dev/null "$DATA/iris.csv"
  cut -d, -f1-3 "$DATA/iris.csv" >less.csv
  expect_status 3 cs-kmeans -k 3 --match old.json -o out.csv less.csv
  [[ $stderr == *petal_width* && ! -e out.csv ]]
  for numbers in '[1, 2]' '[1, 2, 2]' '[0, 1, 2]' '[1, 2, 2.5]' '[1, 2, "3"]' 'null' '3'; do
    sed "s/\"numbers\": .*/\"numbers\": $numbers,/" old.json >broken.json
    expect_status 3 cs-kmeans --load broken.json "$DATA/iris.csv"
    [[ $stderr == *"broken.json: 'numbers' doesn't hold"* ]]
  done
  sed 's/"highest_number": .*/"highest_number": 2,/' old.json >broken.json
  expect_status 3 cs-kmeans --load broken.json "$DATA/iris.csv"
  # Models of before there were numbers call their clusters 1 to k.
  grep -v '"numbers"\|"highest_number"' old.json >older.json
  cmp <(cs-kmeans -q --load older.json "$DATA/iris.csv") <(cs-kmeans -q --load old.json "$DATA/iris.csv")
}

@test "medoids: those of iris are the rows with the least sum of distances, whole, by cluster" {
  iris() { cs-kmeans -q --scale none --restarts 100 -o out.csv "$@" "$DATA/iris.csv"; }
  iris -k 3 --medoids three.csv
  cmp three.csv <(lines out.csv 1 80 9 114) # tests/oracle/medoids.py; the header is line 1
  iris -k 5 --medoids five.csv
  cmp five.csv <(lines out.csv 1 9 65 71 114 109)
  iris -k 3 --medoids five.json --to json
  [[ $(grep -c '"cluster":' five.json) == 3 ]]
}

@test "medoids: also of a model's rows, in the order of the numbers, and never half a file" {
  cs-kmeans -q -k 3 --save old.json -o /dev/null "$DATA/iris.csv"
  cs-kmeans -q --load old.json --medoids medoids.csv --distance -o out.csv "$DATA/iris.csv"
  [[ $(clusters medoids.csv | xargs) == '1 2 3' && $(wc -l <medoids.csv) == 4 ]]
  grep -vxFf out.csv medoids.csv && return 1
  # A cluster that no row is in has none.
  head -n 20 "$DATA/iris.csv" | cs-kmeans -q --load old.json --medoids some.csv -o out.csv
  [[ $(clusters some.csv | xargs) == "$(clusters out.csv | sort -nu | xargs)" && $(wc -l <some.csv) == 2 ]]
  echo before >kept.csv
  expect_status 4 cs-kmeans -q -k 3 --medoids nowhere/m.csv -o out2.csv "$DATA/iris.csv"
  expect_status 3 cs-kmeans -q -k 3 --medoids kept.csv /dev/null
  [[ $(<kept.csv) == before && ! -e out2.csv ]]
}
