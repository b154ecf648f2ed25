load helper

# The contract of cs(7), for every program that was built: each is driven through its own option table
# (--print-options=list) and through input as it comes in the wild. A test goes over all programs and collects what is
# wrong, so that one run shows all of it.

faults=()
wrong() { faults+=("$*"); }
judge() {
  ((${#faults[@]} == 0)) && return 0
  printf '%s\n' "${faults[@]:0:40}" >&2
  return 1
}

# --- the programs that read a table, and what they need to read it ---

filters() {
  local name
  for name in cs-prep cs-scale cs-kmeans cs-dbscan cs-report; do
    [[ -x $BUILD/bin/$name ]] && echo "$name"
  done
}

arguments() {
  case $1 in
    cs-kmeans) echo '-k 2 --restarts 2' ;;
    cs-dbscan) echo '--eps 0.5 --min-points 3' ;;
    cs-report) echo '--format text' ;;
  esac
}

# filter NAME WORD...: the program with its arguments.
filter() {
  local name=$1
  shift
  # Words without blanks.
  # shellcheck disable=SC2046
  "$name" $(arguments "$name") "$@"
}

# input NAME ROWS: a table that the program takes. Two clouds of points; for cs-prep orders of made-up customers.
input() {
  case $1 in
    cs-prep)
      awk -v n="$2" 'BEGIN {
        print "order_id,customer_id,order_date,amount"
        for (i = 1; i <= n; i++)
          printf "%d,C%03d,2024-%02d-%02d,%.2f\n", i, i * 7 % 41, i % 12 + 1, i * 5 % 28 + 1, i * 37 % 400 / 4 + 1 }' ;;
    cs-report)
      awk -v n="$2" 'BEGIN {
        print "customer_id,spend,visits,cluster"
        for (i = 1; i <= n; i++) { g = i % 3 == 0; printf "%d,%.2f,%d,%d\n", i, g * 500 + i * 7 % 50, g * 9 + i % 5, g + 1 } }' ;;
    *)
      awk -v n="$2" 'BEGIN {
        print "customer_id,spend,visits"
        for (i = 1; i <= n; i++) { g = i % 3 == 0; printf "%d,%.2f,%d\n", i, g * 500 + i * 7 % 50, g * 9 + i % 5 } }' ;;
  esac
}

# same NAME WHAT: out holds what expected holds.
same() { cmp -s expected out || wrong "$1: $2: output differs: $(cmp expected out 2>&1)"; }

# must NAME STATUS TEXT WHAT -- COMMAND...: exit status and a part of the message.
must() {
  local name=$1 want=$2 text=$3 what=$4 got=0
  shift 5
  "$@" >out 2>err || got=$?
  [[ $got == "$want" ]] || wrong "$name: $what: exit status $got, not $want: $(head -c 300 err)"
  [[ $(<err) == *"$text"* ]] || wrong "$name: $what: no '$text' in: $(head -c 300 err)"
}

# --- options ---

@test "contract: every program of tools/ was built" {
  for source in "$ROOT"/tools/*.c; do
    [[ -e $source ]] || continue
    name=${source##*/}
    [[ -x $BUILD/bin/${name%.c} ]] || wrong "${name%.c} was not built"
  done
  judge
}

@test "contract: every option table is sound" {
  for name in $(tools); do
    "$name" --print-options=check >out 2>err || wrong "$name: $(<out) $(<err)"
  done
  judge
}

@test "contract: numbers that are none, too small or too large are refused by the option's name" {
  for name in $(tools); do
    while IFS=$'\x1f' read -r option _ type lo hi _; do
      [[ $type == integer || $type == number ]] || continue
      values=(abc '' 1e999 0x10 nan)
      [[ $type == integer ]] && values+=(1.5 99999999999999999999)
      [[ $lo$hi ]] && values+=("$(awk -v x="$lo" 'BEGIN { printf "%.17g", x - 1 - (x < 0 ? -x : x) / 1e6 }')")
      [[ $hi && $hi != inf ]] && values+=("$(awk -v x="$hi" 'BEGIN { printf "%.17g", x + 1 + (x < 0 ? -x : x) / 1e6 }')")
      for value in "${values[@]}"; do
        must "$name" 2 "--$option" "--$option='$value'" -- "$name" "--$option=$value" </dev/null
        [[ ! -s out ]] || wrong "$name: --$option='$value': wrote to standard output"
      done
    done < <("$name" --print-options=list | tr '\t' '\037')
  done
  judge
}

