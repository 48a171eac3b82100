"""Corrections in from a spreadsheet, out as training rows."""

from tagrt.corrections.edited import Outcome, correct_from
from tagrt.corrections.rows import write_training_rows

__all__ = ["Outcome", "correct_from", "write_training_rows"]
