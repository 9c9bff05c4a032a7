"""One time step of memory: mathematics only. A file here is a cell of that name."""
