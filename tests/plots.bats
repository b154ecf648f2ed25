load helper

PLOT=$BUILD/toy/plot

setup_file() {
  command -v gnuplot >/dev/null || skip "gnuplot is not there"
}

# A PATH with what a test needs besides gnuplot.
without_gnuplot() {
  mkdir -p bin
  PATH=$PWD/bin "$@"
}

png_size() { od -An -tu1 -j16 -N8 "$1" | awk '{ print $3 * 256 + $4, $7 * 256 + $8 }'; }

is_xml() {
  python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$1"
}

pictures() { echo scatter comparison optimal-k silhouette k-distance rfm lorenz; }

@test "plots: each picture is drawn, twice to the same bytes, and says in words what it shows" {
  for name in $(pictures); do
    "$PLOT" "$name" >one.png
    "$PLOT" "$name" >two.png
    cmp one.png two.png
    [[ $(png_size one.png) =~ ^1200\ (800|816)$ ]] || fail "$name: $(png_size one.png)"
    [[ $("$PLOT" "$name" --alt) == ?*. ]]
    "$PLOT" "$name" --svg >one.svg
    "$PLOT" "$name" --svg >two.svg
    cmp one.svg two.svg
  done
}

@test "plots: gnuplot has nothing to say of the scripts, whatever the data" {
  for name in $(pictures); do
    for variant in '' one two twelve fifty long foreign noise single constant outlier; do
      "$PLOT" "$name" $variant --script >script.gp
      { echo 'set terminal pngcairo noenhanced size 300,200'; cat script.gp; } |
        LC_ALL=C.UTF-8 gnuplot -d - >out.png 2>said.txt
      run ! grep -v 'Skipping data file with no valid points' said.txt
    done
  done
}

@test "plots: at twice the scale a picture has twice as many pixels each way" {
  "$PLOT" scatter --2x >two.png
  [[ $(png_size two.png) == "2400 1600" ]]
}

@test "plots: what users write is shown, never run" {
  local title=$'`touch canary` "$(touch canary)" \'; system(\'touch canary\') #\n!touch canary\nsystem("touch canary")\n{/=90 x}_^ \xff\xc3 <script>alert(1)</script> &amp; \xe2\x80\xae CS_END \\'
  for name in $(pictures); do
    "$PLOT" "$name" hostile --title "$title" >out.png
    "$PLOT" "$name" hostile --title "$title" --svg >out.svg
    [[ -s out.png && ! -e canary ]] || fail "$name ran what it should show"
    grep -q '<title>`touch canary`.*&lt;script&gt;' out.svg
    run ! grep -qE '<script|gnuplot_plot_1<|>Gnuplot<' out.svg
    command -v python3 >/dev/null && is_xml out.svg
  done
}

@test "plots: an SVG names fonts that browsers have, and ids of its own" {
  "$PLOT" scatter --svg >out.svg
  grep -q "font-family=\"[^\"]*, sans-serif\" font-weight=\"bold\"" out.svg
  run ! grep -qE ':Bold|sans-serif".*sans-serif"' out.svg
  run ! grep -E "id=['\"]" <(grep -vE "id=['\"]scatter-" out.svg)
  run ! grep -E "href='#" <(grep -vE "href='#scatter-" out.svg)
  grep -q '<desc>Scatter plot of 2,000 customers' out.svg
}

@test "plots: a script that hangs ends at the time limit" {
  expect_error 4 "did not end within 0.3 seconds" bash -c "echo 'while (1) {}' | '$PLOT' raw --limit 300"
  expect_error 4 "did not end within 0.3 seconds" bash -c "echo 'pause 30' | '$PLOT' raw --limit 300"
}

@test "plots: a wrong script is an error that says what gnuplot said" {
  expect_error 4 "gnuplot failed: line " bash -c "printf 'set terminal svg\nset lable 1\n' | '$PLOT' raw"
  expect_error 4 "drew no picture" bash -c "echo 'x = 1' | '$PLOT' raw"
  # It ends before it has read everything.
  expect_error 4 "gnuplot failed" bash -c "{ echo 'exit status 3'; head -c 3000000 /dev/zero | tr '\0' '\n'; } | '$PLOT' raw"
}

@test "plots: more than a pipe holds goes in and comes out" {
  { printf 'set terminal svg\n$d << CS_END\n'; seq 40000 | awk '{ print $1, $1 % 977 }'; printf 'CS_END\nplot $d with points\n'; } |
    "$PLOT" raw >out.svg
  [[ $(grep -c "<use" out.svg) -gt 39999 ]]
  tail -n 3 out.svg | grep -q '</svg>'
}

@test "plots: without gnuplot the answer is no, with the package's name" {
  expect_error 1 "gnuplot is not installed (Debian: apt-get install gnuplot-nox)" without_gnuplot "$PLOT" scatter
}

@test "plots: without fonts there would be pictures without text, so that is an error" {
  command -v fc-match >/dev/null || skip "fc-match is not there"
  echo '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>' >empty.conf
  FONTCONFIG_FILE=$PWD/empty.conf expect_error 4 "no fonts are installed (Debian: apt-get install fonts-dejavu-core)" "$PLOT" scatter
}

@test "plots: neither start-up files nor the environment change a picture" {
  "$PLOT" scatter >plain.png
  mkdir home
  printf "system('touch canary')\nset title 'mine'\n" >home/.gnuplot
  HOME=$PWD/home GNUTERM=dumb GNUPLOT_LIB=/x LC_ALL=tr_TR.UTF-8 LANG=de_DE.UTF-8 "$PLOT" scatter >other.png
  cmp plain.png other.png
  [[ ! -e canary ]]
}
