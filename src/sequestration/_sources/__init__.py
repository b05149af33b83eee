"""Files that a caller names (paths, gzip, zip archives, other kinds) and the data files of the library.

Imports only: the errors and the printable text.
Tests: tests/sources
"""
