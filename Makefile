# Every target first installs what it needs (tools/bootstrap) and then runs a preset of CMakePresets.json.

JOBS := $(shell nproc)
export CMAKE_BUILD_PARALLEL_LEVEL := $(JOBS)

# ThreadSanitizer of Clang 16 knows address spaces with at most 28 random bits.
NO_ASLR := $(shell [ "$$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 28)" -le 28 ] || echo setarch -R)

DIRS   ?=
ARGS   ?=
PREFIX ?= /usr/local
KILLS  ?= 1000
ROWS   ?=
FUZZ_SECONDS ?= 60

.DEFAULT_GOAL := help
.PHONY: help demo test lint format asan tsan sweep storm bench fuzz install clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## the word count over real text: DIRS="folder…", ARGS="--workers N --chaos"
	@tools/bootstrap demo
	@cmake --preset release --log-level=NOTICE >/dev/null
	@if [ -t 1 ]; then quiet=; else quiet=--quiet; fi; cmake --build --preset release --target word_count -- $$quiet
	@build/release/examples/word_count $(ARGS) $(DIRS)

test: ## everything that proves it, but for sweeps and storms
	@tools/bootstrap test
	@cmake --preset dev
	@cmake --build --preset dev
	@ctest --preset dev --parallel $(JOBS)

sweep: ## every kill sweep: a process dies at each of its kill points in turn
	@tools/bootstrap test
	@cmake --preset dev
	@cmake --build --preset dev
	@ctest --preset sweep --parallel $(JOBS)

storm: ## random SIGKILLs under load: KILLS=100000
	@tools/bootstrap test
	@cmake --preset dev
	@cmake --build --preset dev
	@COHORT_TEST_KILLS=$(KILLS) ctest --preset storm --verbose

asan: ## the tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@tools/bootstrap test
	@cmake --preset asan
	@cmake --build --preset asan
	@ctest --preset asan --parallel $(JOBS)

tsan: ## the tests under ThreadSanitizer
	@tools/bootstrap test
	@cmake --preset tsan
	@cmake --build --preset tsan
	@$(NO_ASLR) ctest --preset tsan --parallel $(JOBS)

lint: ## layers, source lists, headers, formatting, clang-tidy
	@tools/bootstrap lint
	@tools/lint

format: ## formats all sources
	@tools/bootstrap lint
	@tools/format

bench: ## each row beside its peers, to build/bench.json and .svg: ROWS=substring
	@tools/bootstrap bench
	@cmake --preset bench
	@cmake --build --preset bench
	@build/bench/bench/cohort_bench --rows "$(ROWS)" --json build/bench.json --svg build/bench.svg

fuzz: ## the fuzzers, each for FUZZ_SECONDS=60
	@tools/bootstrap fuzz
	@cmake --preset fuzz
	@cmake --build --preset fuzz
	@tools/fuzz $(FUZZ_SECONDS)

install: ## library, headers and package files: PREFIX=/usr/local
	@tools/bootstrap build
	@cmake --preset release -D COHORT_BUILD_EXAMPLES=OFF
	@cmake --build --preset release --target cohort
	@cmake --install build/release --prefix "$(PREFIX)"

clean: ## removes build/
	rm -rf build
