"""Settings of the test tools for the whole suite."""

from hypothesis import settings

# The same cases each time, and no clock: a busy machine is no failure.
settings.register_profile("house", derandomize=True, deadline=None, database=None)
settings.load_profile("house")
