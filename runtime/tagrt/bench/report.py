"""The file that a benchmark writes: its frame, reading it back, and what is wrong with a bad one."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timezone
from importlib import resources
from pathlib import Path
from typing import Any

from tagrt.bench.machine import machine
from tagrt.bench.measure import Measure
from tagrt.errors import InputFileError

SCHEMA = 1
"""Version of the format; `report.schema.json` describes it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What `compare` needs of a report.

    Attributes:
        kind: ``quick`` or ``full``.
        machine: As `tagrt.bench.machine.machine` returned it.
        measures: By peer, then by name.
    """

    kind: str
    machine: dict[str, Any]
    measures: dict[str, dict[str, Measure]] = field(default_factory=dict)


def frame(kind: str, command: str, versions: dict[str, str], commit: str = "") -> dict[str, Any]:
    """Return the fields that every report starts with."""
    return {
        "schema": SCHEMA,
        "kind": kind,
        "created": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "command": command,
        "commit": commit,
        "machine": machine(),
        "versions": versions,
    }


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of reports."""
    text = resources.files("tagrt.bench").joinpath("report.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def read_report(path: Path) -> Report:
    """Read a report.

    Raises:
        InputFileError: If it is missing, no report, or of a newer version.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputFileError(f"{path}: cannot read this report: {error.strerror}") from error
    except ValueError as error:
        raise InputFileError(f"{path}: is no JSON ({error}): {_MAKE}") from error
    if not isinstance(record, dict) or not isinstance(record.get("schema"), int):
        raise InputFileError(f"{path}: is no report of a benchmark: {_MAKE}")
    if record["schema"] > SCHEMA:
        raise InputFileError(
            f"{path}: report schema {record['schema']} is newer than this tagrt reads ({SCHEMA}): "
            "upgrade tagrt"
        )
    try:
        measures = {peer["name"]: _measures(peer) for peer in record["peers"]}
        return Report(str(record["kind"]), dict(record["machine"]), measures)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputFileError(f"{path}: damaged report ({error!r}): {_MAKE}") from error


def _measures(peer: dict[str, Any]) -> dict[str, Measure]:
    found = [Measure.from_json(measure) for measure in peer.get("measures", ())]
    if any(not measure.values for measure in found):
        raise ValueError("a measure without values")
    return {measure.name: measure for measure in found}


_MAKE = "make one with  tagrt bench --quick --json > report.json"
