"""What teacher and student share with `transformers.Trainer`: settings, batching by length, resume."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import EarlyStoppingCallback, Trainer, TrainingArguments
from transformers.trainer_pt_utils import LengthGroupedSampler
from transformers.trainer_utils import get_last_checkpoint

from tagrt_distill.recipe import TrainingRecipe
from tagrt_distill.texts import TextSource


class FreshTexts(LengthGroupedSampler):
    """Draws all texts anew at the start of every epoch and batches those of like length together."""

    def __init__(self, batch: int, source: TextSource) -> None:
        """Keep the source."""
        super().__init__(batch, lengths=[0] * len(source))
        self.source = source

    def __iter__(self) -> Iterator[int]:
        """Return the row numbers of an epoch."""
        self.source.draw()
        self.lengths = self.source.lengths
        return iter(super().__iter__())  # type: ignore[no-untyped-call]


class LengthGroupedTrainer(Trainer):
    """A Trainer whose batches hold rows of like length, and whose evaluation reads plain texts."""

    def __init__(self, *, eval_collator: Any, embedding_learning_rate: float, **kwargs: Any) -> None:
        """Take the collator that evaluation uses (no augmentation) and the embeddings' learning rate."""
        super().__init__(**kwargs)
        self.eval_collator = eval_collator
        self.embedding_learning_rate = embedding_learning_rate

    def create_optimizer(self, model: Any = None) -> Any:
        """Give embedding tables their own learning rate and no weight decay."""
        if self.optimizer is None:
            trained_model: Any = self.model
            kind, settings = self.get_optimizer_cls_and_kwargs(self.args)
            tables = {id(m.weight) for m in trained_model.modules() if isinstance(m, nn.Embedding)}
            trained = [p for p in trained_model.parameters() if p.requires_grad]
            embeddings = {"lr": self.embedding_learning_rate, "weight_decay": 0.0}
            groups = [
                {"params": [p for p in trained if id(p) in tables], **embeddings},
                {"params": [p for p in trained if id(p) not in tables and p.dim() < 2], "weight_decay": 0.0},
                {
                    "params": [p for p in trained if id(p) not in tables and p.dim() >= 2],
                    "weight_decay": self.args.weight_decay,
                },
            ]
            self.optimizer = kind([g for g in groups if g["params"]], **settings)
        return self.optimizer

    def get_eval_dataloader(self, eval_dataset: Any = None) -> Any:
        """Evaluate with the collator of evaluation."""
        training, self.data_collator = self.data_collator, self.eval_collator
        try:
            return super().get_eval_dataloader(eval_dataset)
        finally:
            self.data_collator = training

    def _get_train_sampler(self, train_dataset: Any = None) -> FreshTexts:
        source: Any = train_dataset or self.train_dataset
        return FreshTexts(self.args.train_batch_size, source)


def arguments(
    recipe: TrainingRecipe, output: Path, rows: int, seed: int, metric: str, **extra: Any
) -> TrainingArguments:
    """Translate a recipe into `TrainingArguments`.

    Args:
        recipe: The recipe's training section.
        output: Folder for checkpoints and TensorBoard logs.
        rows: Training rows, to place the evaluations.
        seed: Seed of everything random.
        metric: Metric for early stopping and the best checkpoint.
        **extra: Further arguments, such as `report_to`.
    """
    every = max(1, recipe.steps(rows) // recipe.evaluations)
    settings: dict[str, Any] = {
        "report_to": ["tensorboard"],
        "greater_is_better": not metric.endswith("loss"),
        **extra,
    }
    return TrainingArguments(
        output_dir=str(output),
        num_train_epochs=recipe.passes(rows),
        per_device_train_batch_size=recipe.batch,
        per_device_eval_batch_size=512,
        learning_rate=recipe.learning_rate,
        weight_decay=recipe.weight_decay,
        warmup_ratio=recipe.warmup,
        lr_scheduler_type="cosine",
        eval_strategy="steps",
        eval_steps=every,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model=metric,
        logging_steps=50,
        bf16=recipe.bf16 and bf16_in_hardware(),
        use_cpu=not torch.cuda.is_available(),
        seed=seed,
        remove_unused_columns=False,
        label_names=["labels"],
        dataloader_pin_memory=torch.cuda.is_available(),
        **settings,
    )


def early_stopping(recipe: TrainingRecipe) -> EarlyStoppingCallback:
    """Stop when the dev metric has not improved for `patience` evaluations."""
    return EarlyStoppingCallback(early_stopping_patience=recipe.patience)


def device() -> torch.device:
    """Return where models answer outside the Trainer: the GPU if there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def bf16_in_hardware() -> bool:
    """Return whether the processor multiplies bfloat16 itself.

    One that only emulates it (AVX2 alone) is many times slower in bfloat16 than in float32.
    """
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    capabilities = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return any(capabilities.get(name, False) for name in ("avx512_bf16", "amx_bf16", "bf16"))


def autocast(place: torch.device) -> torch.autocast:
    """Return the precision models answer in outside the Trainer: bfloat16 where it is in hardware."""
    return torch.autocast(place.type, dtype=torch.bfloat16, enabled=bf16_in_hardware())


def last_checkpoint(output: Path) -> str | None:
    """Return the checkpoint to resume from, if an earlier run left one."""
    return get_last_checkpoint(str(output)) if output.is_dir() else None
