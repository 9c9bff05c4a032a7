"""A file on disk to a table that remembers its lines. A file here is a format."""
