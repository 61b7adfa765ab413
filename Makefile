# Every target sets up what it needs, starting from python3 (>= 3.9) and make.
.DEFAULT_GOAL := help
.PHONY: help audit demo test try up bench bench-serve bench-quality bench-train bench-games bench-import bench-privacy bench-cost bench-spark large-file trips check lint types build lock spark-bundle wheel mutants mutation emulator openapi docs pictures screenshots template clean
export SAM_CLI_TELEMETRY := 0
PY := .venv/bin/python
SAM := .tools/sam/bin/sam

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

.PHONY: env env-sam env-audit env-checkov env-ministack env-schemathesis env-peers env-mcp env-mutation env-node env-tiled env-browser env-spark env-report
env:
	@python3 infra/bootstrap.py dev
env-sam:
	@python3 infra/bootstrap.py sam
env-ministack:
	@python3 infra/bootstrap.py ministack
env-audit:
	@python3 infra/bootstrap.py audit
env-checkov:
	@python3 infra/bootstrap.py checkov
env-schemathesis:
	@python3 infra/bootstrap.py schemathesis
env-browser:
	@python3 infra/debian_package.py chromium
	@python3 infra/bootstrap.py browser
env-spark:
	@python3 infra/debian_package.py openjdk-17-jre-headless java
	@python3 infra/bootstrap.py spark
env-report:
	@python3 infra/bootstrap.py report
env-tiled:
	@python3 infra/debian_package.py tiled
env-peers:
	@python3 infra/bootstrap.py peers
env-mcp:
	@python3 infra/bootstrap.py mcp
env-mutation:
	@python3 infra/bootstrap.py mutation
env-node:
	@python3 infra/bootstrap.py node

demo: env  ## the whole trip on real films and made-up music, from import to answers over HTTP
	@$(PY) -m doublebill_local demo

try: env  ## your own FILES="plays.csv titles.csv", or real films: imported, trained, served, the playground opened
	@$(PY) -m doublebill_local try $(FILES)

up: env  ## serve everything on 127.0.0.1:8080, or another PORT=8081; state kept in .doublebill
	@$(PY) -m doublebill_local up $(if $(PORT),--port $(PORT))

test: env  ## the tests: no AWS account, no Docker, no network but loopback
	@# a worker a core: more threads would wait for each other; bytecode is kept, or each process begins by compiling all
	@PYTHONDONTWRITEBYTECODE= OPENBLAS_NUM_THREADS=1 $(PY) -m pytest -n 2 --dist worksteal

lint: env  ## formatting, lint, import directions
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/lint-imports

types: env  ## mypy, strict
	@.venv/bin/mypy

check: lint types mutants env-sam env-checkov env-ministack env-schemathesis env-tiled env-node env-browser env-mcp env-spark env-report  ## everything that needs tools of its own: template, real runtime, MiniStack, Tiled, Node, Chromium, assistants, Spark
	@# a file is one worker's, with the servers that it starts; the files that take longest come first
	@PYTHONDONTWRITEBYTECODE= OPENBLAS_NUM_THREADS=1 $(PY) -m pytest tests/check -n 2 --dist loadfile --no-loadscope-reorder
	@# in full what `make test` runs in samples
	@PYTHONDONTWRITEBYTECODE= OPENBLAS_NUM_THREADS=1 $(PY) -m pytest --at-length -n 2 --dist worksteal

audit: env-audit  ## look up known vulnerabilities of everything that is locked; needs the advisory database of the package index
	@for lock in infra/requirements/*.txt functions/*/requirements.txt; do \
		echo "$$lock"; .tools/audit/bin/pip-audit --strict --progress-spinner off --require-hashes --disable-pip -r $$lock || exit 1; done

openapi: env  ## write infra/openapi.json from the code
	@$(PY) -m doublebill_local.openapi > infra/openapi.json.new && mv infra/openapi.json.new infra/openapi.json

DOCS := infra/docs
docs: env openapi  ## write the generated pages of infra/docs again, and the types of the client
	@$(PY) -m doublebill_local.token_api > tokens.new && mv tokens.new infra/tokens.yaml
	@$(PY) $(DOCS)/generators/client_shapes.py > shapes.new && mv shapes.new shared/doublebill/client/shapes.py
	@$(PY) $(DOCS)/generators/http_reference.py > $(DOCS)/reference/http.md.new && mv $(DOCS)/reference/http.md.new $(DOCS)/reference/http.md
	@$(PY) $(DOCS)/generators/cli_reference.py > $(DOCS)/reference/cli.md.new && mv $(DOCS)/reference/cli.md.new $(DOCS)/reference/cli.md
	@$(PY) $(DOCS)/generators/file_reference.py > $(DOCS)/reference/files.md.new && mv $(DOCS)/reference/files.md.new $(DOCS)/reference/files.md
	@$(PY) $(DOCS)/generators/level_reference.py > $(DOCS)/reference/levels.md.new && mv $(DOCS)/reference/levels.md.new $(DOCS)/reference/levels.md
	@$(PY) $(DOCS)/generators/cost.py > $(DOCS)/cost.md.new && mv $(DOCS)/cost.md.new $(DOCS)/cost.md
	@$(PY) $(DOCS)/generators/api_changes.py > $(DOCS)/reference/api-changes.md.new && mv $(DOCS)/reference/api-changes.md.new $(DOCS)/reference/api-changes.md

