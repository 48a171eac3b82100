"""What a run has written survives: interrupts, full disks, other runs, and cuts at any step."""

import errno
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from tagrt.errors import OutputFileError, UsageError
from tagrt.inference.stages import Stages
from tagrt.run import RunOptions, Summary, durable, run_file
from tagrt.types import Decision, Product, Tag, Tagging

ROWS = 5000
RESUME = RunOptions(resume=True)


class Counter:
    """Tags every product with its place in its chunk, so that another cut into chunks would show."""

    fingerprint = "counter"

    def __init__(self, stop_after: int | None = None, error: BaseException | None = None) -> None:
        self.stop_after = stop_after
        self.error = error or KeyboardInterrupt()
        self.chunks = 0

    def tag_chunks(
        self, chunks: Iterable[Sequence[Product | str]], stages: Stages | None = None
    ) -> Iterator[list[Tagging]]:
        for chunk in chunks:
            if self.chunks == self.stop_after:
                raise self.error
            self.chunks += 1
            tags = [Tag(f"t/{at}", f"Tag {at}", "", 0.5) for at in range(len(chunk))]
            yield [Tagging((tag,), (tag,), Decision.AUTO) for tag in tags]


@pytest.fixture(autouse=True)
def _every_chunk_is_a_checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "CHECKPOINT_SECONDS", 0.0)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Shopify rows: every third takes its title from the row before; one has a broken byte."""
    path = tmp_path / "stock.csv"
    lines = ["Handle,Title,Vendor,Note"]
    lines += [f"h{n // 3},{'' if n % 3 == 2 else f'Title {n}'},Acme," for n in range(ROWS)]
    path.write_bytes("\n".join(lines).encode() + b"\nlast,\xff\xfe title,Acme,caf\xc3\xa9\n")
    return path


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def undisturbed(source: Path) -> tuple[dict[str, bytes], Summary]:
    summary = run_file(Counter(), source)
    found = files(source.parent)
    for name in found:
        if name != source.name:
            (source.parent / name).unlink()
    return found, summary


def test_an_interrupted_run_goes_on_to_the_same_bytes(source: Path) -> None:
    expected, whole = undisturbed(source)
    for stop in (1, 2, 1):
        with pytest.raises(KeyboardInterrupt):
            run_file(Counter(stop), source, RESUME)
        assert not (source.parent / "stock.tagged.csv").exists()
    last = Counter()
    summary = run_file(last, source, RESUME)
    assert files(source.parent) == expected
    assert last.chunks == 1
    assert summary.counts() == whole.counts()
    assert summary.resumed == 4 * 1024
    assert summary.rejected == source.parent / "stock.rejected.csv"


def test_rejected_rows_are_listed_with_line_and_reason(source: Path) -> None:
    expected, summary = undisturbed(source)
    head, row = expected["stock.rejected.csv"].decode("utf-8-sig").splitlines()
    assert head == "row,line,reason,Handle,Title,Vendor,Note"
    assert row.startswith(f"{ROWS + 1},{ROWS + 2},bytes that are not in the file's encoding")
    assert (summary.rows, summary.damaged) == (ROWS + 1, 1)
    assert expected["stock.tagged.csv"].count(b"\n") == ROWS + 2


def test_a_mended_file_leaves_no_list_of_rejected_rows(source: Path) -> None:
    run_file(Counter(), source)
    source.write_text("title\nTea\n")
    assert run_file(Counter(), source).rejected is None
    assert sorted(files(source.parent)) == ["stock.csv", "stock.tagged.csv"]


def test_without_resume_a_run_starts_anew(source: Path) -> None:
    expected, _ = undisturbed(source)
    with pytest.raises(KeyboardInterrupt):
        run_file(Counter(2), source)
    again = Counter()
    run_file(again, source)
    assert again.chunks == ROWS // 1024 + 1
    assert files(source.parent) == expected


def test_resume_refuses_another_input_model_or_options(source: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_file(Counter(2), source)
    with pytest.raises(UsageError, match=r"another set of options: run it again without --resume"):
        run_file(Counter(), source, RunOptions(resume=True, sanitize=True))
    other = Counter()
    other.fingerprint = "other"
    with pytest.raises(UsageError, match="another model"):
        run_file(other, source, RESUME)
    os.utime(source, (0, 0))
    with pytest.raises(UsageError, match="another input file"):
        run_file(Counter(), source, RESUME)
    assert ".stock.tagged.csv.part" in files(source.parent)


def test_nothing_to_resume_is_a_run_from_the_start(source: Path) -> None:
    expected, _ = undisturbed(source)
    run_file(Counter(), source, RESUME)
    assert files(source.parent) == expected


def test_lost_or_torn_parts_start_anew(source: Path) -> None:
    expected, _ = undisturbed(source)
    part, checkpoint = (source.parent / f".stock.tagged.csv.part{end}" for end in ("", ".json"))
    for spoil in (part.unlink, lambda: checkpoint.write_text("{"), lambda: part.write_text("x")):
        with pytest.raises(KeyboardInterrupt):
            run_file(Counter(2), source)
        spoil()
        run_file(Counter(), source, RESUME)
        assert files(source.parent) == expected
        (source.parent / "stock.tagged.csv").unlink()


def test_what_was_written_after_the_checkpoint_is_cut_off(source: Path) -> None:
    expected, _ = undisturbed(source)
    with pytest.raises(KeyboardInterrupt):
        run_file(Counter(2), source)
    with (source.parent / ".stock.tagged.csv.part").open("ab") as part:
        part.write(b"half a row, torn by a power cu")
    run_file(Counter(), source, RESUME)
    assert files(source.parent) == expected


@pytest.mark.parametrize("renames", [0, 1, 2])
def test_a_cut_between_the_renames_is_mended(
    source: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    expected, whole = undisturbed(source)
    replace, unlink, left = durable._replace, Path.unlink, [renames]

    def cut(part: Path, target: Path) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        replace(part, target)

    def kept(path: Path, missing_ok: bool = False) -> None:
        if path.name.endswith(".part.json") and (source.parent / "stock.tagged.csv").exists():
            raise KeyboardInterrupt
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(durable, "_replace", cut)
        patch.setattr(Path, "unlink", kept)
        run_file(Counter(), source)
    idle = Counter()
    assert run_file(idle, source, RESUME).counts() == whole.counts()
    assert (idle.chunks, files(source.parent)) == (0, expected)


def test_a_full_disk_keeps_what_is_sound(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected, _ = undisturbed(source)
    sync, left = os.fsync, [4]

    def full(descriptor: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(descriptor)

    with (
        monkeypatch.context() as patch,
        pytest.raises(OutputFileError, match="disk is full: free some space"),
    ):
        patch.setattr(os, "fsync", full)
        run_file(Counter(), source)
    assert json.loads((source.parent / ".stock.tagged.csv.part.json").read_text())["chunks"] == 1
    last = Counter()
    run_file(last, source, RESUME)
    assert last.chunks == ROWS // 1024
    assert files(source.parent) == expected


def test_a_second_run_on_the_same_output_is_refused(source: Path) -> None:
    target = source.parent / "stock.tagged.csv"
    with durable.DurableOutput(target, target.with_name("r.csv"), {}, resume=False):
        with pytest.raises(OutputFileError, match="being written by another tagrt run"):
            run_file(Counter(), source)
        run_file(Counter(), source, RunOptions(output=source.parent / "other.csv"))
    run_file(Counter(), source)


def test_a_target_that_cannot_be_written_says_what_to_do(source: Path) -> None:
    with pytest.raises(OutputFileError, match="folder does not exist"):
        run_file(Counter(), source, RunOptions(output=source.parent / "no/o.csv"))
    with pytest.raises(OutputFileError, match="no regular file"):
        run_file(Counter(), source, RunOptions(output=source.parent))
    assert sorted(files(source.parent)) == ["stock.csv"]
