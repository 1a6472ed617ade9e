"""Calendar files (RFC 5545): whole days, moments with their time zone, what repeats, what was called off. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from kamerton.accounts.calendar import Entry
from kamerton.documents import words

#: How often a calendar program should look again.
REFRESH = dt.timedelta(minutes=30)
_LONGEST = 4_000
_RULES: dict[str, dict[str, Any]] = {
    "weekly": {"FREQ": "WEEKLY"},
    "fortnightly": {"FREQ": "WEEKLY", "INTERVAL": 2},
    "monthly": {"FREQ": "MONTHLY"},
    "quarterly": {"FREQ": "MONTHLY", "INTERVAL": 3},
    "yearly": {"FREQ": "YEARLY"},
}
_STATES = {"open": "CONFIRMED", "done": "CONFIRMED", "cancelled": "CANCELLED"}
#: The shortest February.
_SAFE_DAY = 28


def house(secret: str) -> str:
    """The right side of every UID: the same for ever in this house, and no other's."""
    digest = hmac.new(secret.encode(), b"kamerton.calendar", hashlib.sha256).hexdigest()
    return f"{digest[:16]}.kamerton"


def calendar(entries: Iterable[Entry], *, name: str, zone: str, host: str, address: str = "") -> bytes:
    """`host`: what house() gives; `address`: of the site, for links. The same entries give the same bytes."""
    from icalendar import Calendar  # noqa: PLC0415 - only where a calendar is asked for

    made = Calendar()
    made.add("prodid", "-//Kamerton//Activities//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("name", words.clean(name))
    made.add("x-wr-calname", words.clean(name))
    made.add("x-wr-timezone", zone)
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT30M")
    for entry in entries:
        made.add_component(_event(entry, ZoneInfo(zone), host, address))
    made.add_missing_timezones()
    return bytes(made.to_ical())


def _event(entry: Entry, zone: ZoneInfo, host: str, address: str) -> Any:
    from icalendar import Event  # noqa: PLC0415

    event = Event()
    event.add("uid", f"{entry.uid}@{host}")
    event.add("dtstamp", entry.changed_at.astimezone(dt.UTC))
    event.add("last-modified", entry.changed_at.astimezone(dt.UTC))
    event.add("sequence", max(0, entry.sequence))
    event.add("summary", _title(entry))
    _span(event, entry, zone)
    if entry.repeats:
        event.add("rrule", rule(entry))
    event.add("status", _STATES[entry.state])
    event.add("transp", "TRANSPARENT" if entry.is_whole_day or entry.state != "open" else "OPAQUE")
    event.add("class", "PRIVATE" if entry.is_private else "PUBLIC")
    if not entry.is_private:
        _told(event, entry, address)
    return event


def _title(entry: Entry) -> str:
    if entry.is_private:
        return _("Confidential")
    title = words.clean(entry.title)[:300]
    title = f"{title} · {words.clean(entry.account)}" if entry.account else title
    return f"✓ {title}" if entry.state == "done" else title


def _span(event: Any, entry: Entry, zone: ZoneInfo) -> None:
    if isinstance(entry.starts, dt.datetime):
        if isinstance(entry.starts.tzinfo, ZoneInfo):  # where it takes place
            zone = entry.starts.tzinfo
        event.add("dtstart", entry.starts.astimezone(zone))
        ends = entry.ends if isinstance(entry.ends, dt.datetime) else entry.starts + dt.timedelta(hours=1)
        event.add("dtend", ends.astimezone(zone))
    else:
        last = entry.ends or entry.starts
        day = last.date() if isinstance(last, dt.datetime) else last
        event.add("dtstart", entry.starts)
        event.add("dtend", day + dt.timedelta(days=1))  # the day after, by the standard


def rule(entry: Entry) -> dict[str, Any]:
    """RRULE. In a month that lacks the day it is the last one, as work.rules.next_due has it."""
    found = dict(_RULES[entry.repeats])
    start = entry.starts
    day = entry.repeats_day or start.day
    if found["FREQ"] in ("MONTHLY", "YEARLY") and day > _SAFE_DAY:
        found["BYMONTHDAY"] = list(range(_SAFE_DAY, day + 1))
        found["BYSETPOS"] = -1
        if found["FREQ"] == "YEARLY":
            found["BYMONTH"] = start.month
    return found


def _told(event: Any, entry: Entry, address: str) -> None:
    lines = [words.clean(entry.text)[:_LONGEST]]
    if entry.owner:
        lines.append(_("Owner: %(name)s") % {"name": words.clean(entry.owner)})
    text = "\n\n".join(line for line in lines if line)
    if text:
        event.add("description", text)
    if entry.place:
        event.add("location", words.clean(entry.place)[:300])
    if address and entry.path:
        event.add("url", f"{address.rstrip('/')}{entry.path}")
