load helper

# cs-scale --method none leaves every number as it is: what it writes is what was read, and copies of its numbers.
none() { cs-scale -q --method none "$@"; }

# The bytes of a file, a few at a time.
dribble() {
  local size at=0
  size=$(stat -c %s "$1")
  while ((at < size)); do
    dd if="$1" bs=1 skip="$at" count=7 status=none
    at=$((at + 7))
  done
}

@test "table: a pipe that gives seven bytes at a time gives the same table, CSV and JSON" {
  printf 'a,t\r\n1,"x ""y""\r\nz"\r\n\r\n2.50,\xc3\xa9\xe2\x82\xac\r\n3,' >rows.csv
  printf '[{"a": 1, "t": "x\\u00e9\\ud83d\\ude39"},\n {"t": null, "a": -2.50e+1}]' >rows.json
  for file in rows.csv rows.json; do
    none "$file" >expected
    dribble "$file" | none >got
    cmp expected got
  done
}

@test "table: standard input may stand among files" {
  printf 'a,b\n1,2\n' >one.csv
  run pipe "printf 'b|a\n4|3\n' | cs-scale -q --method none one.csv -"
  [ "$status" -eq 0 ]
  [ "${lines[2]}" = 3,4,3,4 ]
}

@test "table: whatever format stands between two programs, the cells are the same" {
  printf 'n,t\n1.50,"a, ""b"""\n-2,"tab\there"\n0,"two\nlines \\n"\n7,\n' >rows.csv
  for format in csv tsv json jsonl; do
    pipe "cs-scale -q --method none --to $format rows.csv |
      cs-scale -q --method none -f n --prefix again__ $([[ $format == tsv ]] && echo --from tsv) --to jsonl" >"$format.out"
    cmp csv.out "$format.out"
  done
  [ "$(head -n 1 csv.out)" = '{"n":1.50,"t":"a, \"b\"","scaled__n":1.5,"again__n":1.5}' ]
}

@test "table: a run that was killed leaves the old file; what it left beside it is gone after the next" {
  printf 'a,b\n1,2\n' >rows.csv
  echo old >out.csv
  sh -c 'exit 0' &
  wait $!
  touch ".out.csv.cs-$!-0"
  none -o out.csv rows.csv
  [ "$(head -n 1 out.csv)" = a,b,scaled__a,scaled__b ]
  [ -z "$(find . -name '.out.csv.cs-*')" ]
}

@test "table: one stray quote in 100,000 rows is told at its line, not at the end of the file" {
  { echo a,b; echo '1,"stray'; seq 100000 | sed 's/$/,some text that is long enough/'; } >rows.csv
  run cs-scale -q --method none rows.csv
  [ "$status" -eq 3 ]
  [[ $output == *"rows.csv:2: "*"--max-field"* ]]
}

# 12 MB of rows in which all that may stand in a cell stands, many blocks long; a blank line and a CR here and there.
large_table() {
  awk 'BEGIN {
    print "n,t,u"
    for (i = 0; i < 200000; i++) {
      text = i % 3 ? "\"some, text \"\"" i "\"\"\"" : i % 2 ? "\"two\nlines\"" : "plain"
      printf "%d,%s,%s%s\n", i * 7919 % 10007, text, i % 5 ? "" : "\xc3\xa9 and what else makes a row longer", i % 4 ? "" : "\r"
      if (i % 1000 == 0) print ""
    }
  }'
}

@test "table: threads, pipes and files cut anywhere give the same bytes" {
  large_table >whole.csv
  none -j 1 whole.csv >expected
  [ "$(grep -c . expected)" -gt 200000 ]
  for threads in 2 3 8; do
    none -j "$threads" whole.csv | cmp - expected
    none -j "$threads" <whole.csv | cmp - expected
    pipe "cat whole.csv | cs-scale -q --method none -j $threads" | cmp - expected
  done
  cs-scale -q --method none --to jsonl -j 1 whole.csv >expected.jsonl
  cs-scale -q --method none --to jsonl -j 3 whole.csv | cmp - expected.jsonl
}

@test "table: a fault is told at its line, whichever thread meets it" {
  { large_table; echo '1,"a" b,c'; large_table | tail -n +2; } >broken.csv
  line=$(($(large_table | wc -l) + 1))
  for threads in 1 2 8; do
    run cs-scale -q --method none -j "$threads" broken.csv
    [ "$status" -eq 3 ]
    [[ $output == "cs-scale: broken.csv:$line: text behind a closing quote"* ]]
  done
  { large_table; echo '1,2'; large_table; printf '1,"\n'; } >broken.csv
  for threads in 1 2 8; do
    run cs-scale -q --method none -j "$threads" broken.csv
    [[ $output == "cs-scale: broken.csv:$line: expected 3 cells, found 2"* ]]
  done
}

@test "table: a header line alone, without a line feed, is a header whatever is quoted in it" {
  for header in 'k,d,"a,b"' '"k","d","a"' 'k;"d;e"' $'"k"\t"d"'; do
    printf '%s' "$header" | cs-scale -q >bare
    printf '%s\n' "$header" | cs-scale -q >line
    cmp bare line
    [[ -s bare ]]
  done
  run -3 --separate-stderr cs-scale < <(printf '"k","d"x')
  [[ $stderr == 'cs-scale: -:1: text behind a closing quote'* ]]
  run -3 --separate-stderr cs-scale < <(printf '"k","d')
  [[ $stderr == 'cs-scale: -:1: the quote opened here is never closed'* ]]
}
