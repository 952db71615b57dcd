# Everything a newcomer needs: `make demo`, `make test`. Set-up happens inside, once.
PYTHON ?= python3.11
PROMPT ?= a person walks forward, then waves with the right hand
SEED ?= 8
# Through the environment, so that quotes and dollars in a prompt reach the program as they are.
export PROMPT
SECONDS ?= auto
# PyTorch's own index has the small CPU build for Linux; elsewhere the default build is the CPU one. Few retries:
# where only another index can be reached, pip would wait for this one at every package.
TORCH_INDEX ?= --extra-index-url https://download.pytorch.org/whl/cpu --retries 2
VENV := .venv
RUN := $(VENV)/bin
BLENDER_LIBRARIES := libgl1 libegl1 libgl1-mesa-dri libsm6 libice6 libxrender1 libxi6 libxfixes3 libxkbcommon0 \
	libxxf86vm1 libgomp1

# Blender's own command line for extensions; it runs without Blender.
EXTENSION_CLI = $(VENV)/lib/python3*/site-packages/bpy/*/scripts/addons_core/bl_pkg/cli/blender_ext.py
ZIP = dist/mmm_blender-$(shell sed -n 's/^version = "\(.*\)"/\1/p' blender_manifest.toml).zip
ZIP_LIMIT := 150000000

# Tests that take milliseconds each; what they leave out runs with `make test`.
FAST_TESTS := tests/motion tests/models tests/generation tests/requests tests/data tests/evaluation/prompts \
	tests/evaluation/test_metrics.py tests/evaluation/test_physics.py tests/test_layers.py tests/test_packing.py \
	tests/test_version.py

# The other Blenders the extension is tested in, as Python modules; 5.0 is the environment's own.
BLENDERS := 4.2 4.5 5.0

.PHONY: demo test check docs print-libraries test-engine test-blender test-extension $(BLENDERS:%=test-extension-%) test-window gallery drill drill-faults drill-commands lint lock setup setup-blenders extension clean

demo: setup
	@mkdir -p out
	$(RUN)/mmm generate "$$PROMPT" --seed $(SEED) --seconds $(SECONDS) \
		--out out/demo.blend --out out/demo.mp4 --out out/demo.png --out out/demo.bvh
	@echo "Open out/demo.blend in Blender, out/demo.mp4 in a player; out/demo.png shows the poses at a glance."

# The parts know nothing of each other: `make --jobs=2 test` runs two at a time. The longest begins.
test: lint test-engine test-extension test-blender

# The inner loop: linters, and the tests that train, render and install nothing.
check: lint
	OMP_NUM_THREADS=1 $(RUN)/python -m pytest -q -m "not slow" $(FAST_TESTS)

test-engine: setup
	$(RUN)/python -m pytest -q

test-blender: setup
	timeout 1600 $(RUN)/python tests/blender/run.py -q

# The built zip, installed into each Blender.
test-extension: $(BLENDERS:%=test-extension-%)

$(BLENDERS:%=test-extension-%): test-extension-%: setup-blenders extension
	timeout 1600 $(RUN)/python tests/extension/run.py --blender $* -q -s

# A real Blender with a window (Debian's newest, in a chroot made once under ~/.cache), driven by mouse and keyboard.
# IMAGES=docs/images makes the guide's pictures anew.
test-window: extension
	for visits in artist.py editor.py mapper.py translator.py director.py "animator.py troupe.py librarian.py"; do \
		$(RUN)/python tests/window/run.py --zip $(ZIP) --visit $$visits $(if $(IMAGES),--images $(IMAGES)) || exit 1; \
	done

# Damaged files for every reader, docs/reliability.md; COUNT=1000 SEED=7 for others.
COUNT ?= 10000
drill: setup
	OMP_NUM_THREADS=1 $(RUN)/python -m tests.drill.inputs --count $(COUNT) --seed $(SEED)

# Faults at random moments of an artist's work in Blender, docs/reliability.md.
FAULTS ?= 1000
drill-faults: setup
	OMP_NUM_THREADS=1 $(RUN)/python -m tests.drill.faults --count $(FAULTS) --seed $(SEED)

# Faults put to commands: signals, full disks, damaged files, places that cannot be written to; docs/reliability.md.
drill-commands: setup
	OMP_NUM_THREADS=1 $(RUN)/python -m tests.drill.commands --seed $(SEED)

# The zip an artist drops into Blender.
extension: setup
	@mkdir -p dist
	@$(RUN)/python $(EXTENSION_CLI) build --source-dir . --output-filepath $(ZIP)
	@$(RUN)/python $(EXTENSION_CLI) validate $(ZIP)
	@size=$$(stat -c %s $(ZIP) 2>/dev/null || stat -f %z $(ZIP)); \
		echo "$(ZIP): $$((size / 1000000)) MB"; \
		test $$size -lt $(ZIP_LIMIT) || { echo "over $$(($(ZIP_LIMIT) / 1000000)) MB: leave something out"; exit 1; }

# Every prompt of docs/gallery once, with seed 0.
gallery: setup
	$(RUN)/python docs/gallery/render.py

lint: setup
	$(RUN)/ruff check
	$(RUN)/ruff format --check
	$(RUN)/mypy
	$(RUN)/python -m pytest -q tests/test_layers.py tests/test_packing.py

# The documentation as a site in site/, every link checked.
docs: setup
	$(RUN)/pip install --quiet "mkdocs-material>=9.5,<10"
	$(RUN)/mkdocs build --strict --quiet

print-libraries:
	@echo $(BLENDER_LIBRARIES)

setup: $(VENV)/ready

$(VENV)/ready: requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(RUN)/pip install --quiet torch==2.13.0 $(TORCH_INDEX)
	$(RUN)/pip install --quiet -r requirements.txt
	$(RUN)/pip install --quiet --no-deps --editable .
	@$(RUN)/python -c "import bpy" 2>/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get -qq update && apt-get -qq install -y $(BLENDER_LIBRARIES) >/dev/null; \
		else \
			echo "Blender needs system libraries. Run: sudo apt-get install $(BLENDER_LIBRARIES)"; exit 1; \
		fi; }
	@touch $@

setup-blenders: setup $(VENV)-4.2/ready $(VENV)-4.5/ready

# The module of 4.2 takes any numpy; that Blender itself has 1.26.
$(VENV)-4.2/ready: BPY := 4.2.23 "numpy<2"
$(VENV)-4.5/ready: BPY := 4.5.15
$(VENV)-%/ready: tests/extension/requirements.txt
	$(PYTHON) -m venv $(VENV)-$*
	$(VENV)-$*/bin/pip install --quiet bpy==$(BPY) -r tests/extension/requirements.txt
	@touch $@

# After packages.toml has changed: what the engine's packages need, with every wheel's hash.
LOCKS := mmm_blender/engine_install/locks
LOCK := $(RUN)/uv pip compile --quiet --universal --python-version 3.11 --only-binary :all: --generate-hashes \
	--no-header --no-annotate
lock: setup
	$(RUN)/pip install --quiet uv
	$(RUN)/python -m mmm_blender.engine_install.packages | $(LOCK) - --output-file $(LOCKS)/packages.txt >/dev/null
	sed -n 's/^pip = "\(.*\)"/pip==\1/p' mmm_blender/engine_install/packages.toml \
		| $(LOCK) - --output-file $(LOCKS)/pip.txt >/dev/null

clean:
	rm -rf $(VENV) $(VENV)-4.2 $(VENV)-4.5 out dist
