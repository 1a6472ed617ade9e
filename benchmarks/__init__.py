"""Measured, never asserted in tests. Each module runs with `python -m benchmarks.<name>`."""
