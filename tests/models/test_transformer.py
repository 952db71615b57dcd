"""The masked transformer."""

import dataclasses

import pytest
import torch

from engine.models.config import TokenizerConfig, TransformerConfig, paper_config
from engine.models.text_features import TextFeatures
from engine.models.transformer import MaskedTransformer

TOKENS = TokenizerConfig(codebook_size=32, code_dim=8)
SMALL = TransformerConfig(width=32, heads=2, blocks=("self_cross", "self"), sentence_dim=6, word_dim=5, max_tokens=12)


def text(batch: int, words: int = 3) -> TextFeatures:
    generator = torch.Generator().manual_seed(1)
    return TextFeatures(
        torch.randn(batch, 6, generator=generator),
        torch.randn(batch, words, 5, generator=generator),
        torch.ones(batch, words, dtype=torch.bool),
    )


def model(config: TransformerConfig = SMALL) -> MaskedTransformer:
    torch.manual_seed(0)
    made = MaskedTransformer(config, TOKENS).eval()
    for parameter in made.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return made


@pytest.mark.parametrize("end_token", [False, True])
@pytest.mark.parametrize("token_input", ["learned", "codebook"])
def test_padding_changes_nothing(end_token, token_input):
    net = model(dataclasses.replace(SMALL, end_token=end_token, token_input=token_input))
    ids = torch.randint(35, (1, 12, 4))
    short = net(ids[:, :8], torch.tensor([8]), text(1))
    padded = net(ids, torch.tensor([8]), text(1))
    assert short.shape == (1, 8, 4, 32)
    torch.testing.assert_close(padded[:, :8], short, atol=1e-4, rtol=1e-4)


def test_text_matters_until_it_is_dropped():
    net, ids, lengths = model(), torch.randint(32, (2, 6, 4)), torch.tensor([6, 6])
    ids[1] = ids[0]
    with_text = net(ids, lengths, text(2))
    assert not torch.allclose(with_text[0], with_text[1], atol=1e-3)
    without = net(ids, lengths, text(2), torch.tensor([True, True]))
    torch.testing.assert_close(without[0], without[1], atol=1e-4, rtol=1e-4)


def test_masked_words_are_not_read():
    net, ids, lengths = model(), torch.randint(32, (1, 6, 4)), torch.tensor([6])
    given = text(1)
    cut = dataclasses.replace(given, mask=torch.tensor([[True, True, False]]))
    changed = dataclasses.replace(cut, words=cut.words.clone())
    changed.words[:, 2] += 5
    assert torch.equal(net(ids, lengths, cut), net(ids, lengths, changed))
    assert not torch.allclose(net(ids, lengths, cut), net(ids, lengths, given))


def test_refuses_too_many_tokens():
    with pytest.raises(ValueError, match="13 tokens"):
        model()(torch.zeros(1, 13, 4, dtype=torch.long), torch.tensor([13]), text(1))


def test_paper_size_is_the_papers():
    with torch.device("meta"):
        net = MaskedTransformer(paper_config().transformer, paper_config().tokenizer)
    count = sum(parameter.numel() for parameter in net.parameters())
    assert 220e6 < count < 260e6


def test_duration_learns_a_length():
    torch.manual_seed(0)
    head = model().duration
    sentence, tokens = torch.randn(4, 6), torch.tensor([2, 5, 9, 12])
    optimiser = torch.optim.Adam(head.parameters(), lr=1e-2)
    head.train()
    for _ in range(150):
        optimiser.zero_grad()
        head.loss(sentence, tokens, softness=0.5).backward()
        optimiser.step()
    head.eval()
    assert (head.most_likely(sentence) - tokens).abs().max() <= 1
