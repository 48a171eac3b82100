"""The whole way from a corpus to a student, step by step, each resumable from its folder."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from tagrt.bundle import Bundle
from tagrt.bundle.bundle import MODEL, MODEL_CARD, TOKENIZER
from tagrt.inference.decode import leaf_probabilities
from tagrt.taxonomy import Taxonomy
from tagrt.text import product_text
from tagrt.types import Product
from tagrt_distill.assistants.ensemble import Ensemble, weights
from tagrt_distill.calibrate import calibrate
from tagrt_distill.clock import Clock
from tagrt_distill.corpus.prepare import Corpus
from tagrt_distill.corpus.row import Row
from tagrt_distill.evaluate import evaluate, student_logits
from tagrt_distill.machine import machine
from tagrt_distill.recipe import Recipe, TokenizerRecipe
from tagrt_distill.run_folder import claim, fingerprint
from tagrt_distill.student.from_bundle import taxonomy_of
from tagrt_distill.student.model import Student
from tagrt_distill.student.train import train_student
from tagrt_distill.teacher.answers import Answers, masses_of
from tagrt_distill.teacher.model import Teacher, restore, save
from tagrt_distill.teacher.train import train_teacher
from tagrt_distill.tokenizer import train_tokenizer

Say = Callable[[str], None]
HELD_OUT = "held-out.jsonl.gz"
"""Rows of the run folder that judge the exported model; it stays on the machine that trained."""

CALIBRATION = "calibration.jsonl.gz"
"""Training texts of the run folder that export measures the ranges of activations on."""

CALIBRATION_TEXTS = 2000


class Run:
    """One distillation in one folder.

    The folder holds `run.json`, `tokenizer.json`, `teacher/`, `encoder/`, `answers.npz`, `student/`,
    `report.json`, `held-out.jsonl.gz` and `calibration.jsonl.gz`.
    """

    def __init__(
        self,
        recipe: Recipe,
        taxonomy: Taxonomy,
        corpus: Corpus,
        folder: Path,
        say: Say,
        parent: Bundle | None = None,
    ) -> None:
        """Keep what every step needs; nothing is computed yet.

        Args:
            recipe: Every hyper-parameter.
            taxonomy: The tree of the rows' tags.
            corpus: The rows by use.
            folder: Run folder; one that holds the same run is gone on with.
            say: Told what takes time.
            parent: A bundle whose student is trained further, instead of a new one; the tree grew out of its.
        """
        self.recipe = recipe
        self.taxonomy = taxonomy
        self.corpus = corpus
        self.folder = folder
        self.parent = parent
        self.clock = Clock(folder, say)
        folder.mkdir(parents=True, exist_ok=True)
        claim(folder, fingerprint(recipe, taxonomy, corpus, parent))
        (folder / "taxonomy.tsv").write_text(taxonomy.dump(), encoding="utf-8")

    def all(self, **trainer_arguments: Any) -> dict[str, Any]:
        """Run every step that is not done yet and return the report."""
        tokenizer = self.tokenizer()
        teacher = self.teacher(**trainer_arguments) if "teacher" in weights(self.recipe) else None
        ensemble = self.ensemble(teacher, **trainer_arguments)
        rows, answers = self.answers(ensemble)
        student = self.student(tokenizer, rows, answers, ensemble, **trainer_arguments)
        return self.report(student, tokenizer, ensemble)

    def tokenizer(self) -> Tokenizer:
        """Train the tokenizer, or load the parent's or the one that an earlier call trained."""
        path = self.folder / "tokenizer.json"
        if self.parent:
            path.write_bytes(self.parent.contents[TOKENIZER])
        if not path.is_file():
            with self.clock.timed("tokenizer"):
                self._new_tokenizer(self.recipe.tokenizer).save(str(path))
        return Tokenizer.from_file(str(path))

    def _new_tokenizer(self, settings: TokenizerRecipe) -> Tokenizer:
        rows = (*self.corpus.train, *self.corpus.unlabelled)
        texts = (product_text(row.product) for row in rows)
        return train_tokenizer(texts, settings.size, settings.split_cjk)

    def teacher(self, **trainer_arguments: Any) -> tuple[Teacher, Tokenizer]:
        """Train the teacher or load it."""
        folder = self.folder / "teacher"
        if not (folder / "config.json").is_file():
            with self.clock.timed("teacher"):
                teacher, own = train_teacher(
                    self.recipe,
                    self._new_tokenizer(self.recipe.teacher.tokenizer),
                    self.taxonomy,
                    self.corpus.train,
                    self.corpus.validation,
                    self.folder / "teacher-checkpoints",
                    **trainer_arguments,
                )
                save(teacher, own, folder)
        return restore(folder, self.taxonomy)

    def ensemble(self, teacher: tuple[Teacher, Tokenizer] | None, **trainer_arguments: Any) -> Ensemble:
        """Put the recipe's assistants beside the teacher; they are trained when first asked."""
        return Ensemble(
            self.recipe,
            self.taxonomy,
            self.corpus,
            teacher,
            self.parent,
            self.folder,
            self.clock,
            **trainer_arguments,
        )

    def answers(self, ensemble: Ensemble) -> tuple[list[Row], Answers]:
        """Return the rows of one epoch of the student with their answers, kept from the first call."""
        path = self.folder / "answers.npz"
        rows = [*self.corpus.train, *self.corpus.unlabelled]
        if not path.is_file():
            with self.clock.timed("answers"):
                found = ensemble.answers([product_text(row.product) for row in rows])
                self._told_of_new_tags(rows, found)
                np.savez(path, nodes=found.nodes, masses=found.masses)
        kept = np.load(path)
        order = repeated([row.source for row in rows], self.recipe.corpus.repeat)
        return [rows[n] for n in order], Answers(kept["nodes"][order], kept["masses"][order])

    def _told_of_new_tags(self, rows: Sequence[Row], answers: Answers) -> None:
        """Let labels answer for themselves where the model that the run goes on from lacks the tag."""
        count = len(taxonomy_of(self.parent)) if self.parent else len(self.taxonomy)
        for n, row in enumerate(rows):
            label = self.taxonomy.index[row.tags[0]] if row.tags else -1
            if label >= count and label not in self.taxonomy.rests.values():
                answers.nodes[n], answers.masses[n] = 0, 0.0
                answers.nodes[n, 0], answers.masses[n, 0] = label, 1.0

    def student(
        self,
        tokenizer: Tokenizer,
        rows: Sequence[Row],
        answers: Answers,
        ensemble: Ensemble,
        **trainer_arguments: Any,
    ) -> Student:
        """Train the student or load it."""
        folder = self.folder / "student"
        if not (folder / "config.json").is_file():
            matched = self.recipe.student.feature_weight > 0
            vectors = ensemble.vectors([product_text(row.product) for row in rows]) if matched else None
            with self.clock.timed("student"):
                student = train_student(
                    self.recipe,
                    tokenizer,
                    self.taxonomy,
                    rows,
                    self.corpus.validation,
                    self.folder / "student-checkpoints",
                    answers,
                    vectors,
                    self.parent,
                    **trainer_arguments,
                )
                student.save_pretrained(folder)
        restored: Student = Student.from_pretrained(folder).eval()
        return restored

    def report(self, student: Student, tokenizer: Tokenizer, ensemble: Ensemble) -> dict[str, Any]:
        """Evaluate teacher and student, calibrate, and write `report.json`."""
        temperature, threshold = calibrate(
            student, tokenizer, self.corpus.validation, self.taxonomy, self.recipe.calibration
        )

        def by_student(texts: list[str]) -> Any:
            logits = student_logits(student, tokenizer, texts)
            return self.taxonomy.masses(leaf_probabilities(logits, self.taxonomy, temperature))

        def answered_by(answers: Callable[[list[str]], Answers]) -> Callable[[list[str]], Any]:
            return lambda texts: masses_of(answers(texts), self.taxonomy)

        sets = held_out_sets(self.corpus)
        write_held_out(sets, self.folder / HELD_OUT)
        write_calibration(self.corpus, self.recipe.seed, self.folder / CALIBRATION)
        report = {
            "recipe": self.recipe.name,
            "seed": self.recipe.seed,
            "ensemble_weights": ensemble.weights,
            "lineage": lineage(self.parent, self.taxonomy),
            "licences": self.recipe.licences,
            "calibration": asdict(self.recipe.calibration),
            "temperature": temperature,
            "threshold": threshold,
            "rows": dict(Counter(row.source for row in self.corpus.train)),
            "unlabelled": dict(Counter(row.source for row in self.corpus.unlabelled)),
            "shops": list(self.corpus.dev),
            "student": evaluate(by_student, sets, self.taxonomy),
            **{
                name: evaluate(answered_by(answers), sets, self.taxonomy)
                for name, answers in ensemble.members().items()
            },
            "ensemble": evaluate(answered_by(ensemble.answers), sets, self.taxonomy),
            "seconds": self.clock.seconds(),
            "machine": machine(),
        }
        (self.folder / "report.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
        return report


def repeated(sources: Sequence[str], repeat: Mapping[str, int]) -> list[int]:
    """Return row numbers: all once, then again those whose source is repeated, turn by turn."""
    turns = range(1, max(repeat.values(), default=1))
    again = [n for turn in turns for n, source in enumerate(sources) if repeat.get(source, 1) > turn]
    return [*range(len(sources)), *again]


def lineage(parent: Bundle | None, taxonomy: Taxonomy) -> dict[str, Any] | None:
    """Return which bundle a run went on from, with its own sources and card, and the tags that it lacked.

    Args:
        parent: The bundle, if there is one.
        taxonomy: The tree of the run.
    """
    if parent is None:
        return None
    manifest = parent.manifest
    card = parent.contents.get(MODEL_CARD, b"").decode("utf-8")
    rests = set(taxonomy.rests.values())
    return {
        "name": manifest.name,
        "version": manifest.version,
        "sha256": manifest.files[MODEL],
        "sources": manifest.sources,
        "similarity": manifest.similarity,
        "new_tags": [taxonomy.ids[n] for n in range(len(manifest.labels), len(taxonomy)) if n not in rests],
        "card": card,
    }


def held_out_sets(corpus: Corpus) -> dict[str, list[Row]]:
    """Return the dev sets, or the test split where the user has no other shops."""
    return corpus.dev or {"test": corpus.test or corpus.validation}


def write_held_out(sets: dict[str, list[Row]], path: Path) -> None:
    """Write the sets that export checks the int8 graph on."""
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for name, rows in sets.items():
            for row in rows:
                record = {
                    "set": name,
                    "text": row.product.title,
                    "brand": row.product.brand,
                    "tag": row.tags[0],
                    "also_ok": row.tags[1:],
                }
                file.write(json.dumps(record, ensure_ascii=False) + "\n")


def read_held_out(path: Path) -> dict[str, list[Row]]:
    """Read what `write_held_out` wrote."""
    sets: dict[str, list[Row]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            tags = (record["tag"], *record["also_ok"])
            product = Product(record["text"], brand=record.get("brand", ""))
            sets.setdefault(record["set"], []).append(Row(product, tags, record["set"]))
    return sets


def write_calibration(corpus: Corpus, seed: int, path: Path) -> None:
    """Write a draw of the texts that the student is trained on, labelled or not."""
    rows = [*corpus.train, *corpus.unlabelled]
    drawn = random.Random(seed).sample(rows, min(CALIBRATION_TEXTS, len(rows)))
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for row in drawn:
            file.write(json.dumps(product_text(row.product), ensure_ascii=False) + "\n")


def read_calibration(path: Path) -> list[str]:
    """Read what `write_calibration` wrote."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]
