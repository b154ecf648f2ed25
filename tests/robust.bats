# Files that others collected to break readers of CSV, held against the answers that come with them, Python's csv module
# and pandas (tests/oracle/corpora.py, tests/oracle/pollock.py). They aren't part of the project: without them (a folder
# named by $CS_DATA, or ../shared/data beside the checkout) these tests are skipped, and say so.

load helper

setup_file() { find_real_data; }

# corpora WHAT: runs that part; the program passes a table through.
corpora() {
  [[ -x /usr/bin/python3 ]] || skip "python3 isn't here"
  /usr/bin/python3 "$ROOT/tests/oracle/corpora.py" "$1" "$BUILD/toy/cs-toy" "$REAL_DATA"
}

@test "robust: csv-spectrum and csv-test-data are read as their answers say, and what is bad is refused" {
  needs csv-spectrum/csvs
  needs csv-test-data/csv
  corpora answers
}

@test "robust: what is taken of zsv's and csvkit's files is what Python reads, the rest is refused with a reason" {
  needs zsv-csv
  needs csvkit-examples
  corpora agree
}

@test "robust: the delimiter of every file that CSVsniffer annotates is recognised" {
  needs csvsniffer/W3C-CSVW
  corpora dialects
}

@test "robust: a row with a separator or a quote too many or too few is refused on its own line" {
  needs pollock/polluted_files/csv
  corpora broken
}

@test "robust: files cut anywhere, or with a byte changed, are read whole or refused" {
  needs csv-spectrum/csvs
  needs zsv-csv
  EVERY=5 corpora mutate
}

@test "robust: the Pollock score isn't below pandas' on the same files" {
  needs pollock/polluted_files/csv
  /usr/bin/python3 -c 'import pandas' 2>/dev/null || skip "pandas isn't here"
  /usr/bin/python3 "$ROOT/tests/oracle/pollock.py" "$REAL_DATA/pollock" "$BUILD/toy/cs-toy"
}
