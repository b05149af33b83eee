"""Commands that look something up, each with no more imports than it needs.

Imports only: the arguments, the terminal, and what is looked up.
Tests: tests/cli
"""
