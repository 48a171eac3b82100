"""The peak memory of this process."""

from __future__ import annotations

import re
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak_memory() -> int | None:
    """Return the largest resident set so far, in bytes; None where the system does not tell.

    Linux is asked itself: its `ru_maxrss` would count what the parent had when it started this process.
    """
    if _STATUS.is_file():
        found = re.search(r"VmHWM:\s+(\d+)", _STATUS.read_text())
        if found:
            return int(found[1]) << 10
    if sys.platform == "win32":
        return None
    import resource

    usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return usage if sys.platform == "darwin" else usage << 10
