"""Process support: atomic file writes, interrupts and worker processes.

Imports only: the ground.
Tests: tests/runtime
"""
