# Everything a developer or CI does, in one word each. All paths are relative, so any folder name works.

PYTHON ?= python3
VENV ?= .venv
HOST ?= localhost
PORT ?= 1883
ROOT ?= home
ARGS ?=

RUN := $(VENV)/bin/python -m
TRYOUT := $(VENV)/installed-tryout
TEST := $(VENV)/installed-test
WEB := web/node_modules/installed
PAGE := haard/page/index.html
INTERPRETER := tests/esp32/sim/node_modules/.package-lock.json
ASYNCAPI := tests/docs/asyncapi
HASS_VERSION ?= 2024.3.3
HASS := .venv-homeassistant/$(HASS_VERSION)
HASS_NEWEST ?= 2026.11.0
HASS_DEBIAN ?= testing
HASS_TREE := .venv-homeassistant/debian-$(HASS_DEBIAN)
HASS_PYTHON ?= $(PYTHON)

.DEFAULT_GOAL := help
.PHONY: help web test-web test-page demo-page pictures benchmark-page up test test-fast test-node check dashboards format logs demo-real benchmark benchmark-recorder benchmark-control docs site deb lock licences audit test-install test-homeassistant test-homeassistant-newest test-asyncapi clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 26

web: $(PAGE)  ## build the page into haard/page (needs Node.js 20 or later)

test-web: $(WEB)  ## check and test the page: types, form, pure functions
	@cd web && npm run --silent check && npm run --silent test

test-page: $(PAGE) $(TEST)  ## the page in Chromium against a running house: wishes, weeks, away, every screen with axe
	@sh tests/debian_packages.sh mosquitto chromium
	@cd web && npm run --silent test:page

demo-page: $(WEB) $(TEST)  ## the page as a static site in demo/, in which recorded hours of a house live without any server
	@rm -rf demo
	@cd web && VITE_DEMO=1 npx vite build --outDir ../demo --emptyOutDir --logLevel warn
	@$(RUN) devtools.demo_page demo/house.json
	@echo '{"broker": "house.json", "root": "home"}' >demo/config.json
	@echo "demo/ is ready for any server of files, as \`python3 -m http.server --directory demo\`"

pictures: $(PAGE) $(TRYOUT) demo-page  ## pictures of every screen and state of the page into pictures/, some of the demo into docs/images (10 minutes)
	@sh tests/debian_packages.sh mosquitto chromium fonts-inter
	@cd web && npm run --silent pictures -- $(ARGS)

benchmark-page: $(PAGE) $(TRYOUT)  ## the page's size, first paint, live values, and long tasks with 60 rooms and 20 messages a second
	@sh tests/debian_packages.sh mosquitto chromium
	@node benchmarks/page.mjs

up: $(TRYOUT)  ## run the house, with its page where there is Node.js; options of `haard up` in ARGS, such as ARGS="--for 60 --speed 600"
	@if node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null; then $(MAKE) --no-print-directory web \
	  || echo "The page could not be built, see above; everything else goes on."; fi
	@$(RUN) haard up $(ARGS)

test: $(TEST) $(INTERPRETER)  ## install what tests need (Mosquitto and Postgres too) and run them; options of pytest in ARGS
	@sh tests/debian_packages.sh mosquitto mosquitto-clients postgresql dbus docker-compose nginx-light g++
	@$(RUN) pytest -n 3 --dist worksteal $(ARGS)

test-fast: $(TEST)  ## what needs no server and no patience: most of the tests, within a minute
	@$(RUN) pytest -n 2 --dist worksteal -m "not system and not slow" --hypothesis-profile fast $(ARGS)

test-node: $(TEST) $(INTERPRETER)  ## the firmware of the ESP32 node only, run by MicroPython against Mosquitto (a minute)
	@sh tests/debian_packages.sh mosquitto mosquitto-clients g++
	@$(RUN) pytest -n 2 --dist worksteal tests/esp32 $(ARGS)

.PHONY: fuzz
fuzz: $(TEST)  ## every reader of bytes from outside, fed with what lies near real input: make fuzz EXAMPLES=20000 (a night: 200000)
	@FUZZ_EXAMPLES=$(or $(EXAMPLES),20000) $(RUN) pytest -n 2 --hypothesis-profile searching tests/fuzz $(ARGS)

.PHONY: search
search: $(TEST)  ## every property with examples that were never tried before, over and over: make search ROUNDS=20 (a night)
	@for round in $$(seq $(or $(ROUNDS),1)); do \
	  $(RUN) pytest -n 2 --dist worksteal -m "not system" --hypothesis-profile searching -q $(ARGS) || exit 1; done

.PHONY: chaos
chaos: $(TEST)  ## a simulated house in chaos on real servers: make chaos SEED=1 MINUTES=10 (as root with full disks too)
	@sh tests/debian_packages.sh mosquitto postgresql
	@$(RUN) tests.system.chaos --seed $(or $(SEED),1) --minutes $(or $(MINUTES),10) $(ARGS)

