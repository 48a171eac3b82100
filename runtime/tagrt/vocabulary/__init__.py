"""A shop's own words over the taxonomy, without training."""

from tagrt.vocabulary.overlay import Vocabulary

__all__ = ["Vocabulary"]
