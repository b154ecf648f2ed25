# The order of the steps of a run. cs-pipeline runs make with this file in the folder where the run keeps what it knows
# about itself, on the steps that have to be done: it is their contents, options and programs that decide (is_done there), so
# that no time stamp does. A step that has been done has a file STEP.done.

.SUFFIXES:
.PHONY: all
all:

# Written whole, as the last thing that a step does: an interrupt takes none of them away.
.PRECIOUS: %.done
%.done:
	@CS_PIPELINE_PHASE=step CS_PIPELINE_STEP=$* exec sh "$$CS_PIPELINE_SCRIPT"

# One behind the other only where one reads what the other writes: the rest runs side by side.
prep.done: | $(CS_PIPELINE_SOURCE)
kmeans.done dbscan.done: | prep.done
kmeans-report.done: | kmeans.done
dbscan-report.done: | dbscan.done
