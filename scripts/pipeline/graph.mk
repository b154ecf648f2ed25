# The order of the steps of a run. cs-pipeline writes this file into the folder where the run keeps what it knows about
# itself, and runs make there on the steps that have to be done: it is their contents, options and programs that decide
# (steps.sh, is_done), so that no time stamp does. A step that has been done has a file STEP.done.

.SUFFIXES:
.PHONY: all
all:

# Written whole, as the last thing that a step does: an interrupt takes none of them away.
.PRECIOUS: %.done
%.done:
	@sh ./steps step $*

# One behind the other only where one reads what the other writes: the rest runs side by side.
prep.done: | $(CS_PIPELINE_SOURCE)
kmeans.done dbscan.done: | prep.done
kmeans-report.done: | kmeans.done
dbscan-report.done: | dbscan.done
