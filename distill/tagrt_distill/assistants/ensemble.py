"""The teacher and its assistants as one: the student learns from their mean."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from tqdm.auto import tqdm

from tagrt.bundle import Bundle
from tagrt.taxonomy import Taxonomy
from tagrt.text import product_text
from tagrt_distill.assistants import e5
from tagrt_distill.assistants.blend import blend
from tagrt_distill.assistants.encoder import (
    EncoderAnswers,
    TaggingEncoder,
    Vectors,
    encoder_answers,
    tune_encoder,
)
from tagrt_distill.assistants.ngram import ngram_answers, train_ngram
from tagrt_distill.assistants.parent import parent_answers
from tagrt_distill.clock import Clock
from tagrt_distill.corpus.prepare import Corpus
from tagrt_distill.corpus.row import Row
from tagrt_distill.recipe import Recipe
from tagrt_distill.teacher.answers import Answers, answer
from tagrt_distill.teacher.model import Teacher
from tagrt_distill.training import device

ENCODER = "encoder"
"""What the encoder leaves in the run folder: checkpoints, the tuned weights and its answers."""


def weights(recipe: Recipe) -> dict[str, float]:
    """Return the share of each member that has one."""
    assistants = recipe.assistants
    shares = {
        "parent": assistants.parent.weight,
        "ngram": assistants.ngram.weight,
        "encoder": assistants.encoder.weight,
    }
    shares = {"teacher": 1.0 - sum(shares.values()), **shares}
    return {name: round(share, 4) for name, share in shares.items() if share > 1e-6}


def asked(recipe: Recipe) -> set[str]:
    """Return the members that have a share or a source of their own."""
    return {*weights(recipe), *recipe.assistants.alone.values()}


SURE, SURE_BELOW, KNOWN = 0.95, 0.9, 0.9
"""A member asked alone must be so sure of the root and of the level below; others so sure need no help."""


def sure_where(asked: Answers, others: Answers, taxonomy: Taxonomy) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return the rows on which one member is sure of the upper two levels and the others are not."""
    roots = np.array([taxonomy.path(node)[0] for node in range(len(taxonomy))])
    below = np.array([taxonomy.path(node)[:2][-1] for node in range(len(taxonomy))])
    return (
        (_heaviest(asked, roots) >= SURE)
        & (_heaviest(asked, below) >= SURE_BELOW)
        & (_heaviest(others, roots) < KNOWN)
    )


