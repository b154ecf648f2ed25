# Published numbers of k-means and its quality, through the program: iris in both of its versions, the examples of
# scikit-learn and ELKI, fpc::clusterboot. (More of iris in kmeans.bats, of other data in real.bats, of the kernels in
# unit/kmeans.c and unit/quality.c.)
load helper

setup_file() { find_real_data; }

# value KEY - the first value under KEY of model.json, in one line.
value() { tr -d ' \n' <model.json | grep -oE "\"$1\":(\[\[[^]]*(\],\[[^]]*)*\]\]|\[[^]]*\]|[^,}]*)" | head -n 1 | sed 's/^[^:]*://'; }

# is KEY DECIMALS WANT... - the numbers under KEY, rounded, in order.
is() {
  local key=$1 decimals=$2 got
  shift 2
  got=$(value "$key" | tr ',[]' '   ' | awk -v d="$decimals" '{ for (i = 1; i <= NF; i++) printf "%s%.*f", (i > 1 ? " " : ""), d, $i }')
  [[ $got == "$*" ]] || fail "$key: $got, published: $*"
}

# sizes are compared as they are published: from the smallest.
sizes_are() {
  local got
  got=$(value sizes | tr -d '[]' | tr ',' '\n' | sort -n | paste -sd,)
  [[ $got == "$1" ]] || fail "sizes: $got, published: $1"
}

kmeans() { cs-kmeans -q --scale none --save model.json -o out.csv "$@"; }

@test "cs-kmeans: iris has the published sizes for k = 2 to 8, and is at or below the published inertia of k = 9 and 10" {
  while read -r k sizes; do
    kmeans -k "$k" "$DATA/iris.csv"
    sizes_are "$sizes"
  done <<'END'
2 53,97
3 38,50,62
4 28,32,40,50
5 12,24,25,39,50
6 12,22,24,25,28,39
7 12,19,19,22,22,28,28
8 7,12,19,19,21,22,22,28
END
  kmeans -k 9 "$DATA/iris.csv"
  is inertia 6 27.786092
  kmeans -k 10 "$DATA/iris.csv"
  awk -v got="$(value inertia)" 'BEGIN { exit !(got <= 25.849464) }'
}

@test "cs-kmeans: of iris' optima for k = 3 the second, 0.004 above, is returned for no seed" {
  for seed in {1..25}; do
    kmeans -k 3 --seed "$seed" "$DATA/iris.csv"
    is inertia 6 78.851441
    is centres 6 5.901613 2.748387 4.393548 1.433871 5.006000 3.428000 1.462000 0.246000 6.850000 3.073684 5.742105 2.071053
  done
}

@test "cs-kmeans: the iris of the UCI archive, wrong in two rows, has inertias of its own" {
  awk -F, 'BEGIN { OFS = "," } NR == 36 || NR == 39 { $1 = "4.9"; $2 = "3.1"; $3 = "1.5"; $4 = "0.1" } 1' "$DATA/iris.csv" >uci.csv
  while read -r k decimals inertia; do
    kmeans -k "$k" uci.csv
    [[ $k == 10 ]] || is inertia "$decimals" "$inertia"
    [[ $k != 3 ]] || is calinski_harabasz 6 560.399924
  done <<'END'
1 4 680.8244
2 6 152.368706
3 6 78.940841
4 6 57.317873
5 6 46.535582
6 6 38.930963
7 6 34.189205
8 6 29.879920
9 6 27.765424
10 6 25.828797
END
  awk -v got="$(value inertia)" 'BEGIN { exit !(got <= 25.828797) }'
}

@test "cs-kmeans: iris scaled inside has scikit-learn's inertias of the z-scores for k = 1 to 6" {
  while read -r k inertia; do
    kmeans --scale standard -k "$k" "$DATA/iris.csv"
    is inertia 6 "$inertia"
  done <<'END'
1 600.000000
2 222.361705
3 139.820496
4 114.092238
5 90.807283
6 79.998558
END
}

