# scale.R IN OUT - appends the number columns i* and f* once more, scaled to mean 0 and variance 1 (divisor n).
suppressMessages(library(data.table))
setDTthreads(as.integer(Sys.getenv("THREADS", "0")))  # 0: all
paths <- commandArgs(TRUE)
table <- fread(paths[1])
names <- grep("^[if][0-9]+$", names(table), value = TRUE)
standard <- function(x) { x <- x - mean(x); x / sqrt(mean(x * x)) }
table[, paste0("scaled__", names) := lapply(.SD, standard), .SDcols = names]
fwrite(table, paths[2])
