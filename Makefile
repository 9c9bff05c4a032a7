# Everyday commands. Each one works on a fresh machine that has Python 3.11 or newer with
# pip, and make: the first call creates .venv and installs, a later one installs nothing.
#
#   make demo     train a recurrent classifier on real film reviews and ask it questions;
#                 make demo TASK=translate and so on: `unrolled demo --help` names them
#   make test     all that CI runs: ruff, then every test
#   make check    ruff, pyright and the house rules alone
#   make bench    every benchmark; results go to benchmarks/*.csv
#   make docs     writes docs/reference/ from the code, runs the lessons, and builds the
#                 whole documentation into build/site, to be read from the disk
#   make native   compiles native/ again after a change, as the others do on their way
#   make sanitize runs the tests of the engine on native/ compiled with sanitizers (gcc)
#   make clean    removes .venv and what tools left behind
#
# Another Python: make test PYTHON=python3.12. Where packages come from is pip's own
# configuration; constraints.txt says which versions.

PYTHON ?= python3
TASK := classify
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --quiet --constraint constraints.txt

# wheel.cmake: an error in the C++ stops here; otherwise pip would go on without the module.
BUILD := build/native
EDITABLE := $(INSTALL) --no-build-isolation --config-settings=build-dir=$(BUILD)/{wheel_tag} \
  --config-settings=wheel.cmake=true --editable
IS_THERE := import importlib.util as u, sys; sys.exit(not u.find_spec("unrolled._native"))
WITHOUT := Without the native engine: there is no C++ compiler, or no Python.h. Once they \
  are there: touch native/CMakeLists.txt && make native
NATIVE := $(wildcard native/*.txt native/*.h native/*.cpp native/*/*.h)
FOLDERS := $(shell find src/unrolled -type d ! -name __pycache__)

# Empty files that say what has been installed; newer than what they were made from.
MADE := $(VENV)/.made
TOOLS := $(VENV)/.tools
USE := $(VENV)/.ready-to-use
DEVELOP := $(VENV)/.ready-to-develop
DOCUMENT := $(VENV)/.ready-to-document

# The scripts of benchmarks/, the pictures of all results last.
QUESTIONS := ragged_training padded_training stacks_training inference streaming \
  next_word ctc_decoding classify_step encoder_decoder encoder_decoder_answers \
  bfloat16 tracing peers_optional pictures

.PHONY: demo test check bench docs native sanitize clean
.DEFAULT_GOAL := demo

demo: $(USE)
	$(BIN)/unrolled demo $(TASK)

test: $(USE) $(DEVELOP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/python -m pytest

check: $(USE) $(DEVELOP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright
	$(BIN)/python -m pytest tests/rules

bench: $(USE) $(DEVELOP)
	@for question in $(QUESTIONS); do \
	  echo "$$question"; $(BIN)/python benchmarks/$$question.py || exit 1; \
	done

docs: $(USE) $(DOCUMENT)
	$(BIN)/python scripts/docs.py
	OMP_NUM_THREADS=1 $(BIN)/python -m scripts.website

native: $(USE)

# A copy of the package beside the editable one; -S leaves that one out of the search.
SANITIZED := build/sanitize
PRELOAD = $(foreach one,asan ubsan stdc++,$(shell $(CXX) -print-file-name=lib$(one).so))
SEARCH = $(abspath $(SANITIZED)/site):$(shell $(BIN)/python -c '$(SITE)')
SITE := import sysconfig; print(sysconfig.get_path("platlib"))
SANITIZED_TESTS ?= tests/engine tests/cells tests/nn tests/every/test_every_native.py \
  tests/every/test_every_native_bit_for_bit.py tests/models/test_over_rows.py

sanitize: $(USE) $(DEVELOP)
	$(INSTALL) --no-build-isolation --no-deps --config-settings=wheel.cmake=true \
	  --config-settings=build-dir=$(SANITIZED)/{wheel_tag} \
	  --config-settings=cmake.define.UNROLLED_SANITIZE=ON \
	  --upgrade --target $(SANITIZED)/site .
	PYTHONPATH="$(SEARCH)" LD_PRELOAD="$(PRELOAD)" ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 \
	  $(BIN)/python -S -m pytest $(SANITIZED_TESTS)

clean:
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "unrolled needs Python 3.11 or newer; try: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

# What builds the package is installed first, at its pinned version, and then used in
# place: an isolated build would fetch another copy that constraints.txt does not reach.
$(TOOLS): $(MADE) pyproject.toml constraints.txt
	$(INSTALL) scikit-build-core nanobind cmake ninja
	@touch $@

# Again after a change of native/ (seconds: the build folder is kept), and after a file of
# the package came or went: an editable install has a list of them.
$(USE): $(TOOLS) $(NATIVE) $(FOLDERS)
	@echo "installing unrolled into $(VENV): the first time a few minutes, with PyTorch"
	$(EDITABLE) '.[audio,image]'
	@if $(BIN)/python -c '$(IS_THERE)'; then $(BIN)/python -c 'import unrolled._native'; \
	else rm -rf $(BUILD); echo "$(WITHOUT)"; fi
	@touch $@

$(DEVELOP): $(TOOLS) | $(USE)
	$(EDITABLE) '.[dev]'
	@touch $@

# What the lessons and the website need; tests do without MkDocs.
$(DOCUMENT): $(TOOLS) | $(USE)
	$(EDITABLE) '.[docs]'
	@touch $@
