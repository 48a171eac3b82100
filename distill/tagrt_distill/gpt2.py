"""The shape that teacher and student share: GPT-2 blocks for texts of some ten tokens."""

from __future__ import annotations

from typing import Any

from transformers import GPT2Config

from tagrt_distill.recipe import StudentRecipe, TeacherRecipe


def gpt2_config(
    recipe: StudentRecipe | TeacherRecipe, vocab_size: int, positions: int, **more: Any
) -> GPT2Config:
    """Return a GPT-2 configuration.

    Args:
        recipe: Layers, width, heads, dropout and, of a student, its feed-forward layers.
        vocab_size: Tokens of the embedding table.
        positions: Longest sequence in tokens.
        **more: Further fields of the configuration.
    """
    return GPT2Config(
        vocab_size=vocab_size,
        n_positions=positions,
        n_embd=recipe.width,
        n_layer=recipe.layers,
        n_head=recipe.heads,
        embd_pdrop=recipe.dropout,
        resid_pdrop=0.0,
        attn_pdrop=0.0,
        n_inner=getattr(recipe, "inner", 0) or None,
        activation_function=getattr(recipe, "activation", "gelu_pytorch_tanh"),
        attn_implementation="eager",  # faster here than fused kernels on titles of ten tokens
        bos_token_id=0,
        eos_token_id=0,
        **more,
    )
