"""Tests that need the shipped model are left out of a checkout that has none, and come back by themselves."""

from tagrt.bundle.bundle import shipped

collect_ignore = [] if shipped().is_dir() else ["tui", "e2e/test_shipped_model.py"]
