# table.R IN OUT - reads a CSV table and writes it again.
suppressMessages(library(data.table))
setDTthreads(as.integer(Sys.getenv("THREADS", "0")))  # 0: all
paths <- commandArgs(TRUE)
fwrite(fread(paths[1]), paths[2])
