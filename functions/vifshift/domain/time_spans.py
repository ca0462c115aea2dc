"""Times of windows as people read them: in UTC, and as the request has them."""

from datetime import UTC, datetime, timedelta


def span(opens_at: datetime, closes_at: datetime) -> str:
    """Return a period in UTC, with its local times if the request has them in another offset.

    `2026-07-01 22:00 to 2026-07-02 02:00 UTC (2026-07-02 00:00 to 04:00 UTC+02:00)`.
    """
    utc = _span(opens_at.astimezone(UTC), closes_at.astimezone(UTC), "UTC")
    local = local_span(opens_at, closes_at)
    return f"{utc} ({local})" if local else utc


def local_span(opens_at: datetime, closes_at: datetime) -> str:
    """Return a period in the offset of its beginning; an empty text if that is UTC."""
    offset = opens_at.utcoffset()
    if not offset:
        return ""
    return _span(opens_at, closes_at.astimezone(opens_at.tzinfo), zone(offset))


def moment(at: datetime) -> str:
    """Return a time in UTC, with its local time if it has another offset."""
    utc = f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    offset = at.utcoffset()
    return f"{utc} ({at:%Y-%m-%d %H:%M} {zone(offset)})" if offset else utc


def zone(offset: timedelta) -> str:
    """Return an offset from UTC: `UTC+02:00`."""
    minutes = round(abs(offset).total_seconds() / 60)
    sign = "-" if offset < timedelta() else "+"
    return f"UTC{sign}{minutes // 60:02}:{minutes % 60:02}"


def _span(since: datetime, until: datetime, of: str) -> str:
    day = "" if since.date() == until.date() else f"{until:%Y-%m-%d} "
    return f"{since:%Y-%m-%d} {_clock(since)} to {day}{_clock(until)} {of}"


def _clock(at: datetime) -> str:
    """Return the time of day, with its seconds where there are any."""
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
