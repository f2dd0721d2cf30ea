"""What the clock rules refuse. The docstring of each exception is the message that is shown."""


class SlaError(ValueError):
    """This can't be counted."""

    def __init__(self, detail: str = "") -> None:
        message = (type(self).__doc__ or "").strip()
        super().__init__(f"{message} ({detail})" if detail else message)
        self.detail = detail


class NaiveTimeError(SlaError):
    """A point in time needs a time zone."""


class BadCalendarError(SlaError):
    """These opening hours can't be used."""


class OverlappingPeriodsError(BadCalendarError):
    """Two opening periods overlap."""


class ClosedCalendarError(BadCalendarError):
    """There is no opening in the next 60 days."""


class BadTargetError(SlaError):
    """A target can't be negative."""


class UnreachableDeadlineError(SlaError):
    """This deadline is unreachable: more than five years away."""


class FutureEntryError(SlaError):
    """This can't have happened in the future."""


class NoVersionError(SlaError):
    """No version was valid on that date."""
