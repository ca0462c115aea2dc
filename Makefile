# The front door. `make help` lists what it can do.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
WORKERS ?= 2
STACK ?= vifshift
# What of the exhaustive tests to run: all, or some files.
VERIFY ?=
# Tests of rules: no AWS client, no CDK, no other process.
PURE := tests/unit/infra $(addprefix tests/unit/vifshift/,domain events migration plan preflight reports)
# CPU seconds of all processes, and MiB of the largest: what they cost today. 480 and 1024 are wanted.
TEST_BUDGET := 1300 1200
LOCKED := --universal --generate-hashes --no-annotate --no-header --python-version 3.11

export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/node_modules/.bin:$(PATH)
# Nothing is compiled when it is installed: what is used is, once, and beside the source tree.
export PYTHONPYCACHEPREFIX ?= $(CURDIR)/.venv/bytecode
unexport PYTHONDONTWRITEBYTECODE
export CDK_DISABLE_CLI_TELEMETRY := true
export CDK_DISABLE_VERSION_CHECK := 1

.PHONY: help
help:  ## List what can be made.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

# What is packaged, reported and found is kept there: nobody else may write or read it.
.PHONY: private-build
private-build:
	@mkdir -p build && chmod 700 build

.PHONY: setup
setup: private-build .venv/.ready .venv/bin/vifshift node_modules/.ready  ## Install what the project needs, pinned by hash.

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'vifshift needs Python 3.11 or later; set PYTHON=…'; exit 1; }
	@$(PYTHON) -m venv .venv || { echo 'Python has no venv module: on Debian and Ubuntu, apt-get install python3-venv'; exit 1; }

.venv/.ready: requirements.txt requirements-uv.txt tools/install.py | .venv/pyvenv.cfg
	@echo 'Installing the Python packages …'
	@.venv/bin/python tools/install.py requirements.txt
	@touch $@

.venv/bin/vifshift: | .venv/pyvenv.cfg
	@printf '%s\n' '#!$(CURDIR)/.venv/bin/python' 'import sys' 'sys.path[:0] = ["$(CURDIR)", "$(CURDIR)/functions"]' 'from cli.app import main' 'sys.exit(main())' > $@
	@chmod +x $@

# A part of what `make setup` installs, for whoever only wants to look.
.venv/.demo: requirements-demo.txt requirements-uv.txt tools/install.py | .venv/pyvenv.cfg
	@echo 'Installing the Python packages that the demo needs …'
	@.venv/bin/python tools/install.py requirements-demo.txt
	@touch $@

.PHONY: has-node
has-node:
	@node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))' || { echo 'vifshift needs Node 20 or later, for the CDK'; exit 1; }
	@node -e 'process.exit(+(process.versions.node.split(".")[0] < 24))' || echo 'Node 24 is recommended. Node 20 gets no more fixes; see https://docs.aws.amazon.com/cdk/v2/guide/node-versions.html'

node_modules/.ready: package.json package-lock.json | has-node
	@echo 'Installing the Node packages …'
	@npm ci --silent
	@touch $@

.PHONY: demo
demo: has-node private-build $(if $(wildcard .venv/.ready),.venv/.ready,.venv/.demo)  ## Show one migration that succeeds, and one that goes back, on this machine.
	@python -m simulator demo --report build/demo

.PHONY: quick
quick: setup  ## Lint, type what has changed, and run the pure unit tests: half a minute.
	@ruff check .
	@ruff format --check --quiet .
	@mypy --no-error-summary & typed=$$!; \
	python -m pytest -n $(WORKERS) -m 'not verify and not browser' --hypothesis-profile quick $(PURE); \
	tested=$$?; wait $$typed && exit $$tested

.PHONY: test
test: setup  ## Run a test of every kind: some minutes; says what it cost.
	@python -m tests.budget $(TEST_BUDGET) python -m pytest -n $(WORKERS) -m 'not verify' --durations 10

.PHONY: verify
verify: setup  ## Run the rest: all that is exhaustive, or slow by nature.
	@python -m pytest -n $(WORKERS) -m 'verify or hypothesis' --hypothesis-profile thorough --durations 20 $(VERIFY)
	@$(if $(VERIFY),,$(MAKE) --no-print-directory explore ARGS=--complete)
	@$(if $(VERIFY),,$(MAKE) --no-print-directory model)
	@$(if $(VERIFY),,$(MAKE) --no-print-directory conform)

.PHONY: explore
explore: setup  ## Run two thousand drawn scenarios (ARGS=--complete: fail if anything is never reached).
	@python -m simulator explore --seeds 0:2000 --jobs $(WORKERS) --statistics $(ARGS)

.PHONY: soak
soak: setup  ## Run ten thousand drawn migrations: what must always hold?
	@python -m simulator explore --seeds 0:10000 --jobs $(WORKERS) --statistics

.PHONY: conform
conform: setup  ## Replay the executions of all scenarios in interpreters that others wrote.
	@python -m simulator.conformance --jobs $(WORKERS)

.PHONY: model
model: setup  ## Visit every state of a model of locks, watchdogs and the sweep (needs spin).
	@PYTHONPATH=functions:. python -m models

