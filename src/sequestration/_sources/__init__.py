"""Files that a caller names: paths, compressed files, archives, and files that are not 835s.

Imports only: the errors and the printable text.
Tests: tests/sources
"""
