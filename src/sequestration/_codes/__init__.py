"""Code lists (CARC, RARC, PLB, group codes), and what each code asks for.

Imports only: deadlines and the ground.
Tests: tests/codes
"""