.PHONY: test-esphome
test-esphome: $(VENV)/esphome/bin/esphome  ## the ESPHome packages of nodes, validated by ESPHome itself (a minute or two to install, then a second)
	@rm -rf $(VENV)/esphome/trial && mkdir $(VENV)/esphome/trial
	@cp esp32_firmware/esphome/*.yaml esp32_firmware/esphome/eq3.h $(VENV)/esphome/trial
	@cp esp32_firmware/esphome/secrets.yaml.example $(VENV)/esphome/trial/secrets.yaml
	@$(VENV)/esphome/bin/esphome config $(VENV)/esphome/trial/example.yaml >$(VENV)/esphome/said.txt 2>&1 && \
	  echo "ESPHome: the configuration is valid" || { tail -30 $(VENV)/esphome/said.txt; exit 1; }

check: $(TEST)  ## format, lint, types of every Python file and imports, without changing anything
	@$(RUN) ruff format --check .
	@$(RUN) ruff check .
	@$(RUN) mypy
	@$(VENV)/bin/lint-imports --no-logo

dashboards: $(TEST)  ## write the JSON of grafana/dashboards from the tables in grafana/
	@$(RUN) grafana.write_dashboards

format: $(TEST)  ## put the code in form and repair what ruff can
	@$(RUN) ruff format .
	@$(RUN) ruff check --fix .

logs:  ## everything that is said on a broker (HOST, PORT, ROOT): the best debugger of the house
	@sh tests/debian_packages.sh mosquitto-clients
	@mosquitto_sub -h $(HOST) -p $(PORT) -v -t '$(ROOT)/#'

demo-real: $(TEST)  ## real captured bytes through a private Mosquitto and Postgres, told step by step
	@sh tests/debian_packages.sh mosquitto mosquitto-clients postgresql
	@$(RUN) pytest -s tests/system/test_real_input.py $(ARGS)

benchmark: $(TEST)  ## what a step of the regulator costs
	@$(RUN) benchmarks.regulator

.PHONY: benchmark-fleet
benchmark-fleet: $(TEST)  ## one regulator for 1,000 houses on a real Mosquitto; options in ARGS, such as ARGS="--houses 100"
	@sh tests/debian_packages.sh mosquitto
	@$(RUN) benchmarks.fleet $(ARGS)

.PHONY: benchmark-reaction
benchmark-reaction: $(TEST)  ## from a reading to its valve's target over a real Mosquitto, and what a flood does
	@sh tests/debian_packages.sh mosquitto
	@$(RUN) benchmarks.reaction $(ARGS)

benchmark-recorder: $(TEST)  ## the recorder against mosquitto_sub | psql; options in ARGS, such as ARGS="--messages 50000"
	@sh tests/debian_packages.sh mosquitto mosquitto-clients postgresql
	@$(RUN) benchmarks.recorder $(ARGS)

benchmark-control: $(TEST)  ## compare the control laws in a closed loop; options in ARGS, such as ARGS="--scenario mild --write"
	@$(RUN) benchmarks.control $(ARGS)

docs: $(TEST)  ## write the generated pages of docs/ again
	@$(RUN) docs.write_topics
	@$(RUN) docs.write_rooms
	@$(RUN) docs.write_schemas
	@$(RUN) docs.write_broker
	@$(RUN) docs.write_settings
	@$(RUN) benchmarks.control_tables

site: $(TEST)  ## the documentation as a site, into site/
	@NO_MKDOCS_2_WARNING=1 $(RUN) mkdocs build --quiet --strict

deb: $(TEST) $(PAGE)  ## the Debian package into dist/; ARGS="--architecture arm64" for a Raspberry Pi
	@$(RUN) devtools.build_deb $(ARGS)

# PyRIC is under the GPL, and only needed to restart an adapter with bluetooth-auto-recovery, which haard never asks for.
lock: $(TEST)  ## renew the versions and hashes that the package and the image carry
	@$(RUN) uv pip compile -q --universal --python-version 3.11 --generate-hashes --extra bluetooth --extra stock --no-emit-package pyric \
	  --custom-compile-command "make lock" pyproject.toml -o packaging/requirements.txt

licences: $(TEST)  ## the licences of all that is carried, and an SBOM (CycloneDX) into dist/
	@$(RUN) devtools.licences

audit: $(TEST)  ## known faults of the packages that are carried, and of the page's
	@$(RUN) pip_audit --require-hashes --disable-pip -r packaging/requirements.txt
	@if [ -f web/package-lock.json ]; then cd web && npm audit --omit=dev; fi

test-install: $(TEST) $(PAGE)  ## the package in a fresh Debian 12 and 13 (as root; some minutes): installed, heating, purged
	@sh tests/debian_packages.sh debootstrap
	@$(RUN) pytest --timeout 900 packaging/trial --basetemp $(VENV)/trial $(ARGS)

test-homeassistant: $(TEST) $(HASS)/installed  ## a real Home Assistant beside a simulated house; HASS_VERSION=2024.3.3
	@sh tests/debian_packages.sh mosquitto mosquitto-clients chromium
	@HOMEASSISTANT=$(HASS)/bin/hass $(RUN) pytest --timeout 400 -o python_files='real_*.py' tests/homeassistant $(ARGS)

# HASS_NEWEST=2026.2.3 HASS_DEBIAN=trixie: the newest for Debian 13's Python (3.13).
test-homeassistant-newest: $(TEST) $(HASS_TREE)/installed-$(HASS_NEWEST)  ## the same with 2026.11.0, in a tree of Debian testing (as root; minutes)
	@mkdir -p $(HASS_TREE)/trial
	@HOMEASSISTANT=tests/homeassistant/in_debian.sh HOMEASSISTANT_TREE=$(abspath $(HASS_TREE)) $(RUN) pytest \
	  --timeout 400 -o python_files='real_*.py' tests/homeassistant --basetemp $(abspath $(HASS_TREE))/trial/run $(ARGS)

test-asyncapi: $(ASYNCAPI)/node_modules/.package-lock.json  ## whether docs/asyncapi.json is valid, by AsyncAPI's own parser
	@node $(ASYNCAPI)/validate.mjs docs/asyncapi.json

clean:  ## remove what was built here, the virtual environment too
	rm -rf $(VENV) .venv-homeassistant .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage

# The stamps make a second run start at once; a changed pyproject.toml installs again.

$(WEB): web/package.json web/package-lock.json
	@echo "Installing what the page is built with ..."
	@cd web && npm ci --no-audit --no-fund --loglevel error
	@touch $@

$(PAGE): $(WEB) $(shell find web/src web/public web/index.html web/vite.config.ts -type f 2>/dev/null)
	@cd web && npm run --silent build
	@rm -rf haard/page && cp -r web/dist haard/page

$(TRYOUT): pyproject.toml | $(VENV)/bin/pip
	@echo "Installing haard into $(VENV) ..."
	@$(RUN) pip install --quiet --disable-pip-version-check -e ".[tryout]"
	@touch $@

$(TEST): pyproject.toml | $(VENV)/bin/pip
	@echo "Installing haard and its tests' tools into $(VENV) ..."
	@$(RUN) pip install --quiet --disable-pip-version-check -e ".[test]"
	@touch $@ $(TRYOUT)

# ESPHome pins versions of its own, so it has an environment of its own.
$(VENV)/esphome/bin/esphome: | $(VENV)/bin/pip
	@$(PYTHON) -m venv $(VENV)/esphome
	@$(VENV)/esphome/bin/pip install --quiet --disable-pip-version-check "esphome>=2026.6"

# MicroPython as WebAssembly, in which the tests run the node's firmware.
$(INTERPRETER): tests/esp32/sim/package-lock.json
	@sh tests/debian_packages.sh nodejs npm
	@cd tests/esp32/sim && npm ci --silent --no-audit --no-fund
	@touch $@

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "haard needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
	    "Name another one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || sh tests/debian_packages.sh python3-venv
	@$(PYTHON) -m venv $(VENV)

$(ASYNCAPI)/node_modules/.package-lock.json: $(ASYNCAPI)/package-lock.json
	@sh tests/debian_packages.sh nodejs npm
	@cd $(ASYNCAPI) && npm ci --silent --no-audit --no-fund
	@touch $@

# Home Assistant pins its libraries, so it has an environment of its own.
$(HASS)/installed: tests/homeassistant/requirements-$(HASS_VERSION).txt $(TEST)
	@echo "Installing Home Assistant $(HASS_VERSION) into $(HASS) ..."
	@$(RUN) uv venv --quiet --clear --python $(HASS_PYTHON) $(HASS)
	@$(RUN) uv pip install --quiet --compile-bytecode --python $(HASS)/bin/python -r $<
	@touch $@

$(HASS_TREE)/installed-$(HASS_NEWEST): tests/homeassistant/requirements-$(HASS_NEWEST).txt $(TEST)
	@sh tests/debian_packages.sh debootstrap mosquitto mosquitto-clients chromium
	@echo "Installing Home Assistant $(HASS_NEWEST) into a tree of Debian $(HASS_DEBIAN) ..."
	@mkdir -p .venv-homeassistant
	@sh tests/homeassistant/in_debian.sh make $(abspath $(HASS_TREE)) $(HASS_DEBIAN) $(HASS_NEWEST) $(VENV)/bin/uv
