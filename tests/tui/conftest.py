"""What all tests of the terminal app share."""

import pytest

from tagrt_tui.scanner.app import ScannerApp


@pytest.fixture(autouse=True)
def no_scanner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys act at once, as with --scan-gap 0: pilot presses them faster than any person."""
    monkeypatch.setattr(ScannerApp, "scan_gap", 0.0)
