# How `sam build` makes a function or the layer, included by the Makefile in each code folder.
# Third-party wheels for arm64 by hash, without tests, stubs and the data of AWS services that nobody asks, and everything
# compiled beforehand: a function's folder is read-only on Lambda, so what is not compiled here is compiled again at every
# cold start.
ROOT := $(dir $(lastword $(MAKEFILE_LIST)))..
PY := $(ROOT)/.venv/bin/python
UV := $(or $(shell command -v uv),$(ROOT)/.tools/uv/bin/uv)
PLATFORM := aarch64-manylinux_2_28
# services of AWS that the code makes clients of; of the other 436, botocore's descriptions stay out of the bundles
SERVICES := bedrock-runtime codedeploy dynamodb emr-serverless lambda s3 secretsmanager
# packages of scipy that the code imports, which import none of the others before somebody calls what needs one
SCIPY := linalg sparse
WRONG_PYTHON = "doublebill: .venv has Python " + found + ", and Lambda compiles for 3.13: every cold start would compile \
all code again. Install Python 3.13, remove .venv and run make build again."
RIGHT_PYTHON = $(PY) -c 'import sys; found = sys.version.split()[0]; \
	sys.version_info[:2] == (3, 13) or sys.exit($(WRONG_PYTHON))'
COMPILE = $(PY) -m compileall -q -j 0 --invalidation-mode unchecked-hash $(ARTIFACTS_DIR)

.PHONY: right-python
right-python:
	@$(RIGHT_PYTHON)

build-SharedLayer: right-python
	mkdir -p "$(ARTIFACTS_DIR)/python"
	cp -R doublebill "$(ARTIFACTS_DIR)/python/"
	rm -r "$(ARTIFACTS_DIR)/python/doublebill/client"
	find "$(ARTIFACTS_DIR)" -name __pycache__ -prune -exec rm -r {} +
	$(COMPILE)

build-%Function: right-python
	cp app.py "$(ARTIFACTS_DIR)/"
	$(PY) "$(ROOT)/infra/layer_digest.py" > "$(ARTIFACTS_DIR)/layer.sha256"
	test $* != Catalogs || cp "$(ROOT)/infra/openapi.json" "$(ARTIFACTS_DIR)/"
	test $* != Playground || cp -R pages "$(ROOT)/shared/doublebill/client/doublebill.js" "$(ARTIFACTS_DIR)/"
	$(UV) pip install --quiet --target "$(ARTIFACTS_DIR)" --python-version 3.13 --python-platform $(PLATFORM) \
		--only-binary :all: --require-hashes --no-installer-metadata -r requirements.txt
	find "$(ARTIFACTS_DIR)" \( -name tests -o -name __pycache__ -o -name bin \) -type d -prune -exec rm -r {} +
	test ! -d "$(ARTIFACTS_DIR)/botocore" || find "$(ARTIFACTS_DIR)/botocore/data" -mindepth 1 -maxdepth 1 -type d \
		$(foreach service,$(SERVICES),! -name $(service)) -exec rm -r {} +
	test ! -d "$(ARTIFACTS_DIR)/scipy" || find "$(ARTIFACTS_DIR)/scipy" -mindepth 1 -maxdepth 1 -type d ! -name '_*' \
		$(foreach package,$(SCIPY),! -name $(package)) -exec rm -r {} +
	find "$(ARTIFACTS_DIR)" \( -name '*.pyi' -o -name '*.pyx' -o -name '*.pxd' \) -delete
	$(COMPILE)