def _heaviest(
    answers: Answers, groups: np.ndarray[Any, np.dtype[np.int64]]
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the mass of each row's heaviest group of nodes."""
    sums = np.zeros((len(answers.nodes), len(groups)))
    np.add.at(sums, (np.arange(len(sums))[:, None], groups[answers.nodes]), answers.masses)
    return np.asarray(sums.max(axis=1))


class Ensemble:
    """A trained teacher with the assistants of a recipe, which are trained when first asked."""

    def __init__(
        self,
        recipe: Recipe,
        taxonomy: Taxonomy,
        corpus: Corpus,
        teacher: tuple[Teacher, Tokenizer] | None,
        parent: Bundle | None,
        folder: Path,
        clock: Clock,
        **trainer_arguments: Any,
    ) -> None:
        """Keep what the members need.

        Args:
            recipe: Its assistants' weights; what they leave of 1 is the teacher's.
            taxonomy: The tree.
            corpus: Rows that assistants are trained on.
            teacher: In evaluation mode, with the tokenizer it reads by; None where the assistants leave it
                no weight.
            parent: The bundle that the run goes on from, if it does.
            folder: Run folder, for the assistants' checkpoints and weights.
            clock: Told what takes time.
            **trainer_arguments: Passed on to `TrainingArguments`, such as `report_to`.
        """
        self.recipe = recipe
        self.taxonomy = taxonomy
        self.corpus = corpus
        self.teacher = teacher
        self.parent = parent
        self.folder = folder
        self.clock = clock
        self.trainer_arguments = trainer_arguments
        self.weights = weights(recipe)

    def members(self) -> dict[str, Callable[[Sequence[str]], Answers]]:
        """Return what each member that is asked answers by."""
        known = {
            "teacher": self._teacher_answers,
            "parent": self._parent_answers,
            "ngram": lambda texts: ngram_answers(self._ngram, texts, self.taxonomy),
            "encoder": lambda texts: self._encoder_answers(texts).answers,
        }
        names = asked(self.recipe)
        return {name: member for name, member in known.items() if name in names}

    def answers(self, texts: Sequence[str]) -> Answers:
        """Return the weighted mean of the members' answers to normalised texts."""
        members = self.members()
        return blend([(members[name](texts), weight) for name, weight in self.weights.items()])

    def row_answers(self, rows: Sequence[Row]) -> tuple[list[int], Answers]:
        """Answer rows by the mean, and those of a source in the recipe's `alone` by one member.

        Returns:
            Numbers of the rows that are answered, and their answers. Of a source in `alone` these are the
            rows on which its member is sure and the mean is not.
        """
        texts = [product_text(row.product) for row in rows]
        found, members = self.answers(texts), self.members()
        kept = np.ones(len(rows), dtype=bool)
        for source, name in self.recipe.assistants.alone.items():
            chosen = np.array([i for i, row in enumerate(rows) if row.source == source], dtype=int)
            asked = members[name]([texts[i] for i in chosen])
            sure = sure_where(asked, Answers(found.nodes[chosen], found.masses[chosen]), self.taxonomy)
            found.nodes[chosen], found.masses[chosen] = asked.nodes, asked.masses
            kept[chosen] = sure
        numbers = np.flatnonzero(kept)
        return numbers.tolist(), Answers(found.nodes[numbers], found.masses[numbers])

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return the encoder's states for the texts, for a student to match.

        What is common to all of them is taken out: float16 [texts, width], L2-normalised.
        """
        vectors = self._encoder_answers(texts).vectors.astype(np.float32)
        vectors -= vectors.mean(axis=0)
        centred: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)
        return centred

    def _teacher_answers(self, texts: Sequence[str]) -> Answers:
        assert self.teacher is not None
        with _bar("teacher answers", len(texts)) as bar:
            return answer(*self.teacher, self.taxonomy, texts, self.recipe.teacher, on_progress=bar.update)

    def _parent_answers(self, texts: Sequence[str]) -> Answers:
        assert self.parent is not None
        with _bar("parent answers", len(texts)) as bar:
            return parent_answers(
                self.parent, texts, self.taxonomy, self.recipe.teacher.beam_mass, on_progress=bar.update
            )

    @cached_property
    def _ngram(self) -> Any:
        with self.clock.timed("ngram"):
            return train_ngram(self.corpus.train, self.recipe.assistants.ngram.epochs)

    def _encoder_answers(self, texts: Sequence[str]) -> EncoderAnswers:
        """Answer, once: answers and vectors of the same texts are kept in the run folder."""
        path = self.folder / ENCODER / f"{_hash(texts)}.npz"
        if not path.is_file():
            model, tokenizer = self._encoder
            settings, least = self.recipe.assistants.encoder, self.recipe.teacher.beam_mass
            with self.clock.timed("encoder answers"), _bar("encoder answers", len(texts)) as bar:
                found = encoder_answers(
                    model, tokenizer, self.taxonomy, texts, settings, least, on_progress=bar.update
                )
            np.savez(path, nodes=found.answers.nodes, masses=found.answers.masses, vectors=found.vectors)
        kept = np.load(path)
        return EncoderAnswers(Answers(kept["nodes"], kept["masses"]), kept["vectors"])

    @cached_property
    def _encoder(self) -> tuple[TaggingEncoder, Tokenizer]:
        """Load the pretrained encoder; fine-tune it, or take the weights that an earlier call tuned."""
        folder = self.folder / ENCODER
        folder.mkdir(exist_ok=True)
        body, tokenizer = e5.load(e5.model_file())
        path = folder / "tuned.pt"
        if path.is_file():
            model = TaggingEncoder(body, self.taxonomy, self.recipe.assistants.encoder.dropout)
            model.load_state_dict(torch.load(path, weights_only=True))
            return model.to(device()).eval(), tokenizer
        with self.clock.timed("encoder"):
            model = tune_encoder(
                self.recipe, body, tokenizer, self.taxonomy, self.corpus.train, self.corpus.validation,
                folder / "checkpoints", **self.trainer_arguments,
            )  # fmt: skip
        torch.save(model.state_dict(), path)
        return model, tokenizer


def _hash(texts: Sequence[str]) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for text in texts:
        digest.update(text.encode("utf-8", "replace") + b"\n")
    return digest.hexdigest()


def _bar(what: str, total: int) -> Any:
    return tqdm(total=total, desc=what, unit="text")
