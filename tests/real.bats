# Real data that nobody here wrote, against published numbers. The data isn't part of the project: without it (a folder
# named by $CS_DATA, or ../shared/data beside the checkout) these tests are skipped, and say so.
load helper

setup_file() { find_real_data; }

# number FILE KEY - the first number under "KEY" of a JSON document.
number() {
  grep -oE "\"$2\": *-?[0-9.eE+-]+" "$1" | head -n 1 | sed 's/.*: *//'
}

# model_is FILE KEY VALUE DECIMALS - the number of the model, rounded, is the published one.
model_is() {
  local got
  got=$(number "$1" "$2")
  [[ $(printf "%.$4f" "$got") == "$3" ]] || { echo "$2 is $got, published is $3"; return 1; }
}

# reaches TABLE FEATURES K RESTARTS INERTIA SILHOUETTE CH DB
reaches() {
  cs-kmeans -q --scale none -f "$2" -k "$3" --restarts "$4" --save model.json -o out.csv "$1"
  model_is model.json inertia "$5" "${#5}" 2>/dev/null || model_is model.json inertia "$5" 4
  [[ -z ${6-} ]] || model_is model.json silhouette "$6" 6
  [[ -z ${7-} ]] || model_is model.json calinski_harabasz "$7" 4
  [[ -z ${8-} ]] || model_is model.json davies_bouldin "$8" 6
}

@test "cs-kmeans: Mall customers reach the published inertia, silhouette, CH and DB for k up to 10" {
  needs mall-customers/Mall_Customers.csv
  local mall=$REAL_DATA/mall-customers/Mall_Customers.csv columns='4,5'
  reaches "$mall" "$columns" 1 1 269981.2800
  reaches "$mall" "$columns" 2 100 181363.5960 0.296897 96.7465 1.256774
  reaches "$mall" "$columns" 3 100 106348.3731 0.467614 151.5570 0.715277
  reaches "$mall" "$columns" 4 100 73679.7890 0.493196 174.0644 0.710364
  reaches "$mall" "$columns" 5 100 44448.4554 0.553932 247.3590 0.572563
  reaches "$mall" "$columns" 6 100 37233.8145 0.539761 242.5376 0.652243
  reaches "$mall" "$columns" 7 100 30227.6065 0.528194 255.1335 0.714705
  reaches "$mall" "$columns" 8 100 24986.5256 0.458513 268.9392 0.753184
  reaches "$mall" "$columns" 9 100 21794.8856 0.460504 271.8734 0.755237
  reaches "$mall" "$columns" 10 100 19634.5546 0.450566 269.1733 0.754907
}

# One run over Online Retail serves the tests below.
retail() {
  needs online-retail/online_retail.csv
  RETAIL=$BATS_FILE_TMPDIR/retail
  if [[ ! -e $RETAIL/done ]]; then
    mkdir -p "$RETAIL"
    cs-prep --quality "$RETAIL/quality.json" "$REAL_DATA/online-retail/online_retail.csv" \
      >"$RETAIL/prep.csv" 2>"$RETAIL/prep.log"
    cs-kmeans -k auto --save "$RETAIL/model.json" "$RETAIL/prep.csv" >"$RETAIL/clusters.csv" 2>"$RETAIL/kmeans.log"
    touch "$RETAIL/done"
  fi
}

@test "cs-prep: the audit of Online Retail shows the published counts and adds up" {
  retail
  local flat
  flat=$(tr -d ' \n' <"$RETAIL/quality.json")
  [[ $flat == *'"rows_in":541909'* ]]
  [[ $flat == *'"rejected":135080'* ]]
  grep -qE '"rows_out":397884,"customers":4338,"revenue":8911407\.904[,}]' <<<"$flat"
  [[ $flat == *'"rows_out":392692'* ]]
  # Row by row: what goes in is what was rejected and what comes out, and the next stage begins there.
  grep -oE '"rows_in":[0-9]+,"rejected":[0-9]+,"rows_out":[0-9]+' <<<"$flat" | tr -c '0-9\n' ' ' | awk '
    NR > 1 && $1 != last { print "stage " NR " begins with " $1 " rows, the one before ended with " last; bad = 1 }
    $1 - $2 != $3 { print "stage " NR ": " $1 " - " $2 " is not " $3; bad = 1 }
    { last = $3 }
    END { exit bad || NR < 5 }'
}

