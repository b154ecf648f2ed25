# outliers.R PREP.csv - what cs-prep --outliers must mark, by R and robustbase: fences and robust distances of the logarithms
# that are clustered. PREP.csv is a table of cs-prep; prints each rule's customers, and their number.
suppressMessages(library(robustbase))
customers <- read.csv(commandArgs(TRUE)[1])
floor_at <- quantile(customers$total_spent[customers$total_spent > 0], 0.01, type = 7)
x <- cbind(days_since_last_purchase = log1p(customers$days_since_last_purchase),
           total_transactions = log(customers$total_transactions),
           total_spent = log(pmax(customers$total_spent, floor_at)))
outside <- function(low, high) sapply(colnames(x), function(name) sum(x[, name] < low[name] | x[, name] > high[name]))
report <- function(rule, low, high) cat(rule, paste(colnames(x), outside(low, high)), "\n")
q <- apply(x, 2, quantile, c(0.25, 0.75), type = 7)
report("iqr", q[1, ] - 1.5 * (q[2, ] - q[1, ]), q[2, ] + 1.5 * (q[2, ] - q[1, ]))
report("z", colMeans(x) - 3 * apply(x, 2, sd), colMeans(x) + 3 * apply(x, 2, sd))
middle <- apply(x, 2, median)
reach <- 3.5 * apply(x, 2, mad, constant = 1) / 0.6745
report("mad", middle - reach, middle + reach)
p <- apply(x, 2, quantile, c(0.01, 0.99), type = 7)
report("percentile", p[1, ], p[2, ])
mcd <- covMcd(x, alpha = 0.75, nsamp = "deterministic", use.correction = FALSE)
far <- mahalanobis(x, mcd$center, mcd$cov) > qchisq(0.975, ncol(x))
cat("mahalanobis", sum(far), "sum of ids", sum(customers$customer_id[far]), "\n")
