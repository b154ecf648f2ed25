# The clusterers under valgrind's memcheck, which sees what was never written and yet decides something: the sanitizers don't.
# AVX-512 is none of valgrind's instructions, so the plain and the AVX2 kernels are looked at. Skipped without valgrind.
load helper

setup_file() {
  export MEMCHECK
  MEMCHECK=$(command -v valgrind) || return 0
  # The sanitizers' programs have a memory of their own.
  ! grep -qE '__(asan|tsan)_init' "${BUILD:-$BATS_TEST_DIRNAME/../build}/bin/cs-kmeans" || MEMCHECK=
}

# checked STATUS OPTION...: cs-kmeans ends with that exit status, and without a word of valgrind.
checked() { watched cs-kmeans "$@"; }

watched() {
  local program=$1 want=$2 got=0
  shift 2
  [[ $MEMCHECK ]] || skip "valgrind isn't installed, or the programs are a sanitizer's"
  "$MEMCHECK" -q --log-file=memcheck --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect \
    "$program" -q "$@" >out 2>err || got=$?
  [[ $got == "$want" && ! -s memcheck ]] || fail "exit status $got: $*" "$(head -n 30 memcheck err)"
}

# Three clouds, with weights.
clouds() {
  awk 'BEGIN { print "id,a,b,c,w"; for (i = 0; i < 150; i++) printf "x%d,%.2f,%.2f,%.2f,%d\n", i, i % 3 * 3 + i * 7 % 10 / 5,
    i % 3 * 2 - i * 3 % 7 / 7, i * 11 % 13 / 3, i % 4 }' >in.csv
  sed -n '1,4p' in.csv >centres.csv
}

@test "memcheck: cs-kmeans with k chosen, weights, tolerance and a sampled silhouette" {
  clouds
  for simd in plain avx2; do
    checked 0 --simd "$simd" -k 2..4 --restarts 2 -x w in.csv
  done
  checked 1 --simd plain -k 9 --restarts 2 --row-weights w --feature-weights a=2 --require-stable --save model.json in.csv
  checked 0 --simd avx2 -k 4 --scale none --silhouette-rows 50 --tolerance 0.1 --restarts 2 in.csv
}

@test "memcheck: cs-kmeans with each beginning and algorithm, what it appends, and from a model" {
  clouds
  checked 0 --simd avx2 -k 3 --init pca --exchange yes --distance --silhouette --confidence --save model.json -x w in.csv
  checked 0 --simd plain --load model.json --distance --silhouette --confidence in.csv
  checked 0 --simd avx2 --init centres.csv --exchange no in.csv
  checked 0 --simd plain -k 4 --init random --algorithm lloyd -j 3 --restarts 3 --max-iter 2 in.csv
}

@test "memcheck: cs-kmeans refuses without a leak" {
  clouds
  checked 3 -k 151 in.csv
  checked 3 -k 3 --row-weights id in.csv
  checked 3 -k 3 --scale none --feature-weights a=1e300 in.csv
  checked 3 --init <(cut -d, -f 1-2 centres.csv) in.csv
  echo '{"format": "cs-model", "version": 1, "tool": "cs-kmeans"}' >model.json
  checked 3 --load model.json in.csv
}

@test "memcheck: cs-dbscan at a given eps and at one that it finds, what it appends, and from a model" {
  clouds
  watched cs-dbscan 0 --simd plain -e 0.8 -m 4 --point-type --distance --noise nearest --save model.json -x w in.csv
  watched cs-dbscan 0 --simd avx2 --load model.json --point-type --distance in.csv
  watched cs-dbscan 0 --simd avx2 -e 0.8 -m 4 --border first --row-weights w -j 3 --match model.json in.csv
  watched cs-dbscan 0 --simd plain -m 3 --outlier-score --names --save found.json -x w in.csv
  watched cs-dbscan 0 --simd avx2 -m 4 --noise drop --scale none -f a in.csv
  watched cs-dbscan 3 -m 200 in.csv
  watched cs-dbscan 3 --load /dev/null in.csv
}
