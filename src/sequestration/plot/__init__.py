"""Pictures with matplotlib: a schedule through time, a payment from charge to paid, an audit or a forecast by month.

Each takes and returns an `Axes`, sets its title, labels and units, shows nothing and changes no setting of
matplotlib. Without `ax` it draws on a figure of its own that pyplot does not know: nothing is left open, and
`.figure.savefig("rates.png")` writes it. What differs in color differs in line or hatch, too. This room needs the
extra `plot` (matplotlib).
"""

from __future__ import annotations

from sequestration.plot._audit import audit
from sequestration.plot._forecast import forecast
from sequestration.plot._payment import Payment, payment
from sequestration.plot._schedule import schedule

__all__ = ["Payment", "audit", "forecast", "payment", "schedule"]
