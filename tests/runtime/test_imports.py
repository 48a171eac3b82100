"""What importing the runtime loads: nothing heavy, so that a till starts at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("torch", "textual", "transformers", "pandas", "onnxruntime")
NOT_FOR_HELP = (*HEAVY, "numpy", "tokenizers", "charset_normalizer")


def modules_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint('\\n' + ' '.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(run.stdout.splitlines()[-1].split())


def test_import_tagrt_loads_nothing_heavy() -> None:
    assert modules_after("import tagrt").isdisjoint(HEAVY)


def test_the_tagger_class_comes_without_torch_and_textual() -> None:
    assert modules_after("from tagrt import Tagger").isdisjoint(
        ("torch", "textual", "transformers", "pandas")
    )


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_load_no_model_code(option: str) -> None:
    assert modules_after(f"from tagrt.cli.main import main\nmain(['{option}'])").isdisjoint(NOT_FOR_HELP)
