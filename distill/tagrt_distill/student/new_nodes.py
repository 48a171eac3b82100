"""New nodes of a grown tree get scores of their own before the whole student is trained further.

A few rows of a new tag move nothing in the short training that follows; a linear fit over the states that the
student has already finds where they lie (linear probing, then fine-tuning; Kumar et al., 2022).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from tokenizers import Tokenizer
from torch import Tensor

from tagrt.taxonomy import Taxonomy
from tagrt.text import product_text
from tagrt_distill.corpus.row import Row
from tagrt_distill.student.model import Student
from tagrt_distill.texts import Encoder, pad

STEPS = 100
"""Iterations of L-BFGS, at most."""

RIDGE = 1.0
"""Weight of half the squared length of the scores, beside the sum of the rows' losses."""

_BATCH = 512


def fit_new_nodes(
    student: Student, tokenizer: Tokenizer, rows: Sequence[Row], taxonomy: Taxonomy, count: int
) -> None:
    """Fit the own scores of new nodes to labelled rows; everything else stays as it is.

    Args:
        student: Of the grown tree, in evaluation mode; changed in place.
        tokenizer: Its tokenizer.
        rows: Rows of one epoch, as often as training passes them over.
        taxonomy: The grown tree.
        count: Nodes of the tree that it grew out of; those behind are new.
    """
    labelled = [row for row in rows if row.tags]
    labels = torch.tensor([taxonomy.index[row.tags[0]] for row in labelled])
    problem = _Problem(taxonomy, count)
    known, order = [], []
    for numbers, batch in _states(student, tokenizer, [product_text(row.product) for row in labelled]):
        known.append((batch, *problem.known(student.head(batch).detach(), labels[numbers])))
        order += numbers
    states, fixed, within, leaves = (torch.cat(parts) for parts in zip(*known, strict=True))
    inside = problem.inside[labels[order]]
    weight = torch.zeros(len(taxonomy) - count, states.shape[1], requires_grad=True)
    bias = torch.zeros(len(taxonomy) - count, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        own = torch.nn.functional.linear(states, weight, bias)
        scores = leaves + own @ problem.below.T
        total = torch.logsumexp(torch.cat([fixed[:, None], scores], dim=1), dim=1)
        right = torch.cat([within[:, None], scores.masked_fill(~inside, -torch.inf)], dim=1)
        cost = (total - torch.logsumexp(right, dim=1)).sum() + RIDGE / 2 * weight.square().sum()
        cost.backward()
        return cost

    optimizer.step(loss)
    with torch.no_grad():
        student.head.score.weight[count:] += weight
        student.head.score.bias[count:] += bias


class _Problem:
    """Which leaves of a grown tree are new, and what lies below what."""

    def __init__(self, taxonomy: Taxonomy, count: int) -> None:
        old = [int(leaf) for leaf in taxonomy.leaves if leaf < count]
        self.new = [int(leaf) for leaf in taxonomy.leaves if leaf >= count]
        self.old = torch.tensor(old)
        paths = [taxonomy.path(leaf) for leaf in self.new]
        self.below = torch.zeros(len(self.new), len(taxonomy) - count)
        self.inside = torch.zeros(len(taxonomy), len(self.new), dtype=torch.bool)
        for n, path in enumerate(paths):
            self.below[n, [node - count for node in path if node >= count]] = 1.0
            self.inside[list(path), n] = True
        self._within = torch.zeros(len(taxonomy), len(old), dtype=torch.bool)
        for n, leaf in enumerate(old):
            self._within[list(taxonomy.path(leaf)), n] = True

    def known(self, logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return what does not change of a batch with logits [rows, nodes].

        Returns:
            Log of the summed weights of all old leaves, and of those below the label, float [rows]; logits of
            the new leaves without scores of their own, float [rows, new leaves].
        """
        old = logits[:, self.old]
        within = old.masked_fill(~self._within[labels], -torch.inf)
        return torch.logsumexp(old, dim=1), torch.logsumexp(within, dim=1), logits[:, self.new]


@torch.no_grad()
def _states(
    student: Student, tokenizer: Tokenizer, texts: Sequence[str]
) -> Iterator[tuple[list[int], Tensor]]:
    """Give batches of texts of like length: their numbers, and states float [batch, width]."""
    encoded = Encoder(tokenizer, student.config.n_positions)(texts)
    order = sorted(range(len(texts)), key=lambda n: len(encoded[n]))
    for start in range(0, len(order), _BATCH):
        numbers = order[start : start + _BATCH]
        yield numbers, student.text_states(*pad([encoded[n] for n in numbers]))
