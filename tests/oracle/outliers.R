# outliers.R PREP.csv RULE[=PARAMETER]... - whom cs-prep --outliers RULE[=PARAMETER],... must mark, by R and robustbase: a line
# "customer_id,outlier_rule" for each, in the order of the table. PREP.csv is a table of cs-prep; the logarithms of recency,
# orders and spend are looked at, so it has to be one where hardly anybody has a discount.
#
# NSAMP=5000 in the environment draws so many random subsets for covMcd instead of its deterministic starts; DETERMINANT=1 says
# the least determinant on standard error.
suppressMessages(library(robustbase))
wanted <- commandArgs(TRUE)
customers <- read.csv(wanted[1])
floor_at <- quantile(customers$total_spent[customers$total_spent > 0], 0.01, type = 7)
x <- cbind(days_since_last_purchase = log1p(customers$days_since_last_purchase),
           total_transactions = log(customers$total_transactions),
           total_spent = log(pmax(customers$total_spent, floor_at)))

# The first column outside its fences, NA where none is.
by_fences <- function(rule, low, high) {
  mark <- rep(NA_character_, nrow(x))
  for (name in rev(colnames(x)))
    mark[x[, name] < low[name] | x[, name] > high[name]] <- paste0(rule, ":", name)
  mark
}

robust_distance <- function(k) {
  nsamp <- Sys.getenv("NSAMP", "deterministic")
  set.seed(1)
  mcd <- covMcd(x, alpha = 0.75, nsamp = if (nsamp == "deterministic") nsamp else as.integer(nsamp), use.correction = FALSE)
  if (Sys.getenv("DETERMINANT") != "") message("determinant ", format(det(mcd$raw.cov), digits = 10))
  far <- mahalanobis(x, mcd$center, mcd$cov) > qchisq(k / 100, ncol(x))
  ifelse(far, "mahalanobis", NA_character_)
}

marked_by <- function(rule, k) {
  q <- function(p) apply(x, 2, quantile, p, type = 7)
  around <- function(middle, reach) by_fences(rule, middle - reach, middle + reach)
  switch(rule,
         iqr = by_fences(rule, q(0.25) - k * (q(0.75) - q(0.25)), q(0.75) + k * (q(0.75) - q(0.25))),
         z = around(colMeans(x), k * apply(x, 2, sd)),
         mad = around(apply(x, 2, median), k * apply(x, 2, mad, constant = 1) / 0.6745),
         percentile = by_fences(rule, q(k / 100), q(1 - k / 100)),
         mahalanobis = robust_distance(k))
}

usual <- c(iqr = 1.5, z = 3, mad = 3.5, percentile = 1, mahalanobis = 97.5)
mark <- rep(NA_character_, nrow(x))
for (item in wanted[-1]) {
  part <- strsplit(item, "=")[[1]]
  found <- marked_by(part[1], if (length(part) > 1) as.numeric(part[2]) else usual[[part[1]]])
  mark <- ifelse(is.na(mark), found, mark)
}
writeLines(paste0(customers$customer_id, ",", mark)[!is.na(mark)])
