"""Putting a model to use: copied into place as a whole, with what it was compared with in its manifest."""

from __future__ import annotations

import dataclasses
import os
import shutil
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from tagrt.bundle import Bundle
from tagrt.bundle.bundle import MANIFEST, MODEL
from tagrt.bundle.seal import seal
from tagrt.compare.compare import Comparison
from tagrt.errors import BundleError, OutputFileError
from tagrt.run.durable import explained

PREVIOUS = ".previous"
"""Suffix of the folder that keeps the model which was in use before."""


def promote(
    new: Bundle, target: Path, comparison: Comparison, golden: Path, who: str, overridden: str = ""
) -> Bundle:
    """Copy a bundle to where it is used; the one that was there stays beside it.

    Args:
        new: The bundle.
        target: The folder that `--model` names in the shop.
        comparison: What it was compared with, and how it fared.
        golden: The golden rows.
        who: Who promotes it.
        overridden: Why it is promoted although it is significantly worse; empty where it is not.

    Returns:
        The bundle in its new place, verified.

    Raises:
        OutputFileError: If the folder cannot be written or holds something else than a bundle.
    """
    if target.exists() and not (target / MANIFEST).is_file():
        raise OutputFileError(f"{target} is there and no bundle: choose another --to")
    if target.exists() and target.samefile(new.path):
        raise OutputFileError(f"{target} is the new bundle itself: choose another --to")
    promotion = _record(new, comparison, golden, who, overridden)
    try:
        with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".promote-") as scratch:
            staged = Path(scratch) / "bundle"
            staged.mkdir()
            for name, contents in new.contents.items():
                (staged / name).write_bytes(contents)
            seal(staged, dataclasses.replace(new.manifest, promotion=promotion))
            Bundle.load(staged)
            _put(staged, target)
    except OSError as error:
        raise explained(target, error) from error
    return Bundle.load(target)


def present(target: Path) -> Path | None:
    """Return the bundle in use: that at the target, or what a cut promotion moved aside; None for neither.

    Raises:
        BundleError: If it is damaged.
    """
    for folder in (target, target.with_name(target.name + PREVIOUS)):
        if (folder / MANIFEST).is_file():
            Bundle.load(folder)
            return folder
    if target.exists() and any(target.iterdir()):
        raise BundleError(f"{target} is there and no bundle: choose another --to")
    return None


def _put(staged: Path, target: Path) -> None:
    """Move the old folder aside and the new one into its place."""
    previous = target.with_name(target.name + PREVIOUS)
    if target.exists():
        if previous.exists():
            shutil.rmtree(previous)
        os.replace(target, previous)
    os.replace(staged, target)


def _record(
    new: Bundle, comparison: Comparison, golden: Path, who: str, overridden: str
) -> dict[str, object]:
    figures = {
        d.name: {
            "old": round(d.old, 4),
            "new": round(d.new, 4),
            "low": round(d.low, 4),
            "high": round(d.high, 4),
        }
        for d in comparison.overall
    }
    return {
        "at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "who": who,
        "over": comparison.old.name,
        "model": new.manifest.files[MODEL],
        "golden": golden.name,
        "rows": comparison.rows,
        "figures": figures,
        **({"overridden": overridden} if overridden else {}),
    }
