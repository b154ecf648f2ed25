# A bar for each row, segment under segment; the mean of all as a dashed line.
set border 1
unset ytics
unset grid
set grid xtics back lt 1 lc rgb GRID lw 1
set arrow 1 from 0, graph 0 to 0, graph 1 nohead lc rgb RULE lw 1 front
set arrow 2 from MEAN, graph 0 to MEAN, graph 1 nohead dt (10,8) lc rgb INK lw 1 front
plot for [i=1:SHAPES] $bars index i-1 using 1:2 with filledcurves x=0 fc rgb SHADE[i] fs solid 0.88 noborder