@test "cs-kmeans: Online Retail's customers fall into 3 to 8 stable segments, none tiny, none dominant" {
  retail
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "cluster") c = i; next }
    { size[$c]++; n++ }
    END {
      for (s in size) { k++; if (size[s] < 0.03 * n || size[s] > 0.6 * n) { print "segment " s ": " size[s] " of " n; bad = 1 } }
      if (k < 3 || k > 8) { print k " segments"; bad = 1 }
      exit bad
    }' "$RETAIL/clusters.csv"
  # Each with a bootstrap Jaccard of 0.75 or more, by the model's own evidence for the k that was chosen.
  local k flat
  k=$(number "$RETAIL/model.json" k)
  flat=$(tr -d ' \n' <"$RETAIL/model.json" | grep -oE "\{\"k\":$k,[^}]*\"stability\":\[[^]]*\]")
  [[ -n $flat ]]
  sed 's/.*"stability":\[//; s/\].*//' <<<"$flat" | tr ',' '\n' | awk -v k="$k" '$1 < 0.75 { print; bad = 1 } END { exit bad || NR != k }'
}

@test "cs-prep: the 305 daily files given together are the one file" {
  retail
  needs online-retail/by-day.tar.xz
  mkdir days
  tar -xJf "$REAL_DATA/online-retail/by-day.tar.xz" -C days
  find days -name '*.csv' -print0 | sort -z | xargs -0 cs-prep -q >days.csv
  cmp days.csv "$RETAIL/prep.csv"
}

@test "cs-scale: every method agrees with scikit-learn on iris, wine, mall, wholesale and Online Retail customers" {
  needs online-retail/online_retail.csv
  /usr/bin/python3 -c 'import pandas, sklearn' 2>/dev/null || skip "scikit-learn isn't here"
  /usr/bin/python3 "$BATS_TEST_DIRNAME/oracle/scale_tables.py" "$BUILD/bin/cs-scale" "$REAL_DATA"
}

# retail_marked RULE SUM LINE... - the rule marks customers of Online Retail whose ids add up to SUM, so many by each mark as
# the lines say; and where R and robustbase are here, the very same customers as theirs.
retail_marked() {
  local rule=$1 sum=$2
  shift 2
  cs-prep -q --outliers "$rule" "$REAL_DATA/online-retail/online_retail.csv" |
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "outlier_rule") c = i; next } $c != "" { print $1 "," $c }' >got
  [[ $(awk -F, '{ s += $1 } END { print s }' got) == "$sum" ]] || fail "$rule: the ids add up to another sum than $sum"
  diff <(cut -d, -f2 got | sort | uniq -c | awk '{ print $1, $2 }') <(printf '%s\n' "$@" | sort -k2) || fail "by $rule"
  Rscript -e 'library(robustbase)' >/dev/null 2>&1 || return 0
  Rscript "$BATS_TEST_DIRNAME/oracle/outliers.R" "$RETAIL/prep.csv" "$rule" >want || return 1
  cmp got want || fail "R marks others by $rule"
}

@test "cs-prep: Online Retail's outliers are those of R's quantile, sd, mad and covMcd" {
  retail
  local orders=total_transactions spent=total_spent
  retail_marked iqr 590166 "12 iqr:$orders" "27 iqr:$spent"
  retail_marked z 567669 "27 z:$orders" "10 z:$spent"
  retail_marked mad 305039 "8 mad:$orders" "12 mad:$spent"
  retail_marked percentile 2050811 '78 percentile:days_since_last_purchase' "34 percentile:$orders" "23 percentile:$spent"
  retail_marked mahalanobis 2100520 '140 mahalanobis'
}

