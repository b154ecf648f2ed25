# kmeans_fit.R CENTRES IN OUT - Lloyd's k-means of all columns of IN from the rows of CENTRES until no row moves; OUT says what it came to.
argument <- commandArgs(TRUE)
log <- Sys.getenv("CS_LOG_FILE")
last <- proc.time()[["elapsed"]]
phase <- function(name) {
  now <- proc.time()[["elapsed"]]
  if (nzchar(log)) cat(sprintf('{"event": "phase", "text": "%s:", "seconds": %.3f}\n', name, now - last), file = log, append = TRUE)
  last <<- now
}
begin <- as.matrix(data.table::fread(argument[1]))
matrix <- as.matrix(data.table::fread(argument[2]))
phase("read")
model <- kmeans(matrix, begin, iter.max = 10000, algorithm = "Lloyd")
phase("fit")
cat(sprintf('{"metrics": {"inertia": %.17g, "iterations": %d}}\n', model$tot.withinss, model$iter), file = argument[3])
