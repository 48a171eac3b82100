"""Training the teacher on the sequence loss over tag-token paths."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers import GPT2LMHeadModel, TrainerCallback

from tagrt.taxonomy import Taxonomy
from tagrt_distill.corpus.row import Row
from tagrt_distill.recipe import Recipe
from tagrt_distill.teacher.model import Teacher, adapt, create
from tagrt_distill.texts import Encoder, TextSource, pad, training_texts
from tagrt_distill.training import LengthGroupedTrainer, arguments, early_stopping, last_checkpoint


class Collator:
    """Makes sequences title, separator, tag path; an inner label ends the path early."""

    def __init__(self, source: TextSource, teacher: Teacher) -> None:
        """Keep the source."""
        self.source = source
        self.separator, self.first_tag = teacher.separator, teacher.first_tag
        taxonomy = source.taxonomy
        self.before_root = len(taxonomy)
        self.paths = [taxonomy.path(taxonomy.index[row.tags[0]]) for row in source.rows]

    def __call__(self, indices: Sequence[int]) -> dict[str, Tensor]:
        """Return what `Teacher.forward` takes."""
        sequences: list[list[int]] = []
        steps: list[tuple[int, int, int, int]] = []
        for row, index in enumerate(indices):
            title, path = self.source.ids[index], self.paths[index]
            sequences.append([*title, self.separator, *(self.first_tag + node for node in path[:-1])])
            for i, node in enumerate(path):
                parent = path[i - 1] if i else self.before_root
                steps.append((row, len(title) + i, parent, node))
        ids, _ = pad(sequences)
        made = torch.tensor(steps)
        return {"input_ids": ids, "positions": made[:, :2], "parents": made[:, 2], "targets": made[:, 3]}


class TeacherTrainer(LengthGroupedTrainer):
    """A Trainer with the teacher's own loss."""

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | None = None,
    ) -> Any:
        """Return the sequence loss of a batch."""
        output = model(**inputs)
        return (output["loss"], output) if return_outputs else output["loss"]

    def prediction_step(
        self, model: Any, inputs: Any, prediction_loss_only: bool, ignore_keys: Any = None
    ) -> tuple[Any, None, None]:
        """Return the loss alone."""
        context = self.compute_loss_context_manager()  # type: ignore[no-untyped-call]
        with torch.no_grad(), context:
            return model(**inputs)["loss"].detach(), None, None


class AdaLoraSchedule(TrainerCallback):
    """Lets AdaLoRA (Zhang et al., 2023) move its rank budget after every step."""

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, model: Any = None, **_: Any) -> None:
        """Re-allocate ranks while the gradients are still there."""
        model.model.base_model.update_and_allocate(state.global_step)


def train_teacher(
    recipe: Recipe,
    tokenizer: Tokenizer,
    taxonomy: Taxonomy,
    rows: Sequence[Row],
    validation: Sequence[Row],
    output: Path,
    **trainer_arguments: Any,
) -> tuple[Teacher, Tokenizer]:
    """Train a teacher, resuming from the last checkpoint in `output` if there is one.

    Returns:
        The teacher of the best checkpoint, adapters merged, and the tokenizer it reads by.
    """
    torch.manual_seed(recipe.seed)
    settings = recipe.teacher.training
    teacher, tokenizer = create(recipe.teacher, tokenizer, taxonomy)
    adapt(teacher, recipe.teacher, settings.steps(len(rows)))
    encoder = Encoder(tokenizer, recipe.teacher.max_tokens)
    dropout = recipe.teacher.tokenizer.dropout
    source, plain = training_texts(recipe, rows, validation, taxonomy, encoder, dropout)
    trainer = TeacherTrainer(
        embedding_learning_rate=settings.embedding_learning_rate,
        eval_collator=Collator(plain, teacher),
        model=teacher,
        args=arguments(
            settings, output, len(rows), recipe.seed, "eval_loss", save_safetensors=False, **trainer_arguments
        ),
        train_dataset=source,
        eval_dataset=plain,
        data_collator=Collator(source, teacher),
        callbacks=[
            early_stopping(settings),
            *([AdaLoraSchedule()] if recipe.teacher.tune == "adalora" else []),
        ],
    )
    trainer.train(resume_from_checkpoint=last_checkpoint(output))
    if not isinstance(teacher.model, GPT2LMHeadModel):
        teacher.model = teacher.model.merge_and_unload()
    return teacher.eval(), tokenizer
