"""A pretrained sentence encoder fine-tuned on the labelled rows: it knows words that our rows never use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from tagrt.taxonomy import Taxonomy
from tagrt_distill.corpus.caps import cap
from tagrt_distill.corpus.row import Row
from tagrt_distill.recipe import EncoderRecipe, Recipe
from tagrt_distill.student.head import TreeHead
from tagrt_distill.student.loss import TreeLoss
from tagrt_distill.student.model import StudentOutput
from tagrt_distill.student.train import Collator, StudentTrainer, node_hf1
from tagrt_distill.teacher.answers import Answers, answers_of, equal_length_batches
from tagrt_distill.texts import Encoder, training_texts
from tagrt_distill.training import arguments, autocast, early_stopping, last_checkpoint

Vectors = np.ndarray[Any, np.dtype[np.float16]]


class EncoderAnswers(NamedTuple):
    """What the encoder says of texts.

    Attributes:
        answers: Soft targets.
        vectors: float16 [texts, width], L2-normalised states, for a student to match.
    """

    answers: Answers
    vectors: Vectors


class TaggingEncoder(nn.Module):
    """Mean-pooled encoder states under a head with one logit per node; called as the student is."""

    def __init__(self, body: BertModel, taxonomy: Taxonomy, dropout: float) -> None:
        """Put a new head on a pretrained body, whose embedding tables stay as they are."""
        super().__init__()
        self.body = body
        self.body.embeddings.requires_grad_(False)
        self.head = TreeHead(body.config.hidden_size, [taxonomy.path(i) for i in range(len(taxonomy))])
        self.dropout = nn.Dropout(dropout)

    def forward(self, input_ids: Tensor, lengths: Tensor, **_: Any) -> StudentOutput:
        """Score a right-padded batch: ids int64 [batch, tokens], lengths int64 [batch]."""
        real = torch.arange(input_ids.shape[1], device=input_ids.device)[None, :] < lengths[:, None]
        states = self.body(input_ids=input_ids, attention_mask=real.long()).last_hidden_state
        summed = (states * real[:, :, None].to(states.dtype)).sum(dim=1)
        pooled = summed / lengths[:, None].to(states.dtype)
        return StudentOutput(self.head(self.dropout(pooled)), nn.functional.normalize(pooled, dim=-1), None)


class FramedEncoder(Encoder):
    """Token ids between the encoder's own start and end tokens; unigram pieces know no dropout."""

    def __call__(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of each text."""
        return [e.ids for e in self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=True)]

    def dropout(self, probability: float) -> None:
        """Do nothing."""


class EncoderTrainer(StudentTrainer):
    """Trains head and body at their own rates."""

    def __init__(self, *, head_learning_rate: float, **kwargs: Any) -> None:
        """Take the head's peak learning rate."""
        super().__init__(embedding_learning_rate=0.0, feature_weight=0.0, **kwargs)
        self.head_learning_rate = head_learning_rate

    def create_optimizer(self, model: Any = None) -> Any:
        """Give the new head a higher rate than the pretrained body."""
        if self.optimizer is None:
            trained: Any = self.model
            kind, settings = self.get_optimizer_cls_and_kwargs(self.args)
            body = [p for p in trained.body.parameters() if p.requires_grad]
            decay = {"weight_decay": self.args.weight_decay}
            self.optimizer = kind(
                [
                    {"params": [p for p in body if p.dim() > 1], **decay},
                    {"params": [p for p in body if p.dim() < 2], "weight_decay": 0.0},
                    {"params": list(trained.head.parameters()), "lr": self.head_learning_rate, **decay},
                ],
                **settings,
            )
        return self.optimizer


def tune_encoder(
    recipe: Recipe,
    body: BertModel,
    tokenizer: Tokenizer,
    taxonomy: Taxonomy,
    rows: Sequence[Row],
    validation: Sequence[Row],
    output: Path,
    **trainer_arguments: Any,
) -> TaggingEncoder:
    """Fine-tune, resuming from the last checkpoint in `output` if there is one.

    Returns:
        The encoder of the best checkpoint, in evaluation mode.
    """
    torch.manual_seed(recipe.seed)
    settings: EncoderRecipe = recipe.assistants.encoder
    rows, _ = cap(rows, settings.per_tag_and_source, settings.per_source, recipe.seed)
    model = TaggingEncoder(body, taxonomy, settings.dropout)
    encoder = FramedEncoder(tokenizer, settings.max_tokens)
    source, plain = training_texts(recipe, rows, validation, taxonomy, encoder)
    training = settings.training
    trainer = EncoderTrainer(
        head_learning_rate=settings.head_learning_rate,
        tree_loss=TreeLoss(taxonomy, 1.0, 0.0, 1.0),
        smoothing=training.label_smoothing,
        eval_collator=Collator(plain),
        model=model,
        args=arguments(
            training, output, len(rows), recipe.seed, "hf1", save_safetensors=False, **trainer_arguments
        ),
        train_dataset=source,
        eval_dataset=plain,
        data_collator=Collator(source),
        compute_metrics=node_hf1(taxonomy, plain.rows),
        callbacks=[early_stopping(training)],
    )
    trainer.train(resume_from_checkpoint=last_checkpoint(output))
    return model.eval()


@torch.inference_mode()
def encoder_answers(
    model: TaggingEncoder,
    tokenizer: Tokenizer,
    taxonomy: Taxonomy,
    texts: Sequence[str],
    settings: EncoderRecipe,
    least: float,
    on_progress: Callable[[int], Any] | None = None,
) -> EncoderAnswers:
    """Let a tuned encoder answer texts.

    Args:
        model: In evaluation mode.
        tokenizer: Its tokenizer.
        taxonomy: The tree.
        texts: Normalised texts.
        settings: Gives the longest text.
        least: Branches with less probability are kept whole.
        on_progress: Told the number of texts done since the last call.

    Returns:
        Answers and vectors, in the order of the texts.
    """
    place = next(model.parameters()).device
    ids = FramedEncoder(tokenizer, settings.max_tokens)(texts)
    tree = TreeLoss(taxonomy, 1.0, 0.0, 1.0).to(place)
    found = EncoderAnswers(
        Answers.empty(len(texts)), np.zeros((len(texts), model.body.config.hidden_size), np.float16)
    )
    for rows in equal_length_batches(ids, 2048):
        batch = torch.tensor([ids[i] for i in rows], device=place)
        lengths = torch.full((len(rows),), batch.shape[1], device=place)
        with autocast(place):
            output = model(batch, lengths)
        masses = tree.log_masses(output.logits.float()).exp().cpu().numpy()
        part = answers_of(masses, taxonomy, least)
        found.answers.nodes[rows], found.answers.masses[rows] = part.nodes, part.masses
        found.vectors[rows] = output.embedding.float().cpu().numpy()
        if on_progress:
            on_progress(len(rows))
    return found
