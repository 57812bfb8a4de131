# make assess: assess the bundled demo cluster · make lab: the notebooks · make test: everything that must hold
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= $(firstword $(foreach name,python3.13 python3.12 python3.11 python3.10 python3,$(if $(shell $(name) -c 'import sys, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && echo yes),$(name))))
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
# images of containers set it; the tests start some eighty programs and kernels, which would compile everything again
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help assess lab test lint bench oracle demo controlplane docs clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 22

$(VENV)/made:
	@test -n "$(PYTHON)" || { echo "k8sready needs Python 3.10 or newer; install it, or say make PYTHON=/path/to/python3"; exit 1; }
	@echo "Making the virtual environment $(VENV) with $(PYTHON)"
	@if [ -n "$(UV)" ]; then $(UV) venv --quiet --clear --python "$$(command -v $(PYTHON))" $(VENV); else $(PYTHON) -m venv --clear $(VENV); fi
	@touch $@

$(VENV)/installed: pyproject.toml $(VENV)/made
	@echo "Installing k8sready and what it needs (once)"
	@if [ -n "$(UV)" ]; then $(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --editable .; else $(BIN)/python -m pip install --quiet --editable .; fi
	@$(BIN)/python -m compileall -q k8sready
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@echo "Installing what the tests need (once)"
	@if [ -n "$(UV)" ]; then $(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --editable '.[dev]'; else $(BIN)/python -m pip install --quiet --editable '.[dev]'; fi
	@touch $@

assess: $(VENV)/installed ## assess the demo cluster and write the HTML report
	@$(BIN)/k8sready demo --html k8sready-report.html
	@echo "Report: $(CURDIR)/k8sready-report.html"

lab: $(VENV)/installed ## open JupyterLab on the first notebook
	@cd notebooks && ../$(BIN)/jupyter lab 00_start_here.ipynb

controlplane: $(VENV)/installed-dev ## build the control plane of the tests (once; needs Go)
	@$(BIN)/python -m tests.controlplane.build || { code=$$?; [ -z "$$K8SREADY_REQUIRE_CONTROLPLANE" ] || exit $$code; }

lint: $(VENV)/installed-dev ## style, types, import contracts, notebooks without outputs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/nbstripout --verify --keep-id notebooks/*.ipynb

test: $(VENV)/installed-dev controlplane ## everything that must hold
	@$(MAKE) --no-print-directory lint >$(VENV)/lint.log 2>&1 & lint=$$!; \
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not long"; tests=$$?; \
	wait $$lint; lint=$$?; cat $(VENV)/lint.log; [ $$tests = 0 ] && [ $$lint = 0 ]

oracle: $(VENV)/installed-dev controlplane ## the long comparisons with real servers, older ones too
	@$(BIN)/python -m tests.controlplane.minors || { code=$$?; [ -z "$$K8SREADY_REQUIRE_CONTROLPLANE" ] || exit $$code; }
	@$(BIN)/pytest -m long
	@$(BIN)/pytest --hypothesis-profile exploring $$(grep -rl "@given" tests)

bench: $(VENV)/installed-dev ## seconds and memory, side by side
	@$(BIN)/python -m tests.bench

demo: $(VENV)/installed-dev controlplane ## make the demo cluster's snapshot again
	@$(BIN)/python -m data.demo.make

docs: $(VENV)/installed ## write the generated pages again
	@$(BIN)/python -m k8sready.tables > docs/tables.md

clean: ## remove the virtual environment and caches
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
