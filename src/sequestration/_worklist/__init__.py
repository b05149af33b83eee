"""Work that a biller does next: steps, lists of lines, the crossover claim.

Imports only: the checks, the 835 reader, the codes, deadlines, the law and the ground.
Tests: tests/worklist
"""
