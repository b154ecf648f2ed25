# make            builds build/bin/cs-*
# make help       lists what else there is

PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build
# One name for one directory: objects made under another one would miss the headers that they depend on.
override BUILD := $(patsubst $(CURDIR)/%,%,$(BUILD))
CC ?= cc
CXX ?= c++
CFLAGS ?= -O2 -g
CXXFLAGS ?= $(CFLAGS)
INSTALL ?= install

VERSION := 0.1.0

# What the project needs whatever the user's CFLAGS are. No contraction: a fused multiply-add gives other bits.
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes -Wvla -Wundef
CS_CPPFLAGS := -Icommon -Itools -D_POSIX_C_SOURCE=200809L -DCS_VERSION='"$(VERSION)"'
CS_CFLAGS := -std=c17 -ffp-contract=off -fno-math-errno $(WARNINGS)
CS_CXXFLAGS := -std=c++17 -ffp-contract=off -fno-exceptions -fno-rtti -Wall -Wextra
CS_LDLIBS := -lcsv -lyaml -lcjson -lnettle -lstdc++ -lm -lpthread

# libcurl is optional; CURL=no builds without. Only the programs that talk to servers are linked with it: it brings two
# dozen other libraries, and each start would wait for them.
CURL ?= auto
CURL_LDLIBS := -Wl,--as-needed -lcurl
ifneq ($(CURL),no)
HAS_CURL := $(shell echo 'int main(void) { return (int)curl_global_init(0); }' | \
  $(CC) $(CPPFLAGS) $(LDFLAGS) -include curl/curl.h -x c -o /dev/null - $(CURL_LDLIBS) 2>/dev/null && echo yes)
endif
ifeq ($(HAS_CURL),yes)
CS_CPPFLAGS += -DCS_CURL
CS_LDLIBS += $(CURL_LDLIBS)
endif

