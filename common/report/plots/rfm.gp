# Tiles; the numbers in them are labels.
unset border
unset tics
plot $boxes using 1:2:3:4:5:6:7 with boxxyerror fc rgb variable
