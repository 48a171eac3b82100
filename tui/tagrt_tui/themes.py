"""The themes that the app brings besides Textual's own: for bright halls, and for no colours at all."""

from __future__ import annotations

from textual.theme import Theme

CONTRAST = Theme(
    name="contrast",
    primary="#ffff00",
    secondary="#00ffff",
    accent="#ffff00",
    warning="#ffff00",
    error="#ff8080",
    success="#00ff00",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#303030",
    text_alpha=1.0,
    variables={
        "text-muted": "#ffffff",
        "text-disabled": "#d0d0d0",
        "block-cursor-foreground": "#000000",
        "block-cursor-background": "#ffff00",
        "border": "#ffffff",
    },
)

MONO = Theme(
    name="mono",
    primary="#c0c0c0",
    secondary="#a0a0a0",
    accent="#ffffff",
    warning="#e0e0e0",
    error="#ffffff",
    success="#e0e0e0",
    foreground="#e0e0e0",
    background="#101010",
    surface="#181818",
    panel="#303030",
    variables={"block-cursor-foreground": "#000000", "block-cursor-background": "#e0e0e0"},
)

THEMES = (CONTRAST, MONO)
