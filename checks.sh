#!/usr/bin/env bash
# Runs every check of this project with the active environment's Python: lint, format, types, import
# arrows, tests. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

python -m ruff check .
python -m ruff format --check .
python -m mypy --strict
python -c 'import sys; from importlinter.cli import lint_imports_command as lint; sys.exit(lint())'
python -m pytest "$@"
