"""The gate: a new model beside the present one on golden rows, and its way into use."""

from tagrt.compare.compare import Comparison, compare
from tagrt.compare.golden import GoldenRow, read_golden
from tagrt.compare.promote import promote

__all__ = ["Comparison", "GoldenRow", "compare", "promote", "read_golden"]