TOOLS := $(patsubst tools/%.c,%,$(wildcard tools/*.c))
# cs-pipeline is a shell script; what it runs that isn't for users, and its make graph, stand as after an installation.
PIPELINE := bin/cs-pipeline libexec/cs/pipeline-options share/cs/pipeline.mk
PROGRAMS := $(TOOLS) cs-pipeline
OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard common/*/*.c)) $(patsubst %.cc,$(BUILD)/%.o,$(wildcard common/*/*.cc)) \
  $(addprefix $(BUILD)/embedded/,segment-names.o recommendations.o style.o app.o echarts.o) \
  $(patsubst common/report/plots/%.gp,$(BUILD)/embedded/plots/%.o,$(wildcard common/report/plots/*.gp))
UNIT_SOURCES := $(wildcard tests/unit/*.c tests/toy/*.c)
UNITS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(filter tests/unit/%,$(UNIT_SOURCES)))
TOYS := $(patsubst tests/toy/%.c,%,$(filter tests/toy/%,$(UNIT_SOURCES)))
FUZZ_SHARED := harness roundtrip
FUZZERS := $(filter-out $(FUZZ_SHARED),$(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c)))
FUZZ_OBJECTS := $(FUZZ_SHARED:%=$(BUILD)/tests/fuzz/%.o)
BIN := $(TOOLS:%=$(BUILD)/bin/%)

.PHONY: all web dist help deps deps-tests demo run check test lint asan tsan clang fuzz fuzzers bench bench-quick charts charts-quick install uninstall clean man units
.SUFFIXES:
.DELETE_ON_ERROR:

all: $(BIN) $(PIPELINE:%=$(BUILD)/%)

help:
	@sed -n 's/^#: //p' Makefile

#: make             build the programs into build/bin
#: make deps        install what the build lacks (or print the one line that does); deps-tests: and the tests
#: make demo        from nothing to segmented customers, with what is missing installed first
#: make run         the pipeline alone; N=500 customers, results under outputs/
#: make check       build, then all tests; ends with "N passed, N failed"
#: make lint        format, static analysis, shell scripts, man pages
#: make asan        the tests under the address and undefined-behaviour sanitizers
#: make tsan        those of what several threads do, under the thread sanitizer
#: make clang       builds all with clang, whose warnings are errors, and compares the labels
#: make fuzz        every fuzzer of tests/fuzz for FUZZ_SECONDS (60) each, with clang
#: make man         write the OPTIONS blocks of the man pages and configs/default.yaml anew from the option tables
#: make bench       times the programs beside their peers; writes docs/performance.md (minutes, 1 GB under build/)
#: make bench-quick the same on small inputs, in less than a minute, to the terminal only; CASES='table json': these
#: make charts      how time and memory grow with the input, beside the peers; writes docs/charts (minutes; gnuplot)
#: make web         the charts of the page, from npm: tried again after it failed
#: make dist        a release archive under build/, with the charts of the page: building from it needs no npm
#: make install     into $(DESTDIR)$(PREFIX): programs, man pages, configurations, completions
#: make uninstall   removes them
#: make clean       removes build/
#: Variables: CC CXX CFLAGS CPPFLAGS LDFLAGS PREFIX DESTDIR BUILD; CURL=no: without libcurl; V=1 shows the commands;
#:            TESTS="stats -real" runs or leaves out

# One short line a file, unless V=1.
V ?= 0
Q = $(if $(filter 0,$(V)),@printf '  %s\n' '$@'; ,)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CS_CPPFLAGS) $(CPPFLAGS) $(CS_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/%.o: %.cc
	@mkdir -p $(@D)
	$(Q)$(CXX) $(CS_CPPFLAGS) $(CPPFLAGS) $(CS_CXXFLAGS) $(CXXFLAGS) -MMD -MP -c -o $@ $<

# What the programs carry of configs/: files only override it.
.PRECIOUS: $(BUILD)/embedded/%.c
$(BUILD)/embedded/%.c: configs/%.yaml scripts/embed
	@mkdir -p $(@D)
	$(Q)scripts/embed cs_embedded_$(subst -,_,$*) <$< >$@

# What the page carries: its style, its script, and the charts, which all builds share.
WEB := build/web/echarts.js
$(BUILD)/embedded/style.c: common/report/web/style.css scripts/embed
	@mkdir -p $(@D)
	$(Q)scripts/embed cs_embedded_style <$< >$@

$(BUILD)/embedded/app.c: common/report/web/app.js scripts/embed
	@mkdir -p $(@D)
	$(Q)scripts/embed cs_embedded_app <$< >$@

$(BUILD)/embedded/echarts.c: $(WEB) scripts/embed
	@mkdir -p $(@D)
	$(Q)scripts/embed cs_embedded_echarts <$< >$@

$(WEB): $(wildcard common/report/web/*.json common/report/web/bundle.js common/report/web/vendor/*) scripts/web
	$(Q)scripts/web $@

# What is committed, and what npm fetched, with its licence.
DIST := cs-$(VERSION)
dist: $(WEB)
	@test -s $(WEB) || { echo "make dist: the charts aren't there (make web)" >&2; exit 1; }
	@rm -rf build/dist && mkdir -p build/dist
	@git archive --prefix=$(DIST)/ HEAD | tar -x -C build/dist
	@mkdir -p build/dist/$(DIST)/common/report/web/vendor
	@cp build/web/npm/echarts.js build/web/npm/node_modules/echarts/LICENSE build/web/npm/node_modules/echarts/NOTICE \
	  build/dist/$(DIST)/common/report/web/vendor/
	@tar -C build/dist --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf - $(DIST) | gzip -9n >build/$(DIST).tar.gz
	@echo build/$(DIST).tar.gz

web:
	@rm -f $(WEB)
	@$(MAKE) --no-print-directory all

# The templates of the pictures: cs_embedded_plot_NAME.
.PRECIOUS: $(BUILD)/embedded/plots/%.c
$(BUILD)/embedded/plots/%.c: common/report/plots/%.gp scripts/embed
	@mkdir -p $(@D)
	$(Q)scripts/embed cs_embedded_plot_$(subst -,_,$*) <$< >$@

$(BUILD)/embedded/%.o: $(BUILD)/embedded/%.c
	$(Q)$(CC) $(CS_CPPFLAGS) $(CPPFLAGS) $(CS_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/libcs.a: $(OBJECTS)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

# A program whose commands have files of their own has them in a folder of its name.
$(foreach tool,$(TOOLS),$(eval $(BUILD)/bin/$(tool): $(patsubst %.c,$(BUILD)/%.o,$(wildcard tools/$(tool)/*.c))))

$(BUILD)/bin/%: $(BUILD)/tools/%.o $(BUILD)/libcs.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(CS_LDLIBS) $(LDLIBS)

$(BUILD)/libexec/cs/%: $(BUILD)/tools/libexec/%.o $(BUILD)/libcs.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CS_LDLIBS) $(LDLIBS)

$(BUILD)/bin/cs-pipeline: scripts/cs-pipeline
	@mkdir -p $(@D)
	$(Q)$(INSTALL) -m 755 $< $@

$(BUILD)/share/cs/pipeline.mk: scripts/pipeline.mk
	@mkdir -p $(@D)
	$(Q)$(INSTALL) -m 644 $< $@

$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/libcs.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CS_LDLIBS) $(LDLIBS)

# Programs that only the tests run.
$(BUILD)/toy/%: $(BUILD)/tests/toy/%.o $(BUILD)/libcs.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CS_LDLIBS) $(LDLIBS)

# The library that fails calls (tests/faults.bats): never under a sanitizer itself, as it comes before its runtime.
$(BUILD)/faults/faults.so: tests/faults/faults.c tests/faults/faults.h
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c17 -O1 -g $(WARNINGS) -fPIC -shared -o $@ $< -ldl -lpthread

$(BUILD)/faults/sweep: tests/faults/sweep.c tests/faults/faults.h
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c17 -O1 -g $(WARNINGS) -o $@ $<

units: $(UNITS) $(TOYS:%=$(BUILD)/toy/%) $(BUILD)/faults/faults.so $(BUILD)/faults/sweep

export CC CXX CPPFLAGS CFLAGS LDFLAGS CURL

deps:
	@scripts/deps

deps-tests:
	@scripts/deps --tests

# What comes after the installation is a make of its own: only then do compiler and libraries exist. It uses all
# processors unless the user said how many.
PROCESSORS := $(shell nproc 2>/dev/null || echo 1)
JOBS = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(PROCESSORS))
demo: deps
	@$(MAKE) --no-print-directory $(JOBS) all
	@"$(BUILD)/bin/cs-pipeline" --demo --output "$(OUT)"

check: deps-tests
	@$(MAKE) --no-print-directory $(JOBS) test

N ?= 500
OUT ?= outputs
run: all
	@"$(BUILD)/bin/cs-pipeline" --num-customers "$(N)" --output "$(OUT)"

test: all units
	@BUILD="$(abspath $(BUILD))" tests/run $(TESTS)

-include $(OBJECTS:.o=.d) $(patsubst %.c,$(BUILD)/%.d,$(wildcard tools/*.c tools/*/*.c)) $(UNITS:$(BUILD)/unit/%=$(BUILD)/tests/unit/%.d) \
  $(TOYS:%=$(BUILD)/tests/toy/%.d) $(wildcard $(BUILD)/tests/fuzz/*.d)

# Objects depend on the flags they were made with.
FLAGS := $(CC) $(CXX) $(CFLAGS) $(CXXFLAGS) $(CPPFLAGS) $(CS_CPPFLAGS) $(CS_CFLAGS)
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' "$(subst ",,$(FLAGS))" | cmp -s - $@ || printf '%s\n' "$(subst ",,$(FLAGS))" >$@
.PHONY: FORCE
FORCE:
$(OBJECTS) $(patsubst %.c,$(BUILD)/%.o,$(wildcard tools/*.c tools/*/*.c)) $(UNITS:$(BUILD)/unit/%=$(BUILD)/tests/unit/%.o) \
  $(TOYS:%=$(BUILD)/tests/toy/%.o) $(FUZZ_OBJECTS) $(FUZZERS:%=$(BUILD)/tests/fuzz/%.o): $(BUILD)/flags
