"""Files that a caller names: paths, gzip, zip archives, other kinds of files.

Imports only: the errors and the printable text.
Tests: tests/sources
"""
