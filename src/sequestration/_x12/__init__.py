"""Reader of 835 files: from bytes to claims, with a list of problems.

Imports only: the codes, the runtime and the ground.
Tests: tests/x12
"""
