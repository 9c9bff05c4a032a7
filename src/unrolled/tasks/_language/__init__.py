"""The parts of the task language_model."""