pictures: env  ## draw the README's picture again, from answers of the product
	@$(PY) $(DOCS)/generators/picture.py

SERVICE := http://127.0.0.1:8080
PICTURES := screenshots
screenshots: env-browser  ## visit the playground of a running service and take pictures of every state, SERVICE=URL PICTURES=FOLDER
	@.tools/browser/bin/python tests/check/playground_visit.py $(SERVICE) --pictures $(PICTURES)

template: env-sam  ## sam validate --lint
	@AWS_DEFAULT_REGION=eu-west-1 $(SAM) validate --lint

build: env env-sam  ## sam build: what would be deployed, in .aws-sam
	@$(MAKE) --no-print-directory -f infra/build.mk right-python
	@# the interpreter itself first: sam asks the first python3.13 on the PATH for its version, and refuses shims
	@PATH="$$($(PY) -c 'import sys; print(sys.base_prefix)')/bin:$$PATH" AWS_DEFAULT_REGION=eu-west-1 $(SAM) build

spark-bundle: env  ## what EMR Serverless runs, in dist/spark: the script, and an archive with Python, packages and the project for arm64
	@$(PY) infra/spark/spark_bundle.py dist/spark $(PYTHON_FOLDER)

wheel: env  ## a wheel in dist that installs without a checkout: pip install 'dist/….whl[local]'
	@.venv/bin/hatchling build -t wheel -d dist

mutants: env  ## break the code on purpose; every named test must go red
	@OPENBLAS_NUM_THREADS=1 $(PY) tests/mutants/run.py

mutation: env-mutation  ## small changes to the modules that the branch changed: how many do tests notice?
	@.tools/mutation/bin/python infra/mutation.py $(MODULES)

emulator: env env-ministack  ## the services that infra/events/env.json points at, on 127.0.0.1:4566
	@$(PY) infra/emulator.py

bench: bench-serve bench-train bench-quality bench-games bench-import bench-privacy  ## every benchmark, one JSON line per result

bench-serve: env env-peers env-sam env-ministack  ## how fast answers are, beside the peers, and the first one of a function
	@$(PY) tests/bench/serve.py
	@$(PY) tests/bench/cold_import.py
	@$(PY) tests/bench/first_invocation.py
	@$(PY) tests/bench/histories.py
	@OPENBLAS_NUM_THREADS=1 $(PY) tests/bench/busy.py

bench-quality: env env-peers  ## how good recommendations and predicted ratings are, beside the peers; ORDER_FILES names files of sequences, CALENDAR_FILES files with times
	@$(PY) tests/bench/quality.py
	@$(PY) tests/bench/orders.py $(ORDER_FILES)
	@$(PY) tests/bench/calendar_split.py $(CALENDAR_FILES)
	@$(PY) tests/bench/liked.py
	@$(PY) tests/bench/ratings.py

bench-train: env env-peers  ## how long fitting takes and how much memory, beside the peers
	@$(PY) tests/bench/train.py
	@$(PY) tests/bench/whole_training.py

bench-games: env  ## how good, varied and fast game content is, judged by independent checkers, and the worst that one request can take; PCG_FOLDER names a checkout of the PCG Benchmark
	@$(PY) tests/bench/games.py
	@$(if $(PCG_FOLDER),$(PY) tests/bench/pcg_benchmark.py $(PCG_FOLDER))
	@OPENBLAS_NUM_THREADS=1 $(PY) tests/bench/worst_request.py

bench-import: env  ## how fast a file of events is imported, beside pandas reading it, how fast trainings read it and a year of single posts, and the memory of all
	@$(PY) tests/bench/ingest.py
	@$(PY) tests/bench/event_log.py
	@$(PY) tests/bench/year_of_posts.py

bench-privacy: env env-peers  ## how accurate private models are, and the most that a distinguishing game proves against their claims
	@$(PY) tests/bench/privacy_curve.py
	@OPENBLAS_NUM_THREADS=1 $(PY) tests/bench/privacy_game.py

bench-spark: env env-spark  ## models by Spark on two cores against one process: the same versions, seconds and memory
	@OPENBLAS_NUM_THREADS=1 $(PY) tests/bench/spark_road.py

bench-cost: env  ## the calls, bytes and processor time behind the page of costs, written into it
	@OPENBLAS_NUM_THREADS=1 $(PY) tests/bench/cost.py --write $(DOCS)/cost/measured.json
	@$(PY) tests/bench/training_cost.py --write $(DOCS)/cost/measured.json
	@OPENBLAS_NUM_THREADS=1 $(PY) tests/bench/s3_day.py
	@$(MAKE) --no-print-directory docs

ROWS := 10000000
FILE := large.csv.gz
large-file: env  ## a large file of made-up events to import, ROWS=10000000 FILE=large.csv.gz
	@$(PY) -m doublebill_local.demo.large_file $(ROWS) $(FILE)

trips: env  ## how often one recommendation, training and level lead back to a file already left
	@OPENBLAS_NUM_THREADS=1 $(PY) tests/bench/trips.py

lock: env  ## lock every requirement file again, with hashes and without hosts
	@infra/requirements/lock

clean:  ## remove environments, caches and the demo's folder
	@rm -rf .venv .tools .aws-sam dist .doublebill .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
