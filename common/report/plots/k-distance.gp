# The curve; what lies beyond eps is shaded; eps as a filled dot, the knee as a ring.
if (EPS == EPS) {
  set object 1 rect from EPS_ROW, graph 0 to graph 1, graph 1 fc rgb 0xfdf3ec fs solid noborder behind
  set arrow 1 from graph 0, first EPS to EPS_ROW, EPS nohead dt (10,8) lc rgb ACCENT lw 1
  set arrow 2 from EPS_ROW, graph 0 to EPS_ROW, EPS nohead dt (10,8) lc rgb ACCENT lw 1
}
$marks << CS_END
0
CS_END
plot $curve using (EPS_ROW < $1 ? NaN : $1):2 with filledcurves y1=0 fc rgb 0xeb000000 + BLUE fs solid noborder, \
  $curve using 1:2 with lines lw 2.2 lc rgb BLUE, \
  $marks using (KNEE_ROW):(KNEE) with points pt 7 ps 2.2 lc rgb 0xffffff, \
  $marks using (KNEE_ROW):(KNEE) with points pt 6 ps 1.5 lw 2 lc rgb ACCENT, \
  $marks using (EPS_ROW):(EPS) with points pt 7 ps 2.2 lc rgb 0xffffff, \
  $marks using (EPS_ROW):(EPS) with points pt 7 ps 1.6 lc rgb ACCENT
