"""The parts of the task tag."""
