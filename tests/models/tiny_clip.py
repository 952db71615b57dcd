"""A small random CLIP text side in Hugging Face's folder layout; every letter is a token."""

import json

import torch
from transformers import CLIPTextConfig, CLIPTextModelWithProjection

LETTERS = [chr(code) for code in range(ord("!"), ord("~") + 1)]
VOCABULARY = LETTERS + [letter + "</w>" for letter in LETTERS] + ["<|startoftext|>", "<|endoftext|>"]
START, END = len(VOCABULARY) - 2, len(VOCABULARY) - 1


def write_clip(folder, width, out, heads=4, layers=1):
    """Words are `width` wide, the sentence `out`."""
    torch.manual_seed(0)
    config = CLIPTextConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=width,
        intermediate_size=64,
        projection_dim=out,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        bos_token_id=START,
        eos_token_id=END,
    )
    model = CLIPTextModelWithProjection(config)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    model.save_pretrained(folder)
    (folder / "vocab.json").write_text(json.dumps({token: number for number, token in enumerate(VOCABULARY)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
