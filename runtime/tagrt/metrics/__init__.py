"""Figures that judge taggings: hierarchical F1, coverage, calibration error."""

from tagrt.metrics.hierarchical import RowScore, score_row

__all__ = ["RowScore", "score_row"]
