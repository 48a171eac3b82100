"""The values that travel between the rooms: products, tags, taggings, decisions, exit codes."""

from tagrt.types.decision import OVERRIDES, Decision, Reason
from tagrt.types.exit_code import ExitCode
from tagrt.types.language import Language
from tagrt.types.product import Product
from tagrt.types.tagging import Tag, Tagging

__all__ = ["OVERRIDES", "Decision", "ExitCode", "Language", "Product", "Reason", "Tag", "Tagging"]
