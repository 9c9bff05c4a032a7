"""Inputs, recurrent stack, pooling and head, put together; and the folder they live in."""
