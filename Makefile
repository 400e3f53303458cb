# Everything a contributor or a user needs; each target sets up what it lacks.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# What pip and npm have to say but for errors is of no use to whoever wants to run this.
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check
BIOME := node_modules/.bin/biome
PAGE := arcgrid/report/html/static
VIEW := arcgrid/view/static

# Marks of what is installed: to run, to test and lint, to lint the page of a report.
READY := $(VENV)/.ready
DEV_READY := $(VENV)/.ready-dev
PAGE_READY := node_modules/.ready

.PHONY: run test test-pythons lint lint-page format format-page check coverage mutants bench docs lock clean

# The main job: the bundled solver `search` on the 400 ARC-AGI-1 public evaluation tasks, then the table.
run: $(READY)
	$(BIN)/arcgrid run search --tasks arc-agi-1/evaluation
	$(BIN)/arcgrid table

ALL_CORES := --numprocesses auto --maxprocesses 8 --dist worksteal

# All cores compile what kernels are cold, then share the tests.
test: $(DEV_READY)
	$(BIN)/arcgrid warmup arcgrid_solvers.search
	$(BIN)/python -m pytest $(ALL_CORES)

# The quick part on each other Python that is found here.
test-pythons: $(DEV_READY)
	$(BIN)/python -m tests.pythons

lint: $(DEV_READY) lint-page
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: lint test

# Lines and branches that the tests reach, in all processes.
coverage: $(DEV_READY)
	rm -rf build/coverage
	$(BIN)/arcgrid warmup arcgrid_solvers.search
	-$(BIN)/python -m coverage run -m pytest -p tests.measured $(ALL_CORES)
	@$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

# What the tests would not notice: long at first, then what has changed.
mutants: $(DEV_READY)
	$(BIN)/python -m tests.mutants

bench: $(DEV_READY)
	$(BIN)/python -m benchmarks

# The site, build/site/index.html: every warning is an error, and so is a link that leads nowhere.
docs: $(DEV_READY)
	$(BIN)/python -m sphinx --quiet --fresh-env --fail-on-warning --keep-going docs build/site
	@echo "see build/site/index.html"

# Installs exactly the locked versions, then this checkout in place.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "arcgrid needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@echo "installing arcgrid and the packages it needs into $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@# A plain path wins over a folder of the same name where Python is started; the hook of -e does not.
	@printf '%s\n' "$(CURDIR)" "$(CURDIR)/solvers" "$(CURDIR)/tasks" > \
	  "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/arcgrid-checkout.pth"
	@touch $@

$(DEV_READY): $(READY) requirements-dev.lock requirements-fresh.lock
	@echo "installing what tests, linters, benchmarks and documentation need into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --require-hashes --no-deps -r requirements-fresh.lock
	@touch $@

ifeq ($(shell command -v npm 2>/dev/null),)
lint-page format-page:
	@echo "skipped: the linter of the report's JavaScript, because npm is not installed"
else
# The scripts of a report are one program: what one file does not declare, another has to.
lint-page: $(PAGE_READY)
	$(BIOME) ci --error-on-warnings $(PAGE) $(VIEW)
	@mkdir -p build && cat $(PAGE)/*.js $(VIEW)/live.js > build/page.js
	@cat $(PAGE)/dom.js $(addprefix $(VIEW)/,editor.js board.js bench.js solve.js) > build/solve.js
	$(BIOME) lint --error-on-warnings --only=correctness/noUndeclaredVariables build/page.js build/solve.js
	$(BIOME) lint --error-on-warnings --only=correctness/noUnusedVariables build/page.js

format-page: $(PAGE_READY)
	$(BIOME) check --write $(PAGE) $(VIEW)
endif

$(PAGE_READY): package-lock.json
	@echo "installing the linter of the report's JavaScript into node_modules ..."
	@npm ci --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
	@touch $@

# Mends what can be mended without thought.
format: $(DEV_READY) format-page
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Refreshes both locks (needs uv): each one file for every supported Python and platform. What both
# hold has the same version in both.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
  --no-emit-index-url --no-emit-find-links --upgrade
lock:
	$(LOCK) --group build -o requirements.lock pyproject.toml
	$(LOCK) --group dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) node_modules mutants build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
