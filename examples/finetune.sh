#!/usr/bin/env bash
# Your own move from a few clips: examples/finetune.sh CLIPS OUT [STEPS [OPTION ...]], options of mmm train transformer
# CLIPS holds motion files and captions.csv, as Export Training Data in Blender writes them (docs/training.md).
set -euo pipefail
clips=$1 out=$2 steps=${3:-400}
run="$(dirname "$0")/../.venv/bin/python -m engine.cli"
$run data import "$clips" --out "$out/data" --licence "our own"
$run train transformer --recipe finetune --init mmm-open --data "$out/data" --run "$out/run" --steps "$steps" "${@:4}"
echo "the model is $out/run/model: mmm generate ... --weights $out/run/model"
