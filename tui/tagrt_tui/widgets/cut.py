"""Texts cut to the room there is, with a mark where they are."""

from __future__ import annotations

from rich.cells import cell_len, chop_cells


def cut_end(text: str, width: int) -> str:
    """Return a text of at most so many cells; `…` stands for what is left out."""
    if cell_len(text) <= width or width < 1:
        return text
    return f"{chop_cells(text, width - 1)[0] if width > 1 else ''}…"


def cut_middle(text: str, width: int) -> str:
    """Return a text of at most so many cells: its begin and its end, such as a file's suffix."""
    if cell_len(text) <= width:
        return text
    end = len(text)
    while cell_len(text[end - 1 :]) <= width // 2:
        end -= 1
    begin = 0
    while cell_len(text[: begin + 1]) + 1 + cell_len(text[end:]) <= width:
        begin += 1
    return f"{text[:begin]}…{text[end:]}"
