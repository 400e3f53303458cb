# Everything a contributor or a user needs; each target sets up what it lacks.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: run test lint check bench lock clean

# The main job: the bundled solver `search` on the 400 ARC-AGI-1 public evaluation tasks, then the table.
run: $(READY)
	$(BIN)/arcgrid run search --tasks arc-agi-1/evaluation
	$(BIN)/arcgrid table

test: $(READY)
	$(BIN)/python -m pytest

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: lint test

bench: $(READY)
	$(BIN)/python -m benchmarks

# Installs exactly the locked versions, then this checkout in place.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "arcgrid needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@# A plain path wins over a folder of the same name where Python is started; the hook of -e does not.
	@printf '%s\n' "$(CURDIR)" "$(CURDIR)/solvers" "$(CURDIR)/tasks" > \
	  "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/arcgrid-checkout.pth"
	@touch $@

# Refreshes the lock (needs uv): one file for every supported Python and platform.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --all-extras --no-header \
	  --no-emit-index-url --no-emit-find-links --upgrade -o requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
