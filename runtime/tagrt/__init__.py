"""Product tagging on ordinary CPUs: what a shop installs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagrt.types import Decision, Language, Product, Reason, Tag, Tagging

if TYPE_CHECKING:
    from tagrt.inference.tagger import Tagger

__all__ = ["Decision", "Language", "Product", "Reason", "Tag", "Tagger", "Tagging"]


def __getattr__(name: str) -> object:
    """Import the tagger, and numpy with it, only when somebody asks for it; likewise the version."""
    if name == "Tagger":
        from tagrt.inference.tagger import Tagger

        return Tagger
    if name == "__version__":
        from importlib.metadata import version

        return version("tagrt")
    raise AttributeError(f"module 'tagrt' has no attribute '{name}'")
