"""What a trained network does on one input: states, gradients, influence, faults."""
