"""Loading a bundle folder: every file is read once, hashed, and handed on as the bytes that were hashed."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path

from tagrt.bundle.manifest import Manifest
from tagrt.errors import BundleError
from tagrt.text import NORMALISATION_VERSION

MANIFEST = "manifest.json"
MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
TAXONOMY = "taxonomy.tsv"
MODEL_CARD = "MODEL_CARD.md"
MAX_FILE = 256 << 20
"""Most bytes of one file: larger ones are refused before they are read."""

REQUIRED = (MODEL, TOKENIZER, TAXONOMY)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A verified bundle.

    Attributes:
        path: Its folder.
        manifest: Its manifest.
        contents: Bytes of every file the manifest names.
    """

    path: Path
    manifest: Manifest
    contents: dict[str, bytes]

    @classmethod
    def load(cls, path: str | Path | None = None) -> Bundle:
        """Read and verify a bundle.

        Args:
            path: Its folder; the model inside the package if None.

        Raises:
            BundleError: If a file is missing or differs from its hash, or the bundle needs another
                version of tagrt.
        """
        folder = shipped() if path is None else Path(path)
        if not folder.is_dir():
            raise BundleError(f"{folder}: no such bundle folder")
        manifest = Manifest.from_json(_read(folder / MANIFEST), str(folder / MANIFEST))
        if manifest.normalisation != NORMALISATION_VERSION:
            raise BundleError(
                f"{folder}: made for text normalisation {manifest.normalisation}, this tagrt has "
                f"{NORMALISATION_VERSION}: export the model again or install the matching tagrt"
            )
        missing = [name for name in REQUIRED if name not in manifest.files]
        if missing:
            raise BundleError(f"{folder}: the manifest does not name {missing[0]}: export the bundle again")
        return cls(
            folder, manifest, {name: _verified(folder / name, h) for name, h in manifest.files.items()}
        )


def shipped() -> Path:
    """Return the folder of the model inside the package."""
    return Path(__file__).parents[1] / "models" / "base"


def _read(path: Path) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise BundleError(f"{path}: is no regular file: export the bundle again")
        if status.st_size > MAX_FILE:
            raise BundleError(f"{path}: has {status.st_size:,} bytes, more than any file of a bundle")
        return path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path}: cannot read this file of the bundle ({error.strerror})") from error


def _verified(path: Path, expected: str) -> bytes:
    data = _read(path)
    if hashlib.sha256(data).hexdigest() != expected:
        raise BundleError(
            f"{path}: its sha256 differs from the manifest's, the file is damaged or was changed: "
            "reinstall the package or export the bundle again"
        )
    return data
