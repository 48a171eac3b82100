"""Text as the model sees it: normalisation and the joining of a product's fields."""

from tagrt.text.normalise import NORMALISATION_VERSION, normalise
from tagrt.text.product_text import product_text

__all__ = ["NORMALISATION_VERSION", "normalise", "product_text"]
