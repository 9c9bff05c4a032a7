"""The parts of the task correct."""
