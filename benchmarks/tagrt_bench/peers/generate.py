"""The naive way: GPT-2 of 124 million parameters writes the tags as text.

Its weights are random, which costs the same time as trained ones: speed only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from tagrt.bundle import Bundle
from tagrt_bench.peers.protocol import Base
from tagrt_distill.corpus.row import Row

NEW_TOKENS = 10
"""Tokens of a path such as ``Food > Bakery > Cookies`` in GPT-2's vocabulary."""

MOST_TOKENS = 48


class GeneratedInBatches(Base):
    """Left-padded batches through `generate`, greedy, with a key-value cache."""

    title: ClassVar[str] = "GPT-2 124M writes tags, batched"
    licence: ClassVar[str] = "Apache-2.0 (transformers); GPT-2's weights are MIT"
    needs: ClassVar[tuple[str, ...]] = ("torch", "transformers")
    modules: ClassVar[tuple[str, ...]] = ("torch", "transformers")
    speed_only: ClassVar[bool] = True
    note: ClassVar[str] = f"random weights; {NEW_TOKENS} new tokens a title"
    together: ClassVar[int] = 64

    def fit(self, rows: Sequence[Row]) -> int:
        """Save a random model of GPT-2's size."""
        import torch
        from transformers import GPT2Config, GPT2LMHeadModel

        torch.manual_seed(0)
        GPT2LMHeadModel(GPT2Config()).save_pretrained(self.setting.folder / "gpt2")
        return 0

    def load(self) -> None:
        """Read it; titles are read by the bundle's tokenizer, whose ids all are in GPT-2's range."""
        import torch
        from transformers import GPT2LMHeadModel

        from tagrt_distill.student.from_bundle import tokenizer_of

        torch.set_num_threads(self.setting.threads)
        self.model: Any = GPT2LMHeadModel.from_pretrained(self.setting.folder / "gpt2").eval()
        self.tokenizer = tokenizer_of(Bundle.load(self.setting.bundle))

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Write something for each text."""
        found: list[str] = []
        for start in range(0, len(texts), self.together):
            found += self.write(texts[start : start + self.together])
        return found

    def write(self, texts: Sequence[str]) -> list[str]:
        """Write the tags of one batch."""
        import torch

        ids = [e.ids[:MOST_TOKENS] or [0] for e in self.tokenizer.encode_batch(list(texts))]
        longest = max(map(len, ids))
        padded = torch.tensor([[0] * (longest - len(row)) + row for row in ids])
        mask = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in ids])
        with torch.inference_mode():
            written = self.model.generate(
                padded, attention_mask=mask, do_sample=False, max_new_tokens=NEW_TOKENS,
                min_new_tokens=NEW_TOKENS, pad_token_id=0,
            )  # fmt: skip
        return [str(text) for text in self.tokenizer.decode_batch(written[:, longest:].tolist())]


class GeneratedOneByOne(GeneratedInBatches):
    """One call of `generate` a title."""

    title: ClassVar[str] = "GPT-2 124M writes tags, one title at a time"
    together: ClassVar[int] = 1
