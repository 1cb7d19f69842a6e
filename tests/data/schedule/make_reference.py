#!/usr/bin/env python3
"""Writes cron_reference.txt, a case a line as "zone|expression|after|due due ...": when cron expressions are due, by other means than ours.

usage: make_reference.py     needs croniter==6.0.0 from PyPI, and the tz database

Cases in UTC are croniter's answers. Cases in other zones are found by trying every second or minute
around changes of the clock: an instant is due when its local time, as zoneinfo has it, is one that
croniter's fields hold.
"""

import datetime
import pathlib
import random
import zoneinfo

from croniter import croniter

RANDOM = random.Random(20261125)
UTC = datetime.timezone.utc
FIELDS = [(0, 59), (0, 59), (0, 23), (1, 28), (1, 12), (0, 6)]
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
DAYS = "sun mon tue wed thu fri sat".split()
TICKS = 5


def field(number, low, high, star):
    """A random field; `star` is the chance of '*' and its like."""
    if RANDOM.random() < star:
        return "*"
    kind = RANDOM.random()
    first, last = sorted(RANDOM.sample(range(low, high + 1), 2))
    if kind < 0.5:
        if number == 4 and RANDOM.random() < 0.3:
            return MONTHS[first - 1]
        if number == 5 and RANDOM.random() < 0.3:
            return DAYS[first]
        return str(first)
    if kind < 0.65:
        return f"{first}-{last}"
    if kind < 0.8:
        return f"{first}-{last}/{RANDOM.randint(1, 7)}"
    if kind < 0.9 and number not in (3, 5):
        return f"*/{RANDOM.randint(2, 20)}"
    return ",".join(str(value) for value in sorted(RANDOM.sample(range(low, high + 1), 3)))


def expression():
    stars = [0.1, 0.3, 0.4, 0.6, 0.7, 0.6]
    return " ".join(field(i, low, high, stars[i]) for i, (low, high) in enumerate(FIELDS))


def iso(time):
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def utc_case(text):
    after = datetime.datetime(2024, 1, 1, tzinfo=UTC) + datetime.timedelta(
        seconds=RANDOM.randint(0, 5 * 365 * 86400))
    ticks = croniter(text, after, second_at_beginning=True)
    return {"cron": text, "zone": "UTC", "after": iso(after),
            "due": [iso(ticks.get_next(datetime.datetime)) for _ in range(TICKS)]}


def held(expanded, value):
    return "*" in expanded or value in expanded


def zone_case(text, zone, after, days):
    """Tries every minute of some days; the expression's seconds are one number."""
    tz = zoneinfo.ZoneInfo(zone)
    minute, hour, day, month, weekday, second = croniter.expand(text, second_at_beginning=True)[0][:6]
    found = []
    instant = after.replace(second=second[0])
    for _ in range(days * 1440):
        local = instant.astimezone(tz)
        same_day = (held(day, local.day) and held(weekday, local.isoweekday() % 7)
                    if "*" in day or "*" in weekday
                    else held(day, local.day) or held(weekday, local.isoweekday() % 7))
        if (instant > after and held(minute, local.minute) and held(hour, local.hour)
                and held(month, local.month) and same_day):
            found.append(iso(instant))
        instant += datetime.timedelta(minutes=1)
    return {"cron": text, "zone": zone, "after": iso(after), "due": found[:TICKS]}


def main():
    cases = [utc_case(expression()) for _ in range(300)]
    cases += [utc_case(text) for text in ("0 0 0 29 2 *", "0 0 0 31 * *", "0 0 12 * * mon-fri",
                                          "*/15 * * * * *", "59 59 23 31 12 *")]
    changes = [  # the day of a change, in a zone
        ("Europe/Berlin", (2026, 3, 29)), ("Europe/Berlin", (2026, 10, 25)),
        ("America/New_York", (2026, 3, 8)), ("America/New_York", (2026, 11, 1)),
        ("Australia/Lord_Howe", (2026, 4, 5)), ("Australia/Lord_Howe", (2026, 10, 4)),
        ("Pacific/Apia", (2011, 12, 30)), ("Africa/Casablanca", (2026, 2, 15)),
        ("Asia/Kolkata", (2026, 6, 1)), ("America/Santiago", (2026, 4, 5)),
        ("Europe/Berlin", (2045, 3, 26)), ("America/New_York", (2051, 11, 5)),
    ]
    texts = ["0 30 2 * * *", "0 30 1 * * *", "0 0 * * * *", "0 */20 * * * *", "15 0 3 * * *",
             "0 59 23 * * *", "0 0 0 * * *", "0 15 1,2,3 * * sun", "30 45 2 * * mon-fri"]
    for zone, date in changes:
        for text in texts:
            after = datetime.datetime(*date, tzinfo=UTC) - datetime.timedelta(hours=20)
            cases.append(zone_case(text, zone, after, 4))
    lines = ["|".join([case["zone"], case["cron"], case["after"], " ".join(case["due"])])
             for case in cases]
    pathlib.Path(__file__).with_name("cron_reference.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
