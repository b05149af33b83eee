"""Draw schedules, payments, audits and forecasts with matplotlib.

Each function takes and returns an `Axes`, sets its title, labels and units, and changes no setting of matplotlib.
Without `ax` it draws on a new figure that pyplot does not know: nothing is left open, a notebook shows it as the last
value of a cell, and `.figure.savefig("rates.png")` writes it. Whatever differs in color also differs in line or hatch.
This module needs the extra `plot` (matplotlib).
"""

from __future__ import annotations

from sequestration.plot._audit import audit
from sequestration.plot._forecast import forecast
from sequestration.plot._payment import Payment, payment
from sequestration.plot._schedule import schedule

__all__ = ["Payment", "audit", "forecast", "payment", "schedule"]
