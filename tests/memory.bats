# Memory is part of the contract of the table: 1.25 x the input's bytes, 8 bytes a row, 16 MiB; 8 more for each number
# that is decoded later.
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
