"""Conversion of published checkpoints: what is written, and everything that is refused."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.conversion.checkpoint import Checkpoint
from engine.conversion.convert import convert_checkpoints
from engine.conversion.tokenizer_tensors import tokenizer_sizes
from engine.conversion.transformer_tensors import transformer_sizes
from engine.models.config import paper_config
from engine.models.errors import ModelError
from engine.models.folder import TOKENIZER_NAME, TRANSFORMER_NAME, load_model_folder
from tests.conversion.published_layout import TINY, Sizes, published_checkpoints, published_shapes

HEADS = 4


def write(folder, checkpoints):
    paths = folder / "vq.pth", folder / "transformer.pth"
    for path, content in zip(paths, checkpoints, strict=True):
        torch.save(content, path)
    return paths


@pytest.fixture
def files(tmp_path):
    return write(tmp_path, published_checkpoints(TINY))


@pytest.mark.parametrize("upper_body", [False, True])
def test_a_pair_becomes_a_model_folder(tmp_path, upper_body):
    paths = write(tmp_path, published_checkpoints(dataclasses.replace(TINY, upper_body=upper_body)))
    done = convert_checkpoints(*paths, tmp_path / "mine", heads=HEADS)
    assert done.same_tokenizer
    model = load_model_folder(tmp_path / "mine")
    assert model.config == done.config
    assert model.config.name == "mine"
    assert "NC-ND" in model.config.licence and "non-commercial" in model.config.licence
    assert "CC BY-NC-ND 4.0" in (tmp_path / "mine" / "MODEL_CARD.md").read_text()
    assert model.config.tokenizer.parts == ("lower_upper" if upper_body else "single")
    assert model.transformer.predicted_streams == ((1,) if upper_body else (0,))
    assert (model.tokenizer.mean != 0).all() and (model.tokenizer.std > 0).all()


def test_published_sizes_are_the_papers_config():
    """Sizes are read from shapes alone, so the tensors may share one number."""
    files = []
    for name, shapes in zip(("vq", "transformer"), published_shapes(Sizes()), strict=True):
        files.append(Checkpoint(Path(name), {key: torch.zeros(()).expand(shape) for key, shape in shapes.items()}))
    tokenizer = tokenizer_sizes(files[0])
    assert tokenizer == paper_config().tokenizer
    transformer = transformer_sizes(files[1], tokenizer, None)
    assert dataclasses.replace(transformer, positions="sinusoidal") == paper_config().transformer


def test_every_tensor_matters(tmp_path):
    """Changing any tensor of either file changes the model, but for the two that nothing reads."""
    checkpoints = published_checkpoints(TINY)
    convert_checkpoints(*write(tmp_path, checkpoints), tmp_path / "plain", heads=HEADS)
    plain = _state(tmp_path / "plain")
    unread = []
    for which, entry in ((0, "net"), (1, "trans")):
        for key in checkpoints[which][entry]:
            changed = [{name: dict(tensors) for name, tensors in content.items()} for content in checkpoints]
            changed[which][entry][key] = changed[which][entry][key] + 1
            out = tmp_path / f"{which}{key}"
            done = convert_checkpoints(*write(tmp_path, changed), out, heads=HEADS)
            state = _state(out)
            if all(torch.equal(state[name], plain[name]) for name in plain) and done.same_tokenizer:
                unread.append(key)
    assert unread == ["trans_base.pos_embedding.weight", "trans_base.cross_att.0.attn.mask"]


def _state(folder):
    return {**load_file(folder / TOKENIZER_NAME), **load_file(folder / TRANSFORMER_NAME)}


REFUSED = [
    ("net", lambda t: t.pop("vqvae.decoder.model.6.bias"), "vq.pth lacks tensor vqvae.decoder.model.6.bias"),
    ("net", lambda t: t.pop("vqvae.encoder.model.0.weight"), "lacks tensor vqvae.encoder.model.0.weight"),
    ("net", lambda t: t.update(stray=torch.zeros(1)), "vq.pth has unknown tensor stray"),
    ("net", lambda t: t.update({"vqvae.quantizer.codebook": torch.zeros(16, 5)}), "vqvae.encoder.model.4.weight has"),
    ("net", lambda t: t["vqvae.decoder.model.0.weight"].fill_(torch.nan), "decoder.model.0.weight holds .* not finite"),
    ("trans", lambda t: t.pop("trans_head.ln_f.bias"), "transformer.pth lacks tensor trans_head.ln_f.bias"),
    ("trans", lambda t: t.pop("trans_base.blocks.0.attn.key.weight"), "lacks .* trans_base.blocks.0.attn.key"),
    ("trans", lambda t: t.update({"trans_base.blocks.7.ln1.bias": torch.ones(32)}), "unknown .* trans_base.blocks.7"),
    ("trans", lambda t: t.update({"trans_head.head.weight": torch.ones(17, 32)}), r"head.weight has shape \[17, 32\]"),
    ("trans", lambda t: t.update({"trans_base.to_emb.bias": torch.ones(32).long()}), "to_emb.bias holds torch.int64"),
    ("trans", lambda t: t.update({"trans_base.cond_emb.bias": "no"}), "trans.trans_base.cond_emb.bias is not a plain"),
    ("trans", lambda t: t.pop("trans_base.vqvae.vqvae.quantizer.codebook"), "lacks tensor .*quantizer.codebook"),
]


@pytest.mark.parametrize(("which", "change", "message"), REFUSED)
def test_tensors_that_do_not_fit_are_named(tmp_path, which, change, message):
    checkpoints = published_checkpoints(TINY)
    change(checkpoints[0]["net"] if which == "net" else checkpoints[1]["trans"])
    with pytest.raises(ModelError, match=message):
        convert_checkpoints(*write(tmp_path, checkpoints), tmp_path / "out", heads=HEADS)
    assert not (tmp_path / "out").exists()


class Evil:
    """Unpickling it would create a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_code_in_a_file_is_refused_and_not_run(tmp_path, files):
    content = published_checkpoints(TINY)[0]
    content["net"]["vqvae.encoder.model.0.bias"] = Evil(tmp_path / "ran")
    torch.save(content, files[0])
    with pytest.raises(ModelError, match=r"vq.pth is refused: it holds more than tensors \((_?io|builtins).open\)"):
        convert_checkpoints(*files, tmp_path / "out", heads=HEADS)
    assert not (tmp_path / "ran").exists()


