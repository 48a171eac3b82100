"""What the figures mean, in plain words."""

from __future__ import annotations

CATALOGUE = 100_000


def verdict(products_per_second: float, one_title_ms: float, memory_bytes: float | None) -> str:
    """Say what a shop can expect of this machine.

    Args:
        products_per_second: Of a whole run, file to file.
        one_title_ms: Median time of one title.
        memory_bytes: Peak of the run, if known.
    """
    lines = [
        f"This machine tags about {about(products_per_second * 60)} products a minute; "
        f"a catalogue of {CATALOGUE:,} takes {duration(CATALOGUE / products_per_second)}.",
        f"One title takes {one_title_ms:.3g} ms{_felt(one_title_ms)}.",
    ]
    if memory_bytes:
        lines.append(f"A run takes up to {memory_bytes / 1e6:.0f} MB of memory.")
    return " ".join(lines)


def duration(seconds: float) -> str:
    """Return a time as people say it: ``14 seconds``, ``3 minutes``, ``1.5 hours``."""
    if seconds < 1:
        return "less than a second"
    if seconds < 90:
        return _counted(round(seconds), "second")
    if seconds < 5400:
        return _counted(round(seconds / 60), "minute")
    return f"{seconds / 3600:.1f} hours"


def about(count: float) -> str:
    """Return a count with two significant digits and thousands parted."""
    return f"{int(float(f'{count:.2g}')):,}"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _felt(milliseconds: float) -> str:
    return ": as one types or scans, tags are there at once" if milliseconds < 50 else ""
