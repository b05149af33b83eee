"""Open files: those that a caller names, in archives too, and the shipped data.

Imports only: the errors and the printable text.
Tests: tests/sources
"""