.SECONDARY:

# The same tests, under the sanitizers, in a build of their own.
asan: deps-tests
	@$(MAKE) --no-print-directory $(JOBS) test BUILD=build/asan CFLAGS="-O1 -g1 -fno-omit-frame-pointer $(SANITIZE)" \
	  ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all

# setarch: the sanitizer's map of the memory takes no random addresses.
tsan: deps-tests
	@$(MAKE) --no-print-directory $(JOBS) all $(patsubst tests/unit/%.c,build/tsan/unit/%,$(wildcard $(THREADED:%=tests/unit/%.c))) \
	  BUILD=build/tsan CFLAGS="-O1 -g1 -fsanitize=thread"
	@BUILD="$(CURDIR)/build/tsan" TSAN_OPTIONS=halt_on_error=1 setarch -R tests/run $(THREADED)
THREADED ?= team parallel sums table traits reach levels dbcv dbscan oracles kmeans quality refusals match names

# All by the other compiler, whose warnings are errors (the tests are only read), in the build that the fuzzers are linked
# with: the same labels?
CLANG = BUILD=build/clang CC=clang CXX=clang++ CFLAGS="-O1 -g1 -Werror -fno-omit-frame-pointer -fsanitize=fuzzer-no-link $(SANITIZE)"
clang: all
	@$(MAKE) --no-print-directory $(JOBS) all $(CLANG)
	@ls $(UNIT_SOURCES) | xargs -P $(PROCESSORS) -n 4 clang $(CS_CPPFLAGS) $(CPPFLAGS) $(CS_CFLAGS) -Werror -fsyntax-only
	@tests/compilers build/bin build/clang/bin

