"""Distillation losses over the tree: labels and teacher mass at any depth."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tagrt.taxonomy import Taxonomy

_TINY = 1e-10


class TreeLoss(nn.Module):
    """Negative log likelihood of subtrees: a label at an inner node means 'somewhere below here'."""

    below: Tensor
    leaves: Tensor

    def __init__(
        self, taxonomy: Taxonomy, hard_weight: float, soft_weight: float, temperature: float
    ) -> None:
        """Lay the subtrees out as a matrix [leaves, nodes]."""
        super().__init__()
        below = torch.zeros(len(taxonomy.leaves), len(taxonomy))
        for node in range(len(taxonomy)):
            below[taxonomy.leaf_start[node] : taxonomy.leaf_stop[node], node] = 1.0
        self.register_buffer("below", below, persistent=False)
        self.register_buffer("leaves", torch.as_tensor(taxonomy.leaves, dtype=torch.long), persistent=False)
        self.hard_weight = hard_weight
        self.soft_weight = soft_weight
        self.temperature = temperature

    def log_masses(self, logits: Tensor, temperature: float = 1.0) -> Tensor:
        """Return log probability [batch, nodes] of each node's subtree."""
        leaf = torch.softmax(logits.float()[:, self.leaves] / temperature, dim=-1)
        return torch.log(leaf @ self.below + _TINY)

    def forward(
        self, logits: Tensor, labels: Tensor, soft_nodes: Tensor, soft_masses: Tensor, smoothing: float = 0.0
    ) -> Tensor:
        """Return the weighted loss of a batch.

        Args:
            logits: float [batch, nodes].
            labels: int64 [batch], node index, -1 for unlabelled rows.
            soft_nodes: int64 [batch, k], nodes that part the tree, padded with 0.
            soft_masses: float [batch, k], the teacher's probability of each, padded with 0.
            smoothing: Label smoothing towards the uniform distribution over leaves.

        Returns:
            Scalar loss, averaged over rows.
        """
        loss = logits.new_zeros(())
        labelled = labels >= 0
        if self.hard_weight and labelled.any():
            masses = self.log_masses(logits[labelled])
            hard = -masses.gather(1, labels[labelled][:, None]).sum()
            if smoothing:
                uniform = -masses[:, self.leaves].mean(dim=1).sum()
                hard = (1 - smoothing) * hard + smoothing * uniform
            loss = loss + self.hard_weight * hard / len(labels)
        if self.soft_weight:
            masses = self.log_masses(logits, self.temperature)
            soft = -(soft_masses * masses.gather(1, soft_nodes)).sum(dim=1).mean()
            loss = loss + self.soft_weight * self.temperature**2 * soft
        return loss


def soften(masses: Tensor, temperature: float) -> Tensor:
    """Raise a distribution [batch, k] to 1/temperature and normalise it; zeros stay zero."""
    powered = torch.where(masses > 0, masses.clamp(min=_TINY) ** (1.0 / temperature), 0.0)
    return powered / powered.sum(dim=1, keepdim=True).clamp(min=_TINY)
