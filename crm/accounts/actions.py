"""What changes the business and its people; each action records its event and leaves committing to its caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, update

from crm.accounts import queries, rules
from crm.accounts.models import AccessLink, Business, SignInFailure, Staff, StaffSession
from crm.accounts.passwords import new_token, token_hash
from crm.extensions import db
from crm.shared.events import record
from crm.shared.permissions import Role


@dataclass(frozen=True, kw_only=True)
class NewBusiness:
    """What the set-up page asks about the business."""

    name: str
    country: str
    time_zone: str
    currency: str
    languages: list[str]


def set_up(new: NewBusiness, *, owner_name: str, owner_email: str, password_hash: str, now: datetime) -> Staff:
    """Create the business and its owner; raise SetUpClosed once anybody works here.

    A business that an import needed before anybody was there takes the new values.
    """
    found = db.session.get(Business, 1, with_for_update=True)
    if queries.is_set_up():
        raise rules.SetUpClosed
    if found is None:
        _add_business(new, now=now)
    else:
        _take_values(found, new)
    owner = Staff(
        name=owner_name,
        email=owner_email.casefold(),
        role=Role.OWNER,
        password_hash=password_hash,
        language=new.languages[0],
        created_at=now,
    )
    db.session.add(owner)
    db.session.flush()
    record("business.set_up", at=now, subject=owner, actor_id=owner.id)
    return owner


def set_up_with_usual_values(new: NewBusiness, *, now: datetime) -> bool:
    """Create the business where people are added before the set-up page was; False if there is one."""
    if queries.business() is not None:
        return False
    record("business.set_up", at=now, subject=_add_business(new, now=now))
    return True


def _add_business(new: NewBusiness, *, now: datetime) -> Business:
    found = Business(
        id=1,
        name=new.name,
        country=new.country,
        time_zone=new.time_zone,
        currency=new.currency,
        languages=new.languages,
        created_at=now,
    )
    db.session.add(found)
    db.session.flush()
    return found


def _take_values(found: Business, new: NewBusiness) -> None:
    for name, value in asdict(new).items():
        setattr(found, name, value)


def add_staff(*, name: str, email: str, role: Role, password_hash: str | None, now: datetime) -> Staff:
    """Add a person; raise EmailTaken for an address that is on the list, OwnerFirst where nobody could add others."""
    if role != Role.OWNER and not queries.is_set_up():
        raise rules.OwnerFirst
    if queries.staff_by_email(email) is not None:
        raise rules.EmailTaken
    staff = Staff(name=name, email=email.strip().casefold(), role=role, password_hash=password_hash, created_at=now)
    db.session.add(staff)
    db.session.flush()
    record("staff.added", at=now, subject=staff, role=str(role))
    return staff


def change_role(staff: Staff, role: Role, *, now: datetime) -> None:
    """Give a person another role; it holds from the next request on."""
    if role != Role.OWNER:
        _keep_an_owner_beside(staff)
    before, staff.role = staff.role, role
    record("staff.role_changed", at=now, subject=staff, before=str(before), after=str(role))


def disable(staff: Staff, *, now: datetime) -> None:
    """Take a person off the list of active staff and end every session at once."""
    _keep_an_owner_beside(staff)
    staff.disabled_at = now
    end_sessions(staff)
    _void_links(staff, now)
    record("staff.disabled", at=now, subject=staff)


def _keep_an_owner_beside(staff: Staff) -> None:
    if queries.held_owners(staff) == [staff]:
        raise rules.LastOwner


def enable(staff: Staff, *, now: datetime) -> None:
    """Let a disabled person in again."""
    staff.disabled_at = None
    record("staff.enabled", at=now, subject=staff)


def start_session(staff: Staff, *, address: str, browser: str, now: datetime) -> str:
    """Start a session and return the token for its cookie."""
    token, hashed = new_token()
    db.session.add(
        StaffSession(
            token_hash=hashed,
            staff_id=staff.id,
            started_at=now,
            seen_at=now,
            address=address[:60],
            browser=browser[:200],
        )
    )
    record("session.started", at=now, subject=staff, actor_id=staff.id)
    return token


def end_session(session: StaffSession, *, now: datetime) -> None:
    """End one session on the server."""
    record("session.ended", at=now, subject=session.staff, actor_id=session.staff_id)
    db.session.delete(session)


def end_sessions(staff: Staff, *, but: StaffSession | None = None) -> None:
    """End all sessions of a person, or all but one."""
    statement = delete(StaffSession).where(StaffSession.staff_id == staff.id)
    if but is not None:
        statement = statement.where(StaffSession.id != but.id)
    db.session.execute(statement)


def lock(session: StaffSession, *, now: datetime) -> None:
    """Lock a session until somebody gives a PIN or a password."""
    session.locked_at = session.locked_at or now


def take_over(session: StaffSession, staff: Staff, *, now: datetime) -> str:
    """Unlock a session for a person under a new token; returns the token."""
    token, hashed = new_token()
    changed = session.staff_id != staff.id
    session.token_hash = hashed
    session.staff_id = staff.id
    session.staff = staff
    session.locked_at = None
    session.seen_at = now
    session.pin_failures = 0
    record("session.taken_over" if changed else "session.unlocked", at=now, subject=staff, actor_id=staff.id)
    return token


def count_wrong_pin(session: StaffSession, person: Staff | None, *, now: datetime) -> bool:
    """Count a wrong PIN of a person in a session; after too many the session ends. Returns whether it ended."""
    session.pin_failures += 1
    record("session.wrong_pin", at=now, subject=person, actor_id=session.staff_id)
    if session.pin_failures < rules.PIN_FAILURES_ALLOWED:
        return False
    end_session(session, now=now)
    return True


def count_attempt(limits: Sequence[rules.Limit], *, now: datetime) -> list[int]:
    """Count an attempt at a secret as failed, before it is checked; returns what takes it back."""
    counted = [SignInFailure(scope_hash=token_hash(limit.scope), at=now) for limit in limits]
    db.session.add_all(counted)
    db.session.flush()
    return [each.id for each in counted]


def take_back(counted: Sequence[int], limits: Sequence[rules.Limit]) -> None:
    """Take back an attempt that was right, and forget the person's earlier failures; those of an address stay."""
    db.session.execute(delete(SignInFailure).where(SignInFailure.id.in_(counted)))
    forget_failures([limit.scope for limit in limits if not limit.is_shared])


