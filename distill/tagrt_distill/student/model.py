"""The student: a small GPT-2 body, mean-pooled, with one logit per taxonomy node in one pass."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from transformers import GPT2Config, GPT2Model, GPT2PreTrainedModel

from tagrt.taxonomy import Taxonomy
from tagrt_distill.gpt2 import gpt2_config
from tagrt_distill.recipe import StudentRecipe
from tagrt_distill.student.head import TreeHead


class StudentOutput(NamedTuple):
    """One pass over a batch.

    Attributes:
        logits: float [batch, nodes]; a softmax over the leaves' logits gives tag probabilities.
        embedding: float [batch, width], L2-normalised, for similar-product search.
        features: float [batch, feature_width], the embedding projected to the assistant's space; None
            without `feature_width`.
    """

    logits: Tensor
    embedding: Tensor
    features: Tensor | None


class BigramEmbedding(nn.Module):
    """Hashed embeddings of pairs of neighbouring tokens, as in fastText (Joulin et al., 2017).

    A pair that always means the same, such as the two characters of a Chinese word, is read off a table
    and need not be composed by attention.
    """

    def __init__(self, config: GPT2Config) -> None:
        """Make a table of ``bigram_buckets`` rows, projected to the model's width."""
        super().__init__()
        self.buckets = config.bigram_buckets
        self.table = nn.Embedding(config.bigram_buckets, config.bigram_width)
        self.project = nn.Linear(config.bigram_width, config.n_embd, bias=False)

    def forward(self, input_ids: Tensor) -> Tensor:
        """Return float [batch, tokens, width], for each token the pair with the one before it."""
        before = nn.functional.pad(input_ids, (1, -1))
        projected: Tensor = self.project(self.table((before * 92821 + input_ids * 31) % self.buckets))
        return projected


class WeightedMean(nn.Module):
    """A mean over tokens, weighted by a softmax over scores of their states, apart for groups of features.

    So one telling word is not lost in a long title (attention pooling; Lin et al., 2017). It starts as the
    plain mean.
    """

    def __init__(self, width: int, groups: int) -> None:
        """Make one score per token and group; `groups` parts `width`."""
        super().__init__()
        self.groups = groups
        self.score = nn.Linear(width, groups, bias=False)

    def reset(self) -> None:
        """Weigh all tokens alike."""
        nn.init.zeros_(self.score.weight)

    def forward(self, states: Tensor, real: Tensor) -> Tensor:
        """Return float [batch, width] of states [batch, tokens, width]; `real` tells tokens from padding."""
        scores = self.score(states) + (1.0 - real.to(states.dtype))[:, :, None] * -1e4
        weights = torch.softmax(scores, dim=1)[:, :, :, None]
        parts = states.reshape(states.shape[0], states.shape[1], self.groups, -1)
        return (parts * weights).sum(dim=1).flatten(1)


class Student(GPT2PreTrainedModel):
    """GPT-2 blocks under a mean over the title's tokens, and a head over the tree."""

    def __init__(self, config: GPT2Config) -> None:
        """Build from a config that carries `paths` (per node, its path from the root)."""
        super().__init__(config)  # type: ignore[no-untyped-call]
        self.transformer = GPT2Model(config)
        self.bigrams = BigramEmbedding(config) if config.bigram_buckets else None
        groups = getattr(config, "pool_groups", 0)
        self.pool = WeightedMean(config.n_embd, groups) if groups else None
        self.head = TreeHead(config.n_embd, config.paths)
        width = config.feature_width
        self.features = nn.Linear(config.n_embd, width) if width else None  # for training alone
        self.post_init()  # type: ignore[no-untyped-call]
        if self.pool:
            self.pool.reset()

    @classmethod
    def create(
        cls, recipe: StudentRecipe, vocab_size: int, taxonomy: Taxonomy, feature_width: int = 0
    ) -> Student:
        """Make an untrained student of the recipe's shape.

        Args:
            recipe: Its shape.
            vocab_size: Tokens of its tokenizer.
            taxonomy: One logit per node.
            feature_width: Width of the embeddings it is taught to match; 0 for none.
        """
        config = gpt2_config(
            recipe,
            vocab_size,
            recipe.max_tokens,
            use_cache=False,
            bigram_buckets=recipe.bigram_buckets,
            bigram_width=recipe.bigram_width,
            pool_groups=recipe.pool_groups,
            feature_width=feature_width,
            paths=[list(taxonomy.path(i)) for i in range(len(taxonomy))],
        )
        return cls(config)

    def embed(self, input_ids: Tensor) -> Tensor:
        """Return float [batch, tokens, width]: token embeddings and token pairs if any."""
        tokens: Tensor = self.transformer.wte(input_ids)
        return tokens if self.bigrams is None else tokens + self.bigrams(input_ids)

    def forward(
        self, input_ids: Tensor, lengths: Tensor, attention_mask: Tensor | None = None, **_: Any
    ) -> StudentOutput:
        """Score a right-padded batch.

        Args:
            input_ids: int64 [batch, tokens].
            lengths: int64 [batch], number of tokens that are not padding.
            attention_mask: Explicit additive mask [1, 1, tokens, tokens]; needed for tracing only, since
                a causal mask already hides right padding from every real token.

        Returns:
            Logits and embedding.
        """
        pooled = self.text_states(input_ids, lengths, attention_mask)
        features = None if self.features is None else self.features(pooled)
        return StudentOutput(self.head(pooled), nn.functional.normalize(pooled, dim=-1), features)

    def text_states(self, input_ids: Tensor, lengths: Tensor, attention_mask: Tensor | None = None) -> Tensor:
        """Return float [batch, width], what the head scores; see `forward`."""
        states = self.transformer(
            inputs_embeds=self.embed(input_ids), attention_mask=attention_mask
        ).last_hidden_state
        real = torch.arange(input_ids.shape[1], device=input_ids.device)[None, :] < lengths[:, None]
        return self.pooled(states, real)

    def pooled(self, states: Tensor, real: Tensor) -> Tensor:
        """Return float [batch, width], the mean of the real tokens' states [batch, tokens, width]."""
        if self.pool is not None:
            weighted: Tensor = self.pool(states, real)
            return weighted
        weights = real.to(states.dtype)
        summed = torch.matmul(weights[:, None, :], states)[:, 0]
        return summed / weights.sum(dim=1, keepdim=True).clamp(min=1.0)
