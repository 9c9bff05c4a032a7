"""Parts of the task caption."""
