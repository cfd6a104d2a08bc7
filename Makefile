# SPDX-License-Identifier: Apache-2.0
# Each target first makes sure of the Debian packages that it needs (scripts/need-packages).

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
# More options for swift build and swift test, such as -j 2.
SWIFTFLAGS ?=

release = .build/release
programs = previewd previewclient
need = scripts/need-packages

.PHONY: help demo build release test sanitize fuzz lint docs catalogue bench install clean need-build need-test need-bench

help:
	@echo 'make demo      build all, then show a recording from server to terminal (two minutes)'
	@echo 'make build     build programs and libraries for debugging'
	@echo 'make release   build the programs as they are installed, in $(release)'
	@echo 'make test      run all tests; PREVIEW_MEDIA_DIR=DIR adds those with real recordings'
	@echo 'make sanitize  run all tests under the thread and the address sanitizer (an hour)'
	@echo 'make fuzz      decode 10,000 spoilt recordings; SEED=n replays one, FUZZ_COUNT=n takes others'
	@echo 'make lint      check format, imports, house rules, linking and every example in the pages'
	@echo 'make docs      web pages of Axon in .build/docs; a gap in the documentation is an error'
	@echo 'make catalogue write docs/CATALOGUE.md: every component with its boxes'
	@echo 'make bench     measure against other programs; results also in .build/bench.json'
	@echo 'make install   install programs, man pages and completion below $(DESTDIR)$(PREFIX)'
	@echo 'make clean     remove all that was built'

need-build:
	@$(need) build

need-test:
	@$(need) test

need-bench:
	@$(need) bench

build: need-build
	$(SWIFT) build --explicit-target-dependency-import-check error $(SWIFTFLAGS)

release: need-build
	$(SWIFT) build -c release $(SWIFTFLAGS)

demo: need-test
	scripts/demo

# Swift Testing alone, without XCTest. The environment, PREVIEW_MEDIA_DIR in it, passes through.
test: need-test
	$(SWIFT) test --parallel --disable-xctest $(SWIFTFLAGS)

# SANITIZERS=thread runs one of them, FILTER=InternetTests the tests of that name.
SANITIZERS ?= thread address
sanitize: need-test
	SWIFT='$(SWIFT)' SWIFTFLAGS='$(SWIFTFLAGS)' FILTER='$(FILTER)' scripts/sanitize/run $(SANITIZERS)

# Recordings of media and of PREVIEW_MEDIA_DIR, spoilt and decoded in isolated processes. A finding
# names its seed.
FUZZ_COUNT ?= 10000
fuzz: need-test
	media/make-clips.sh
	$(SWIFT) build -c release --product previewd $(SWIFTFLAGS)
	$(SWIFT) build -c release --product previewd-fuzz $(SWIFTFLAGS)
	$(release)/previewd-fuzz $(if $(SEED),--seed $(SEED) --count 1 --recipes,--count $(FUZZ_COUNT)) \
	  media $(PREVIEW_MEDIA_DIR)

# The examples are compiled against what is built.
lint: build
	$(SWIFT) format lint --strict -r -p Package.swift Sources Tests Examples
	scripts/check-imports
	scripts/check-house
	scripts/cases
	scripts/check-linking
	scripts/make-catalogue --check
	scripts/check-snippets

docs: build
	scripts/make-docs

catalogue:
	scripts/make-catalogue

bench: need-bench
	scripts/bench

# The programs themselves know their pages, so these can't differ from what they do.
install: release
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	set -e; for program in $(programs); do \
	  install -m 755 $(release)/$$program $(DESTDIR)$(PREFIX)/bin/$$program; \
	  $(release)/$$program --help=man \
	    > $(DESTDIR)$(PREFIX)/share/man/man1/$$program.1; \
	  $(release)/$$program --help=bash \
	    > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/$$program; \
	done

clean:
	rm -rf .build .build-thread .build-address .demo
