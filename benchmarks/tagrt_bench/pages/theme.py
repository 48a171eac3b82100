"""Colours of page and plots, light and dark, as CSS variables.

Matplotlib knows no variables: plots are drawn in stand-in colours, which are replaced in the SVG text.
"""

from __future__ import annotations

LIGHT = {
    "ink": "#1c2024", "muted": "#60646c", "line": "#d9dbe0", "ground": "#ffffff", "panel": "#f6f7f9",
    "ours": "#c2410c", "good": "#18794e", "bad": "#b42318",
    "s0": "#1f6feb", "s1": "#0f766e", "s2": "#7c3aed", "s3": "#a16207", "s4": "#be185d", "s5": "#475569",
}  # fmt: skip
DARK = {
    "ink": "#eceef1", "muted": "#a3a8b1", "line": "#363a41", "ground": "#121417", "panel": "#1b1e22",
    "ours": "#fb923c", "good": "#4ade80", "bad": "#f87171",
    "s0": "#6cb2ff", "s1": "#4fd1c5", "s2": "#b794ff", "s3": "#eab308", "s4": "#f472b6", "s5": "#94a3b8",
}  # fmt: skip
SERIES = ("s0", "s1", "s2", "s3", "s4", "s5")
STAND_IN = {name: f"#0{number:x}0{number:x}0{number:x}" for number, name in enumerate(LIGHT, 1)}
"""Colours that matplotlib draws in, by variable; it shortens none of them."""


def variables() -> str:
    """Return the CSS that defines the colours for both schemes."""
    return (
        f":root{{color-scheme:light dark;{_declared(LIGHT)}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{_declared(DARK)}}}}}"
    )


def themed(svg: str) -> str:
    """Return an SVG text with variables in the place of the stand-in colours."""
    for name, colour in STAND_IN.items():
        svg = svg.replace(colour, f"var(--{name})")
    return svg


def _declared(colours: dict[str, str]) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in colours.items())
