"""What goes in, what comes out, the loss, the metric. A file here is a task."""
