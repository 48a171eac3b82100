"""The teacher: `GPT2LMHeadModel` whose vocabulary ends in one token per taxonomy node."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from peft import AdaLoraConfig, LoraConfig, PeftConfig, PeftModel, get_peft_model
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoTokenizer, GPT2LMHeadModel

from tagrt.errors import UsageError
from tagrt.taxonomy import Taxonomy
from tagrt_distill.gpt2 import gpt2_config
from tagrt_distill.recipe import TeacherRecipe
from tagrt_distill.training import device

_DEEPEST = 16
"""Positions kept for separator and tags."""


class Teacher(nn.Module):
    """p(y_1..y_m | x) = prod p(y_i | y_<i, x): a path from the root, one token per node.

    Each factor is a softmax over the children of the node before, which is what decoding constrained
    to the tree draws from. The token ``text_tokens`` separates title and tags; node ``n`` has the token
    ``text_tokens + 1 + n``.
    """

    allowed: Tensor
    model: GPT2LMHeadModel | PeftModel

    def __init__(self, model: GPT2LMHeadModel, taxonomy: Taxonomy, text_tokens: int) -> None:
        """Wrap a language model whose embeddings already hold the tag tokens."""
        super().__init__()
        self.model = model
        self.config = model.config
        self.separator = text_tokens
        self.first_tag = text_tokens + 1
        allowed = torch.zeros(len(taxonomy) + 1, len(taxonomy), dtype=torch.bool)
        for node, children in enumerate(taxonomy.children):
            allowed[node, children] = True
        allowed[len(taxonomy), taxonomy.roots] = True
        self.register_buffer("allowed", allowed, persistent=False)

    def step_log_probabilities(self, states: Tensor, parents: Tensor) -> Tensor:
        """Return log p(child | parent, title).

        Args:
            states: float [n, width], hidden states behind the separator or the parent's token.
            parents: int64 [n], the node reached, or the number of nodes for 'before the root'.

        Returns:
            float [n, nodes], -inf outside the parent's children.
        """
        logits = nn.functional.linear(states, self.model.lm_head.weight[self.first_tag :]).float()
        return torch.log_softmax(logits.masked_fill(~self.allowed[parents], -torch.inf), dim=-1)

    def forward(
        self, input_ids: Tensor, positions: Tensor, parents: Tensor, targets: Tensor
    ) -> dict[str, Tensor]:
        """Return the sequence loss over tag-token paths.

        Args:
            input_ids: int64 [batch, tokens]: title, separator, tags, right-padded.
            positions: int64 [steps, 2]: row and column of each hidden state that predicts a tag.
            parents: int64 [steps], see `step_log_probabilities`.
            targets: int64 [steps], the node that follows.

        Returns:
            ``loss``: negative log likelihood of whole paths, averaged over rows.
        """
        states = self.model.transformer(input_ids=input_ids).last_hidden_state
        found = self.step_log_probabilities(states[positions[:, 0], positions[:, 1]], parents)
        loss = -found.gather(1, targets[:, None]).sum() / len(input_ids)
        return {"loss": loss}


def create(recipe: TeacherRecipe, tokenizer: Tokenizer, taxonomy: Taxonomy) -> tuple[Teacher, Tokenizer]:
    """Make the teacher a recipe asks for, with the tokenizer it reads titles by.

    Args:
        recipe: ``init`` decides: from scratch, a hub name, or a local checkpoint folder.
        tokenizer: The corpus tokenizer, for a teacher from scratch or a checkpoint without its own.
        taxonomy: One new token per node is added to the vocabulary.

    Raises:
        UsageError: If the checkpoint cannot be loaded.
    """
    if recipe.init == "scratch":
        model = GPT2LMHeadModel(gpt2_config(recipe, tokenizer.get_vocab_size(), recipe.max_tokens + _DEEPEST))
    else:
        model, tokenizer = _pretrained(recipe, tokenizer)
    text_tokens = tokenizer.get_vocab_size()
    model.resize_token_embeddings(text_tokens + 1 + len(taxonomy), mean_resizing=False)
    model.config.use_cache = False
    return Teacher(model, taxonomy, text_tokens), tokenizer


def save(teacher: Teacher, tokenizer: Tokenizer, folder: Path) -> None:
    """Write the language model as a transformers checkpoint, with its tokenizer."""
    teacher.model.save_pretrained(str(folder))
    tokenizer.save(str(folder / "tokenizer.json"))


def restore(folder: Path, taxonomy: Taxonomy) -> tuple[Teacher, Tokenizer]:
    """Read what `save` wrote."""
    model = GPT2LMHeadModel.from_pretrained(folder, attn_implementation="eager")
    text_tokens = model.config.vocab_size - 1 - len(taxonomy)
    teacher = Teacher(model, taxonomy, text_tokens).to(device()).eval()
    return teacher, Tokenizer.from_file(str(folder / "tokenizer.json"))


def adapt(teacher: Teacher, recipe: TeacherRecipe, steps: int) -> None:
    """Make trainable what the recipe tunes: all, the upper blocks, or adapters beside the embeddings.

    Args:
        teacher: Changed in place.
        recipe: ``tune`` decides.
        steps: Optimizer steps of the run, for AdaLoRA's budget schedule.

    Raises:
        UsageError: If ``tune`` is none of the four ways.
    """
    model = teacher.model
    assert isinstance(model, GPT2LMHeadModel)
    if recipe.tune == "freeze":
        for block in model.transformer.h[: recipe.freeze_layers]:
            block.requires_grad_(False)
    elif recipe.tune in ("lora", "adalora"):
        teacher.model = _with_adapters(model, recipe, steps)
    elif recipe.tune != "full":
        raise UsageError(f"teacher.tune = '{recipe.tune}': use full, freeze, lora or adalora")


def _with_adapters(model: GPT2LMHeadModel, recipe: TeacherRecipe, steps: int) -> PeftModel:
    shared: dict[str, Any] = {
        "target_modules": ["c_attn", "c_proj", "c_fc"],
        "fan_in_fan_out": True,
        "lora_alpha": 2 * recipe.lora_rank,
    }
    if recipe.tune == "lora":
        config: PeftConfig = LoraConfig(r=recipe.lora_rank, **shared)
    else:
        config = AdaLoraConfig(
            target_r=recipe.lora_rank,
            init_r=recipe.lora_rank * 3 // 2,
            total_step=max(steps, 10),
            tinit=steps // 10,
            tfinal=steps // 2,
            **shared,
        )
    adapted = get_peft_model(model, config)
    adapted.get_input_embeddings().weight.requires_grad_(True)
    return adapted


def _pretrained(recipe: TeacherRecipe, tokenizer: Tokenizer) -> tuple[GPT2LMHeadModel, Tokenizer]:
    try:
        model = GPT2LMHeadModel.from_pretrained(recipe.init, activation_function="gelu_pytorch_tanh")
    except (OSError, ValueError) as error:
        raise UsageError(
            f"--init {recipe.init}: no GPT-2 checkpoint there; give a folder with config.json and weights, "
            f"or a hub name with network access ({str(error).splitlines()[0]})"
        ) from error
    if Path(recipe.init).is_dir() and not any(
        (Path(recipe.init) / name).is_file() for name in ("tokenizer.json", "vocab.json")
    ):
        return model, tokenizer
    own: Tokenizer = AutoTokenizer.from_pretrained(recipe.init, use_fast=True).backend_tokenizer
    return model, own