@test "contract: choices refuse nonsense and name what they take, files refuse the empty name" {
  for name in $(tools); do
    while IFS=$'\x1f' read -r option _ type _ _ choices _ marks; do
      if [[ $type == choice ]]; then
        must "$name" 2 "${choices##*|}" "--$option=nonsense" -- "$name" "--$option=nonsense" </dev/null
        must "$name" 2 "--$option" "--$option=" -- "$name" "--$option=" </dev/null
      elif [[ $type == flag || $type == switch ]]; then
        must "$name" 2 "--$option" "--$option=yes" -- "$name" "--$option=yes" </dev/null
      elif [[ $marks == *file* ]]; then
        must "$name" 2 "--$option" "--$option=''" -- "$name" "--$option=" </dev/null
      fi
    done < <("$name" --print-options=list | tr '\t' '\037')
  done
  judge
}

@test "contract: an unknown option is refused, with the nearest one and the way to help" {
  for name in $(tools); do
    must "$name" 2 "unknown option '--quite'; did you mean '--quiet'?" --quite -- "$name" --quite </dev/null
    [[ $(<err) == *"Try '$name --help'"* ]] || wrong "$name: no way to help: $(<err)"
    must "$name" 2 "unknown option '-?'" '-?' -- "$name" '-?' </dev/null
    must "$name" 2 "unknown option '--nonsense-at-all'" --nonsense-at-all -- "$name" --nonsense-at-all </dev/null
  done
  judge
}

@test "contract: --help and --version go to standard output, exit 0, and 4 on a full disk" {
  for name in $(tools); do
    for option in --help -h --version -V; do
      must "$name" 0 '' "$option" -- "$name" "$option" </dev/null
      [[ -s out && ! -s err ]] || wrong "$name $option: nothing on standard output, or something on standard error"
      status=0
      "$name" "$option" >/dev/full 2>err || status=$?
      [[ $status == 4 && -s err ]] || wrong "$name $option >/dev/full: exit status $status: $(<err)"
    done
    "$name" --help >out
    [[ $(awk 'length > 80' out | grep -vc '^  ') == 0 ]] || wrong "$name --help: lines wider than 80"
    [[ $(<out) == *Examples:* ]] || wrong "$name --help: no examples"
    [[ $("$name" --version) =~ ^$name\ \(cs\)\ [0-9.]+$ ]] || wrong "$name --version: $("$name" --version)"
  done
  judge
}

@test "contract: every option is in --help, in the man page and in the completions" {
  BUILD=$BUILD "$ROOT/scripts/man-options" --check 2>err || wrong "$(<err)"
  for name in $(tools); do
    "$name" --help >help
    for shell in bash zsh fish; do "$name" --print-options=$shell >"$shell"; done
    while IFS=$'\x1f' read -r option _ _ _ _ _ _ marks; do
      [[ $marks == *hidden* ]] && continue
      grep -qE -- "--$option( |\$)" help || wrong "$name: --$option is not in --help"
      grep -qE -- "--$option([ ')]|\$)" bash || wrong "$name: --$option is not completed by bash"
      grep -qE -- "--${option}[]=[}]" zsh || wrong "$name: --$option is not completed by zsh"
      grep -qE -- " -l $option( |\$)" fish || wrong "$name: --$option is not completed by fish"
    done < <("$name" --print-options=list | tr '\t' '\037')
  done
  judge
}

@test "contract: --print-config reads back to the same, and a wrong key is told with its line" {
  for name in $(tools); do
    "$name" --print-config >first.yaml 2>err </dev/null || wrong "$name --print-config: $(<err)"
    "$name" --config first.yaml --print-config >second.yaml 2>err </dev/null || wrong "$name: read back: $(<err)"
    cmp -s first.yaml second.yaml || wrong "$name: reads back as something else: $(diff first.yaml second.yaml)"
    printf '%s:\n  nonsense: 1\n' "$name" >bad.yaml
    must "$name" 2 'bad.yaml:2:3: ' 'unknown key' -- "$name" --config bad.yaml </dev/null
  done
  judge
}

