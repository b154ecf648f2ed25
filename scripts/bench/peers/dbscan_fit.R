# dbscan_fit.R EPS MIN_POINTS IN OUT - DBSCAN of all columns of IN; OUT says what it came to.
argument <- commandArgs(TRUE)
log <- Sys.getenv("CS_LOG_FILE")
last <- proc.time()[["elapsed"]]
phase <- function(name) {
  now <- proc.time()[["elapsed"]]
  if (nzchar(log)) cat(sprintf('{"event": "phase", "text": "%s:", "seconds": %.3f}\n', name, now - last), file = log, append = TRUE)
  last <<- now
}
matrix <- as.matrix(data.table::fread(argument[3]))
phase("read")
eps <- as.numeric(argument[1])
points <- as.integer(argument[2])
model <- dbscan::dbscan(matrix, eps, points)
phase("fit")
cat(sprintf('{"clusters": %d, "noise": %d}\n', max(model$cluster), sum(model$cluster == 0)), file = argument[4])
