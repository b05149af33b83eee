"""The HTML report: one page that a practice manager can hand on.

`page` puts the sections together. `claims` groups the findings once, and every section that counts claims uses it.
"""