@test "contract: shared options mean the same everywhere" {
  for name in $(tools); do
    "$name" --print-options=list | cut -f 1-8 >"list.$name"
  done
  # cs-track writes no tables that a program reads on: what it shows is text unless --to says otherwise.
  sed -i '/^to\t/d' list.cs-track
  # Letter, type, range and choices of a long name that several programs have.
  cut -f 1-6 list.* | sort -u | cut -f 1 | uniq -d >twice
  while read -r option; do
    case $option in
      threads|quiet|verbose|progress|log-*|config|print-config|help|version|from|delimiter|no-header|decimal|encoding|na)
        wrong "--$option differs: $(grep -hP "^$option\t" list.* | sort -u | tr '\t\n' ' ;')" ;;
      ragged|max-field|output|to|id|features|exclude|seed|save|load|show-values)
        wrong "--$option differs: $(grep -hP "^$option\t" list.* | sort -u | tr '\t\n' ' ;')" ;;
    esac
  done <twice
  judge
}

@test "contract: an option that decides the learning is refused beside --load" {
  for name in $(tools); do
    "$name" --print-options=list | grep -q '^load' || continue
    while IFS=$'\x1f' read -r option _ type _ _ _ value marks; do
      [[ $marks == *fit* ]] || continue
      if [[ $type == flag || $type == switch ]]; then
        word=--$option
      elif [[ $value ]]; then
        word=--$option=$value
      else
        continue
      fi
      must "$name" 2 'be used with --load' "$word beside --load" -- "$name" --load nowhere.json "$word" </dev/null
    done < <("$name" --print-options=list | tr '\t' '\037')
    must "$name" 4 nowhere.json 'an absent model' -- "$name" --load nowhere.json </dev/null
  done
  judge
}

# --- input ---

@test "contract: an absent file, a folder and an input of no bytes are told from one another" {
  mkdir folder
  : >empty
  for name in $(filters); do
    must "$name" 4 nowhere.csv 'absent file' -- filter "$name" nowhere.csv
    must "$name" 4 folder 'folder as FILE' -- filter "$name" folder
    must "$name" 4 '' 'folder as standard input' -- filter "$name" <folder
    must "$name" 3 '' 'no bytes' -- filter "$name" </dev/null
    must "$name" 3 empty 'empty file' -- filter "$name" empty
  done
  judge
}

@test "contract: a header without rows passes where nothing has to be learnt from rows" {
  for name in $(filters); do
    input "$name" 0 >header.csv
    case $name in
      cs-prep|cs-scale)
        must "$name" 0 '' 'header only' -- filter "$name" header.csv
        [[ $(wc -l <out) == 1 ]] || wrong "$name: header only: $(wc -l <out) lines"
        ;;
      cs-report) must "$name" 3 '' 'header only' -- filter "$name" header.csv ;;
      *) must "$name" 3 'row' 'header only' -- filter "$name" header.csv ;;
    esac
  done
  judge
}

@test "contract: CR LF, a byte order mark, no final newline, a pipe and - change no byte" {
  for name in $(filters); do
    input "$name" 60 >in.csv
    filter "$name" in.csv >expected 2>err || wrong "$name: $(<err)"
    sed 's/$/\r/' in.csv >crlf.csv
    filter "$name" crlf.csv >out 2>/dev/null || true
    same "$name" 'CR LF'
    { printf '\xef\xbb\xbf'; cat in.csv; } >bom.csv
    filter "$name" bom.csv >out 2>/dev/null || true
    same "$name" 'byte order mark'
    head -c -1 in.csv >cut.csv
    filter "$name" cut.csv >out 2>/dev/null || true
    same "$name" 'no final newline'
    filter "$name" <in.csv >out 2>/dev/null || true
    same "$name" 'standard input'
    filter "$name" - < <(cat in.csv) >out 2>/dev/null || true
    same "$name" 'a pipe and -'
  done
  judge
}

@test "contract: several files are one table, whatever the order of their columns" {
  for name in $(filters); do
    input "$name" 60 >in.csv
    filter "$name" in.csv >expected 2>/dev/null || wrong "$name failed"
    head -n 31 in.csv >first.csv
    { head -n 1 in.csv; tail -n +32 in.csv; } | awk -F, -v OFS=, '{ for (i = NF; i > 1; i--) printf "%s,", $i; print $1 }' >second.csv
    filter "$name" first.csv second.csv >out 2>err || wrong "$name: two files: $(<err)"
    same "$name" 'two files'
    printf 'a,b\n1,2\n' >other.csv
    must "$name" 3 other.csv 'another header' -- filter "$name" first.csv other.csv
  done
  judge
}

