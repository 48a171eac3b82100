"""Choosing which products to ask a person about."""

from tagrt.review.ask import write_questions
from tagrt.review.choose import Question, choose

__all__ = ["Question", "choose", "write_questions"]