# suite_table BATTERY SET - the set of the benchmark suite, as set.txt; 1 when it isn't there.
suite_table() {
  local file=$REAL_DATA/clustering-data-v1/$1/$2.data.gz
  [[ -e $file ]] || file=$(find "$REAL_DATA/clustering-data-v1-g2mg" -name "$2.data.gz" | head -n 1)
  [[ -e $file ]] && zcat "$file" | sed 's/^ *//; s/ *$//' >set.txt
}

@test "cs-kmeans: algorithms, vectors and threads give the same bytes on every set of the benchmark suite" {
  needs clustering-oracles/kmeans_sklearn121.csv
  needs clustering-data-v1/fcps/atom.data.gz
  local battery set k algorithm simd threads tried=0
  while IFS=, read -r battery set k; do
    suite_table "$battery" "$set" || continue
    cs-kmeans -q -j 1 --no-header -d space --scale none -k "$k" --restarts 2 --save one.json -o one.csv set.txt
    while read -r algorithm simd threads; do
      cs-kmeans -q -j "$threads" --algorithm "$algorithm" --simd "$simd" --no-header -d space --scale none -k "$k" \
        --restarts 2 --save model.json -o out.csv set.txt
      if ! cmp one.csv out.csv || ! cmp one.json model.json; then
        echo "$battery/$set, k = $k: $algorithm, $simd, $threads threads"
        return 1
      fi
    done <<'END'
lloyd plain 2
hamerly plain 8
lloyd avx2 3
hamerly avx2 1
lloyd avx512 8
hamerly avx512 2
END
    tried=$((tried + 1))
  done < <(tail -n +2 "$REAL_DATA/clustering-oracles/kmeans_sklearn121.csv" | cut -d, -f 1,2,6 | sort -u)
  ((tried >= 50))
}

@test "cs-kmeans: the default starts reach scikit-learn's best of 30 on every set of the benchmark suite" {
  needs clustering-oracles/kmeans_sklearn121.csv
  needs clustering-data-v1/fcps/atom.data.gz
  local battery set k best tried=0
  while IFS=, read -r battery set _ _ _ k _ best _; do
    [[ -n $best ]] && suite_table "$battery" "$set" || continue
    cs-kmeans -q --no-header -d space --scale none -k "$k" --save model.json -o out.csv set.txt
    awk -v got="$(number model.json inertia)" -v best="$best" 'BEGIN { exit !(got <= best * 1.0001) }' ||
      { echo "$battery/$set, k = $k: $(number model.json inertia) is above $best"; return 1; }
    tried=$((tried + 1))
  done < <(tail -n +2 "$REAL_DATA/clustering-oracles/kmeans_sklearn121.csv")
  ((tried >= 50))
}

@test "cs-kmeans: customers of Online Retail and CDNOW make 3 to 8 segments, each stable and no less than 3 %" {
  retail
  needs cdnow/cdnowElog.csv
  cs-prep -q -o cdnow.csv "$REAL_DATA/cdnow/cdnowElog.csv"
  cp "$RETAIL/prep.csv" retail.csv
  for table in retail cdnow; do
    cs-kmeans -q --save "$table.json" -o out.csv "$table.csv"
    k=$(number "$table.json" k)
    ((k >= 3 && k <= 8))
    sed -n '/"selection"/,$p' "$table.json" | sed -n "/\"k\": $k,/,/stability_se/p" | grep -m 1 '"stability":' | grep -oE '[01]\.[0-9]+|[01]' >stability
    [[ $(wc -l <stability) == "$k" ]]
    awk '$1 < 0.75 { exit 1 }' stability
    awk -F, 'NR > 1 { n[$NF]++ } END { for (c in n) if (n[c] < 0.03 * (NR - 1)) exit 1 }' out.csv
  done
}
