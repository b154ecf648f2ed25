# make            builds build/bin/cs-*
# make help       lists what else there is

PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build
CC ?= cc
CXX ?= c++
CFLAGS ?= -O2 -g
CXXFLAGS ?= $(CFLAGS)
INSTALL ?= install

VERSION := 0.1.0

# What the project needs whatever the user's CFLAGS are. No contraction: a fused multiply-add gives other bits.
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes -Wvla -Wundef
CS_CPPFLAGS := -Icommon -D_POSIX_C_SOURCE=200809L -DCS_VERSION='"$(VERSION)"'
CS_CFLAGS := -std=c17 -ffp-contract=off -fno-math-errno $(WARNINGS)
CS_CXXFLAGS := -std=c++17 -ffp-contract=off -fno-exceptions -fno-rtti -Wall -Wextra
CS_LDLIBS := -lcsv -lyaml -lcjson -lnettle -lstdc++ -lm -lpthread

TOOLS := $(patsubst tools/%.c,%,$(wildcard tools/*.c))
OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard common/*/*.c)) $(patsubst %.cc,$(BUILD)/%.o,$(wildcard common/*/*.cc))
UNITS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*.c))
BIN := $(TOOLS:%=$(BUILD)/bin/%)

.PHONY: all help deps demo run check lint asan install uninstall clean man units
.SUFFIXES:
.DELETE_ON_ERROR:

all: $(BIN)

help:
	@sed -n 's/^#: //p' Makefile

#: make             build the programs into build/bin
#: make deps        install what is missing (or print the one line that does)
#: make demo        from nothing to segmented customers, with what is missing installed first
#: make run         the pipeline alone; N=500 customers, results under outputs/
#: make check       build, then all tests; ends with "N passed, N failed"
#: make lint        format, static analysis, shell scripts, man pages
#: make asan        the tests under the address and undefined-behaviour sanitizers
#: make man         write the OPTIONS blocks of the man pages anew from the option tables
#: make install     into $(DESTDIR)$(PREFIX): programs, man pages, completions
#: make uninstall   removes them
#: make clean       removes build/
#: Variables: CC CXX CFLAGS CPPFLAGS LDFLAGS PREFIX DESTDIR BUILD

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CS_CPPFLAGS) $(CPPFLAGS) $(CS_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/%.o: %.cc
	@mkdir -p $(@D)
	$(CXX) $(CS_CPPFLAGS) $(CPPFLAGS) $(CS_CXXFLAGS) $(CXXFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/libcs.a: $(OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/bin/%: $(BUILD)/tools/%.o $(BUILD)/libcs.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CS_LDLIBS) $(LDLIBS)

$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/libcs.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CS_LDLIBS) $(LDLIBS)

units: $(UNITS)

-include $(OBJECTS:.o=.d) $(TOOLS:%=$(BUILD)/tools/%.d) $(UNITS:$(BUILD)/unit/%=$(BUILD)/tests/unit/%.d)

# Objects depend on the flags they were made with.
FLAGS := $(CC) $(CXX) $(CFLAGS) $(CXXFLAGS) $(CPPFLAGS) $(CS_CPPFLAGS) $(CS_CFLAGS)
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' "$(subst ",,$(FLAGS))" | cmp -s - $@ || printf '%s\n' "$(subst ",,$(FLAGS))" >$@
FORCE:
$(OBJECTS) $(TOOLS:%=$(BUILD)/tools/%.o) $(UNITS:$(BUILD)/unit/%=$(BUILD)/tests/unit/%.o): $(BUILD)/flags
.SECONDARY:

clean:
	rm -rf $(BUILD)
