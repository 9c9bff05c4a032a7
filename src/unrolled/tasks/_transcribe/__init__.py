"""The parts of the task transcribe."""
