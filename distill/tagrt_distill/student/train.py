"""Training the student on labels and on the teacher's answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers import EvalPrediction

from tagrt.bundle import Bundle
from tagrt.inference.decode import Decoder, leaf_probabilities
from tagrt.metrics import score_row
from tagrt.taxonomy import Taxonomy
from tagrt_distill.corpus.row import Row
from tagrt_distill.recipe import Recipe
from tagrt_distill.student.from_bundle import student_from
from tagrt_distill.student.loss import TreeLoss, soften
from tagrt_distill.student.model import Student
from tagrt_distill.student.new_nodes import fit_new_nodes
from tagrt_distill.teacher.answers import Answers
from tagrt_distill.texts import Encoder, TextSource, pad, training_texts
from tagrt_distill.training import LengthGroupedTrainer, arguments, early_stopping, last_checkpoint


class Collator:
    """Makes a batch from row numbers: texts as drawn, labels, the teacher's answers."""

    def __init__(
        self,
        source: TextSource,
        answers: Answers | None = None,
        vectors: np.ndarray[Any, np.dtype[np.float16]] | None = None,
    ) -> None:
        """Keep the sources."""
        self.source = source
        self.answers = answers
        self.vectors = vectors
        index = source.taxonomy.index
        self.labels = torch.tensor([index[r.tags[0]] if r.tags else -1 for r in source.rows])

    def __call__(self, indices: Sequence[int]) -> dict[str, Tensor]:
        """Return ``input_ids``, ``lengths``, ``labels`` and, with a teacher, soft nodes and masses."""
        ids, lengths = pad([self.source.ids[i] for i in indices])
        batch = {"input_ids": ids, "lengths": lengths, "labels": self.labels[list(indices)]}
        if self.answers is not None:
            batch["soft_nodes"] = torch.as_tensor(self.answers.nodes[list(indices)]).long()
            batch["soft_masses"] = torch.as_tensor(self.answers.masses[list(indices)]).float()
        if self.vectors is not None:
            batch["vectors"] = torch.as_tensor(self.vectors[list(indices)]).float()
        return batch


class StudentTrainer(LengthGroupedTrainer):
    """A Trainer with the tree loss, and the distance to the assistant's embeddings beside it."""

    def __init__(
        self, *, tree_loss: TreeLoss, smoothing: float, feature_weight: float, **kwargs: Any
    ) -> None:
        """Take the loss, the label smoothing of training and the weight of the embeddings."""
        super().__init__(**kwargs)
        self.feature_weight = feature_weight
        self.tree_loss = tree_loss.to(self.args.device)
        self.smoothing = smoothing

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | None = None,
    ) -> Any:
        """Return the tree loss of a batch."""
        output = model(input_ids=inputs["input_ids"], lengths=inputs["lengths"])
        nodes, masses = inputs.get("soft_nodes"), inputs.get("soft_masses")
        if nodes is None or masses is None:
            nodes = torch.zeros_like(inputs["labels"])[:, None]
            masses = torch.zeros_like(nodes, dtype=torch.float32)
        masses = soften(masses, self.tree_loss.temperature)
        loss = self.tree_loss(
            output.logits, inputs["labels"], nodes, masses, self.smoothing if model.training else 0.0
        )
        if "vectors" in inputs:
            nearness = torch.nn.functional.cosine_similarity(output.features.float(), inputs["vectors"])
            loss = loss + self.feature_weight * (1.0 - nearness).mean()
        return (loss, {"logits": output.logits}) if return_outputs else loss


def train_student(
    recipe: Recipe,
    tokenizer: Tokenizer,
    taxonomy: Taxonomy,
    rows: Sequence[Row],
    validation: Sequence[Row],
    output: Path,
    answers: Answers | None = None,
    vectors: np.ndarray[Any, np.dtype[np.float16]] | None = None,
    parent: Bundle | None = None,
    **trainer_arguments: Any,
) -> Student:
    """Train a student, resuming from the last checkpoint in `output` if there is one.

    Args:
        recipe: Shape, weights and schedule.
        tokenizer: The corpus tokenizer.
        taxonomy: The tags.
        rows: Labelled rows, and unlabelled ones where `answers` are given.
        validation: Labelled rows for early stopping.
        output: Folder for checkpoints.
        answers: The teacher's answers, one per row of `rows`.
        vectors: float16 [rows, feature width], the assistant's embeddings, one per row of `rows`.
        parent: The bundle whose student is trained further; a new one if None.
        **trainer_arguments: Passed on to `TrainingArguments`, such as `report_to`.

    Returns:
        The student of the best checkpoint, in evaluation mode.
    """
    torch.manual_seed(recipe.seed)
    width = 0 if vectors is None else vectors.shape[1]
    if parent:
        student, count = student_from(parent, recipe.student, width, taxonomy), len(parent.manifest.labels)
        if len(taxonomy) > count and last_checkpoint(output) is None:
            fit_new_nodes(student, tokenizer, rows, taxonomy, count)
    else:
        student = Student.create(recipe.student, tokenizer.get_vocab_size(), taxonomy, width)
    encoder = Encoder(tokenizer, recipe.student.max_tokens)
    source, plain = training_texts(recipe, rows, validation, taxonomy, encoder, recipe.tokenizer.dropout)
    settings = recipe.student.training
    trainer = StudentTrainer(
        tree_loss=TreeLoss(
            taxonomy,
            recipe.student.hard_weight,
            recipe.student.soft_weight if answers is not None else 0.0,
            recipe.student.temperature,
        ),
        smoothing=settings.label_smoothing,
        embedding_learning_rate=settings.embedding_learning_rate,
        feature_weight=recipe.student.feature_weight,
        eval_collator=Collator(plain),
        model=student,
        args=arguments(settings, output, len(rows), recipe.seed, "hf1", **trainer_arguments),
        train_dataset=source,
        eval_dataset=plain,
        data_collator=Collator(source, answers, vectors),
        compute_metrics=node_hf1(taxonomy, plain.rows),
        callbacks=[early_stopping(settings)],
    )
    trainer.train(resume_from_checkpoint=last_checkpoint(output))
    student.train(False)
    return student


def node_hf1(taxonomy: Taxonomy, rows: Sequence[Row]) -> Any:
    """Return a metric for the Trainer: mean hF1 of node logits on the rows."""
    golds = [[taxonomy.index[tag] for tag in row.tags] for row in rows]

    def metrics(prediction: EvalPrediction) -> dict[str, float]:
        logits = prediction.predictions
        guesses = best_nodes(np.asarray(logits, dtype=np.float32), taxonomy)
        scores = [score_row(taxonomy, g, gold).f1 for g, gold in zip(guesses, golds, strict=True)]
        return {"hf1": float(np.mean(scores))}

    return metrics


def best_nodes(logits: np.ndarray[Any, np.dtype[np.float32]], taxonomy: Taxonomy) -> list[int]:
    """Return the leaf that the heaviest path ends in, per row of logits [rows, nodes]."""
    masses = taxonomy.masses(leaf_probabilities(logits, taxonomy, 1.0))
    nodes = Decoder(taxonomy).decode(masses).nodes
    return [int(path[path >= 0][-1]) for path in nodes]
