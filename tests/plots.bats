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

pictures() { echo scatter comparison optimal-k silhouette k-distance rfm lorenz flow; }

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
    # shellcheck disable=SC2016
    grep -q '<title>`touch canary`.*&lt;script&gt;' out.svg
    grep -q '# !touch canary system' out.svg
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
  # shellcheck disable=SC2016
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

@test "plots: no name of a scatter plot lies on another one" {
  command -v python3 >/dev/null || skip "python3 is not there"
  for variant in '' twelve fifty long foreign constant; do
    "$PLOT" scatter $variant --script >script.gp
    python3 - <<'EOF'
import re
rows = re.search(r"\$boxes << CS_END\n(.*?)CS_END", open("script.gp").read(), re.S).group(1).split("\n")[1:-1]
boxes = [tuple(map(float, row.split()[2:])) for row in rows]
assert len(boxes) >= 5
for i, a in enumerate(boxes):
    for b in boxes[:i]:
        assert a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] or b[3] <= a[2], (a, b)
EOF
  done
}

@test "plots: the ellipse of a segment is where the squared Mahalanobis distance is 5.991" {
  command -v python3 >/dev/null || skip "python3 is not there"
  "$PLOT" scatter --script >script.gp
  python3 - <<'EOF'
import re
script = open("script.gp").read()
block = lambda name: re.search(r"\$%s << CS_END\n(.*?)CS_END" % name, script, re.S).group(1)
blue = [tuple(map(float, r.split()[:2])) for r in block("points").split("\n")[1:-1] if int(r.split()[3]) & 0xffffff == 0x0072b2]
n = len(blue)
assert n == 1007
mx, my = sum(x for x, _ in blue) / n, sum(y for _, y in blue) / n
xx = sum((x - mx) ** 2 for x, _ in blue) / (n - 1)
yy = sum((y - my) ** 2 for _, y in blue) / (n - 1)
xy = sum((x - mx) * (y - my) for x, y in blue) / (n - 1)
det = xx * yy - xy * xy
for row in block("ellipses").split("\n\n\n")[0].split("\n"):
    x, y = map(float, row.split())
    x, y = x - mx, y - my
    assert abs((yy * x * x - 2 * xy * x * y + xx * y * y) / det - 5.991464547) < 1e-3
EOF
}

@test "plots: a hundred thousand rows are drawn as their density" {
  "$PLOT" scatter dense --script >script.gp
  grep -q '^.density <<' script.gp
  run ! grep -q '^.points <<' script.gp
  "$PLOT" scatter dense >one.png
  [[ $(png_size one.png) == "1200 800" ]]
}

@test "plots: a few far rows don't press the others together, and are counted" {
  "$PLOT" scatter outlier --script | grep -q '1 beyond the edge'
  run ! grep -q 'beyond the edge' <("$PLOT" scatter --script)
}

@test "plots: which criteria favour which k is said in words" {
  [[ $("$PLOT" optimal-k --alt) == "6 criteria for the number of clusters from 2 to 11: silhouette, stability, gap, Davies–Bouldin and inertia favour k = 5; Calinski–Harabasz k = 4; chosen is k = 5, the runner-up is k = 4." ]]
  [[ $("$PLOT" optimal-k single --alt) == "1 criterion for"*"silhouette favours k = 5; chosen"* ]]
  [[ $("$PLOT" optimal-k fifty --script | grep -c '^.curve <<') == 6 ]]
}

@test "plots: the Lorenz curve and its Gini coefficient, at both ends" {
  [[ $("$PLOT" lorenz constant --alt) == *"20 % of customers bring 20 %, 50 % of customers bring 50 %; the Gini coefficient is 0.00." ]]
  [[ $("$PLOT" lorenz outlier --alt) == *"bring >99 %"*"the Gini coefficient is 1.00." ]]
  # Amounts are log-normal with sigma 1.1: Gini erf(sigma / 2) = 0.563; the richest fifth bring 1 - Phi(0.8416 - 1.1) = 0.602.
  [[ $("$PLOT" lorenz --alt) == *"20 % of customers bring 60 %"*"coefficient is 0.56." ]]
}

