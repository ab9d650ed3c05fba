# make demo   set up, then the main job on drawn paintings (or IMAGES=~/paintings)
# make check  set up, then formats, lint and types: Python, and the page's JavaScript where there is Node.js
# make test   set up, then the whole suite
# make format   put all files into their form
# make check-wheel   build the wheel, install it into a bare environment, and use it there
# make screenshots   the pictures of the documents, taken anew from drawn paintings (needs chromium)
# make setup-figures   a second environment, .venv-figures, in which pose and face are computed; make test-figures runs their tests there
# make setup-engines   a third environment, .venv-engines: .venv, and what runs on several machines; make test-engines runs its tests there
# make campaign   what the world may do to it, tried thousands of times: hours; make campaign ARGS="--quick" takes minutes
# make audit   known vulnerabilities, licences and hashes of what is depended on, and dist/sbom.cdx.json
# make starter WIKIART=~/wikiart MASTERS=~/masters   train, judge and pack the starter model anew: folders images/ and csv/ in the ArtGAN layout, and images/ with labels.csv; GALLERY=~/gallery is kept out of the training
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
DEMO ?= demo
STAMP := $(VENV)/.installed
FIGURES := .venv-figures
FIGURES_STAMP := $(FIGURES)/.installed
ENGINES := .venv-engines
ENGINES_STAMP := $(ENGINES)/.installed

# What is imported is compiled once and kept, also where the environment says otherwise.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: audit campaign demo check check-web format check-wheel test test-engines test-figures setup setup-engines setup-figures screenshots starter lock clean

setup: $(STAMP)

# Not compiling what is never imported saves some 350 MB.
# The stamp is older than the lock or pyproject.toml only when these have changed, so a second run installs nothing.
# All but torch is held to its hashes; torch comes with the second line, for the CPU where such a build is offered.
$(STAMP): requirements.lock requirements.hashes pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements.hashes
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(STAMP)

# mediapipe needs an older NumPy and protobuf than the rest would choose: the whole package, a second time, with these.
setup-figures: $(FIGURES_STAMP)

$(FIGURES_STAMP): requirements-figures.lock requirements-figures.hashes pyproject.toml
	test -x $(FIGURES)/bin/python || $(PYTHON) -m venv $(FIGURES)
	$(FIGURES)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements-figures.hashes
	$(FIGURES)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements-figures.lock
	$(FIGURES)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(FIGURES_STAMP)

demo: setup
	$(BIN)/artextract demo --out $(DEMO) $(if $(IMAGES),--images "$(IMAGES)")

check: setup check-web
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

NPM := $(shell command -v npm 2>/dev/null)
check-web:
ifdef NPM
	$(NPM) ci --silent
	$(NPM) run --silent check
else
	@echo "Node.js is not on this machine: the JavaScript of the page was not checked"
endif

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(if $(NPM),$(NPM) ci --silent && $(NPM) run --silent format)

check-wheel: setup
	scripts/check_wheel.sh $(BIN)/python

# What the tests import is compiled by one process once, or each of those below would compile all of it at the same time.
COMPILED := $(VENV)/.compiled
$(COMPILED): $(STAMP)
	-$(BIN)/python -m pytest --collect-only -qq > /dev/null && touch $(COMPILED)

