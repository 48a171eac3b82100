"""What several stories begin with."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of the smoke recipe, made by the real commands, once; no test changes it."""
    folder = tmp_path_factory.mktemp("smoke")
    tagrt = [sys.executable, "-m", "tagrt"]
    run = [*tagrt, "distill", "--recipe", "smoke", "-o", str(folder / "run"), "--report-to", "none"]
    subprocess.run(run, check=True, capture_output=True)
    export = [*tagrt, "export", str(folder / "run"), "-o", str(folder / "bundle"), "--name", "toy"]
    subprocess.run(export, check=True, capture_output=True)
    return folder / "bundle"
