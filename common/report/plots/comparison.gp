# The heat map and the box plots below it, all of boxes.
unset border
unset tics
plot $boxes using 1:2:3:4:5:6:7 with boxxyerror fc rgb variable
