"""The parts of the task forecast."""
