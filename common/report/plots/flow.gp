# Bands between two stacks of boxes.
unset border
unset tics
plot for [i=1:SHAPES] $bands index i-1 using 1:2:3 with filledcurves fc rgb SHADE[i] fs solid noborder, \
  $boxes using 1:2:3:4:5:6:7 with boxxyerror fc rgb variable