@test "cs-kmeans: the centres of scikit-learn's nine points for bisecting k-means are (2,1), (10,9) and (10,1)" {
  printf 'x,y\n1,1\n10,1\n3,1\n10,0\n2,1\n10,2\n10,8\n10,9\n10,10\n' >nine.csv
  kmeans -k 3 nine.csv
  # Three clusters of three: in the order of their means.
  is centres 0 2 1 10 1 10 9
  is sizes 0 3 3 3
  is inertia 12 6.000000000000
}

@test "cs-kmeans: weights of 1e8 and 1e-8 put the centres at 1 and 5, without them they are at 3 and 100" {
  printf 'x,w\n1,1e8\n1,1e8\n5,1e8\n5,1e8\n100,1e-8\n100,1e-8\n' >heavy.csv
  kmeans -k 2 --row-weights w heavy.csv
  is centres 9 1.000000000 5.000000000
  is inertia 10 0.0001805000
  kmeans -k 2 -f x heavy.csv
  is centres 0 3 100
  is inertia 0 16
}

@test "cs-kmeans: ELKI's twenty points have its SSE, silhouette, CH and simplified silhouette for k = 3" {
  printf '%s\n' x,y 3,2 2,5 2,7 1,8 2,9 2,8 3,9 7,9 6,2 7,1 7,3 7,2 8,3 9,2 8,2 8,1 10,10 10,11 11,10 11,11 >twenty.csv
  kmeans -k 3 --confidence twenty.csv
  is inertia 7 54.9333333
  is silhouette 10 0.6970597031
  is calinski_harabasz 6 65.609375
  is davies_bouldin 6 0.346939
  # The simplified silhouette is the mean of what --confidence appends, in 9 digits.
  awk -F, 'NR > 1 { s += $NF; n++ } END { exit !(n == 20 && (s / n - 0.8024712758) ^ 2 < 1e-18) }' out.csv
}

@test "cs-kmeans: ELKI's five clusters of different densities have its sizes and SSE" {
  needs elki-unittests/different-densities-2d-no-noise.ascii
  kmeans --no-header -d space -k 5 "$REAL_DATA/elki-unittests/different-densities-2d-no-noise.ascii"
  sizes_are 199,200,200,200,201
  is inertia 8 34576.78563121
}

@test "cs-kmeans: Mall customers have the published centres and sizes for k = 5" {
  needs mall-customers/Mall_Customers.csv
  kmeans -k 5 -f 4,5 "$REAL_DATA/mall-customers/Mall_Customers.csv"
  is sizes 0 81 39 35 23 22
  is centres 4 55.2963 49.5185 86.5385 82.1282 88.2000 17.1143 26.3043 20.9130 25.7273 79.3636
}

@test "cs-kmeans: clusters of iris come back under resampling as often as in fpc::clusterboot" {
  # tests/oracle/clusterboot.R; the mean of 400 resamples in four runs has a standard error of at most 0.01.
  local k want
  for seed in 1 2 3 42; do
    kmeans --seed "$seed" -k 2..4 "$DATA/iris.csv"
    tr -d ' \n' <model.json | grep -oE '"stability":\[[^]]*' | sed 's/.*\[//' | awk '{ print NR + 1 "," $0 }'
  done >got
  while IFS=, read -r k want; do
    awk -F, -v k="$k" -v want="$want" '$1 == k { runs++; for (i = 2; i <= NF; i++) sum[i - 1] += $i }
      END {
        if (split(want, jaccard, ",") != k || runs != 4) exit 1
        for (i = 1; i <= k; i++) if ((sum[i] / 4 - jaccard[i]) ^ 2 > 0.0004) { print k, i, sum[i] / 4, jaccard[i]; exit 1 }
      }' got || fail "k = $k: clusterboot has $want"
  done <<'END'
2,0.996,0.993
3,0.927,1.000,0.911
4,1.000,0.830,0.814,0.915
END
}
