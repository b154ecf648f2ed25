#!/usr/bin/env bats
# The page of cs-report in a browser. Needs node, npm and Chromium; without them these tests are skipped.
load helper

setup_file() {
  export CHROMIUM MODULES
  CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
  # The packages are fetched once, at the versions and checksums of package-lock.json; all builds share them.
  MODULES=$BATS_TEST_DIRNAME/../build/browser
  [[ -n $CHROMIUM ]] && command -v npm >/dev/null && command -v node >/dev/null || return 0
  mkdir -p "$MODULES"
  if ! cmp -s "$BATS_TEST_DIRNAME/browser/package-lock.json" "$MODULES/package-lock.json"; then
    cp "$BATS_TEST_DIRNAME"/browser/package*.json "$MODULES/"
    (cd "$MODULES" && timeout 120 npm ci --ignore-scripts --no-audit --no-fund --prefer-offline >npm.log 2>&1) || rm -f "$MODULES/package-lock.json"
  fi
}

need_browser() {
  [[ -z ${ASAN_OPTIONS-} ]] || skip 'the page is the same under the sanitizers'
  [[ -n $CHROMIUM ]] || skip 'Chromium is not installed'
  command -v node >/dev/null || skip 'node is not installed'
  [[ -e $MODULES/package-lock.json && -d $MODULES/node_modules ]] || skip 'playwright-core could not be fetched'
  grep -q 'Apache ECharts' page.html || skip 'cs-report was built without charts'
}

opens() { NODE_MODULES=$MODULES timeout 300 node "$ROOT/tests/browser/check.mjs" "$CHROMIUM" "$@"; }

@test "browser: a dashboard of customers is used by mouse and by keyboard, in light and dark, on a screen and a telephone" {
  cs-gen -q -n 300 | cs-prep -q | cs-kmeans -q -k auto --save m.json -o k.csv
  cs-report -q --format html --model m.json --currency '$' -o page.html k.csv
  need_browser
  cs-gen -q -n 300 | cs-prep -q | cs-dbscan -q --save d.json -o d.csv
  cs-report -q --format html --model d.json -o density.html d.csv
  opens "$PWD/page.html" "$PWD/density.html"
}

@test "browser: any table, twelve segments, a sample of many rows" {
  cs-report -q --format html --label species -o page.html "$DATA/iris.csv"
  need_browser
  cs-gen -q -n 9000 | cs-prep -q | cs-kmeans -q -k 12 --restarts 1 -o twelve.csv
  cs-report -q --format html --points 1000 -o twelve.html twelve.csv
  (($(stat -c %s twelve.html) < 2000000))
  opens "$PWD/page.html" "$PWD/twelve.html"
}

@test "browser: names that are scripts, formulas or far too long are text" {
  printf 'x,y,"=cmd()",cluster,cluster_name\n' >c.csv
  awk 'BEGIN {
    n = split("<img src=x onerror=\"alert(1)\">|</script><script>globalThis.ran=1</script>|=HYPERLINK(1)|{{7*7}}|一二三四五 客户|عملاء مميزون|" \
      "A name that is so very long that no table, card or axis could ever show it whole and that goes on and on", name, "|")
    for (s = 1; s <= n; s++) for (i = 0; i < 15; i++) {
      quoted = name[s]; gsub(/"/, "\"\"", quoted)
      print i % 4 + 5 * s "," i % 5 - 3 * s "," i % 3 + s % 4 "," s ",\"" quoted "\"" }
    print "99,-99,4,8,Alone" }' >>c.csv
  cs-report -q --format html --title '</title><script>globalThis.ran=1</script>' -o page.html c.csv
  need_browser
  run ! grep -q '<script>globalThis.ran' page.html
  opens "$PWD/page.html"
}
