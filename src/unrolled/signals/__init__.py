"""Sounds and pictures to numbers: samples, log-mel frames, pixels."""
