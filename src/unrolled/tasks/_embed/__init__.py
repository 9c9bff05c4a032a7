"""The parts of the task embed."""
