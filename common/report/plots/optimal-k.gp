# One panel: a criterion over k, the choice as a filled dot, the runner-up as a ring. Labels belong to one panel.
$mark << CS_END
0
CS_END
if (CHOSEN == CHOSEN) {
  set arrow 1 from CHOSEN, graph 0 to CHOSEN, graph 1 nohead dt (10,8) lc rgb ACCENT lw 1 back
}
if (ERRORS) {
  plot $curve using 1:2:3 with yerrorbars pt 7 ps 0 lw 1.2 lc rgb 0x600072b2, \
    $curve using 1:2 with linespoints lw 2 pt 7 ps 0.75 lc rgb BLUE, \
    $mark using (RUNNER):(RUNNER_AT) with points pt 7 ps 2.1 lc rgb 0xffffff, \
    $mark using (RUNNER):(RUNNER_AT) with points pt 6 ps 1.4 lw 2 lc rgb ACCENT, \
    $mark using (CHOSEN):(CHOSEN_AT) with points pt 7 ps 2.1 lc rgb 0xffffff, \
    $mark using (CHOSEN):(CHOSEN_AT) with points pt 7 ps 1.5 lc rgb ACCENT
} else {
  plot $curve using 1:2 with linespoints lw 2 pt 7 ps 0.75 lc rgb BLUE, \
    $mark using (RUNNER):(RUNNER_AT) with points pt 7 ps 2.1 lc rgb 0xffffff, \
    $mark using (RUNNER):(RUNNER_AT) with points pt 6 ps 1.4 lw 2 lc rgb ACCENT, \
    $mark using (CHOSEN):(CHOSEN_AT) with points pt 7 ps 2.1 lc rgb 0xffffff, \
    $mark using (CHOSEN):(CHOSEN_AT) with points pt 7 ps 1.5 lc rgb ACCENT
}
unset arrow
unset label
