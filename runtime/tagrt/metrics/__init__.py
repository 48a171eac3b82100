"""Figures that judge taggings: hierarchical F1, calibration error."""

from tagrt.metrics.calibration import calibration_error
from tagrt.metrics.hierarchical import RowScore, score_row

__all__ = ["RowScore", "calibration_error", "score_row"]
