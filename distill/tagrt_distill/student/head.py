"""The head that student and encoder share: one logit per taxonomy node."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class TreeHead(nn.Module):
    """A linear layer in which a node's logit is its own score plus its ancestors' scores.

    Rare leaves so share what their parents learnt; the sum is folded into one matrix at export.
    """

    ancestors: Tensor

    def __init__(self, width: int, paths: Sequence[Sequence[int]]) -> None:
        """Make the layer.

        Args:
            width: Width of what is scored.
            paths: Per node, the nodes from its root down to itself.
        """
        super().__init__()
        self.score = nn.Linear(width, len(paths))
        ancestors = torch.zeros(len(paths), len(paths))
        for node, path in enumerate(paths):
            ancestors[node, list(path)] = 1.0
        self.register_buffer("ancestors", ancestors, persistent=False)

    def folded(self) -> tuple[Tensor, Tensor]:
        """Return weight [nodes, width] and bias [nodes]."""
        return self.ancestors @ self.score.weight, self.ancestors @ self.score.bias

    def forward(self, pooled: Tensor) -> Tensor:
        """Return logits float [batch, nodes] of states float [batch, width]."""
        weight, bias = self.folded()
        return nn.functional.linear(pooled, weight.to(pooled.dtype), bias.to(pooled.dtype))
