"""Refuse the text of an 835 where a path is expected.

An error about a missing file repeats its path, and the text of an 835 names patients.
"""

from __future__ import annotations

import os
import re
from typing import cast

from sequestration._errors import InvalidArgumentType

__all__ = ["refuse_text"]

# A pattern for a shell such as ISA*.835 is a path. So is ST+notes.835: GS and ST are followed by a code.
_BEGINS_LIKE_835 = re.compile(
    r"[\s\ufeff\0]*(?:ISA[*|~^+!:;>\x1c-\x1f](?!\.)|(?:GS|ST)(?:[*|\x1c-\x1f](?!\.)|([~^+!:;>])\w{2,3}\1))"
)


def refuse_text(source: object) -> None:
    r"""Raise `InvalidArgumentType` if a path is the text of an 835.

    The error repeats nothing of it. A path has no line end and does not begin like an ISA, GS or ST segment.

    >>> refuse_text("remit.835")
    >>> refuse_text("ST*835*0001~")
    Traceback (most recent call last):
    ...
    sequestration._errors.InvalidArgumentType: this is the text of a file, not a path. Pass its bytes: text.encode()
    """
    if isinstance(source, os.PathLike):
        source = os.fspath(cast("os.PathLike[str]", source))
    if isinstance(source, str) and ("\n" in source or "\r" in source or _BEGINS_LIKE_835.match(source)):
        del source  # Error trackers may show local variables.
        raise InvalidArgumentType("this is the text of a file, not a path. Pass its bytes: text.encode()")
