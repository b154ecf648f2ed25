# planted.awk - what an audit of cs-prep must count, from what cs-gen says it planted.
#
# awk -f planted.awk [-v joined=1] clean.csv defects.csv
#   clean.csv    the transactions of the same seed without dirt
#   defects.csv  cs-gen --defects of the run with dirt; with joined=1 that of the customer table as well
# Writes lines "name number": each rule's rejected rows, then customers and sums of money.
#
# Every row of the table is one of: an order of clean.csv, the return of one, the copy of one. It counts under the one
# rule that its defect names, but under unknown_customer before that where its customer's row has lost the id.
BEGIN { FS = "," }
FNR == 1 { file++; next }
file == 1 { customer[$1] = $2; amount[$1] = $8; next }
$1 == "customers" {
  if ($7 == "table_rejected") table_rejected++
  if ($7 == "table_rejected" && $4 == "missing") nameless[$2] = 1
  next
}
$1 != "transactions" { next }
$4 == "duplicate" { add($2, "duplicate"); next }
$5 == "return" { add($2, "cancelled"); if (!gone($2)) back[$3] = -$8; next }
$5 == "refunded_order" { lost[$3] = 1; add_netted($2); if (!gone($2)) back[$3] = $8; next }
$5 == "huge_amount" { amount[$3] = $8; next }
{ rule[$3] = $7 == "unknown_customer" && !joined ? "" : $7 }
$5 == "unknown_customer" { stranger[$3] = 1 }
$3 in amount && $6 == "amount" && $7 == "cancelled" { taken[$3] = -$8 }

function gone(id) { return joined && (id in nameless) }
function add(id, name) {
  if (name == "no_customer") guests++
  else if (gone(id)) name = "unknown_customer"
  rows++
  count[name]++
}
function add_netted(id) { if (!gone(id)) netted++ }

END {
  for (order in amount) {
    id = customer[order]
    ids[id] = 1
    add(id, rule[order] "") # gawk 5.2.1 frees an element that was never set twice when it is passed
    if (gone(id)) continue
    if (order in taken) refunded += taken[order]
    if (order in stranger) id = "stranger " id
    if (rule[order] != "no_customer" && rule[order] != "unknown_customer") seen[id] = 1
    if (rule[order] != "") continue
    gross += amount[order]
    if (!(order in lost)) left[id] = 1
  }
  for (order in back) refunded += back[order]
  for (id in seen) customers++
  for (id in left) written++
  if (joined) {
    customers = 0
    for (id in ids) customers += !(id in nameless)
    print "table_rejected", table_rejected + 0
  }
  n = split("not_selected no_customer unknown_customer bad_date bad_number after_as_of not_completed cancelled " \
            "quantity_not_positive price_not_positive duplicate", name, " ")
  print "rows", rows
  for (i = 1; i <= n; i++) print name[i], count[name[i]] + 0
  print "netted", netted + 0
  print "guests", guests + 0
  print "seen", customers + 0
  print "written", written + 0
  printf "gross %.3f\nrefunded %.3f\nnet %.3f\n", gross, refunded, gross - refunded
}
