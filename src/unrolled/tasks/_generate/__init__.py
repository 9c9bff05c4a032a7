"""The parts of the task generate."""
