# gap.R - expected numbers of tests/unit/gap.c, by cluster::clusGap of R (r-base-core, r-cran-cluster): log W, and the gaps and errors
# of 200 references, for k = 1 to 8. log W is exact; the gaps depend on the draws.
library(cluster)

show <- function(name, x, most = 8) {
  set.seed(42)
  gap <- clusGap(x, kmeans, K.max = most, B = 200, verbose = FALSE, nstart = 25, iter.max = 100)$Tab
  cat(name, "log W", sprintf("%.6f", gap[, "logW"]), "\n")
  cat(name, "gap  ", sprintf("%.4f", gap[, "gap"]), "\n")
  cat(name, "error", sprintf("%.4f", gap[, "SE.sim"]), "\n")
  cat(name, "Tibs2001SEmax", maxSE(gap[, "gap"], gap[, "SE.sim"], "Tibs2001SEmax"), "\n")
}

i <- 0:599
show("iris", as.matrix(iris[, 1:4]))
show("wave", cbind(sin(i * 12.9898) * 3 + (i %% 4) * 2, cos(i * 78.233) * 2 - (i %% 4), sin(i * 0.5)))
show("even", cbind(sin(i * 12.9898), cos(i * 78.233)))
show("faithful", as.matrix(faithful))
show("quakes", scale(as.matrix(quakes)))
