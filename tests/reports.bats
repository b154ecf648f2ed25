#!/usr/bin/env bats
# What cs-report gives besides words: advice, privacy, pictures, and the whole set.
load helper

# customers NAME... : thirty customers in each segment of that kind, prepared columns without cs-prep.
customers() {
  echo 'customer_id,total_spent,total_transactions,days_since_last_purchase,avg_transaction_value,tenure_days,discount_share,spent_12m,cluster,cluster_name'
  local kind
  for kind; do
    awk -v kind="$kind" -v s=$((++number)) 'BEGIN {
      spent["best"] = 9000; orders["best"] = 60; days["best"] = 5; tenure["best"] = 700
      spent["loyal"] = 1500; orders["loyal"] = 25; days["loyal"] = 10; tenure["loyal"] = 600
      spent["lost"] = 40; orders["lost"] = 1; days["lost"] = 500; tenure["lost"] = 500
      spent["quiet"] = 2500; orders["quiet"] = 20; days["quiet"] = 300; tenure["quiet"] = 800
      spent["new"] = 60; orders["new"] = 1; days["new"] = 12; tenure["new"] = 20
      spent["bargain"] = 400; orders["bargain"] = 9; days["bargain"] = 30; tenure["bargain"] = 400; discount["bargain"] = 0.4
      for (i = 0; i < 30; i++) printf "%d,%d,%d,%d,%.2f,%d,%.2f,%d,%d,%s\n", s * 100 + i, spent[kind] + i, orders[kind] + (i % 3 == 2),
        days[kind] + i % 5, (spent[kind] + i) / (orders[kind] + (i % 3 == 2)), tenure[kind] + i % 3, discount[kind] + i / 1000, (spent[kind] + i) / 2, s, kind }'
  done
}

@test "cs-report: each kind of segment gets the advice that is for it" {
  customers best loyal lost quiet new bargain >c.csv
  cs-report -q --format md c.csv >r.md
  grep -qE '^\| best \|.*\| Look after them by name' r.md
  grep -qE '^\| loyal \|.*\| Widen what they buy' r.md
  grep -qE '^\| lost \|.*\| One low-cost try' r.md
  grep -qE '^\| quiet \|.*\| Ask why they stopped' r.md
  grep -qE '^\| new \|.*\| Bring them to a second' r.md
  grep -qE '^\| bargain \|.*\| Sell them bundles' r.md
  [[ $(grep '^1\. ' r.md | head -n 1) == '1. **quiet:** '* ]]
  # Thirty of 2,500 to 2,529, half of it, without halves: 37,710.
  grep -q '^37,710: what quiet spent in the last 12 months' r.md
  cs-report -q --format md --margin 0.3 c.csv | grep -q '^11,313: the margin, at 30 %, on what quiet spent'
  # Nothing is promised.
  run ! grep -qiE 'uplift|will (increase|raise|grow)' r.md
}

@test "cs-report: segments that hardly differ are to be treated as one" {
  { customers best quiet; customers best | tail -n +2 | head -n 29 | sed 's/,[0-9]*,best$/,3,twin/'; } >c.csv
  cs-report -q --format md c.csv | grep -qE '^\| twin \|.*\| treat as best \|$'
}

@test "cs-report: noise is to be looked at one by one, and tables of anything else get no advice" {
  customers best quiet new | sed 's/,3,new$/,-1,/' >c.csv
  cs-report -q --format md c.csv | grep -qE '^\| no pattern \|.*\| Look at them one by one'
  run ! grep -q 'to do' <(cs-report -q --format md --label species "$DATA/iris.csv")
}

@test "cs-report: recommendations of one's own, and what is wrong with them by line and column" {
  customers best lost >c.csv
  cp "$ROOT/configs/recommendations.yaml" ours.yaml
  cmp <(cs-report -q --format md c.csv) <(cs-report -q --format md --recommendations ours.yaml c.csv)
  printf 'version: 1\nrecommendations:\n  - action: Call\n    channel: telephone\n    kpi: answers\n' >ours.yaml
  cs-report -q --format md --recommendations ours.yaml c.csv | grep -qE '^\| best \|.*\| Call \|$'
  printf 'version: 1\nrecommendations:\n  - action: Call\n    channel: telephone\n' >bad.yaml
  expect_error 2 "bad.yaml:3:5: a recommendation has an action, a channel and a kpi" cs-report --recommendations bad.yaml c.csv
  printf 'version: 1\nrecommendations:\n  - action: Call\n    uplift: 20\n' >bad.yaml
  expect_error 2 "bad.yaml:4:5: 'uplift' is no key" cs-report --recommendations bad.yaml c.csv
  printf 'version: 1\nrecommendations:\n  - priority: 0\n' >bad.yaml
  expect_error 2 "bad.yaml:3:15: priority: '0'" cs-report --recommendations bad.yaml c.csv
  expect_error 4 "none.yaml" cs-report --recommendations none.yaml c.csv
}

