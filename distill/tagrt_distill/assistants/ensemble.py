"""The teacher and its assistants as one: the student learns from their mean."""

from __future__ import annotations

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
from tagrt_distill.assistants import e5
from tagrt_distill.assistants.blend import blend
from tagrt_distill.assistants.encoder import (
    EncoderAnswers,
    TaggingEncoder,
    Vectors,
    encoder_answers,
    tune_encoder,
)
from tagrt_distill.assistants.kept import KeptAnswers, Table
from tagrt_distill.assistants.ngram import load_ngram, ngram_answers, train_ngram
from tagrt_distill.assistants.parent import parent_answers
from tagrt_distill.clock import Clock
from tagrt_distill.corpus.prepare import Corpus
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
        self._stores: dict[str, KeptAnswers] = {}

    def members(self) -> dict[str, Callable[[Sequence[str]], Answers]]:
        """Return what each member that is asked answers by."""
        known = {
            "teacher": self._teacher_answers,
            "parent": self._parent_answers,
            "ngram": lambda texts: ngram_answers(self._ngram, texts, self.taxonomy),
            "encoder": lambda texts: self._encoder_answers(texts).answers,
        }
        return {name: known[name] for name in self.weights}

    def answers(self, texts: Sequence[str]) -> Answers:
        """Return the weighted mean of the members' answers to normalised texts."""
        members = self.members()
        return blend([(members[name](texts), weight) for name, weight in self.weights.items()])

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return the encoder's states for the texts, for a student to match.

        What is common to all of them is taken out: float16 [texts, width], L2-normalised.
        """
        vectors = self._encoder_answers(texts).vectors.astype(np.float32)
        vectors -= vectors.mean(axis=0)
        centred: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)
        return centred

    def _teacher_answers(self, texts: Sequence[str]) -> Answers:
        def ask(portion: list[str], bar: Any) -> Table:
            assert self.teacher is not None
            found = answer(*self.teacher, self.taxonomy, portion, self.recipe.teacher, on_progress=bar.update)
            return {"nodes": found.nodes, "masses": found.masses}

        found = self._kept("teacher", texts, ask)
        return Answers(found["nodes"], found["masses"])

    def _parent_answers(self, texts: Sequence[str]) -> Answers:
        assert self.parent is not None
        with _bar("parent answers", len(texts)) as bar:
            least = self.recipe.teacher.beam_mass
            return parent_answers(self.parent, texts, least, on_progress=bar.update)

    @cached_property
    def _ngram(self) -> Any:
        path = self.folder / "ngram.bin"
        if not path.is_file():
            with self.clock.timed("ngram"):
                train_ngram(self.corpus.train, self.recipe.assistants.ngram.epochs).save_model(str(path))
        return load_ngram(path)

    def _encoder_answers(self, texts: Sequence[str]) -> EncoderAnswers:
        settings, least = self.recipe.assistants.encoder, self.recipe.teacher.beam_mass

        def ask(portion: list[str], bar: Any) -> Table:
            answers, vectors = encoder_answers(
                *self._encoder, self.taxonomy, portion, settings, least, on_progress=bar.update
            )
            return {"nodes": answers.nodes, "masses": answers.masses, "vectors": vectors}

        found = self._kept(ENCODER, texts, ask)
        return EncoderAnswers(Answers(found["nodes"], found["masses"]), found["vectors"])

    def _kept(self, member: str, texts: Sequence[str], ask: Callable[[list[str], Any], Table]) -> Table:
        """Answer texts, once: what a slow member said is kept in the run folder."""
        if member not in self._stores:
            self._stores[member] = KeptAnswers(self.folder / member / "answers")
        kept = self._stores[member]
        missing = len(kept.missing(texts))
        if missing:
            with self.clock.timed(f"{member} answers"), _bar(f"{member} answers", missing) as bar:
                kept.fill(texts, lambda portion: ask(portion, bar))
        return kept.get(texts)

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


def _bar(what: str, total: int) -> Any:
    return tqdm(total=total, desc=what, unit="text")