@test "contract: malformed rows are refused, with source and line and without the cell" {
  for name in $(filters); do
    input "$name" 60 >in.csv
    columns=$(head -n 1 in.csv | tr -cd , | wc -c)
    { head -n 20 in.csv; printf 'SECRET%s,9\n' "$(printf ',%.0s' $(seq "$columns"))"; tail -n +21 in.csv; } >long.csv
    must "$name" 3 'long.csv:21: ' 'a row too long' -- filter "$name" long.csv
    { head -n 20 in.csv; printf 'SECRET\n'; tail -n +21 in.csv; } >short.csv
    must "$name" 3 'short.csv:21: ' 'a row too short' -- filter "$name" short.csv
    [[ $(<err) != *SECRET* ]] || wrong "$name: shows a cell: $(<err)"
    { head -n 20 in.csv; printf '"SECRET'; head -c 2000 in.csv; } >quote.csv
    must "$name" 3 'quote.csv:21: ' 'an unterminated quote' -- filter "$name" quote.csv
    [[ $(<err) != *SECRET* ]] || wrong "$name: shows a cell: $(<err)"
    { head -n 20 in.csv; printf 'a\0b'; tail -n +21 in.csv; } >nul.csv
    must "$name" 3 'nul.csv:21: ' 'a NUL byte' -- filter "$name" nul.csv
    sed '1s/[^,]*$/customer_id/' in.csv >twice.csv
    must "$name" 3 'twice.csv:1: ' 'a repeated name' -- filter "$name" twice.csv
    { head -n 20 in.csv; printf '\xff%s\n' "$(printf ',%.0s' $(seq "$columns"))"; } >latin.csv
    must "$name" 3 'latin.csv:21: ' 'no UTF-8' -- filter "$name" latin.csv
  done
  judge
}

@test "contract: what is no table is recognised, with the command that helps" {
  for name in $(filters); do
    input "$name" 60 | gzip -n >in.csv.gz
    must "$name" 3 zcat gzip -- filter "$name" in.csv.gz
    must "$name" 3 zcat 'gzip on standard input' -- filter "$name" <in.csv.gz
    printf '\x28\xb5\x2f\xfd0123456789' >in.zst
    must "$name" 3 zstd zstd -- filter "$name" in.zst
    printf 'PAR10123456789' >in.parquet
    must "$name" 3 Parquet Parquet -- filter "$name" in.parquet
    input "$name" 60 | iconv -t UTF-16 >in.utf16
    must "$name" 3 UTF-16 UTF-16 -- filter "$name" in.utf16
  done
  judge
}

# --- output ---

@test "contract: a reader that leaves is no reason for words" {
  for name in $(filters); do
    input "$name" 6000 >in.csv
    # Words without blanks.
    # shellcheck disable=SC2046
    bash -c '"$@" 2>err | head -n 1 >out; exit "${PIPESTATUS[0]}"' bash "$name" $(arguments "$name") -q in.csv || status=$?
    [[ ! -s err ]] || wrong "$name | head -n 1: $(<err)"
    [[ ${status-0} == 0 || $status == 141 ]] || wrong "$name | head -n 1: exit status $status"
    # shellcheck disable=SC2046
    bash -c 'trap "" PIPE; "$@" 2>err | head -n 1 >out' bash "$name" $(arguments "$name") -q in.csv
    [[ ! -s err ]] || wrong "$name | head -n 1 with SIGPIPE ignored: $(<err)"
  done
  judge
}

@test "contract: a full disk is an error that is told" {
  for name in $(filters); do
    input "$name" 60 >in.csv
    status=0
    filter "$name" -q in.csv >/dev/full 2>err || status=$?
    [[ $status == 4 && -s err ]] || wrong "$name >/dev/full: exit status $status: $(<err)"
    must "$name" 4 /dev/full '-o /dev/full' -- filter "$name" -q -o /dev/full in.csv
    must "$name" 4 nowhere '-o into an absent folder' -- filter "$name" -q -o nowhere/out.csv in.csv
  done
  judge
}

@test "contract: closed descriptors 0, 1 and 2 are survived" {
  for name in $(filters); do
    input "$name" 60 >in.csv
    filter "$name" -q in.csv >expected 2>err
    status=0
    filter "$name" <&- >out 2>err || status=$?
    [[ $status == 4 && $(<err) == *'standard input is closed'* ]] || wrong "$name <&-: exit status $status: $(<err)"
    filter "$name" in.csv <&- >out 2>/dev/null || wrong "$name FILE <&-: exit status $?"
    same "$name" 'FILE <&-'
    status=0
    filter "$name" in.csv >&- 2>err || status=$?
    [[ $status == 4 && -s err ]] || wrong "$name >&-: exit status $status: $(<err)"
    filter "$name" in.csv 2>&- >out || wrong "$name 2>&-: exit status $?"
    same "$name" '2>&-'
    filter "$name" in.csv -o out 0<&- 1>&- 2>&- || wrong "$name, all closed: exit status $?"
    same "$name" 'all closed'
  done
  judge
}

