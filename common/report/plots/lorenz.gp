# The curve above the diagonal of equal parts.
set arrow 1 from 0,0 to 1,1 nohead dt (10,8) lc rgb MUTE lw 1
set arrow 2 from TOP,0 to TOP,BRING nohead dt (10,8) lc rgb ACCENT lw 1
set arrow 3 from 0,BRING to TOP,BRING nohead dt (10,8) lc rgb ACCENT lw 1
$marks << CS_END
0
CS_END
set label 'if all were the same' at 0.70,0.63 left font ',10.5' tc rgb MUTE
plot $curve using 1:2:1 with filledcurves fc rgb 0xeb000000 + BLUE fs solid noborder, \
  $curve using 1:2 with lines lw 2.2 lc rgb BLUE, \
  $marks using (TOP):(BRING) with points pt 7 ps 2.2 lc rgb 0xffffff, \
  $marks using (TOP):(BRING) with points pt 7 ps 1.6 lc rgb ACCENT
