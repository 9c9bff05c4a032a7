"""Architectures side by side on the same rows: several seeds, fair sizes, tests."""
