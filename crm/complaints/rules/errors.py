"""What is refused about complaints, in the sentence that is shown."""

from __future__ import annotations

from crm.shared.errors import Conflict, Refused


class ComplaintChanged(Conflict):
    """Somebody changed this complaint in the meantime. Your text is still here: read both, then save again."""


class StepNotNow(Refused):
    """This step does not fit where the complaint stands now."""


class AlreadyOver(Refused):
    """This complaint has ended. Reopen it first."""


class NobodyInCharge(Refused):
    """Put somebody in charge first."""


class ApprovalPending(Refused):
    """A remedy waits for a yes or no. It is decided first."""


class NotYours(Refused):
    """Only a manager or the owner may do this."""

    status = 403


class SameSeverity(Refused):
    """It has this severity already."""


class ReasonNeeded(Refused):
    """This is more than an hour ago, or it changes whether a promise was kept. Say why it is written down now."""


class BadPromise(Refused):
    """A promise lies ahead: choose a later day and time."""


class BadResumeDate(Refused):
    """Choose a day after today on which it goes on."""


class BadDuplicate(Refused):
    """Choose another complaint that has not ended as a duplicate itself."""


class UnknownReference(Refused):
    """There is no complaint with this reference."""


class BadReference(Refused):
    """Write the reference as C-1042."""


class RemedyDecided(Conflict):
    """Somebody has decided this remedy already."""


class RemedyNotGivable(Refused):
    """This remedy waits for a yes, or was declined."""


class RemedyGiven(Conflict):
    """The customer has this remedy already."""


class MessageLookedAt(Conflict):
    """Somebody has looked at this message already."""


class NothingToCorrect(Refused):
    """Change the channel or the time; both are as they were."""


class BeforeComplaint(Refused):
    """This was before the complaint came in. If the time of the complaint is wrong, put that right first."""


class AfterItsStory(Refused):
    """Something happened on this complaint before that. If its time is wrong, put that right first."""


class NothingSaid(Refused):
    """Write what was said, in a few words."""


class OpenedAlready(Conflict):
    """A complaint was opened from this entry already."""


class NoDueDate(Refused):
    """Choose the day by which it is done."""


class ViewNameTaken(Conflict):
    """You have a view with this name already."""


class NoCalendar(Refused):
    """Set the opening hours first; promises are counted on them."""
