"""The law that the library ships, written down a second time by hand: tests compare the two, and oracles use this one.

Each row is the first and the last day of a period (both inside; None: without bound), its rate and its status, and the
text of law or notice it was read from. A new period of the law goes here and into `src/sequestration/data/law`, each
from the source, neither copied from the other.
"""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

Row: TypeAlias = tuple[str | None, str | None, str, str, str]
"""First day, last day, rate, status, source."""

MEDICARE: tuple[Row, ...] = (
    (None, "2013-03-31", "0", "ordered", "2 U.S.C. 906(d)(1); PL 112-240"),
    ("2013-04-01", "2020-04-30", "0.02", "ordered", "2 U.S.C. 901a(6)(A), 906(d); CMS e-News, 2013-03-08"),
    ("2020-05-01", "2022-03-31", "0", "ordered", "PL 116-136 section 3709(a), PL 116-260, PL 117-7, PL 117-71"),
    ("2022-04-01", "2022-06-30", "0.01", "ordered", "PL 117-71 section 2(b); CMS MLN Connects, 2021-12-16"),
    ("2022-07-01", "2028-03-31", "0.02", "ordered", "2 U.S.C. 901a(6)(A) and (C); CRS IN12683"),
    ("2028-04-01", "2032-03-31", "0.02", "enacted", "PL 117-58, PL 117-328 section 4163; CRS R45106"),
    ("2032-04-01", "2033-02-28", "0.02", "projected", "2 U.S.C. 901a(6)(D) as amended; CRS R48880"),
    ("2033-03-01", None, "0", "projected", "2 U.S.C. 901a(6)(D) as amended"),
)
"""Fee-for-service by the date that decides, and plan payments by coverage month (2 U.S.C. 906(d)(1)(B))."""

NONDEFENSE: tuple[Row, ...] = (
    (None, "2013-02-28", "0", "ordered", "PL 112-240"),
    ("2013-03-01", "2013-09-30", "0.087", "ordered", "IRS, Form 8038-CP, fiscal year 2013"),
    ("2013-10-01", "2014-09-30", "0.072", "ordered", "the same, fiscal year 2014"),
    ("2014-10-01", "2015-09-30", "0.073", "ordered", "the same, fiscal year 2015"),
    ("2015-10-01", "2016-09-30", "0.068", "ordered", "the same, fiscal year 2016; OMB report for it"),
    ("2016-10-01", "2017-09-30", "0.069", "ordered", "the same, fiscal year 2017"),
    ("2017-10-01", "2018-09-30", "0.066", "ordered", "the same, fiscal year 2018"),
    ("2018-10-01", "2019-09-30", "0.062", "ordered", "the same, fiscal year 2019"),
    ("2019-10-01", "2020-09-30", "0.059", "ordered", "the same, fiscal year 2020"),
    ("2020-10-01", "2027-09-30", "0.057", "ordered", "the same, fiscal years from 2021 on; CRS IN12683"),
    ("2027-10-01", "2031-09-30", "0.057", "enacted", "the same"),
    ("2031-10-01", "2032-09-30", "0.057", "enacted", "CRS R48880"),
    ("2032-10-01", None, "0", "projected", "CRS R48880"),
)
"""Other mandatory spending that is not for defense, by the day that decides."""

CLOSED_DAYS = frozenset(
    map(
        date.fromisoformat,
        (
            "2012-12-24",
            "2014-12-26",
            "2015-12-24",
            "2018-12-05",
            "2018-12-24",
            "2019-12-24",
            "2020-12-24",
            "2024-12-24",
            "2025-01-09",
            "2025-12-24",
            "2025-12-26",
        ),
    )
)
"""Days on which federal offices were closed by executive order, in whole or in part."""
