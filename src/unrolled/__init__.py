"""Recurrent networks you can train in minutes on a laptop, see through, and ship."""

__version__ = "0.1.0"
