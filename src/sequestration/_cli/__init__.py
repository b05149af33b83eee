"""Command line.

Imports only: all other packages, but not frames, plot and strategies.
Tests: tests/cli
"""
