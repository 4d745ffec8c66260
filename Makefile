# Everything a person or CI runs. `make up` is the place to start.
STACK ?= local
VENV := .venv
PYTHON := $(VENV)/bin/python
STAMP := $(VENV)/.installed

.PHONY: up preview down env reference

up: $(STAMP)  ## set up, preview under guardrails, deploy to a local AWS, prove it
	@$(PYTHON) -m local_aws up --stack $(STACK)

preview: $(STAMP)  ## preview STACK under guardrails
	@$(PYTHON) -m local_aws preview --stack $(STACK)

down: $(STAMP)  ## destroy what `make up` made and stop the local AWS
	@$(PYTHON) -m local_aws down --stack $(STACK)

env: $(STAMP)  ## the Python environment in .venv

reference: $(STAMP)  ## make the snapshots of AWS's actions and managed policies anew
	@$(PYTHON) -m rolewright.reference.make

$(STAMP): requirements.txt requirements-dev.txt
	@echo "environment $(VENV)"
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --allow-existing --python 3.11 $(VENV) && \
		uv pip install --quiet --python $(PYTHON) --require-hashes -r requirements.txt -r requirements-dev.txt; \
	else \
		python3 -m venv $(VENV) && \
		$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-dev.txt; \
	fi
	@touch $(STAMP)
