"""Assistants: other models whose answers are averaged with the teacher's. Never needed at run time."""
