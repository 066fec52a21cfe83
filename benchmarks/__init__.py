"""Measurements, run by hand with `make benchmark`; README.md beside this says what each figure means."""
