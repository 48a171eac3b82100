"""Chinese nouns from the dictionary of jieba (MIT), as unlabelled text.

Shop titles seldom hold the bare words that people say (鞋子, 电脑); an assistant that knows them can pass
them on through these texts.

    pip install jieba
    python -m tagrt_distill.corpus.jieba > jieba.unlabelled.jsonl
    tagrt distill --corpus CORPUS --unlabelled jieba.unlabelled.jsonl
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

NOUNS = ("n", "nz")
"""Parts of speech that name things: common nouns and other proper ones."""
LEAST_FREQUENCY = 10
LONGEST = 5


def texts(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    """Read ``dict.txt``.

    Args:
        lines: Its lines: word, frequency and part of speech.

    Yields:
        One record for each noun that is not too rare and has at most five characters.
    """
    for line in lines:
        word, frequency, part = line.split()
        if part in NOUNS and int(frequency) >= LEAST_FREQUENCY and len(word) <= LONGEST:
            yield {"text": word, "lang": "zh"}


def main() -> None:
    """Write the records of the installed package's dictionary to standard output."""
    package = find_spec("jieba")
    if package is None or package.origin is None:
        sys.exit("jieba is not installed: pip install jieba")
    with Path(package.origin).with_name("dict.txt").open(encoding="utf-8") as lines:
        for record in texts(lines):
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
