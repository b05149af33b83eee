"""Layouts of a claim: as text and HTML, and as a posting system books it.

Imports only the ground modules, because the model itself imports these.
"""