@test "contract: -o leaves the old file when the run fails, and nothing beside it" {
  for name in $(filters); do
    mkdir "$name"
    input "$name" 60 >in.csv
    { cat in.csv; echo 'a"b'; } >bad.csv
    filter "$name" -q in.csv >expected
    echo old >"$name/file"
    chmod 640 "$name/file"
    ln -s file "$name/link"
    filter "$name" -q bad.csv -o "$name/link" 2>err && wrong "$name: took a malformed file"
    [[ $(<"$name/file") == old ]] || wrong "$name: the old file is not what it was"
    filter "$name" -q in.csv -o "$name/link" 2>err || wrong "$name -o: $(<err)"
    cp "$name/file" out
    same "$name" '-o'
    [[ -L $name/link ]] || wrong "$name: the symbolic link is gone"
    [[ $(stat -c %a "$name/file") == 640 ]] || wrong "$name: the mode is not kept"
    [[ $(find "$name" -mindepth 1 | wc -l) == 2 ]] || wrong "$name: something was left: $(ls -A "$name")"
    cp in.csv self.csv
    filter "$name" -q self.csv -o self.csv 2>err || wrong "$name: -o onto its own input: $(<err)"
    cp self.csv out
    same "$name" '-o onto its own input'
  done
  judge
}

@test "contract: one thread and eight write the same bytes, and so do two runs" {
  for name in $(filters); do
    input "$name" 6000 >in.csv
    filter "$name" -q -j 1 in.csv >expected 2>err || wrong "$name -j 1: $(<err)"
    filter "$name" -q -j 8 in.csv >out 2>err || wrong "$name -j 8: $(<err)"
    same "$name" '-j 8'
    (cd / && TMPDIR=/var/tmp TZ=Asia/Tokyo LC_ALL=C.UTF-8 filter "$name" -q - <"$OLDPWD/in.csv") >out
    same "$name" 'elsewhere'
  done
  judge
}

@test "contract: -q is silent on success, and NaN or infinity is never written" {
  for name in $(filters); do
    input "$name" 60 | awk -F, -v OFS=, 'NR == 1 { print $0, "constant"; next } { print $0, 5 }' >in.csv
    must "$name" 0 '' -q -- filter "$name" -q in.csv
    [[ ! -s err ]] || wrong "$name -q: $(<err)"
    grep -qiwE -- '-?(nan|inf|infinity)' out && wrong "$name: $(grep -iwE -m 1 -- '-?(nan|inf|infinity)' out)"
  done
  judge
}

@test "contract: what was learnt, applied to the same rows, gives the same bytes" {
  for name in cs-prep cs-scale cs-kmeans cs-dbscan; do
    [[ -x $BUILD/bin/$name ]] || continue
    input "$name" 300 >in.csv
    filter "$name" -q --save model.json in.csv >expected 2>err || wrong "$name --save: $(<err)"
    "$name" -q --load model.json in.csv >out 2>err || wrong "$name --load: $(<err)"
    same "$name" '--load'
    sed 's/"tool": "[^"]*"/"tool": "cs-nobody"/' model.json >other.json
    must "$name" 3 other.json 'the model of another program' -- "$name" --load other.json in.csv
    head -c 100 model.json >cut.json
    must "$name" 3 cut.json 'a model cut short' -- "$name" --load cut.json in.csv
    must "$name" 3 in.csv 'a table instead of a model' -- "$name" --load in.csv in.csv
  done
  judge
}

@test "contract: a tracked run leaves a record from every program" {
  for name in $(filters); do
    rm -rf run
    mkdir run
    input "$name" 60 >in.csv
    CS_RUN=run filter "$name" -q in.csv -o out 2>err || wrong "$name: $(<err)"
    sum=$(sha256sum <in.csv)
    grep -qF "${sum%% *}" run/steps/*-"$name".json || wrong "$name: no checksum of the input in its record"
    sum=$(sha256sum <out)
    grep -qF "${sum%% *}" run/steps/*-"$name".json || wrong "$name: no checksum of the output in its record"
  done
  judge
}