# The fuzzers: libFuzzer comes with clang. read() and write() are theirs (tests/fuzz/fuzz.h).
FUZZ_SECONDS ?= 60
fuzz: deps
	@command -v clang >/dev/null || { echo "make fuzz: clang isn't there (apt-get install clang libclang-rt-14-dev)" >&2; exit 1; }
	@$(MAKE) --no-print-directory $(JOBS) fuzzers $(CLANG)
	@BUILD=build/clang tests/fuzz/run "$(FUZZ_SECONDS)"

fuzzers: $(FUZZERS:%=$(BUILD)/fuzz/%)

$(BUILD)/fuzz/%: $(BUILD)/tests/fuzz/%.o $(FUZZ_OBJECTS) $(BUILD)/libcs.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -Wl,--wrap=read,--wrap=write -o $@ $^ $(CS_LDLIBS) $(LDLIBS)

man: all
	@BUILD="$(BUILD)" scripts/man-options
	@BUILD="$(BUILD)" scripts/default-config

lint: all
	@scripts/lint

$(BUILD)/bench/measure: scripts/bench/measure.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CS_CPPFLAGS) $(CPPFLAGS) $(CS_CFLAGS) $(CFLAGS) $(LDFLAGS) -D_DEFAULT_SOURCE -o $@ $<

bench: all $(BUILD)/bench/measure
	@BUILD="$(BUILD)" scripts/bench/run.py full $(CASES)

bench-quick: all $(BUILD)/bench/measure
	@BUILD="$(BUILD)" scripts/bench/run.py quick $(CASES)

# For this processor, as it measures what that can do.
$(BUILD)/bench/limits: scripts/bench/limits.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CS_CPPFLAGS) $(CPPFLAGS) -std=c17 -O2 -march=native -ffp-contract=fast $(LDFLAGS) -o $@ $< -lpthread

charts: all $(BUILD)/bench/measure $(BUILD)/bench/limits
	@BUILD="$(BUILD)" scripts/bench/charts.py full $(CHARTS)

charts-quick: all $(BUILD)/bench/measure $(BUILD)/bench/limits
	@BUILD="$(BUILD)" scripts/bench/charts.py quick $(CHARTS)

CONFIGS := $(wildcard configs/*.yaml)
PAGES := $(wildcard man/*.1) $(wildcard man/*.7)
bindir := $(DESTDIR)$(PREFIX)/bin
mandir := $(DESTDIR)$(PREFIX)/share/man
sharedir := $(DESTDIR)$(PREFIX)/share/cs
libexecdir := $(DESTDIR)$(PREFIX)/libexec/cs

install: all
	$(INSTALL) -d "$(bindir)" "$(libexecdir)" "$(mandir)/man1" "$(mandir)/man7" "$(sharedir)"
	$(INSTALL) -m 755 $(BIN) $(BUILD)/bin/cs-pipeline "$(bindir)"
	$(INSTALL) -m 755 $(BUILD)/libexec/cs/pipeline-options "$(libexecdir)"
	$(INSTALL) -m 644 $(filter %.1,$(PAGES)) "$(mandir)/man1"
	$(INSTALL) -m 644 $(filter %.7,$(PAGES)) "$(mandir)/man7"
	$(INSTALL) -m 644 $(CONFIGS) scripts/pipeline.mk "$(sharedir)"
	scripts/completions install "$(BUILD)/bin" "$(DESTDIR)$(PREFIX)/share" $(PROGRAMS)

uninstall:
	rm -f $(PROGRAMS:%="$(bindir)/%") "$(libexecdir)/pipeline-options" "$(sharedir)/pipeline.mk" $(patsubst man/%.1,"$(mandir)/man1/%.1",$(filter %.1,$(PAGES))) \
	  $(patsubst man/%.7,"$(mandir)/man7/%.7",$(filter %.7,$(PAGES))) $(CONFIGS:configs/%="$(sharedir)/%")
	-rmdir "$(sharedir)" "$(libexecdir)"
	scripts/completions uninstall "$(BUILD)/bin" "$(DESTDIR)$(PREFIX)/share" $(PROGRAMS)

clean:
	rm -rf $(BUILD)