.PHONY: check
check: setup  ## Lint, type, and validate what is synthesized.
	@ruff check .
	@ruff format --check --quiet .
	@mypy
	@PYTHONPATH=functions:. lint-imports --no-logo
	@python -m tools.class_names
	@python -m tools.english
	@$(MAKE) --no-print-directory synth
	@python -m infra.workflows.definitions cdk.out build/definitions
	@for file in build/definitions/*.json; do asl-validator --json-path $$file || exit 1; done
	@cfn-lint --regions ALL_REGIONS --ignore-checks W3005 -- cdk.out/*.template.json
	@cfn-lint --regions ALL_REGIONS -- examples/*.yaml examples/consumers/*.yaml

.PHONY: format
format: setup  ## Format the code.
	@ruff check --fix --quiet .
	@ruff format --quiet .

.PHONY: synth
synth: setup  ## Synthesize the CloudFormation template into cdk.out.
	@cdk synth --quiet --no-notices

.PHONY: deploy
deploy: setup  ## Deploy to the AWS account and Region of your credentials (ARGS= for the CDK).
	@python -m cli.deployment deploy --bootstrap-args="$(BOOTSTRAP_ARGS)" -- $(ARGS)

.PHONY: diff
diff: setup  ## Show what a deployment would change (ARGS= for the CDK).
	@python -m cli.deployment diff -- $(ARGS)

.PHONY: destroy
destroy: setup  ## Remove it from AWS again, unless something moves (ARGS= for the CDK).
	@python -m cli.deployment destroy -- $(ARGS)

.PHONY: redrive
redrive: setup  ## Start again what could not be delivered (STACK=vifshift, ARGS=--dry-run).
	@python -m cli.redrive --stack $(STACK) $(ARGS)

.PHONY: serve
serve: setup  ## Keep a local cloud up, for any AWS client (SCENARIO=mine.yaml: with that network).
	@python -m simulator serve $(if $(SCENARIO),--scenario "$(SCENARIO)")

# Of its own, so that nothing that it installs is among what it tells of.
.venv/sbom/.ready: requirements-sbom.txt requirements-uv.txt tools/install.py | .venv/pyvenv.cfg
	@echo 'Installing the Python packages that software bills of materials need …'
	@.venv/bin/python -m venv .venv/sbom
	@.venv/sbom/bin/python tools/install.py requirements-sbom.txt
	@touch $@

.PHONY: sbom
sbom: has-node private-build .venv/sbom/.ready  ## Write software bills of materials (CycloneDX) into build/sbom.
	@PYTHONPATH=functions:. python -m tools.sbom .venv/sbom/bin/cyclonedx-py build/sbom
	@echo 'build/sbom has one of the layer that ships, one of the Python tools, and one of the Node tools.'

.PHONY: lock
lock: setup  ## Pin the newest versions that requirements.in and package.json allow.
	@uv pip compile --quiet --upgrade --generate-hashes --no-annotate --no-header --python-version 3.14 --python-platform aarch64-manylinux2014 functions/requirements.in -o functions/requirements.txt
	@uv pip compile --quiet --upgrade $(LOCKED) -c functions/requirements.txt requirements.in -o requirements.txt
	@uv pip compile --quiet --upgrade $(LOCKED) -c requirements.txt requirements-demo.in -o requirements-demo.txt
	@uv pip compile --quiet --upgrade $(LOCKED) -c requirements.txt requirements-uv.in -o requirements-uv.txt
	@uv pip compile --quiet --upgrade $(LOCKED) -c requirements.txt requirements-sbom.in -o requirements-sbom.txt
	@npm update --silent

.PHONY: docs
docs: setup  ## Write the documents that are made from the code.
	@PYTHONPATH=functions python -m tools.events.schemas docs/events
	@PYTHONPATH=functions python -m simulator.event_examples docs/events/examples
	@PYTHONPATH=functions python -m tools.events.page docs/events.md
	@PYTHONPATH=functions python -m tools.findings_page docs/findings.md
	@python -m simulator.scenarios_page docs/scenarios.md
	@python -m simulator.moto_repairs_page docs/moto-repairs.md
	@python -m simulator.scenario_schema docs/scenario.schema.json
	@python -m simulator.scenario_format docs/scenario-format.md
	@python -m cli.permissions docs/deploying
	@PYTHONPATH=functions:. python -m cli.job_policies docs/policies
	@python -m tools.decisions docs/decisions/README.md

.PHONY: fleet
fleet: setup  ## Simulate a plan of 2,000 moves over 200 connections.
	@PYTHONPATH=functions python -m benchmarks.fleet

.PHONY: bench
bench: setup  ## Measure what preflight, large plans and the simulator cost.
	@PYTHONPATH=functions python -m benchmarks.side_by_side
	@PYTHONPATH=functions python -m benchmarks.calls
	@PYTHONPATH=functions python -m benchmarks.preflight
	@PYTHONPATH=functions python -m benchmarks.plans
	@PYTHONPATH=functions python -m benchmarks.pages
	@PYTHONPATH=functions python -m benchmarks.simulation
	@PYTHONPATH=functions python -m benchmarks.cold_start
	@PYTHONPATH=functions python -m benchmarks.month

.PHONY: samples
samples: setup  ## Keep samples of what this release stores, for later releases to read.
	@PYTHONPATH=functions python -m simulator.samples tests/samples