@test "cs-report: what tells who somebody is stands in no report unless it is asked for" {
  awk 'BEGIN { OFS = ","
    print "customer_id,phone,postcode,birth_year_code,ip_address,zip,score,city,first_name,cluster"
    for (i = 0; i < 60; i++) print 1000 + i, 555000 + i, 90210, 1970 + i % 30, "10.0.0." i, 12345 + i, i, i % 2 ? "Rome" : "Oslo", i % 2 ? "Ann" : "Bob", i % 2 + 1 }' >c.csv
  for format in md html json text; do
    cs-report -q --format $format c.csv >"r.$format"
    run ! grep -qE 'phone|postcode|zip|first_name|Ann|Bob|10\.0\.0' "r.$format"
  done
  grep -q '"city"\|city' r.md
  cs-report -q --format md --include phone,zip c.csv >r.md
  grep -q phone r.md
  grep -q zip r.md
  run ! grep -q postcode r.md
}

@test "cs-report: names of columns that are personal, and of those that aren't" {
  local column
  for column in email E-Mail eMail customer_name firstName 'Last Name' phone_number Telefon mobile birth_date DateOfBirth 'date of birth' \
    dob address street Postcode zip PLZ ip_address clientIP nombre prenom Geburtsdatum customer_id; do
    printf '"%s",x,cluster\n' "$column" >c.csv
    awk 'BEGIN { for (i = 0; i < 40; i++) print i "," i "," i % 2 + 1 }' >>c.csv
    cs-report -q --format json c.csv | grep -qF "\"$column\"" && fail "$column is shown"
  done
  for column in product_name segment_name store_name country city region income age gender channel spent zipper_count shipping emails_opened_share tier; do
    printf '"%s",x,cluster\n' "$column" >c.csv
    awk 'BEGIN { for (i = 0; i < 40; i++) print i "," i "," i % 2 + 1 }' >>c.csv
    [[ $column == emails_* ]] || cs-report -q --format json c.csv | grep -qF "\"$column\"" || fail "$column isn't shown"
  done
}

@test "cs-report: the id stands in the page's table only where --include names it" {
  customers best lost >c.csv
  cs-report -q --format html c.csv >without.html
  cs-report -q --format html --include customer_id c.csv >with.html
  run ! grep -q '"id":\[' without.html
  [[ $(grep -o '"id":\["100","101"[^]]*' with.html | tr ',' '\n' | wc -l) == 60 ]]
  cmp <(cs-report -q --format md c.csv) <(cs-report -q --format md --include customer_id c.csv)
}

@test "cs-report: of fewer than ten customers in all nothing but their number is told" {
  customers best >c.csv
  head -n 5 c.csv >few.csv
  local format
  for format in md html; do
    cs-report -q --format "$format" few.csv >few.out
    # Their spend is 9,000 to 9,003: 36,006 in all, 9,001.50 on average.
    run ! grep -qE '36,?006|9,?00[0-3]|best quarter' few.out
    grep -q '4 customers' few.out
  done
  # Nor the average of those few who share two scores.
  { head -n 1 c.csv | sed 's/$/,rfm_recency,rfm_frequency/'; sed 1d c.csv | awk '{ print $0 "," (NR == 7 ? 2 : 5) ",5" }'; } >scored.csv
  cs-report -q --format html scored.csv | grep -o '"rfm":{.*"spend":[^}]*' >scores
  [[ $(<scores) == *'"counts":[[0,0,0,0,0],[0,0,0,0,1],'*'"spend":[[null,null,null,null,null],[null,null,null,null,null],'* ]]
}

@test "cs-report: names that are read from right to left leave what stands around them in order" {
  customers best loyal lost quiet new bargain | sed 's/quiet$/عملاء/' >c.csv
  cs-report -q --format html c.csv | grep -q 'what <bdi>عملاء</bdi> spent'
  cs-report -q --format md c.csv | grep -q $'what \xe2\x81\xa8عملاء\xe2\x81\xa9 spent'
  # The marks themselves can't be given from outside.
  customers best loyal lost quiet new bargain | sed $'s/quiet$/a\xe2\x81\xa9b\x02c\x03/' >c.csv
  cs-report -q --format html c.csv | grep -q 'what a?b?c? spent'
}

