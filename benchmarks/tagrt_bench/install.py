"""What has to be installed to run something: a distribution and everything that it requires, in bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name


def install_bytes(names: Iterable[str]) -> int:
    """Return the bytes of the files of some distributions and of all that they require without extras."""
    waiting, seen, total = list(names), set(), 0
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in seen:
            continue
        seen.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        total += own_bytes(found)
        waiting += required(found)
    return total


def required(found: Distribution) -> list[str]:
    """Return what a distribution requires on this machine."""
    names = []
    for line in found.requires or ():
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            names.append(requirement.name)
    return names


def own_bytes(found: Distribution) -> int:
    """Return the bytes of a distribution's files, also of an editable one."""
    listed = sum(file.size or 0 for file in found.files or ())
    return listed + sum(path.stat().st_size for path in _edited(found))


def _edited(found: Distribution) -> Iterator[Path]:
    """Yield the files of the packages in the folders that an editable install names; no caches."""
    url = json.loads(found.read_text("direct_url.json") or "{}")
    if not url.get("dir_info", {}).get("editable"):
        return
    for file in found.files or ():
        if file.suffix != ".pth":
            continue
        for folder in Path(str(found.locate_file(file))).read_text(encoding="utf-8").split("\n"):
            for package in Path(folder).glob("*/__init__.py") if folder else ():
                inside = package.parent.rglob("*")
                yield from (path for path in inside if path.is_file() and "__pycache__" not in path.parts)
