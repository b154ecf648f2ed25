# JSON tables against nst/JSONTestSuite, and the Big List of Naughty Strings through every format. The files aren't part
# of the project: these tests are skipped without them (see real.bats).
load helper

setup_file() { find_real_data; }

judge() { "$BUILD/toy/cs-judge" "$@"; }

# The texts around a file, as in tests/oracle/json_tables.py.
before=('' '{"n":1,"a":' $'[ {"n":1,\n"a": ' $'{"a":0,"n":1}\n{"a":')
behind=('' '}' $'} ]\n' $',"n":2}\n{"a":null,"n":3}\n')

# suite BLOCK - what is said of each file, alone and as a cell.
suite() {
  local i
  for i in "${!before[@]}"; do
    judge "$1" "${before[i]}" "${behind[i]}" "$REAL_DATA"/JSONTestSuite/test_{parsing,transform}/*.json | sed "s/^/$i	/"
  done
}

@test "json: of JSONTestSuite, alone and as a cell, Python's tables are read with their cells, all else is refused" {
  needs JSONTestSuite/test_parsing
  suite 0 >said
  [ "$(wc -l <said)" -eq 1360 ]
  grep -v '	3	' said | sort >got
  grep -v -e '^#' -e '	cuts ' "$DATA/json-tables.tsv" | sort >expected
  diff expected got
}

@test "json: of JSONTestSuite, nothing that a parser must refuse is a table" {
  needs JSONTestSuite/test_parsing
  judge 0 '' '' "$REAL_DATA"/JSONTestSuite/test_parsing/n_*.json >said
  [ "$(grep -c '	3	' said)" -eq 188 ]
  [ "$(wc -l <said)" -eq 188 ]
}

@test "json: what is refused is said with line and column; what is JSON and no table is called so" {
  needs JSONTestSuite/test_parsing
  suite 0 | grep '	3	' >said
  # The bytes are no text, there is nothing, or no row has a column.
  run grep -vE '	json:[0-9]+:[0-9]+: [^:]|	json:[0-9]+: (not UTF-8|a NUL byte|the text ends within)|	json: (empty file|no rows|the input is UTF-16)' said
  [ "$output" = "" ]
  grep -q 'y_structure_lonely_int.json	3	json:1:1: not a table: expected objects, or an array of them' said
  grep -q 'y_array_null.json	3	json:1:2: not a table: expected an object' said
  grep -q 'y_array_empty.json	3	json: no rows and so no columns' said
}

@test "json: of JSONTestSuite, all that is right is refused when it is cut, at every byte, but behind a whole row" {
  needs JSONTestSuite/test_parsing
  for i in "${!before[@]}"; do
    judge --cuts 0 "${before[i]}" "${behind[i]}" "$REAL_DATA"/JSONTestSuite/test_parsing/y_*.json | sed "s/^/$i	cuts /"
  done >said
  [ "$(wc -l <said)" -eq 380 ]
  grep '	.*	.*0' said | sort >got
  grep '	cuts ' "$DATA/json-tables.tsv" | sort >expected
  diff expected got
}

@test "json: blocks of 64 bytes give the same tables and the same messages" {
  needs JSONTestSuite/test_parsing
  suite 0 >expected
  suite 64 >got
  diff expected got
}

# Rows of a number and a text as TSV, from a file of one text a line.
as_tsv() {
  printf 'n\ts\n'
  sed -e 's/\\/\\\\/g' -e 's/\t/\\t/g' -e 's/\r/\\r/g' "$1" | awk '{ printf "%d\t%s\n", NR, $0 }'
}

# copy FROM TO FILE - only the empty cell is missing, else NULL and NaN would be.
copy() { "$BUILD/toy/cs-toy" -q --na '' --from "$1" --to "$2" "$3"; }

# survives TSV - its cells are the same behind each pair of formats.
survives() {
  local first second
  for first in csv tsv json jsonl; do
    copy tsv "$first" "$1" >"one.$first"
    for second in csv tsv json jsonl; do
      copy "$first" "$second" "one.$first" >"two.$second"
      copy "$second" tsv "two.$second" >back
      cmp back "$1" || { echo "$first, then $second"; return 1; }
    done
  done
}

@test "json: naughty strings come out of every pair of formats as they went in" {
  needs blns/blns.txt
  grep -v -e '^#' -e '^$' "$REAL_DATA/blns/blns.txt" >lines
  [ "$(wc -l <lines)" -gt 500 ]
  as_tsv lines >rows.tsv
  survives rows.tsv
  # A table of one column: its blank rows stay, too.
  { cut -f 2 rows.tsv; echo; echo ' '; echo last; } >one-column.tsv
  survives one-column.tsv
}

@test "json: naughty strings written as JSON by others are the same strings" {
  needs blns/blns.json
  sed -n -e 's/,* *$//' -e 's/^[[:blank:]]*\(".*"\)$/{"s":\1}/p' "$REAL_DATA/blns/blns.json" >rows.jsonl
  [ "$(wc -l <rows.jsonl)" -eq 515 ]
  copy jsonl tsv rows.jsonl >rows.tsv
  # Made by tests/oracle/naughty.py.
  sha256sum <rows.tsv | grep 8127f4dad3295460470655a1ae3c453c27d08e6c4a2e2a7cc772f80cdd044b84
  survives rows.tsv
}

@test "json: formulas for spreadsheets come out of every pair of formats as they went in" {
  needs csv-injection/csv-payload.txt
  as_tsv "$REAL_DATA/csv-injection/csv-payload.txt" >rows.tsv
  survives rows.tsv
}
