"""What has to be installed to run something: a distribution and everything that it requires, in bytes."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution

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
    """Return the bytes of a distribution's files, as its record lists them."""
    return sum(file.size or 0 for file in found.files or ())
