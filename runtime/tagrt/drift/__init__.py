"""Whether what a shop brings is still what the model knows: figures per week against the model's baseline."""

from tagrt.drift.baseline import Baseline, baseline_of, measure
from tagrt.drift.weeks import Week, verdict, weeks

__all__ = ["Baseline", "Week", "baseline_of", "measure", "verdict", "weeks"]
