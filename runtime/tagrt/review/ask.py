"""Questions as a table that a person fills in a spreadsheet; `tagrt correct --from` reads it back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tagrt.corrections.edited import ASKED, STORE_KEY
from tagrt.policy.hidden import Hidden
from tagrt.review.choose import Question
from tagrt.run.durable import explained
from tagrt.tables.record import Record
from tagrt.tables.writer import CsvWriter
from tagrt.types import Language

if TYPE_CHECKING:
    from tagrt.inference.tagger import Tagger

GUESSES = 3


def write_questions(
    path: Path, questions: Sequence[Question], tagger: Tagger, language: Language, hidden: Hidden
) -> None:
    """Write a CSV: what the product is, what the model thinks, and an empty column for the right tag.

    Args:
        path: The file.
        questions: Products to ask about.
        tagger: The model.
        language: Of the tags' names.
        hidden: Tags that are not shown.

    Raises:
        OutputFileError: If it is there already, for a person may have filled it, or cannot be written.
    """
    header = [STORE_KEY, "sku", "barcode", "title", "brand", ASKED]
    header += [f"guess_{n}" for n in range(1, GUESSES + 1)]
    try:
        with path.open("x", encoding="utf-8", errors="backslashreplace", newline="") as file:
            file.write("\ufeff")  # spreadsheets take UTF-8 without a mark for the local code page
            writer = CsvWriter(file, ",", "\n", sanitize=True)
            writer.header(header, ())
            for number, question in enumerate(questions, start=1):
                product = question.product
                cells = [question.key, product.key, product.gtin, product.title, product.brand, ""]
                cells += _guesses(question, tagger, language, hidden)
                writer.write(Record(number, cells), ())
    except OSError as error:
        raise explained(path, error) from error


def _guesses(question: Question, tagger: Tagger, language: Language, hidden: Hidden) -> list[str]:
    found = hidden.among(tagger.candidates(question.product, count=GUESSES))
    paths = [" > ".join(tag.name(language) for tag in path) for path in found]
    return [*paths, *[""] * (GUESSES - len(paths))]
