# Rows, or their density; the segments' ellipses; names and centroids on top.
if (DENSE) {
  plot $density using 1:2:3:4:5:6 with rgbalpha, \
    for [i=1:SHAPES] $ellipses index i-1 using 1:2 with lines lw 1.4 lc rgb SHADE[i] + 0x30000000, \
    $leaders using 1:2 with lines lw 1 lc rgb MUTE, \
    $boxes using 1:2:3:4:5:6 with boxxyerror fc rgb 0x30ffffff fs solid noborder, \
    $centroids using 1:2:3 with points pt variable ps 2.2 lc rgb 0xffffff, \
    $centroids using 1:2:3:4 with points pt variable ps 1.6 lc rgb variable
} else {
  plot $noise using 1:2:3:4 with points pt variable ps 0.42 lw 1 lc rgb variable, \
    for [i=1:SHAPES] $ellipses index i-1 using 1:2 with filledcurves closed fc rgb SHADE[i] + 0xe9000000 fs solid noborder, \
    for [i=1:SHAPES] $ellipses index i-1 using 1:2 with lines lw 1.2 lc rgb SHADE[i] + 0x50000000, \
    $points using 1:2:3:4 with points pt variable ps 0.48 lc rgb variable, \
    $leaders using 1:2 with lines lw 1 lc rgb MUTE, \
    $boxes using 1:2:3:4:5:6 with boxxyerror fc rgb 0x30ffffff fs solid noborder, \
    $centroids using 1:2:3 with points pt variable ps 2.2 lc rgb 0xffffff, \
    $centroids using 1:2:3:4 with points pt variable ps 1.6 lc rgb variable
}