# Three processes more than there are cores: many tests wait for a browser, a server or another process.
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
WORKERS := $(if $(filter 1 2,$(CORES)),$(shell expr $(CORES) + 3),6)
# What the tests write, some two gigabytes, stays in memory where there is plenty of it: many small files wait for a disk.
# One test becomes another user, who must come into the folder.
MEMORY := $(shell test -w /dev/shm && df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 6000000' | grep -q . && \
	awk '/^MemAvailable/ && $$2 > 14000000' /proc/meminfo 2>/dev/null | grep -q . && echo /dev/shm)
test: setup $(COMPILED)
ifdef ARGS
	$(BIN)/python -m pytest $(ARGS)
else
	$(if $(MEMORY),export TMPDIR=$$(mktemp -d $(MEMORY)/artextract-XXXXXX) && chmod 755 $$TMPDIR && trap 'rm -rf "$$TMPDIR"' EXIT INT TERM && )\
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
endif

test-figures: setup-figures
	$(FIGURES)/bin/python -m pytest $(if $(ARGS),$(ARGS),tests/features/test_figures.py tests/features/test_pose.py tests/features/test_face.py tests/features/test_registry.py)

# It sees all that .venv has; what it brings itself comes first.
setup-engines: setup $(ENGINES_STAMP)

$(ENGINES_STAMP): requirements-engines.txt
	test -x $(ENGINES)/bin/python || $(PYTHON) -m venv $(ENGINES)
	$(ENGINES)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements-engines.txt
	$(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))" > $$($(ENGINES)/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/artextract-environment.pth
	echo "$(CURDIR)/src" >> $$($(ENGINES)/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/artextract-environment.pth
	touch $(ENGINES_STAMP)

test-engines: setup-engines
	ARTEXTRACT_CONTRACT_EXAMPLES=5 $(ENGINES)/bin/python -m pytest $(if $(ARGS),$(ARGS),tests/app/test_on_a_store.py tests/features/test_on_ray.py tests/index/test_milvus.py tests/index/test_postgres.py tests/objects/test_s3.py)

campaign: setup
	$(BIN)/python -m scripts.campaign $(ARGS)

SHOTS := build/screenshots
screenshots: setup
	$(BIN)/python scripts/screenshots.py $(SHOTS) --out docs/images

STARTER := build/starter
STARTER_RECIPE := --finetune --unfreeze 2 --backbone-rate 0.5 --layer-decay 1 --views 2 --detail 112 --jpeg-side 168 \
	--at-least style=10,artist=40,genre=50 --mixed-precision --baselines none --epochs 6 --average 0.995
starter: setup
	test -d "$(WIKIART)/csv" -a -f "$(MASTERS)/labels.csv" || (echo "make starter WIKIART=folder with images/ and csv/ MASTERS=folder with images/ and labels.csv"; exit 2)
	$(BIN)/python scripts/starter_collection.py "$(WIKIART)" "$(MASTERS)" $(STARTER)/collection $(if $(GALLERY),--gallery "$(GALLERY)")
	$(BIN)/artextract train $(STARTER)/collection --out $(STARTER)/model $(STARTER_RECIPE)
	$(BIN)/artextract evaluate $(STARTER)/model
	$(BIN)/python scripts/pack_starter.py $(STARTER)/model src/artextract/starter

# The tools have an environment of their own, so that they are not among what they examine.
AUDIT := .venv-audit
AUDIT_STAMP := $(AUDIT)/.installed
$(AUDIT_STAMP): requirements-audit.txt
	test -x $(AUDIT)/bin/python || $(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-audit.txt
	touch $(AUDIT_STAMP)

audit: setup $(AUDIT_STAMP)
	$(AUDIT)/bin/python -m scripts.audit $(BIN)/python

# Resolve pyproject.toml anew, without and with the extra "figures", and write what came out.
lock: $(AUDIT_STAMP)
	$(call resolve,".[test$(comma)dev]",requirements.lock,from pyproject.toml (Python 3.11))
	$(call resolve,".[test$(comma)figures]",requirements-figures.lock,from pyproject.toml with the extra "figures" (Python 3.11))
	$(AUDIT)/bin/python -m scripts.audit.hash_locks $(AUDIT)/bin/uv

comma := ,
define resolve
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet --disable-pip-version-check $(1) "setuptools>=77"
	$(VENV)-lock/bin/python -m pip freeze --all --exclude artextract --exclude pip | sed -e '/@ file:/d' -e 's/+cpu$$//' > $(2).new
	(echo '# Written by `make lock` $(3). torch carries no "+cpu": a CPU build is taken where one is offered.'; cat $(2).new) > $(2)
	rm $(2).new
	rm -rf $(VENV)-lock
endef

clean:
	rm -rf $(VENV) $(FIGURES) $(ENGINES) $(AUDIT) $(DEMO) build
