"""Measurements, run by hand with `make benchmark`. Each prints a ratio to a reference taken in the same run."""
