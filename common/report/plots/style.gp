# What all pictures share. The terminal shows text as it stands (noenhanced).
set encoding utf8
INK = 0x1f2933
MUTE = 0x66727f
RULE = 0xc8ced6
GRID = 0xe9edf1
ACCENT = 0xd55e00
BLUE = 0x0072b2
set border 3 lc rgb RULE lw 1
set tics nomirror out scale 0.4 textcolor rgb MUTE
set xtics offset 0,0.25
set grid xtics ytics back lt 1 lc rgb GRID lw 1
set style fill solid 1.0 noborder
set key noautotitle
unset key
