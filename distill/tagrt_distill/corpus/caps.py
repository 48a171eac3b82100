"""Caps: no source and no tag may drown the others."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

from tagrt_distill.corpus.row import Row


def cap(
    rows: Sequence[Row], per_tag_and_source: int, per_source: Mapping[str, int], seed: int
) -> tuple[list[Row], list[Row]]:
    """Keep at most so many rows per tag and source, then at most so many per source.

    Args:
        rows: Cleaned rows.
        per_tag_and_source: Most rows of one tag from one source.
        per_source: Most rows of a source, by source name; sources not named are not capped.
        seed: Which rows of a source are kept depends on it and on that source's rows alone.

    Returns:
        Kept rows and rows capped away (which still serve as unlabelled text), shuffled.
    """
    sources: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        sources[row.source].append(row)
    for source, own in sources.items():
        random.Random(f"{seed}:{source}").shuffle(own)
    shuffled = [row for own in sources.values() for row in own]
    by_tag: dict[tuple[str, str], int] = defaultdict(int)
    by_source: dict[str, int] = defaultdict(int)
    kept: list[Row] = []
    dropped: list[Row] = []
    for row in shuffled:
        tag = (row.source, row.tags[0] if row.tags else "")
        limit = per_source.get(row.source, len(shuffled))
        if (row.tags and by_tag[tag] >= per_tag_and_source) or by_source[row.source] >= limit:
            dropped.append(row)
            continue
        by_tag[tag] += 1
        by_source[row.source] += 1
        kept.append(row)
    random.Random(seed).shuffle(kept)
    random.Random(seed).shuffle(dropped)
    return kept, dropped
