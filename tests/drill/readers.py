"""Everything that reads what somebody else may have made, each with good files to begin with."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "humanml3d_new_joints_012314.npy"


@dataclass(frozen=True)
class Reader:
    """One way into the program.

    Attributes:
        seeds: a folder each, made by `make_seeds`; one of its files is damaged.
        read: given the folder.
        refusals: how it may say no.
    """

    name: str
    seeds: tuple[str, ...]
    read: Callable[[Path], Any]
    refusals: tuple[type[Exception], ...] = (InputError,)


def make_seeds(root: Path) -> None:
    """Good files of every kind, a folder a kind."""
    joints = np.load(GOLDEN)[:24].astype(np.float32)

    def folder(name: str) -> Path:
        made = root / name
        made.mkdir(parents=True)
        return made

    _write_motions(folder, joints)
    _write_texts(folder)
    _write_models(folder, joints)
    _write_of_blender(folder)


def _write_motions(folder: Callable[[str], Path], joints: np.ndarray) -> None:
    from engine.motion.bvh import write_bvh

    write_bvh(folder("bvh") / "a.bvh", joints[:8].astype(float), 20.0)
    request = json.dumps({"prompt": "walk", "seed": 1, "model": "mmm-open", "strips": [{"prompt": "a", "start": 0}]})
    np.savez(folder("npz") / "a.npz", joints=joints, fps=20.0, request=request)
    np.savez_compressed(folder("npz_packed") / "a.npz", joints=joints, mocap_framerate=60.0, prompt="walk", seed=1)
    np.save(folder("npy") / "a.npy", joints)
    count = 22
    np.savez(
        folder("imported") / "a.npz",
        joint_names=np.array([f"j{index}" for index in range(count)]),
        parents=np.array([-1, *range(count - 1)]),
        positions=joints,
        rotations=np.tile([1.0, 0, 0, 0], (len(joints), count, 1)),
        rest_positions=joints[0],
        rest_rotations=np.tile([1.0, 0, 0, 0], (count, 1)),
        fps=20.0,
    )
    acclaim = folder("amc")
    (acclaim / "a.asf").write_text(
        ":version 1.10\n:units\n  mass 1.0\n  length 0.45\n  angle deg\n:root\n  order TX TY TZ RX RY RZ\n"
        "  axis XYZ\n  position 0 0 0\n  orientation 0 0 0\n"
        ":bonedata\n  begin\n    id 1\n    name upper\n    direction 1 0 0\n"
        "    length 10\n    axis 0 0 90 XYZ\n    dof rx\n  end\n  begin\n    id 2\n    name lower\n"
        "    direction 0 1 0\n"
        "    length 5\n    axis 0 0 0 XYZ\n  end\n:hierarchy\n  begin\n    root upper\n    upper lower\n  end\n"
    )
    (acclaim / "a.amc").write_text(
        ":FULLY-SPECIFIED\n:DEGREES\n1\nroot 0 1 0 0 0 0\nupper 3\n2\nroot 0 1 0 0 9 0\nupper 5\n"
    )


def _write_texts(folder: Callable[[str], Path]) -> None:
    studio = folder("captions")
    (studio / "a.bvh").write_text("")
    (studio / "captions.csv").write_text(
        'file,caption,start,end,split\na.bvh,"a person walks, slowly",0.5,2.5,train\na.bvh,somebody waves,3,,val\n'
    )
    (folder("story") / "a.yaml").write_text(
        "seed: 3\nstory:\n- prompt: a person walks\n  seconds: 2.5\n- {prompt: 'waves, then sits', seconds: 4}\n"
    )
    (folder("story_json") / "a.yaml").write_text(json.dumps({"seed": 1, "story": [{"prompt": "walk", "seconds": 3}]}))
    shutil.copy(ROOT / "engine" / "training" / "recipes" / "open.toml", folder("recipe") / "a.toml")
    (folder("seed") / "metadata").mkdir()
    seed = folder("bones_seed")
    (seed / "metadata").mkdir()
    (seed / "a.bvh").write_text("")
    row = {"filename": "a", "events": [{"start_time": 0, "end_time": 2.5, "description": "A person walks."}]}
    (seed / "metadata" / "x_temporal_labels.jsonl").write_text(f"{json.dumps(row)}\n{json.dumps(row)}\n")
    (seed / "metadata" / "seed_metadata_1.csv").write_text(
        "filename,content_natural_desc_1,content_natural_desc_2\na,A person walks,Somebody goes\n"
    )
    array = {"dtype": "float32", "shape": [2, 22, 3], "data": base64.b64encode(bytes(528)).decode()}
    for name, params in (
        ("generate", {"prompt": "walk", "seconds": 2, "seed": 1, "samples": 2, "steps": 4, "guidance": 3.0}),
        ("edit", {"motion": array, "kind": "inpaint", "mask": [{"start": 0, "stop": 2, "part": "upper"}], "keep": [1]}),
        ("story", {"parts": [{"prompt": "walk", "seconds": 2.0}, {"prompt": "wave", "seconds": 1}], "seed": 4}),
        ("path", {"points": [[0, 0], [1, 2.5], [3, 3]], "prompt": "walk", "speed": 1.2}),
    ):
        call = {"jsonrpc": "2.0", "id": 1, "method": name, "params": params}
        body = json.dumps(call).encode()
        (folder(f"request_{name}") / "a").write_bytes(b"Content-Length: %d\r\n\r\n" % len(body) + body)


def _write_models(folder: Callable[[str], Path], joints: np.ndarray) -> None:
    import torch

    from engine.conversion.convert import convert_checkpoints
    from engine.training.checkpoint import TrainState, save_checkpoint
    from tests.conversion.published_layout import TINY, published_checkpoints
    from tests.data.packing.built import write_built

    published = folder("published")
    for name, content in zip(("vq", "tr"), published_checkpoints(TINY), strict=True):
        torch.save(content, published / f"{name}.pth")
    model = folder("model")
    convert_checkpoints(published / "vq.pth", published / "tr.pth", model / "m", heads=2)
    (model / "m" / "MODEL_CARD.md").unlink()
    run, average = torch.nn.Linear(3, 2), torch.nn.Linear(3, 2)
    save_checkpoint(
        folder("checkpoint"), run, average, torch.optim.AdamW(run.parameters()), TrainState(3, 1.0), {"a": 1}
    )
    statistics = folder("statistics")
    for name in ("mean", "std"):
        np.save(statistics / f"{name}.npy", np.ones(263, np.float32))
    shutil.copy(ROOT / "weights" / "mmm-open" / "known_sentences.npz", folder("sentences") / "a.npz")
    from engine.data.packing.pack import make_pack, write_pack

    built = folder("built")
    write_built(built)
    write_pack(make_pack(built / "open")[0], folder("pack") / "a.mmm")
    shutil.rmtree(built)


def _write_of_blender(folder: Callable[[str], Path]) -> None:
    presets = ROOT / "mmm_blender" / "presets"
    for name in ("mixamo", "rigify_ik"):
        shutil.copy(presets / f"{name}.json", folder(f"preset_{name}") / "a.json")
    bones = {"pelvis": "hips", "left_hip": "thigh.L", "neck": "neck"}
    (folder("mapping") / "a.json").write_text(
        json.dumps({"name": "mine", "bones": bones, "confidence": {"pelvis": 0.5}, "switches": [["a", "b", 1]]})
    )
    entry = {"prompt": "walk", "seconds": 2.0, "seed": 1, "samples": 2, "steps": 4, "guidance": 3.0, "temperature": 1}
    (folder("history") / "a.json").write_text(json.dumps([entry, entry]))
    (folder("batch") / "a.txt").write_text("a person walks\nwaves # 2s\n")
    (folder("batch_table") / "a.txt").write_text("prompt,seconds,seed,name,loop\nwalk,2.5,3,Walk,yes\nwave,,,,\n")
    answer = {"dtype": "float32", "shape": [2, 3], "data": base64.b64encode(bytes(24)).decode()}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"motions": [{"joints": answer, "fps": 20.0}]}}).encode()
    (folder("answer") / "a").write_bytes(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    np.savez(
        folder("skeleton") / "a.npz",
        names=np.array(["hips", "spine", "head"]),
        parents=np.array([-1, 0, 1], np.int32),
        heads=np.arange(9.0).reshape(3, 3),
        tails=np.arange(9.0).reshape(3, 3) + 1,
    )
    engine = folder("marker")
    (engine / "installed.json").write_text(json.dumps({"backend": "cpu", "pins": ["torch==2"], "versions": {"a": "1"}}))


def readers() -> tuple[Reader, ...]:
    """All of them; imports happen here, so that a process that reads is ready when it begins."""
    from engine.commands.story_script import read_story
    from engine.conversion.convert import convert_checkpoints
    from engine.conversion.statistics import read_statistics
    from engine.data.captions.caption_table import read_caption_table
    from engine.data.formats.amc import read_amc
    from engine.data.formats.bones_seed import read_bones_seed
    from engine.data.packing.pack import read_pack
    from engine.data.sources import Archive, SourceClip
    from engine.data.stances import Stances
    from engine.data.trials import build_trial, read_trial
    from engine.generation.familiar import load_sentences
    from engine.models.folder import load_model_folder
    from engine.motion.bvh import read_bvh
    from engine.motion.motion import Motion
    from engine.motion.motion_file import read_motion_file
    from engine.training.recipe import load_recipe
    from mmm_blender.client import batch_lines, history
    from mmm_blender.engine_install.environment import EngineEnvironment
    from mmm_blender.headless import find_bones
    from mmm_blender.motion_file import read_motion
    from mmm_blender.protocol import MessageReader, ProtocolError, decode_arrays
    from mmm_blender.rig.finding import presets
    from mmm_blender.rig.mapping import MappingDraft

    own = Archive("own", "x", "own", 0)

    def trial(path: Path) -> np.ndarray:
        clip = SourceClip(own, path, "t", "")
        return read_trial(clip, Stances([clip]))

    def convert(folder: Path) -> None:
        shutil.rmtree(folder / "out", ignore_errors=True)
        convert_checkpoints(folder / "vq.pth", folder / "tr.pth", folder / "out", heads=2)

    def preset(folder: Path) -> None:
        read = presets.read_preset(folder / "a.json")
        presets.slot_names(read)
        presets.slot_names(read, "sampled")

    def text(folder: Path, name: str) -> str:
        return (folder / name).read_text("utf-8", "surrogateescape")

    def answers(folder: Path) -> None:
        for message in MessageReader().feed((folder / "a").read_bytes()):
            decode_arrays(message)

    no = (ValueError,)
    return (
        Reader("BVH", ("bvh",), lambda f: build_trial(read_bvh(f / "a.bvh"))),
        Reader("ASF and AMC", ("amc",), lambda f: read_amc(f / "a.asf", f / "a.amc", 30.0)),
        Reader("motion file", ("npz", "npz_packed"), lambda f: Motion.load(f / "a.npz")),
        Reader("motion file to edit", ("npy",), lambda f: read_motion_file(f / "a.npy")),
        Reader("recording", ("npz", "npz_packed", "imported"), lambda f: trial(f / "a.npz")),
        Reader("captions", ("captions",), read_caption_table),
        Reader("BONES-SEED", ("bones_seed",), read_bones_seed),
        Reader("story", ("story", "story_json"), lambda f: read_story(f / "a.yaml")),
        Reader("recipe", ("recipe",), lambda f: load_recipe(str(f / "a.toml"))),
        Reader("model folder", ("model",), lambda f: load_model_folder(f / "m")),
        Reader("known sentences", ("sentences",), lambda f: load_sentences(f / "a.npz")),
        Reader("published checkpoints", ("published",), convert),
        Reader("statistics", ("statistics",), lambda f: read_statistics(f / "mean.npy", f / "std.npy", 263)),
        Reader("training checkpoint", ("checkpoint",), _resume),
        Reader("pack", ("pack",), lambda f: read_pack(f / "a.mmm").joints()),
        Reader("request", ("request_generate", "request_edit", "request_story", "request_path"), _take, (InputError,)),
        Reader("motion file in Blender", ("npz", "npz_packed"), lambda f: read_motion(f / "a.npz"), no),
        Reader("bone preset", ("preset_mixamo", "preset_rigify_ik"), preset, no),
        Reader("bone mapping", ("mapping",), lambda f: MappingDraft.from_json(text(f, "a.json")), no),
        Reader("prompt history", ("history",), lambda f: history.read_text(text(f, "a.json")), ()),
        Reader("batch", ("batch", "batch_table"), lambda f: batch_lines.read_lines(text(f, "a.txt")), no),
        Reader("answer of the engine", ("answer",), answers, (ProtocolError,)),
        Reader("skeleton", ("skeleton",), lambda f: find_bones.run(f / "a.npz"), no),
        Reader("installation marker", ("marker",), lambda f: EngineEnvironment(f).state(), ()),
    )


def _resume(folder: Path) -> None:
    import torch

    from engine.training.checkpoint import load_checkpoint

    model, average = torch.nn.Linear(3, 2), torch.nn.Linear(3, 2)
    load_checkpoint(folder, model, average, torch.optim.AdamW(model.parameters()), {"a": 1})


def _take(folder: Path) -> None:
    """A request as the worker takes it, up to the model."""
    from engine.requests.edit import EditRequest
    from engine.requests.generate import GenerateRequest
    from engine.requests.params import Params
    from engine.requests.path import PathRequest
    from engine.requests.story import StoryRequest
    from engine.worker.framing import FrameParser, Lost
    from engine.worker.messages import RpcError, encode_error, parse_call

    kinds = {"generate": GenerateRequest, "edit": EditRequest, "story": StoryRequest, "path": PathRequest}
    for found in FrameParser().feed((folder / "a").read_bytes()):
        if isinstance(found, Lost):
            continue
        try:
            call = parse_call(found)
        except RpcError as error:
            encode_error(error)
            continue
        if call.method in kinds:
            params = Params(call.params)
            kinds[call.method].read(params)
            if call.method == "edit":
                params.array("motion")