def forget_failures(scopes: Sequence[str]) -> None:
    """Forget the failed attempts that were counted under some scopes."""
    hashes = [token_hash(scope) for scope in scopes]
    db.session.execute(delete(SignInFailure).where(SignInFailure.scope_hash.in_(hashes)))


def forget_failures_before(before: datetime) -> None:
    """Forget the failed attempts from before an instant, of whomever; they count no longer."""
    db.session.execute(delete(SignInFailure).where(SignInFailure.at < before))


def note_refused_access(page: str, *, by_id: int, now: datetime) -> None:
    """Note that a person was refused a page; again only after a while, so that a loop does not fill the trail."""
    if page not in queries.refused_pages(by_id, now - rules.REFUSAL_NOTED_AGAIN):
        record("access.refused", at=now, actor_id=by_id, page=page)


def make_link(staff: Staff, kind: str, *, now: datetime) -> str:
    """Make an invitation or reset link; earlier ones are void. Returns the token."""
    _void_links(staff, now)
    token, hashed = new_token()
    life = rules.INVITATION_LIFE if kind == "invitation" else rules.RESET_LIFE
    db.session.add(AccessLink(token_hash=hashed, staff_id=staff.id, kind=kind, created_at=now, expires_at=now + life))
    record(f"staff.{kind}_link_made", at=now, subject=staff)
    return token


def usable_link(token: str, *, now: datetime) -> AccessLink:
    """Return the link of a token; raise LinkVoid if it is used, replaced, expired or its person disabled."""
    link = queries.link_by_token(token)
    if link is None or link.used_at is not None or now >= link.expires_at or not link.staff.is_active:
        raise rules.LinkVoid
    return link


def set_password(staff: Staff, password_hash: str, *, now: datetime, keep: StaffSession | None = None) -> None:
    """Change a password and end the person's other sessions."""
    staff.password_hash = password_hash
    end_sessions(staff, but=keep)
    _void_links(staff, now)
    record("staff.password_changed", at=now, subject=staff, actor_id=staff.id)


def choose_language(staff: Staff, language: str, *, now: datetime) -> None:
    """Change the language in which a person reads the program."""
    staff.language = language
    record("language.changed", at=now, subject=staff)


def set_pin(staff: Staff, pin_hash: str | None, *, now: datetime) -> None:
    """Change a person's own PIN, with which a person takes over the counter."""
    staff.pin_hash = pin_hash
    record("staff.pin_changed", at=now, subject=staff, actor_id=staff.id)


def make_feed(staff: Staff, *, now: datetime) -> str:
    """Make a person's secret calendar address anew; the earlier one ends. Returns its token."""
    token, staff.feed_token_hash = new_token()
    record("staff.calendar_address_made", at=now, subject=staff)
    return token


def withdraw_feed(staff: Staff, *, now: datetime) -> None:
    """End a person's secret calendar address."""
    staff.feed_token_hash = None
    record("staff.calendar_address_withdrawn", at=now, subject=staff)


def _void_links(staff: Staff, now: datetime) -> None:
    where = (AccessLink.staff_id == staff.id, AccessLink.used_at.is_(None))
    db.session.execute(update(AccessLink).where(*where).values(used_at=now))


def change_business(business: Business, wanted: dict[str, object], *, now: datetime) -> None:
    """Change the settings given by name; the trail says which, not what they were."""
    changed = sorted(name for name, value in wanted.items() if getattr(business, name) != value)
    for name in changed:
        setattr(business, name, wanted[name])
    record("settings.changed", at=now, subject=business, names=changed)
