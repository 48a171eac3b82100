"""One measured figure with its spread, as reports keep it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Better = Literal["higher", "lower"]

SHARE = "share"
"""Unit of figures between 0 and 1, which are compared by difference rather than by ratio."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure.

    Attributes:
        name: What is measured, such as ``batch_256.products_per_second``.
        unit: Unit of the values.
        better: Which way is good.
        values: One per repetition.
        low: Lower end of the noise band.
        high: Upper end of the noise band.
    """

    name: str
    unit: str
    better: Better
    values: tuple[float, ...]
    low: float
    high: float

    @property
    def median(self) -> float:
        """The figure itself."""
        return statistics.median(self.values)

    def to_json(self) -> dict[str, Any]:
        """Return the record of a report."""
        return {
            "name": self.name,
            "unit": self.unit,
            "better": self.better,
            "median": rounded(self.median),
            "low": rounded(self.low),
            "high": rounded(self.high),
            "values": [rounded(value) for value in self.values],
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Measure:
        """Read the record of a report."""
        return cls(
            str(record["name"]),
            str(record["unit"]),
            "higher" if record["better"] == "higher" else "lower",
            tuple(float(value) for value in record["values"]),
            float(record["low"]),
            float(record["high"]),
        )


def measured(
    name: str, unit: str, better: Better, values: Sequence[float], band: tuple[float, float] | None = None
) -> Measure:
    """Return a measure; its noise band is from its least to its largest value if none is given."""
    low, high = band or (min(values), max(values))
    return Measure(name, unit, better, tuple(values), low, high)


_KINDS: dict[str, tuple[str, Better]] = {
    "products_per_second": ("products/s", "higher"),
    "rows_per_second": ("rows/s", "higher"),
    "cpu_seconds_per_1000": ("s", "lower"),
    "p50_ms": ("ms", "lower"),
    "p95_ms": ("ms", "lower"),
    "p99_ms": ("ms", "lower"),
    "seconds": ("s", "lower"),
    "bytes": ("bytes", "lower"),
}


def named(name: str, values: Sequence[float]) -> Measure:
    """Return a measure of speed or size, with the unit that its name ends in."""
    unit, better = _KINDS[name.rpartition(".")[2]]
    return measured(name, unit, better, values)


def rounded(value: float) -> float:
    """Return a figure with six significant digits, which no measurement here exceeds."""
    return float(f"{value:.6g}")
