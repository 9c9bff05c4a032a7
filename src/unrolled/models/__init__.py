"""Input, recurrent stack, pooling and head, put together; and their folder."""
