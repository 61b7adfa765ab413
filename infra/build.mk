# How `sam build` makes a function or the layer, included by the Makefile in each code folder.
# Third-party wheels for arm64 by hash, without tests and stubs, and everything compiled beforehand: a function's
# folder is read-only on Lambda, so what is not compiled here is compiled again at every cold start.
ROOT := $(dir $(lastword $(MAKEFILE_LIST)))..
PY := $(ROOT)/.venv/bin/python
UV := $(or $(shell command -v uv),$(ROOT)/.tools/uv/bin/uv)
PLATFORM := aarch64-manylinux_2_28
COMPILE = $(PY) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' \
	&& $(PY) -m compileall -q -j 0 --invalidation-mode unchecked-hash $(ARTIFACTS_DIR) \
	|| echo "not compiled: the environment's Python is not Lambda's 3.13"

build-SharedLayer:
	mkdir -p "$(ARTIFACTS_DIR)/python"
	cp -R doublebill "$(ARTIFACTS_DIR)/python/"
	rm -r "$(ARTIFACTS_DIR)/python/doublebill/client"
	find "$(ARTIFACTS_DIR)" -name __pycache__ -prune -exec rm -r {} +
	$(COMPILE)

build-%Function:
	cp app.py "$(ARTIFACTS_DIR)/"
	test $* != Catalogs || cp "$(ROOT)/infra/openapi.json" "$(ARTIFACTS_DIR)/"
	$(UV) pip install --quiet --target "$(ARTIFACTS_DIR)" --python-version 3.13 --python-platform $(PLATFORM) \
		--only-binary :all: --require-hashes --no-installer-metadata -r requirements.txt
	find "$(ARTIFACTS_DIR)" \( -name tests -o -name __pycache__ -o -name bin \) -type d -prune -exec rm -r {} +
	find "$(ARTIFACTS_DIR)" \( -name '*.pyi' -o -name '*.pyx' -o -name '*.pxd' \) -delete
	$(COMPILE)
