"""The parts of the task classify."""
