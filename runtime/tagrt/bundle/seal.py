"""Sealing a bundle folder: the manifest takes down the hash of every other file."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

from tagrt.bundle.bundle import MANIFEST
from tagrt.bundle.manifest import Manifest


def seal(folder: Path, manifest: Manifest) -> None:
    """Write ``manifest.json`` with the hash of every other file of the folder."""
    names = sorted(p.name for p in folder.iterdir() if p.name != MANIFEST)
    hashes = {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in names}
    text = dataclasses.replace(manifest, files=hashes).to_json()
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
