"""The machine and the versions that figures were made with."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tagrt.inference.threads import available_cpus

BASE = ("tagrt", "onnxruntime", "numpy", "tokenizers")
_CPU_INFO = Path("/proc/cpuinfo")
_TOLD = ("sse4_2", "avx", "avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm")


def machine() -> dict[str, Any]:
    """Return processor, CPUs, memory and system."""
    info = _cpu_info()
    flags = (info.get("flags") or info.get("Features") or "").split()
    return {
        "processor": info.get("model name") or platform.processor() or platform.machine(),
        "instructions": [flag for flag in _TOLD if flag in flags],
        "cpus": available_cpus(),
        "memory_bytes": _memory(),
        "system": platform.platform(terse=True),
    }


def versions(distributions: Iterable[str] = BASE) -> dict[str, str]:
    """Return the versions of Python and of those distributions that are installed."""
    found = {"python": platform.python_version()}
    for name in distributions:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def commit(folder: Path) -> str:
    """Return the commit that a checkout is at, with ``+`` if it was changed; empty outside of one."""
    try:
        head = _git(folder, "rev-parse", "--short=12", "HEAD")
        return head + ("+" if _git(folder, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _cpu_info() -> dict[str, str]:
    if not _CPU_INFO.is_file():
        return {}
    pairs = (line.partition(":") for line in _CPU_INFO.read_text(errors="replace").splitlines())
    found: dict[str, str] = {}
    for name, _, value in pairs:
        found.setdefault(name.strip(), value.strip())
    return found


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
