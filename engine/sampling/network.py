"""The masked transformer as it runs while sampling: fused products on flat rows, text read once, nothing not asked for.

What it computes is `MaskedTransformer.forward`, in float32 up to rounding. Nothing here depends on tensors' values, so
a GPU is never waited for, and all shapes are known beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.attention import Attention, Block
from engine.models.text_features import TextFeatures
from engine.models.transformer import MaskedTransformer
from engine.sampling.packing import Numbers, Product, pack, type_of

# Keys and values [B, heads, M, W / heads].
Context = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Prompts:
    """What the transformer reads of the prompts of B motions, the same in every step.

    Attributes:
        rows: R; the first see the words, and then, for guidance, B do without
        with_words: how many see the words: B, 2 B where prompts come a second time with a mood, or 0 if all do without
        sentence: [R, W]
        words: keys and values for each block, None for those that do not look at the words
        hidden: [B, 1, 1, M] minus infinity where no word is; None if there are words everywhere
    """

    rows: int
    with_words: int
    sentence: Tensor
    words: tuple[Context | None, ...]
    hidden: Tensor | None


@dataclass(frozen=True)
class Norm:
    weight: Tensor
    bias: Tensor
    eps: float

    @classmethod
    def of(cls, norm: nn.LayerNorm, kind: torch.dtype = torch.float32) -> Norm:
        return cls(norm.weight.detach().to(kind), norm.bias.detach().to(kind), norm.eps)

    def __call__(self, x: Tensor) -> Tensor:
        return F.layer_norm(x, self.weight.shape, self.weight, self.bias, self.eps)


@dataclass(frozen=True)
class SelfAttention:
    norm: Norm
    query_key_value: Product
    output: Product


@dataclass(frozen=True)
class CrossAttention:
    """without: [W] what comes out for those who see no words; None for models without null text"""

    norm: Norm
    word_norm: Norm | None
    query: Product
    key_value: nn.Module
    output: Product
    without: Tensor | None


@dataclass(frozen=True)
class PackedBlock:
    own: SelfAttention | None
    cross: CrossAttention | None
    norm: Norm
    widen: Product
    narrow: Product


class PackedTransformer:
    """A transformer with its weights packed; it cannot be trained, and follows no later change of the original.

    table: [S * (K + 3), W] what stands for each token of each stream
    """

    def __init__(self, transformer: MaskedTransformer, numbers: Numbers = "fp32", share: bool = False) -> None:
        """share: in float32, let the transformer's weights become views of the packed ones."""
        self.transformer = transformer
        self.numbers = numbers
        self.number_type = type_of(numbers)
        config = transformer.config
        self.heads, self.width = config.heads, config.width
        self.special = transformer.special
        self.codes = transformer.codebook_size
        self.extra = 1 if config.end_token else 0
        with torch.inference_mode(False), torch.no_grad():
            self.positions = transformer.positions.detach().clone()
            self.table = torch.cat([_token_table(transformer, stream) for stream in range(transformer.streams)])
            size = self.codes + 3
            self.offsets = torch.arange(transformer.streams, device=self.table.device) * size
            null = None
            if config.null_text:
                null = transformer.null_word.detach()
            blocks = [_pack_block(block, numbers, share, null) for block in transformer.blocks]  # type: ignore[arg-type]
            self.leading, self.mixing = blocks[: transformer.leading_blocks], blocks[transformer.leading_blocks :]
            self.norm = Norm.of(transformer.norm, self.number_type)
            self._heads: dict[tuple[int, ...], Product] = {}
            self._share = share

    @property
    def device(self) -> torch.device:
        return self.table.device

    def prepare_heads(self, streams: tuple[int, ...]) -> Product:
        """What predicts the codes of these streams: [M, W] -> [M, P * K]."""
        if streams not in self._heads:
            heads = self.transformer.heads
            own = [heads[self.transformer.predicted_streams.index(stream)] for stream in streams]
            with torch.inference_mode(False), torch.no_grad():
                self._heads[streams] = pack(own, self.numbers, share=self._share)
        return self._heads[streams]

    def prepare_text(self, text: TextFeatures, guidance: float, motions: int | None = None) -> Prompts:
        """For guidance 1 the prompts alone, for 0 without them, else both; models without null text know one way.

        There is one prompt a motion, unless it is said that there are fewer `motions`.
        """
        net = self.transformer
        batch = len(text.sentence)
        motions = batch if motions is None else motions
        guided = net.config.null_text and guidance != 1.0
        alone = net.config.null_text and guidance == 0.0
        without = net.null_sentence.expand(motions, -1) if guided else None
        if alone:
            assert without is not None
            return Prompts(motions, 0, without.float(), (None,) * len(net.blocks), None)
        sentence, words, mask = net.read_text(text)
        contexts = tuple(self._read_words(block, words) for block in (*self.leading, *self.mixing))
        hidden = torch.zeros(mask.shape, device=mask.device).masked_fill_(~mask, -torch.inf)[:, None, None]
        if without is not None:
            sentence = torch.cat([sentence, without])
        return Prompts(len(sentence), batch, sentence, contexts, hidden.to(self.number_type))

    def _read_words(self, block: PackedBlock, words: Tensor) -> Context | None:
        if block.cross is None:
            return None
        words = words if block.cross.word_norm is None else block.cross.word_norm(words)
        key, value = block.cross.key_value(words).to(self.number_type).chunk(2, dim=-1)
        return self._split(key), self._split(value)

    def _split(self, x: Tensor) -> Tensor:
        """[B, N, W] -> [B, heads, N, W / heads]"""
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def embed(self, ids: Tensor) -> Tensor:
        """[M, S] -> [M, W]: the sum over streams."""
        return F.embedding(ids + self.offsets, self.table).sum(1)

    def lead(self, x: Tensor, prompts: Prompts) -> Tensor:
        """The blocks before the sentence, in which every position is on its own: [R, M, W] -> [R, M, W]."""
        flat = x.flatten(0, 1)
        for number, block in enumerate(self.leading):
            flat = self._after_attention(block, flat, number, prompts)
        return flat.view(x.shape)

    def mix(
        self,
        number: int,
        x: Tensor,
        visible: Tensor | None,
        prompts: Prompts,
        narrow: Tensor | None = None,
        memory: Tensor | None = None,
        places: Tensor | None = None,
    ) -> Tensor:
        """One of the other blocks, on rows x [R * M, W] of all R sequences alike -> rows.

        Args:
            visible: [R, 1, 1, N] minus infinity where no token is; None if there is one everywhere
            narrow: [R * A] which rows come out; None for all
            memory: [R * N, 2 * W] keys and values of whole sequences; those of x replace the ones at `places` [R * M]
        """
        block = self.mixing[number]
        if block.own is not None:
            both = block.own.query_key_value(block.own.norm(x))
            query, rest = both[:, : self.width], both[:, self.width :]
            if memory is not None and places is not None:
                rest = memory.index_copy_(0, places, rest)
            if narrow is not None:
                query, x = query[narrow], x[narrow]
            rows = prompts.rows
            key, value = rest.view(rows, -1, 2, self.heads, self.width // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
            found = F.scaled_dot_product_attention(self._split(query.view(rows, -1, self.width)), key, value, visible)
            x = block.own.output.added(x, found.transpose(1, 2).reshape(-1, self.width))
        elif narrow is not None:
            x = x[narrow]
        return self._after_attention(block, x, len(self.leading) + number, prompts)

    def _after_attention(self, block: PackedBlock, x: Tensor, number: int, prompts: Prompts) -> Tensor:
        """The rest of a block, in which every row [R * M, W] is on its own."""
        cross, words = block.cross, prompts.words[number]
        if cross is not None:
            # The rows that see words stand first.
            seeing, rest = x.split([split := len(x) // prompts.rows * prompts.with_words, len(x) - split])
            parts = []
            if words is not None:
                query = cross.query(cross.norm(seeing)).view(prompts.with_words, -1, self.width)
                found = F.scaled_dot_product_attention(self._split(query), *words, prompts.hidden)
                parts.append(cross.output.added(seeing, found.transpose(1, 2).reshape(-1, self.width)))
            if len(rest):
                assert cross.without is not None
                parts.append(rest + cross.without)
            x = torch.cat(parts) if len(parts) > 1 else parts[0]
        return block.narrow.added(x, block.widen(block.norm(x)))


def _token_table(transformer: MaskedTransformer, stream: int) -> Tensor:
    """[K + 3, W] what stands for each token of a stream."""
    own = transformer.embeddings[stream].weight.detach().float()  # type: ignore[operator, union-attr]
    if transformer.codes is None:
        return own
    return torch.cat([transformer.code_projections[stream](transformer.codes[stream]), own])


def _pack_block(block: Block, numbers: Numbers, share: bool, null_word: Tensor | None) -> PackedBlock:
    own, cross, kind = None, None, type_of(numbers)
    if block.self_norm is not None and isinstance(block.self_attention, Attention):
        attention = block.self_attention
        joint = pack([attention.query, attention.key_value], numbers, share=share)
        own = SelfAttention(Norm.of(block.self_norm, kind), joint, pack([attention.output], numbers, share=share))
    if block.cross_norm is not None and isinstance(block.cross_attention, Attention):
        attention = block.cross_attention
        word_norm = Norm.of(block.word_norm) if block.word_norm is not None else None
        without = None
        if null_word is not None:
            # Attention to a single word gives its value, whatever is asked.
            seen = null_word if word_norm is None else word_norm(null_word)
            without = attention.output(attention.key_value(seen).chunk(2, dim=-1)[1]).to(kind)
        query, output = (pack([layer], numbers, share=share) for layer in (attention.query, attention.output))
        cross = CrossAttention(Norm.of(block.cross_norm, kind), word_norm, query, attention.key_value, output, without)
    widen, _, narrow = block.feed_forward
    return PackedBlock(
        own,
        cross,
        Norm.of(block.feed_norm, kind),
        pack([widen], numbers, gelu=True, share=share),
        pack([narrow], numbers, share=share),
    )
