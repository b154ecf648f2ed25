# orders.R IN OUT - what orders.py computes.
suppressMessages(library(data.table))
setDTthreads(as.integer(Sys.getenv("THREADS", "0")))  # 0: all
paths <- commandArgs(TRUE)
orders <- fread(paths[1])
end <- max(orders$date) + 1L
customers <- orders[, .(days_since_last_purchase = as.integer(end - max(date)),
                        total_transactions = uniqueN(date), total_spent = sum(quantity * unit_price),
                        category_count = uniqueN(category)), by = customer_id]
fwrite(customers, paths[2])
