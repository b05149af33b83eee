"""Lists and counts of results that show themselves as tables in a notebook."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Protocol, SupportsIndex, TypeVar, overload

__all__ = ["Counts", "Rows"]


class _Row(Protocol):
    """A result that can be a row of a table."""

    _columns: ClassVar[tuple[str, ...]]

    @property
    def _cells(self) -> tuple[object, ...]: ...


_T = TypeVar("_T", bound=_Row)
_K = TypeVar("_K")


class Rows(list[_T]):
    """A list of results that a notebook shows as a table.

    In everything else it is a list like any other.

    >>> Rows([1, 2]) == [1, 2], Rows([1, 2])
    (True, [1, 2])
    """

    __slots__ = ()

    @overload
    def __getitem__(self, index: SupportsIndex, /) -> _T: ...

    @overload
    def __getitem__(self, index: slice[Any, Any, Any], /) -> Rows[_T]: ...

    def __getitem__(self, index: SupportsIndex | slice[Any, Any, Any], /) -> _T | Rows[_T]:
        if isinstance(index, slice):
            return type(self)(super().__getitem__(index))
        return super().__getitem__(index)

    def _repr_html_(self) -> str:
        from sequestration._html import MAX_ROWS, element, notebook, table

        if not self:
            return notebook(element("p", "none"))
        shown = self[:MAX_ROWS]
        return notebook(table("", shown[0]._columns, (row._cells for row in shown), more=len(self) - len(shown)))


class Counts(dict[_K, int]):
    """A dict of counts; a notebook shows those above zero as a table."""

    __slots__ = ()

    @classmethod
    def zero(cls, keys: Iterable[_K]) -> Counts[_K]:
        """A count of zero for each key."""
        return cls((key, 0) for key in keys)

    def _repr_html_(self) -> str:
        from sequestration._html import element, notebook, table

        found = [(getattr(key, "words", key), count) for key, count in self.items() if count]
        return notebook(table("", ("verdict", "lines"), found) if found else element("p", "none"))
