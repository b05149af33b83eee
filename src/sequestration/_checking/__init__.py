"""Check of one claim: the deciding date, the payer, the judgment and its findings.

Imports only: the 835 reader, the codes, the law and the ground.
Tests: tests/checking
"""
