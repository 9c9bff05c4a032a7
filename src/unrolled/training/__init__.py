"""Makes a model learn: batches, the loop, its schedule, its checkpoints, its report."""
