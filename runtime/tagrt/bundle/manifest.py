"""The manifest: what a bundle says of itself, sealed with its own hash."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from tagrt.errors import BundleError
from tagrt.types.tagging import REST

SCHEMA = 1
"""Newest manifest schema this version reads."""

MAX_TOKENS = 4096
"""Longest input that is believed."""

_UNSEALED = "0" * 64
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class Manifest:
    """Contents of ``manifest.json``.

    Attributes:
        name: Model name.
        version: Model version.
        created: UTC time of export, ISO 8601.
        taxonomy_hash: `Taxonomy.hash` of the tree the labels come from.
        labels: Taxonomy ids in the order of the graph's logits; a softmax over the leaves' logits,
            divided by `temperature`, gives leaf probabilities.
        temperature: Calibration temperature.
        threshold: Least probability of a decided tag.
        normalisation: `tagrt.text.NORMALISATION_VERSION` the model was trained with.
        max_tokens: Longest input in tokens; longer ones are cut.
        opset: ONNX opset of the graph.
        quantization: How the weights were quantized, and what it cost.
        metrics: Figures per dev set.
        sources: Training sources: name, rows, licence, tier.
        files: Sha256 of every other file of the bundle, by name.
        schema: Schema of the manifest itself.
        baseline: Review rate, confidence and unknown tokens on the titles of the dev sets.
        promotion: What it was compared with before it was put to use, and who passed over what.
        similarity: Least cosine similarity at which a product takes the tag of a corrected one; None where it
            was not measured for this model.
    """

    name: str
    version: str
    created: str
    taxonomy_hash: str
    labels: tuple[str, ...]
    temperature: float
    threshold: float
    normalisation: int
    max_tokens: int
    opset: int
    quantization: dict[str, Any]
    metrics: dict[str, dict[str, float]]
    sources: tuple[dict[str, Any], ...]
    files: dict[str, str] = field(default_factory=dict)
    schema: int = SCHEMA
    baseline: dict[str, float] = field(default_factory=dict)
    promotion: dict[str, Any] = field(default_factory=dict)
    similarity: float | None = None

    @property
    def tags(self) -> int:
        """The number of tags that are shown: labels without the rests of split ones."""
        return sum(not label.endswith(f"/{REST}") for label in self.labels)

    def to_json(self) -> str:
        """Return the manifest as JSON text, sealed with a hash over that very text."""
        text = json.dumps({"seal": _UNSEALED, **asdict(self)}, ensure_ascii=False, indent=1) + "\n"
        return text.replace(_UNSEALED, hashlib.sha256(text.encode()).hexdigest(), 1)

    @classmethod
    def from_json(cls, data: bytes, origin: str) -> Manifest:
        """Read a manifest and check its seal.

        Args:
            data: Contents of ``manifest.json``.
            origin: Path for error messages.

        Raises:
            BundleError: If it is no manifest, was changed, or has a newer schema.
        """
        try:
            record = json.loads(data)
            seal = record.pop("seal")
            schema = record["schema"]
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise BundleError(f"{origin}: damaged manifest: {_REPLACE}") from error
        if isinstance(schema, int) and schema > SCHEMA:
            raise BundleError(
                f"{origin}: manifest schema {schema} is newer than this tagrt reads ({SCHEMA}): upgrade tagrt"
            )
        unsealed = data.replace(str(seal).encode(), _UNSEALED.encode(), 1)
        if hashlib.sha256(unsealed).hexdigest() != seal:
            raise BundleError(f"{origin}: the manifest was changed after export: {_REPLACE}")
        known = {f.name for f in fields(cls)}
        record = {k: tuple(v) if isinstance(v, list) else v for k, v in record.items() if k in known}
        try:
            manifest = cls(**record)
            fits = (
                0 < manifest.temperature < 1e3
                and 0 <= manifest.threshold <= 1
                and 0 < manifest.max_tokens <= MAX_TOKENS
                and (manifest.similarity is None or 0 < manifest.similarity <= 1)
            )
        except TypeError as error:
            raise BundleError(f"{origin}: the manifest lacks a field or has one of a wrong type") from error
        if not fits:
            raise BundleError(f"{origin}: temperature, threshold, max_tokens or similarity is out of range")
        foreign = [name for name in manifest.files if not _FILE_NAME.fullmatch(name)]
        if foreign:
            raise BundleError(f"{origin}: {foreign[0]!r} is no name of a file in the bundle's folder")
        return manifest


_REPLACE = "reinstall the package or export the bundle again"