def test_files_that_are_no_checkpoints(tmp_path, files):
    vq, transformer = files
    with pytest.raises(ModelError, match=r"vq.pth has no entry 'trans': it is a tokenizer's"):
        convert_checkpoints(vq, vq, tmp_path / "out", heads=HEADS)
    with pytest.raises(ModelError, match="nowhere.pth does not exist"):
        convert_checkpoints(tmp_path / "nowhere.pth", transformer, tmp_path / "out")
    whole = vq.read_bytes()
    for broken in (b"", b"text", whole[: len(whole) // 2]):
        vq.write_bytes(broken)
        with pytest.raises(ModelError, match=r"vq.pth is damaged or not a PyTorch checkpoint"):
            convert_checkpoints(vq, transformer, tmp_path / "out", heads=HEADS)


def test_heads_and_statistics_are_asked_for(tmp_path, files):
    with pytest.raises(ModelError, match="give --heads"):
        convert_checkpoints(*files, tmp_path / "out")
    with pytest.raises(ModelError, match="not divisible by 5 heads"):
        convert_checkpoints(*files, tmp_path / "out", heads=5)
    np.save(tmp_path / "mean.npy", np.ones(263))
    np.save(tmp_path / "std.npy", np.full(251, 2.0))
    with pytest.raises(ModelError, match="belong together"):
        convert_checkpoints(*files, tmp_path / "out", mean=tmp_path / "mean.npy", heads=HEADS)
    with pytest.raises(ModelError, match=r"std.npy is no .npy array of 263"):
        convert_checkpoints(*files, tmp_path / "out", tmp_path / "mean.npy", tmp_path / "std.npy", HEADS)
    np.save(tmp_path / "std.npy", np.full(263, 2.0))
    convert_checkpoints(*files, tmp_path / "out", tmp_path / "mean.npy", tmp_path / "std.npy", HEADS)
    assert (load_model_folder(tmp_path / "out").tokenizer.std == 2).all()
    with pytest.raises(ModelError, match="holds a model already"):
        convert_checkpoints(*files, tmp_path / "out", heads=HEADS)


def test_files_of_two_runs_are_converted_but_not_silently(tmp_path):
    pair = published_checkpoints(TINY, seed=0)[0], published_checkpoints(TINY, seed=1)[1]
    assert not convert_checkpoints(*write(tmp_path, pair), tmp_path / "out", heads=HEADS).same_tokenizer
    assert "do the two belong together?" in (tmp_path / "out" / "MODEL_CARD.md").read_text()


MEASURE = """
import resource, sys
from pathlib import Path
import engine.conversion.convert as conversion
import engine.models.folder
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
conversion.convert_checkpoints(*map(Path, sys.argv[1:4]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.linux
@pytest.mark.slow
def test_full_size_in_bounded_memory(tmp_path):
    paths = write(tmp_path, published_checkpoints(Sizes()))
    size = sum(path.stat().st_size for path in paths)
    assert size > 4 * (254e6 + 18e6)
    command = [sys.executable, "-c", MEASURE, *map(str, paths), str(tmp_path / "paper")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert int(done.stdout) * 1024 < 3 * size
    assert load_model_folder(tmp_path / "paper").config.transformer.heads == 16