@test "cs-report: categories that stand out are those that a recount finds" {
  awk 'BEGIN { OFS = ","
    print "x,country,tier,note,cluster"
    for (i = 0; i < 400; i++) { s = i % 2 + 1; print i, (s == 1 && i % 3 ? "France" : "Spain"), (i % 5 ? "basic" : "gold"), "n" i, s } }' >c.csv
  cs-report -q --format json c.csv >r.json
  command -v jq >/dev/null || skip "jq is not there"
  # Of the 200 rows of segment 1 those with i % 3 > 0 are in France, and nobody else.
  france=$(awk -F, '$2 == "France"' c.csv | wc -l)
  jq -e --argjson n "$france" '.segments[0].categories | any(.column == "country" and .value == "France" and .rows == $n and (.share - $n / 200 | fabs) < 1e-12 and (.index - 200 | fabs) < 1e-9)' r.json
  jq -e '.segments[1].categories | all(.value != "France")' r.json
  jq -e '[.segments[].categories[].column] | all(. == "country")' r.json
}

need_gnuplot() { command -v gnuplot >/dev/null || skip 'gnuplot is not installed'; }

# without_gnuplot COMMAND...: a PATH that has all but gnuplot.
without_gnuplot() {
  mkdir -p bin
  local program
  for program in "$BUILD"/bin/cs-*; do ln -sf "$program" bin/; done
  PATH=$PWD/bin "$@"
}

@test "cs-report: the whole set, by the names of the kind, the same bytes each time" {
  need_gnuplot
  cs-gen -q -n 200 | cs-prep -q --quality q.json -o p.csv
  cs-kmeans -q -k 2..4 --save k.json -o k.csv p.csv
  cs-dbscan -q --save d.json -o d.csv p.csv
  cs-report -q --all new/folder --quality q.json --model k.json k.csv
  cs-report -q --all new/folder --quality q.json --model d.json d.csv
  (cd new/folder && printf '%s\n' *) >names
  printf '%s\n' dbscan_cluster_comparison.png dbscan_clustering_report.md dbscan_clustering_visualization.png dbscan_dashboard.html dbscan_k_distance.png \
    dbscan_lorenz.png dbscan_rfm.png dbscan_silhouette.png kmeans_cluster_comparison.png kmeans_clustering_report.md kmeans_clustering_visualization.png \
    kmeans_dashboard.html kmeans_lorenz.png kmeans_rfm.png kmeans_silhouette.png optimal_k_analysis.png | diff - names
  # The document shows the pictures that are there.
  grep -o '([a-z_]*\.png)' new/folder/kmeans_clustering_report.md | tr -d '()' | while read -r file; do [[ -s new/folder/$file ]]; done
  [[ $(grep -c '^!\[..*\](' new/folder/kmeans_clustering_report.md) == 6 ]]
  cs-report -q -j 1 --all again --quality q.json --model k.json k.csv
  for file in again/*; do cmp "$file" "new/folder/${file##*/}"; done
}

@test "cs-report: the set appears whole or not at all" {
  customers best quiet >c.csv
  mkdir out
  echo old >out/clustering_report.md
  mkdir out/dashboard.html
  run -4 cs-report -q --all out c.csv
  [[ $(cat out/clustering_report.md) == old && $(find out -type f | wc -l) == 1 ]]
  touch file
  expect_error 4 "file" cs-report --all file/folder c.csv
}

@test "cs-report: without gnuplot all but the pictures is there, and one line says what is missing" {
  customers best quiet >c.csv
  without_gnuplot cs-report --all out c.csv 2>said
  [[ $(grep -c 'gnuplot' said) == 1 ]]
  grep -q 'gnuplot is not installed' said
  [[ -s out/clustering_report.md && -s out/dashboard.html && $(find out -type f | wc -l) == 2 ]]
  expect_error 4 "gnuplot is not installed" without_gnuplot cs-report --plot lorenz c.csv
}

@test "cs-report: one picture, PNG or SVG, of two resolutions; one that the table hasn't what for says what it needs" {
  need_gnuplot
  customers best quiet >c.csv
  cs-report -q --plot comparison c.csv >one.png
  cs-report -q --plot comparison --resolution 2 c.csv >two.png
  wide() { od -An -tu1 -j16 -N4 "$1" | awk '{ print $1 * 16777216 + $2 * 65536 + $3 * 256 + $4 }'; }
  [[ $(wide two.png) == $((2 * $(wide one.png))) ]]
  cs-report -q --plot lorenz --image svg c.csv | head -n 1 | grep -q '<?xml'
  expect_error 3 "this picture needs a model" cs-report --plot optimal-k c.csv
  expect_error 3 "this picture needs customers with RFM scores" cs-report --plot rfm c.csv
  expect_error 2 "plot" cs-report --plot pie c.csv
}

@test "cs-report: the names of twelve columns stand whole in the picture that compares segments" {
  need_gnuplot
  cs-gen -q -n 200 | cs-prep -q | cs-kmeans -q -k 3 | cs-report -q --plot comparison --image svg >c.svg
  [[ $(grep -oE 'engagement|categories|purchases' c.svg | sort -u | wc -l) == 3 ]]
  run ! grep -qE '[a-z]…' c.svg
}
