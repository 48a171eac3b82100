"""Tagging a whole file: read, tag, write, sum up."""

from tagrt.run.control import RunControl, RunStopped
from tagrt.run.job import FileTagger, run_file
from tagrt.run.options import STDOUT, Progress, RunOptions
from tagrt.run.summary import Summary, render_profile, render_summary

__all__ = [
    "STDOUT",
    "FileTagger",
    "Progress",
    "RunControl",
    "RunOptions",
    "RunStopped",
    "Summary",
    "render_profile",
    "render_summary",
    "run_file",
]
