"""How fast the shipped model is on this machine, and whether one report is worse than another.

What needs more than the base install, the peers and the pages, is in the room ``benchmarks``.
"""
