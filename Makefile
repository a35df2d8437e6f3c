# Customer 360. `make` alone lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
READY_SPARK := $(VENV)/.installed-spark
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --no-deps --require-hashes --no-compile
UV_VERSION := 0.13.9
# pytest's processes
JOBS ?= 2

# dbt, sqlfluff and the convention checks of `make lint` work beside a build, never in its files.
APART := DBT_TARGET_PATH=target/lint CUSTOMER360_BUILD_FILE=:memory:
# sqlfluff takes seconds a file: `make lint` leaves out what has not changed since it last passed.
SQL_PASSED := target/lint/.sqlfluff-passed
# Spark listens on this machine only.
LOCAL_SPARK := SPARK_LOCAL_IP=127.0.0.1
HAS_JAVA := $(shell command -v java)
TEST_RUN := target/test

.PHONY: help install build build-spark simulate docs test test-spark test-duckdb2 lint conventions format parse lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  make build RAW=exports AS_OF=2026-06-30 TOOLS=stripe,zendesk TARGET=duckdb"
	@echo "    RAW     folder with <tool>/<table>.csv or .parquet, or 'warehouse' (default: the demo company)"
	@echo "    AS_OF   last day that the marts may know of (default: the demo's last day, or else today)"
	@echo "    TOOLS   tools to switch on (default: all, or those that have a folder in RAW)"
	@echo "    TARGET  duckdb (default) or spark"
	@echo "    MAY_BE_EMPTY  raw tables (stripe.refund,...) that had rows before and may have none now"

# ---------------------------------------------------------------- the environment

$(READY): requirements.txt
	@python="$$(for each in $(or $(PYTHON),python3.11 python3.12 python3 python); do \
	    if "$$each" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null; \
	    then echo "$$each"; break; fi; done)"; \
	if [ -z "$$python" ]; then echo "Python 3.11 or 3.12 is needed; name one with PYTHON=..." >&2; exit 1; fi; \
	echo "Installing the locked packages into $(VENV) (about a minute)"; \
	[ -x $(BIN)/python ] || "$$python" -m venv $(VENV)
	@$(INSTALL) --requirement requirements.txt
	@$(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true
	@touch $@

$(READY_SPARK): requirements-spark.txt | $(READY)
	@echo "Installing Spark (about 400 MB)"
	@$(INSTALL) --requirement requirements-spark.txt
	@$(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true
	@touch $@

install: $(READY) ## Make .venv from the lock file (every target does that by itself)

# ---------------------------------------------------------------- products

build: $(READY) $(if $(filter spark,$(TARGET)),$(READY_SPARK)) ## Build all tables, test them, publish the marts
	@$(if $(filter spark,$(TARGET)),$(LOCAL_SPARK)) $(BIN)/python -m customer360 build \
	    $(if $(RAW),--raw "$(RAW)") $(if $(AS_OF),--as-of "$(AS_OF)") \
	    $(if $(TOOLS),--tools "$(TOOLS)") $(if $(TARGET),--target "$(TARGET)") \
	    $(if $(MAY_BE_EMPTY),--may-be-empty "$(MAY_BE_EMPTY)")

build-spark: ## Build and test the same tables on a local Spark (needs Java 17)
	@$(MAKE) build TARGET=spark

simulate: $(READY) ## Make an invented company's exports (ARGS="--help" says how)
	@$(BIN)/python -m customer360 simulate $(ARGS)

docs: $(READY) ## Make the documentation of all tables as one page
	@$(BIN)/dbt --quiet docs generate --static
	@echo "Open target/static_index.html"

# ---------------------------------------------------------------- checks

test: $(READY) $(if $(HAS_JAVA),$(READY_SPARK)) ## Run every check; without Java those of Spark are skipped, and say so
	@$(MAKE) lint
	@rm -rf $(TEST_RUN) && mkdir -p $(TEST_RUN)
	@echo "== dbt build: every table, data test and unit test, on the demo company"
	@$(BIN)/dbt build
	@cp target/run_results.json $(TEST_RUN)/
	@echo "== pytest"
	@$(LOCAL_SPARK) $(BIN)/python -m pytest -m "not duckdb2" -n $(JOBS) --dist loadfile --durations 12 --junitxml $(TEST_RUN)/pytest.xml
	@echo "== what ran"
	@$(BIN)/python -m customer360 test-summary $(TEST_RUN)/run_results.json $(TEST_RUN)/pytest.xml

test-spark: $(READY_SPARK) ## Run the tests that need Spark (needs Java 17)
	@$(LOCAL_SPARK) $(BIN)/python -m pytest -m spark

test-duckdb2: $(READY) ## Build and test on DuckDB 2.0, and compare the marts (installs it under target/)
	@$(BIN)/python -m pytest -m duckdb2

lint: parse conventions ## Check the style of Python and SQL, and the project's conventions
	@echo "== ruff"
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .
	@echo "== sqlfluff"
	@newer="$$([ ! $(SQL_PASSED) -nt .sqlfluff ] || echo -newer $(SQL_PASSED))"; \
	files="$$(find $(wildcard models analyses snapshots tests/singular) -name '*.sql' $$newer | sort)"; \
	touch $(SQL_PASSED).new; \
	if [ -n "$$files" ]; then $(APART) $(BIN)/sqlfluff lint --disable-progress-bar $$files; fi; \
	mv $(SQL_PASSED).new $(SQL_PASSED)

conventions: parse ## Check names, layers, descriptions, contracts and tests (.dbt-bouncer.yml)
	@echo "== conventions"
	@COLUMNS=160 $(APART) $(BIN)/dbt-bouncer run --show-all-failures --config-file .dbt-bouncer.yml

format: $(READY) ## Repair the style of Python and SQL where that can be done
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .
	@$(APART) $(BIN)/sqlfluff fix --disable-progress-bar --quiet $(or $(SQL),$(wildcard models analyses snapshots tests/singular))

parse: $(READY) ## The parse gate: no warning, no deprecation
	@echo "== dbt parse"
	@$(APART) $(BIN)/dbt --quiet --warn-error parse --no-partial-parse --show-all-deprecations

# ---------------------------------------------------------------- upkeep

lock: $(READY) ## Write the lock files anew from requirements.in and requirements-spark.in
	@mkdir -p target/lock && [ -x target/lock/venv/bin/uv ] || $(BIN)/python -m venv target/lock/venv
	@target/lock/venv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@compile="target/lock/venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-annotate"; \
	$$compile requirements.in --output-file requirements.txt; \
	$$compile requirements-spark.in --output-file target/lock/spark.txt; \
	awk 'NR == FNR {if (/==/) base[$$1]; next} /^[^ #]/ {keep = !($$1 in base)} keep' \
	    requirements.txt target/lock/spark.txt > requirements-spark.txt
	@git --no-pager diff --stat -- requirements.txt requirements-spark.txt

clean: ## Remove what builds and checks left, but not what is published
	@[ ! -d target ] || find target -mindepth 1 -maxdepth 1 ! -name publish -exec rm -rf {} +
	@rm -rf logs .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
