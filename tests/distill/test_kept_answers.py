"""What slow members said is kept, by text; rows that the student sees more often."""

from pathlib import Path

import numpy as np
import pytest

from tagrt_distill.assistants.kept import KeptAnswers, Table
from tagrt_distill.pipeline import repeated


def test_what_a_slow_member_said_is_kept_by_text(tmp_path: Path) -> None:
    asked: list[list[str]] = []

    def ask(texts: list[str]) -> Table:
        asked.append(texts)
        return {"nodes": np.array([[len(text)] for text in texts], dtype=np.int32)}

    KeptAnswers(tmp_path).fill(["a", "bb", "a"], ask)
    kept = KeptAnswers(tmp_path)
    kept.fill(["bb", "dddd"], ask)
    assert asked == [["a", "bb"], ["dddd"]]
    assert kept.get(["dddd", "a", "a"])["nodes"].tolist() == [[4], [1], [1]]


def test_a_cut_run_loses_no_finished_portion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tagrt_distill.assistants.kept.PORTION", 2)

    def ask(texts: list[str]) -> Table:
        if "e" in texts:
            raise KeyboardInterrupt
        return {"nodes": np.zeros(len(texts))}

    with pytest.raises(KeyboardInterrupt):
        KeptAnswers(tmp_path).fill(list("abcdef"), ask)
    assert KeptAnswers(tmp_path).missing(list("abcdef")) == ["e", "f"]


def test_a_source_may_be_repeated() -> None:
    assert repeated(["a", "b", "a"], {"a": 3}) == [0, 1, 2, 0, 2, 0, 2]
    assert repeated(["a", "b"], {}) == [0, 1]
