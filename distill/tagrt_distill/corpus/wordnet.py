"""Names of things with their glosses from WordNet (Fellbaum, 1998), as unlabelled English text.

Our rows are short of plain English words; a teacher that knows them can pass them on through these texts.
WordNet's noun file comes with Debian's ``wordnet-base`` as ``/usr/share/wordnet/data.noun``:

    python -m tagrt_distill.corpus.wordnet /usr/share/wordnet/data.noun > wordnet.unlabelled.jsonl
    tagrt distill --corpus CORPUS --unlabelled wordnet.unlabelled.jsonl
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

FILES = {"06": "artifact", "13": "food", "20": "plant", "27": "substance"}
"""Lexicographer files that hold what a shop may sell."""


def texts(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    """Read ``data.noun``.

    Args:
        lines: Its lines; those of the licence text begin with a space.

    Yields:
        For each synset its words with the gloss, without examples, as description; and the first word alone
        where there are several. (Training sometimes leaves descriptions out.)
    """
    for line in lines:
        head, _, gloss = line.partition(" | ")
        fields = head.split()
        if line.startswith(" ") or len(fields) < 4 or fields[1] not in FILES:
            continue
        words = [fields[4 + 2 * n].replace("_", " ") for n in range(int(fields[3], 16))]
        if len(words) > 1:
            yield {"text": words[0], "lang": "en"}
        yield {"text": ", ".join(words), "description": gloss.partition('; "')[0].strip(), "lang": "en"}


def main() -> None:
    """Write the records to standard output."""
    with Path(sys.argv[1]).open(encoding="utf-8") as lines:
        for record in texts(lines):
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
