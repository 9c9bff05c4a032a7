# Everyday commands. Each one works on a fresh machine that has Python 3.11 or newer with
# pip, and make: the first call creates .venv and installs, a later one installs nothing.
#
#   make demo     train a recurrent classifier on real film reviews and ask it questions
#   make test     all that CI runs: ruff, then every test
#   make check    ruff, pyright and the house rules alone
#   make bench    every benchmark; results go to benchmarks/*.csv
#   make docs     writes docs/reference/ from the code
#   make clean    removes .venv and what tools left behind
#
# Another Python: make test PYTHON=python3.12. Where packages come from is pip's own
# configuration; constraints.txt says which versions.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --quiet --constraint constraints.txt

# Empty files that say what has been installed; newer than what they were made from.
MADE := $(VENV)/.made
USE := $(VENV)/.ready-to-use
DEVELOP := $(VENV)/.ready-to-develop

.PHONY: demo test check bench docs clean
.DEFAULT_GOAL := demo

demo: $(USE)
	$(BIN)/unrolled demo

test: $(DEVELOP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/python -m pytest

check: $(DEVELOP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright
	$(BIN)/python -m pytest tests/rules

bench: $(DEVELOP)
	@for script in benchmarks/*.py; do \
	  [ -e "$$script" ] || continue; \
	  echo "$$script"; $(BIN)/python "$$script" || exit 1; \
	done

docs: $(DEVELOP)
	$(BIN)/python scripts/docs.py

clean:
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "unrolled needs Python 3.11 or newer; try: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

# The build backend is installed first, at its pinned version, and then used in place:
# an isolated build would fetch another copy that constraints.txt does not reach.
$(USE): $(MADE) pyproject.toml constraints.txt
	@echo "installing unrolled and PyTorch into $(VENV): a few minutes, once"
	$(INSTALL) hatchling editables
	$(INSTALL) --no-build-isolation --editable .
	@touch $@

$(DEVELOP): $(USE)
	$(INSTALL) --no-build-isolation --editable '.[dev]'
	@touch $@
