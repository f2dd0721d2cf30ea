"""The words of an explanation; see `explain`. Every text goes through `translate`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from .targets import Translate, describe_length, describe_target
from .wording import DayText, MomentText, english_weekday_time, time_text

if TYPE_CHECKING:
    from .explain import Explanation, IdleDay, PauseShare, Segment


@dataclass(frozen=True)
class ExplanationText:
    """Writes one explanation in one language."""

    explanation: Explanation
    translate: Translate
    day_text: DayText
    moment_text: MomentText

    def lines(self) -> tuple[str, ...]:
        """Return start, target, each day, pauses and deadline, one line each."""
        told = self.explanation
        start = self.translate("Started %(at)s (%(zone)s).")
        due = self.translate("Due %(at)s.") % {"at": self._moment(told.due_at)}
        never = self.translate("This deadline is unreachable: more than five years away.")
        return (
            start % {"at": self._moment(told.started_at), "zone": told.time_zone},
            self._target(),
            *self._days(),
            *(self._pause(pause) for pause in told.pauses),
            *self._limits(),
            never if told.is_unreachable else due,
        )

    def _target(self) -> str:
        target = self.explanation.target
        if target is None:
            return self.translate("Promised by a person for that time.")
        said = describe_target(target, self.translate)
        return self.translate("Target: %(target)s.") % {"target": said}

    def _days(self) -> Iterator[str]:
        """Yield the days in order; equal days on which nothing counts share a line."""
        told = self.explanation
        entries = [(segment.on, segment.starts_at, line) for segment, line in self._segments()]
        first = told.started_at
        entries += [(run[0].on, first, self._idle(run)) for run in _runs(told.idle_days)]
        entries.sort(key=lambda entry: entry[:2])
        yield from (line for _, _, line in entries)

    def _segments(self) -> Iterator[tuple[Segment, str]]:
        """Yield the counted time line by line; lengths are the steps between totals, so that they add up."""
        before = timedelta(0)
        for segment in self.explanation.segments:
            total = timedelta(seconds=round(segment.total_time.total_seconds()))
            yield segment, self._segment(segment, total - before, total)
            before = total

    def _segment(self, segment: Segment, length: timedelta, total: timedelta) -> str:
        start, end = self._local(_second(segment.starts_at)), self._local(_second(segment.ends_at))
        text = self.translate("%(day)s: %(start)s to %(end)s counts %(length)s, together %(total)s.")
        line = text % {
            "day": self.day_text(segment.on),
            "start": self._time_on(start, segment.on),
            "end": self._time_on(end, segment.on),
            "length": self._length(length),
            "total": self._length(total),
        }
        wall = end.replace(tzinfo=None) - start.replace(tzinfo=None)
        if wall != end.astimezone(UTC) - start.astimezone(UTC):
            line += " " + self.translate("The clocks change in this time.")
        return line

    def _idle(self, run: list[IdleDay]) -> str:
        first, last = self.day_text(run[0].on), self.day_text(run[-1].on)
        stretch = self.translate("%(first)s to %(last)s") % {"first": first, "last": last}
        days = first if len(run) == 1 else stretch
        text = {
            "closed": self.translate("%(days)s: closed, nothing counts."),
            "holiday": self.translate("%(days)s: closed for %(name)s, nothing counts."),
            "paused": self.translate("%(days)s: paused, nothing counts."),
            "outside_hours": self.translate("%(days)s: outside opening hours, nothing counts."),
        }[run[0].reason.value]
        return text % {"days": days, "name": run[0].name}

    def _pause(self, pause: PauseShare) -> str:
        text = self.translate("Paused from %(start)s to %(end)s: %(length)s not counted.")
        return text % {
            "start": self._moment(pause.starts_at),
            "end": self._moment(pause.ends_at),
            "length": self._length(pause.counted_time),
        }

    def _limits(self) -> Iterator[str]:
        told = self.explanation
        if told.floor_from is not None:
            text = self.translate("Severity raised %(at)s: some time from then is always left.")
            yield text % {"at": self._moment(told.floor_from)}
        if told.has_limit:
            yield self.translate("An earlier promise is kept: it is not due later than that.")

    def _length(self, length: timedelta) -> str:
        return describe_length(length, self.translate)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.explanation.time_zone))

    def _moment(self, at: datetime) -> str:
        return self.moment_text(self._local(at))

    def _time_on(self, local: datetime, on: date) -> str:
        """Write a time of a date; the midnight that ends it is 24:00, other dates get a weekday."""
        if local.date() == on:
            return time_text(local.time())
        is_midnight = local.time() == time(0) and local.date() == on + timedelta(days=1)
        return "24:00" if is_midnight else english_weekday_time(local, self.translate)


def _second(at: datetime) -> datetime:
    """Return the nearest whole second: a clock that was started by a click has fractions that nobody reads."""
    return (at + timedelta(microseconds=500_000)).replace(microsecond=0)


def _runs(days: tuple[IdleDay, ...]) -> Iterator[list[IdleDay]]:
    """Yield neighbouring idle days that have the same reason and name."""
    run: list[IdleDay] = []
    for day in days:
        if run and not _continues(run[-1], day):
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _continues(before: IdleDay, day: IdleDay) -> bool:
    is_next = day.on == before.on + timedelta(days=1)
    return is_next and (day.reason, day.name) == (before.reason, before.name)
