"""Kamerton: key account management on your own machine."""

__version__ = "0.1.0"
