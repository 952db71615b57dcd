"""Each recipe from end to end, made tiny, on made data sets in the published layouts, through the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.cli import main
from engine.errors import InputError
from engine.generation.sampler import MaskedSampler, SamplingRequest
from engine.generation.settings import SamplingConfig
from engine.models.config import paper_config
from engine.models.folder import load_config, load_model_folder
from engine.models.text_encoder import load_text_encoder
from engine.models.transformer import MaskedTransformer
from engine.training.cost import transformer_cost
from engine.training.recipe import list_recipes, load_recipe

# What makes a recipe tiny, whatever else it says.
TINY_TOKENIZER = (
    "model.tokenizer.stem_width=8",
    "model.tokenizer.stage_widths=[8, 8]",
    "model.tokenizer.codebook_size=16",
    "tokenizer.run.batch_size=4",
    "tokenizer.run.precision='fp32'",
    "tokenizer.window_frames=40",
    "tokenizer.short_window_frames=40",
)
TINY_TRANSFORMER = (
    "model.transformer.width=16",
    "model.transformer.heads=2",
    "transformer.run.batch_size=4",
    "transformer.run.precision='fp32'",
    "transformer.composition.pool=4",
)
CLIP_SIZES = ("model.transformer.sentence_dim=8", "model.transformer.word_dim=16")


def write_data(folder: Path, joint_count: int, table: str = "") -> Path:
    """HumanML3D's (22 joints) or KIT-ML's (21) folder; `table`: openness and licence for a clips.csv."""
    width = 12 * joint_count - 1
    rng = np.random.default_rng(joint_count)
    basis = rng.normal(size=(4, width)) * 0.1
    (folder / "new_joint_vecs").mkdir(parents=True)
    (folder / "texts").mkdir()
    names = [f"{number:05}" for number in range(8)]
    clips = []
    for number, name in enumerate(names):
        time = np.arange(48 + 4 * number)[:, None] / 20
        motion = (np.sin(time * (1 + np.arange(4)) + number) @ basis).astype(np.float32)
        motion[:, -4:] = motion[:, -4:] > 0
        clips.append(motion)
        np.save(folder / "new_joint_vecs" / f"{name}.npy", motion)
        (folder / "texts" / f"{name}.txt").write_text(
            "a person walks forward#a/DET person/NOUN walk/VERB forward/ADV#0.0#0.0\n"
            "someone waves#someone/PRON wave/VERB#0.5#2.0\n"
        )
    (folder / "train.txt").write_text("\n".join([*names[:6], "099999"]))
    (folder / "val.txt").write_text("\n".join(names[6:]))
    np.save(folder / "Mean.npy", np.concatenate(clips).mean(0))
    np.save(folder / "Std.npy", np.concatenate(clips).std(0))
    if table:
        lines = ["name,split,openness,licence", *(f"{name},train,{table}" for name in names)]
        (folder / "clips.csv").write_text("\n".join(lines))
    return folder


@pytest.fixture(scope="module")
def clip_folder(tmp_path_factory) -> Path:
    """A CLIP text encoder of some thousand numbers."""
    from transformers import CLIPTextConfig, CLIPTextModelWithProjection

    folder = tmp_path_factory.mktemp("clip")
    letters = [chr(code) for code in range(97, 123)]
    words = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{letter}</w>" for letter in letters)]
    (folder / "vocab.json").write_text(json.dumps({word: number for number, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    config = CLIPTextConfig(
        vocab_size=len(words),
        hidden_size=16,
        intermediate_size=16,
        projection_dim=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=77,
        bos_token_id=0,
        eos_token_id=1,
    )
    torch.manual_seed(0)
    CLIPTextModelWithProjection(config).save_pretrained(folder)
    return folder


def train(part: str, recipe: str, data: Path, run: Path, *arguments: str, changes: tuple[str, ...] = ()) -> Path:
    given = [word for change in (*changes, f"{part}.run.tensorboard=false") for word in ("--set", change)]
    command = [
        "train",
        part,
        "--recipe",
        recipe,
        "--data",
        str(data),
        "--run",
        str(run),
        "--steps",
        "3",
        "--device",
        "cpu",
        *arguments,
        *given,
    ]
    assert main(command) == 0
    return run / "model"


@pytest.mark.parametrize("recipe", ["paper-humanml3d", "paper-kit", "paper-upper"])
def test_paper_recipes_from_a_published_folder_to_a_motion(recipe, clip_folder, tmp_path):
    joints = 21 if recipe == "paper-kit" else 22
    data = write_data(tmp_path / "data", joints)
    tokenizer = train("tokenizer", recipe, data, tmp_path / "vq", changes=TINY_TOKENIZER)
    model = train(
        "transformer",
        recipe,
        data,
        tmp_path / "trans",
        "--tokenizer",
        str(tokenizer),
        "--text-encoder",
        str(clip_folder),
        changes=(*TINY_TRANSFORMER, *CLIP_SIZES, "transformer.min_frames=40"),
    )
    loaded = load_model_folder(model)
    assert loaded.config.tokenizer.joint_count == joints
    assert loaded.config.fps == (12.5 if joints == 21 else 20.0)
    assert loaded.config.licence.startswith("non-commercial")
    assert torch.equal(loaded.transformer.codes, loaded.tokenizer.code_table())
    streams = loaded.config.tokenizer.streams
    regenerate = torch.ones(1, 10, streams, dtype=torch.bool)
    regenerate[..., : streams - 1] = False
    text = load_text_encoder("clip", clip_folder).encode(["a person walks"])
    request = SamplingRequest(torch.ones(1, 10, streams, dtype=torch.long), regenerate, torch.tensor([10]), text, (0,))
    ids = MaskedSampler(loaded.transformer, 1).sample(request, SamplingConfig(steps=2))
    assert torch.equal(ids[..., : streams - 1], request.ids[..., : streams - 1])
    assert loaded.tokenizer.decode(ids).shape == (1, 40, 12 * joints - 1)


@pytest.mark.parametrize(("recipe", "licence"), [("open", "CC0-1.0"), ("nc", "CC-BY-NC-4.0")])
def test_our_recipes_and_fine_tuning_them(recipe, licence, tmp_path):
    data = write_data(tmp_path / "data", 22, f"{recipe},whatever")
    tokenizer = train("tokenizer", recipe, data, tmp_path / "vq", changes=TINY_TOKENIZER)
    model = train(
        "transformer", recipe, data, tmp_path / "trans", "--tokenizer", str(tokenizer), changes=TINY_TRANSFORMER
    )
    assert load_config(model).licence == licence
    own = write_data(tmp_path / "slam", 22, "own,Studio X")
    small = (*TINY_TRANSFORMER[2:4], "transformer.replay.motions=6")
    tuned = train("transformer", "finetune", own, tmp_path / "tuned", "--init", str(model), changes=small)
    config, before = load_config(tuned), load_config(model)
    assert config.transformer == before.transformer and config.tokenizer == before.tokenizer
    assert config.licence == ("Studio X" if recipe == "open" else "CC-BY-NC-4.0 and Studio X")
    assert config.name.endswith("+slam")
    assert (tuned / "tokenizer.safetensors").read_bytes() == (model / "tokenizer.safetensors").read_bytes()
    assert (tmp_path / "tuned" / "replays.npz").is_file()
    train(
        "transformer", "finetune", own, tmp_path / "again", "--init", str(model), "--rehearse", str(data), changes=small
    )
    assert not (tmp_path / "again" / "replays.npz").exists()


def test_every_recipe_is_sound_and_the_papers_are_the_papers():
    assert list_recipes() == ["finetune", "nc", "open", "paper-humanml3d", "paper-kit", "paper-upper"]
    recipes = {name: load_recipe(name) for name in list_recipes()}
    assert all(recipe.about for recipe in recipes.values())
    paper = recipes["paper-humanml3d"]
    assert (paper.model.tokenizer, paper.model.transformer) == (paper_config().tokenizer, paper_config().transformer)
    for name in ("paper-humanml3d", "paper-kit", "paper-upper"):
        recipe = recipes[name]
        assert (recipe.tokenizer.run.batch_size, recipe.tokenizer.window_frames) == (256, 64)
        assert (recipe.transformer.run.steps, recipe.transformer.run.batch_size) == (300000, 128)
        assert recipe.tokenizer.optimiser.learning_rate == recipe.transformer.optimiser.learning_rate == 2e-4
    assert recipes["paper-kit"].model.tokenizer.feature_dim == 251
    upper = recipes["paper-upper"].model
    assert (upper.tokenizer.part_count, upper.tokenizer.code_dim) == (2, 16)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("transformer.run.batch", "write key=value"),
        ("transformer.run.batch_size='many'", "batch_size must be int"),
        ("transformer.running=3", "unknown keys: running"),
        ("model.name.first=3", "name is a value"),
        ("transformer.replay.share=1.0", "share must lie in"),
    ],
)
def test_changes_that_make_no_sense_are_told(change, complaint):
    with pytest.raises(InputError, match=complaint):
        load_recipe("open" if "name" not in change else "paper-kit", [change])


def test_mistakes_are_one_line(tmp_path, capsys):
    data = write_data(tmp_path / "kit", 21)
    run = ["--data", str(data), "--run", str(tmp_path / "run"), "--steps", "1"]
    for arguments, complaint in (
        (["tokenizer", *run, "--recipe", "nowhere"], "no recipe 'nowhere'"),
        (["tokenizer", *run, "--recipe", "open"], "KIT-ML's 251"),
        (["tokenizer", *run, "--recipe", "finetune"], "fine-tuning keeps the tokenizer"),
        (["tokenizer", "--data", str(data), "--run", str(tmp_path / "run")], "how long to train"),
        (["transformer", *run, "--recipe", "finetune", "--tokenizer", "weights/mmm-open"], "give --init"),
        (["transformer", *run, "--recipe", "finetune", "--init", "mmm-nowhere"], "no weights 'mmm-nowhere'"),
        (["transformer", *run, "--recipe", "finetune", "--init", "mmm-open"], "KIT-ML's 251"),
    ):
        assert main(["train", *arguments]) == 2
        errors = capsys.readouterr().err
        assert complaint in errors and len(errors.strip().splitlines()) == 1
    assert not (tmp_path / "run" / "model").exists()


def test_cost_counts_what_a_recipe_asks_for(capsys):
    changes = (*TINY_TOKENIZER, *TINY_TRANSFORMER, *CLIP_SIZES)
    command = ["train", "cost", *(word for change in changes for word in ("--set", change))]
    assert main([*command, "--steps", "1000"]) == 0
    once = capsys.readouterr().out
    assert "| transformer |" in once and "| 1000 |" in once
    recipe = load_recipe("paper-humanml3d", list(changes))
    twice = load_recipe("paper-humanml3d", [*changes, "transformer.run.batch_size=8"])
    assert transformer_cost(twice).operations == pytest.approx(2 * transformer_cost(recipe).operations)
    matrices = sum(p.numel() for p in MaskedTransformer(recipe.model.transformer, recipe.model.tokenizer).parameters())
    assert transformer_cost(recipe).operations > 4 * matrices
    assert main([*command, "--utilisation", "7"]) == 2
    assert "--utilisation 7" in capsys.readouterr().err