@test "plots: what lies beyond eps is counted, the knee stands beside it" {
  [[ $("$PLOT" k-distance two --alt) == *"its knee is at 0.476; eps is 0.900, beyond it lie 94 customers (5 %)." ]]
  "$PLOT" k-distance two --script | grep -q "'knee at 0.476'"
  "$PLOT" k-distance --script | grep -q "'at the knee'"
}

@test "plots: more segments than can be compared are cut, and that is said" {
  "$PLOT" comparison fifty --script >script.gp
  grep -q 'The first 24 of 50 segments\|the first 24 of 50 segments' script.gp
  grep -q 'the first 14 of 20 columns' script.gp
}

@test "plots: the scores' grid and the silhouettes say their main figures" {
  [[ $("$PLOT" rfm --alt) == *"2,506 customers: 29 % have 4 or 5 in both scores, 23 % have 1 or 2." ]]
  [[ $("$PLOT" rfm one --alt) == *"1 customer: 0 % have 4 or 5"* ]]
  [[ $("$PLOT" silhouette constant --alt) == *"mean 0.50: soft borders · no customers are near a border"* ]]
}

@test "plots: braces, underscores and carets in titles are no markup" {
  "$PLOT" rfm --title '{/=90 x}_a^b @c &{d} ~e 5 %' --svg >out.svg
  grep -qF '>{/=90 x}_a^b @c &amp;{d} ~e 5 %</text>' out.svg
}

@test "plots: names beside the flows never meet, and bands begin and end in the boxes of their groups" {
  command -v python3 >/dev/null || skip "python3 is not there"
  for variant in one two '' twelve fifty long foreign outlier single constant; do
    # The default is a word of none.
    # shellcheck disable=SC2086
    "$PLOT" flow $variant --script >script.gp
    # shellcheck disable=SC2086
    "$PLOT" flow $variant --svg >out.svg
    python3 - <<'EOF' || fail "$variant"
import re
script, svg = open("script.gp").read(), open("out.svg").read()
high = float(re.search(r'viewBox="0 0 \d+ (\d+)"', svg).group(1))
label = re.findall(r"set label '.*' at screen ([\d.]+),([\d.]+) (left|right|center) front font '[^,]*,([\d.]+)'", script)
place = {"left": [], "right": []}
for x, y, align, points in label:
    x, y = float(x) * 1200, (1 - float(y)) * high
    if y > 130 and (align, round(x)) in (("right", 286), ("left", 914)):
        place[align].append((y - float(points) * 2 / 3, y + float(points) * 2 / 3))
for side in place.values():
    side.sort()
    assert side, label
    for above, below in zip(side, side[1:]):
        assert above[1] <= below[0] + 1.5, (above, below)
    assert side[0][0] > 130 and side[-1][1] < high
block = lambda name: re.search(r"\$" + name + r" << CS_END\n(.*?)CS_END", script, re.S).group(1)
box = [tuple(map(float, r.split()))[2:6] for r in block("boxes").strip().split("\n")[1:]]
held = {300.0: 0, 884.0: 0}
for left, right, top, bottom in box:
    held[left] += bottom - top
for band in block("bands").strip().split("\n\n\n"):
    rows = [tuple(map(float, r.split())) for r in band.strip().split("\n") if "NaN" not in r]
    if not rows:
        continue
    for (x, lo, hi), left in ((rows[0], 300.0), (rows[-1], 884.0)):
        assert any(b[0] == left and b[2] - 0.01 <= lo and hi <= b[3] + 0.01 for b in box), (band[:80], lo, hi)
assert abs(held[300.0] - held[884.0]) < 2 * len(box), held
EOF
  done
}
