# Everything a person or CI runs. `make up` is the place to start, `make help` says what there is.
STACK ?= local
# GUARDRAILS=FILE gives guardrails their levels and settings.
SETTINGS := $(if $(GUARDRAILS),--guardrails '$(GUARDRAILS)')
FUZZ_SECONDS ?= 60
# MUTANTS='data_tables holding' tries those alone that have such a name in their id.
MUTANTS ?=
VENV := .venv
PYTHON := $(VENV)/bin/python
STAMP := $(VENV)/.installed

# `pulumi preview` and `pulumi up` from these recipes, and from a shell that sets it, apply the pack.
export PULUMI_OPTION_POLICY_PACK ?= policy_pack

.PHONY: help up preview down test check lint types imports format bench fuzz mutants env engine pack schema docs reference

help:  ## what there is
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: $(STAMP)  ## set up, preview under guardrails, deploy to a local AWS, prove it
	@$(PYTHON) -m local_aws up --stack '$(STACK)' $(SETTINGS)

preview: $(STAMP)  ## preview STACK under guardrails, in the local AWS
	@$(PYTHON) -m local_aws preview --stack '$(STACK)' $(SETTINGS)

down: $(STAMP)  ## destroy what `make up` made, of every stack, and stop the local AWS
	@$(PYTHON) -m local_aws down

test: $(STAMP)  ## every test; those on the real engine are skipped where there is none
	@$(PYTHON) -m pytest --numprocesses logical --dist worksteal --cov --cov-report=
	@$(VENV)/bin/coverage report --skip-covered --fail-under=100 --include='rolewright/guardrails/*,rolewright/roles/*,rolewright/escalation/*,rolewright/lint/*,rolewright/cli/*,rolewright/audit/*,rolewright/grants/activities/*,rolewright/grants/activity_*'
	@$(VENV)/bin/coverage report --skip-covered --fail-under=99 --include='rolewright/iam/*,rolewright/explain/*,rolewright/stack/*'

check: lint types imports  ## lint, types and import rules

lint: $(STAMP)
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .

types: $(STAMP)
	@$(VENV)/bin/basedpyright

imports: $(STAMP)
	@$(VENV)/bin/lint-imports

format: $(STAMP)  ## format the code
	@$(VENV)/bin/ruff check --fix --quiet .
	@$(VENV)/bin/ruff format --quiet .

bench: $(STAMP) .rolewright/bench/.installed  ## measure speed, each figure as a ratio in one run
	@for benchmark in benchmarks/[a-z]*.py; do $(PYTHON) -m benchmarks.$$(basename $$benchmark .py) || exit 1; done

fuzz: $(VENV)/.installed-fuzz  ## look for what makes the library crash, FUZZ_SECONDS a target
	@for target in tests/fuzz/[a-z]*.py; do \
		$(PYTHON) -m tests.fuzz $$(basename $$target .py) -max_total_time=$(FUZZ_SECONDS) -artifact_prefix=.rolewright/ || exit 1; \
	done

mutants: $(STAMP)  ## see that the tests notice each condition of guardrails and paths that is taken away
	@$(PYTHON) -m tests.mutants $(MUTANTS)

env: $(STAMP)  ## the Python environment in .venv

engine: $(STAMP)  ## find, download or build the Pulumi engine
	@$(PYTHON) -m local_aws engine

pack: $(STAMP)  ## build the policy pack to publish in build/pack; ENVIRONMENT=prod pins its levels
	@$(PYTHON) -m policy_pack.building build/pack $(if $(ENVIRONMENT),--environment '$(ENVIRONMENT)')

schema: $(STAMP)  ## make the schemas of a stack's file and of the component anew
	@$(PYTHON) -m rolewright schema > stack.schema.json
	@$(PYTHON) -m components.provider tests/components/schema.json

reference: $(STAMP)  ## make the snapshots of AWS's actions and managed policies anew
	@$(PYTHON) -m rolewright.reference.make

docs: $(STAMP)  ## make docs/guardrails.md anew from the code
	@$(PYTHON) -m rolewright.guardrails.page > docs/guardrails.md

# `rolewright` itself is installed last, as this folder, with what the lines before brought. All is
# compiled then, since a shell may keep Python from doing so: each start would take twice as long.
INSTALL_SELF := --quiet --no-deps --no-build-isolation --config-settings editable_mode=compat --editable .

$(STAMP): requirements.txt requirements-dev.txt requirements-peers.txt pyproject.toml
	@echo "environment $(VENV), the first time takes a minute"
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --allow-existing --python 3.11 $(VENV) && \
		uv pip install --quiet --compile-bytecode --python $(PYTHON) --require-hashes -r requirements.txt -r requirements-dev.txt && \
		uv pip install --quiet --compile-bytecode --python $(PYTHON) --require-hashes --no-deps -r requirements-peers.txt && \
		uv pip install --python $(PYTHON) $(INSTALL_SELF); \
	else \
		python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
			{ echo "python3 is $$(python3 -V 2>&1); rolewright takes Python 3.11 or newer, or uv, which fetches it"; exit 1; } && \
		python3 -m venv $(VENV) && \
		$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-dev.txt && \
		$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-peers.txt && \
		$(PYTHON) -m pip install --disable-pip-version-check $(INSTALL_SELF); \
	fi
	@$(PYTHON) -m compileall -q rolewright components policy_pack local_aws __main__.py
	@touch $(STAMP)

$(VENV)/.installed-fuzz: $(STAMP) requirements-fuzz.txt
	@if command -v uv >/dev/null 2>&1; then \
		uv pip install --quiet --python $(PYTHON) --require-hashes -r requirements-fuzz.txt; \
	else \
		$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-fuzz.txt; \
	fi
	@touch $@

# The peers of a benchmark keep to themselves: what they need is not what we need.
.rolewright/bench/.installed: $(STAMP) requirements-bench.txt
	@$(PYTHON) -m venv --clear .rolewright/bench
	@.rolewright/bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@
