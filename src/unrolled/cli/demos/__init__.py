"""What `unrolled demo NAME` shows, a file for each name: data, training, an ending."""
