"""The teacher's answers: for each text a sparse distribution over nodes that part the tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import DynamicCache

from tagrt.taxonomy import Taxonomy
from tagrt_distill.recipe import TeacherRecipe
from tagrt_distill.teacher.model import Teacher
from tagrt_distill.texts import Encoder
from tagrt_distill.training import autocast

WIDTH = 12
"""Nodes kept per text; what is left out is shared among them."""

_NEGLIGIBLE = 1e-4


@dataclass(frozen=True, slots=True)
class Answers:
    """Soft targets.

    Attributes:
        nodes: int32 [rows, WIDTH], node indices, 0 where padded.
        masses: float32 [rows, WIDTH], probabilities that sum to 1 per row, 0 where padded.
    """

    nodes: np.ndarray[Any, np.dtype[np.int32]]
    masses: np.ndarray[Any, np.dtype[np.float32]]

    @classmethod
    def empty(cls, rows: int) -> Answers:
        """Return answers to be filled in."""
        return cls(np.zeros((rows, WIDTH), np.int32), np.zeros((rows, WIDTH), np.float32))


def answer(
    teacher: Teacher,
    tokenizer: Tokenizer,
    taxonomy: Taxonomy,
    texts: Sequence[str],
    recipe: TeacherRecipe,
    tokens_per_batch: int = 8192,
    on_progress: Callable[[int], None] | None = None,
) -> Answers:
    """Let the teacher tag texts, decoding constrained to the tree.

    Every branch that holds at least `recipe.beam_mass` is opened down to its leaves; a branch that
    holds less stays closed and keeps its mass at its top node.

    Args:
        teacher: In evaluation mode.
        tokenizer: The one the teacher reads by.
        taxonomy: The tree.
        texts: Normalised texts.
        recipe: Gives the longest title and the smallest branch to open.
        tokens_per_batch: Bound on the size of a batch.
        on_progress: Told the number of texts done since the last call.

    Returns:
        One distribution per text, in order.
    """
    ids = Encoder(tokenizer, recipe.max_tokens)(texts)
    answers = Answers.empty(len(texts))
    for rows in equal_length_batches(ids, tokens_per_batch):
        opened = _open_branches(teacher, taxonomy, [ids[i] for i in rows], recipe.beam_mass)
        for row, found in zip(rows, opened, strict=True):
            kept = sorted(found, key=lambda pair: -pair[1])[:WIDTH]
            total = sum(mass for _, mass in kept)
            answers.nodes[row, : len(kept)] = [node for node, _ in kept]
            answers.masses[row, : len(kept)] = [mass / total for _, mass in kept]
        if on_progress:
            on_progress(len(rows))
    return answers


def answers_of(masses: np.ndarray[Any, np.dtype[np.float32]], taxonomy: Taxonomy, least: float) -> Answers:
    """Cut probabilities of all nodes down to answers, as `answer` gives them.

    Args:
        masses: float32 [rows, nodes], probability of each subtree.
        taxonomy: The tree.
        least: Branches with less probability are kept whole, at their top node.
    """
    answers = Answers.empty(len(masses))
    for row, mass in enumerate(masses.tolist()):
        found: list[int] = []
        stack = list(taxonomy.roots)
        while stack:
            node = stack.pop()
            if mass[node] < _NEGLIGIBLE:
                continue
            if mass[node] < least or not taxonomy.children[node]:
                found.append(node)
            else:
                stack.extend(taxonomy.children[node])
        kept = sorted(found, key=lambda n: -mass[n])[:WIDTH]
        total = sum(mass[n] for n in kept)
        answers.nodes[row, : len(kept)] = kept
        answers.masses[row, : len(kept)] = [mass[n] / total for n in kept]
    return answers


def equal_length_batches(ids: Sequence[Sequence[int]], tokens: int) -> Iterator[list[int]]:
    """Yield row numbers of texts with exactly the same number of tokens, so that nothing is padded."""
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    for length, group in groupby(order, key=lambda i: len(ids[i])):
        rows = list(group)
        size = max(1, tokens // (length + 1))
        for start in range(0, len(rows), size):
            yield rows[start : start + size]


@torch.inference_mode()
def _open_branches(
    teacher: Teacher, taxonomy: Taxonomy, ids: Sequence[Sequence[int]], least: float
) -> list[list[tuple[int, float]]]:
    """Walk down level by level; the key-value cache holds one row per open branch."""
    done: list[list[tuple[int, float]]] = [[] for _ in ids]
    place = teacher.allowed.device
    titles = torch.tensor(ids, device=place)
    tokens = torch.cat([titles, torch.full_like(titles[:, :1], teacher.separator)], dim=1)
    owners = torch.arange(len(ids), device=place)
    parents = torch.full_like(owners, len(taxonomy))
    masses = torch.ones(len(ids), device=place)
    cache = DynamicCache()
    leaf = torch.tensor([taxonomy.is_leaf(i) for i in range(len(taxonomy))], device=place)
    while len(owners):
        with autocast(place):
            output = teacher.model.transformer(input_ids=tokens, past_key_values=cache, use_cache=True)
        states = output.last_hidden_state[:, -1]
        children = teacher.step_log_probabilities(states.float(), parents).exp() * masses[:, None]
        branch, node = torch.nonzero(children > _NEGLIGIBLE, as_tuple=True)
        mass = children[branch, node]
        opens = ~leaf[node] & (mass >= least)
        closed = ~opens
        for owner, n, m in zip(
            owners[branch[closed]].tolist(), node[closed].tolist(), mass[closed].tolist(), strict=True
        ):
            done[owner].append((n, m))
        branch, parents, masses = branch[opens], node[opens], mass[opens]
        owners = owners[branch]
        if len(owners):
            cache.batch_select_indices(branch)
            tokens = (teacher.first_tag + parents)[:, None]
    return done


def masses_of(answers: Answers, taxonomy: Taxonomy) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Sum answers up the tree; a closed branch's mass is spread evenly over its leaves.

    Returns:
        float32 [rows, nodes].
    """
    leaves = np.zeros((len(answers.nodes), len(taxonomy.leaves)), dtype=np.float32)
    for row, (nodes, masses) in enumerate(zip(answers.nodes, answers.masses, strict=True)):
        for node, mass in zip(nodes, masses, strict=True):
            start, stop = taxonomy.leaf_start[node], taxonomy.leaf_stop[node]
            leaves[row, start:stop] += mass / (stop - start)
    return taxonomy.masses(leaves)
