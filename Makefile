# make demo   set up, then the main job on drawn paintings (or IMAGES=~/paintings)
# make test   set up, then the whole suite
# make starter WIKIART=~/wikiart   train, judge and pack the starter model anew (folders images/ and csv/ in the ArtGAN layout)
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
DEMO ?= demo
STAMP := $(VENV)/.installed

# What is imported is compiled once and kept, also where the environment says otherwise.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test setup starter lock clean

setup: $(STAMP)

# Not compiling what is never imported saves some 350 MB.
# The stamp is older than the lock or pyproject.toml only when these have changed, so a second run installs nothing.
$(STAMP): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(STAMP)

demo: setup
	$(BIN)/artextract demo --out $(DEMO) $(if $(IMAGES),--images "$(IMAGES)")

test: setup
	$(BIN)/python -m pytest $(ARGS)

STARTER := build/starter
starter: setup
	test -d "$(WIKIART)/images" -a -d "$(WIKIART)/csv" || (echo "make starter WIKIART=folder with images/ and csv/"; exit 2)
	$(BIN)/artextract import wikiart "$(WIKIART)/images" --csv "$(WIKIART)/csv" --artists from-names --out $(STARTER)/wikiart
	$(BIN)/artextract train $(STARTER)/wikiart --out $(STARTER)/model --views 2 --detail 112 --at-least artist=40 --mixed-precision --baselines none
	$(BIN)/artextract evaluate $(STARTER)/model
	$(BIN)/python scripts/pack_starter.py $(STARTER)/model src/artextract/starter

# Resolve pyproject.toml anew and write what came out.
lock:
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet --disable-pip-version-check ".[test]" "setuptools>=77"
	$(VENV)-lock/bin/python -m pip freeze --all --exclude artextract --exclude pip | sed -e '/@ file:/d' -e 's/+cpu$$//' > requirements.lock.new
	(echo '# Written by `make lock` from pyproject.toml (Python 3.11). torch carries no "+cpu": a CPU build is taken where one is offered.'; cat requirements.lock.new) > requirements.lock
	rm requirements.lock.new
	rm -rf $(VENV)-lock

clean:
	rm -rf $(VENV) $(DEMO) build
