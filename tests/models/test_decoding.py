"""Step after step: the same predictions as a whole pass, and what is left out when asked for less."""

import pytest
import torch

from engine.models.decoding import DecodingPass
from tests.models.test_compact import OURS, PAPER, given, made


def fill_up(config):
    """Grids of 9 and 6 positions that settle in three steps, and which positions each step asks for."""
    ids, lengths, text = given(config)
    mask = config.tokenizer.codebook_size + 2
    inside = torch.arange(9)[None] < lengths[:, None]
    ids = ids % config.tokenizer.codebook_size
    for shown in (torch.tensor([4]), torch.tensor([0, 4]), torch.tensor([0, 1, 4, 5])):
        hidden = inside & ~torch.isin(torch.arange(9), shown)[None]
        yield torch.where(hidden[..., None], mask, ids), hidden, lengths, text


@pytest.mark.parametrize("config", [PAPER, OURS])
def test_steps_predict_what_a_whole_pass_does(config):
    model = made(config)
    decoding = None
    with torch.inference_mode():
        for ids, hidden, lengths, text in fill_up(config):
            decoding = decoding or DecodingPass(model, lengths, model.prepare_text(text))
            whole = model(ids, lengths, text)
            torch.testing.assert_close(decoding.logits(ids, hidden)[hidden], whole[hidden], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("config", [PAPER, OURS])
def test_asked_for_less_it_recomputes_less(config):
    model = made(config)
    steps = list(fill_up(config))
    ids, hidden, lengths, text = steps[0]
    with torch.inference_mode():
        decoding = DecodingPass(model, lengths, model.prepare_text(text))
        first = decoding.logits(ids, hidden).clone()
        # Nothing has changed: a part of it comes out as before.
        few = hidden & (torch.arange(9) > 4)
        torch.testing.assert_close(decoding.logits(ids, few, only_wanted=True)[few], first[few], atol=1e-4, rtol=1e-4)
        rows = []
        hook = model.blocks[-1].feed_forward.register_forward_pre_hook(lambda _, x: rows.append(x[0].shape[1]))
        ids = steps[2][0]
        later = decoding.logits(ids, few, only_wanted=True)
        hook.remove()
        whole = model(ids, lengths, text)
    assert rows == [int(few.sum(1).max())]
    others = hidden & ~few
    assert torch.equal(later[others], first[others])
    moved, left = (later - first)[few].norm(), (later - whole)[few].norm()
    assert 0 < left < moved
