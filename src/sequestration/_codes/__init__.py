"""Code lists (CARC, RARC, PLB, group codes), and the next step for each code.

Imports only: deadlines and the ground.
Tests: tests/codes
"""
