# Everything a newcomer needs: `make demo`, `make test`. Set-up happens inside, once.
PYTHON ?= python3.11
PROMPT ?= a person walks forward, then waves with the right hand
SEED ?= 0
# Through the environment, so that quotes and dollars in a prompt reach the program as they are.
export PROMPT
SECONDS ?= auto
# PyTorch's own index has the small CPU build for Linux; elsewhere the default build is the CPU one.
TORCH_INDEX ?= --extra-index-url https://download.pytorch.org/whl/cpu
VENV := .venv
RUN := $(VENV)/bin
BLENDER_LIBRARIES := libgl1 libegl1 libgl1-mesa-dri libsm6 libice6 libxrender1 libxi6 libxfixes3 libxkbcommon0

.PHONY: demo test gallery lint setup clean

demo: setup
	@mkdir -p out
	$(RUN)/mmm generate "$$PROMPT" --seed $(SEED) --seconds $(SECONDS) \
		--out out/demo.blend --out out/demo.mp4 --out out/demo.png --out out/demo.bvh
	@echo "Open out/demo.blend in Blender, out/demo.mp4 in a player; out/demo.png shows the poses at a glance."

test: setup lint
	$(RUN)/python -m pytest -q
	timeout 900 $(RUN)/python tests/blender/run.py -q

# Every prompt of docs/gallery once, with seed 0.
gallery: setup
	$(RUN)/python docs/gallery/render.py

lint: setup
	$(RUN)/ruff check
	$(RUN)/mypy

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

clean:
	rm -rf $(VENV) out
