"""Work that is due: rows claimed by one worker with a lease, safe to run twice, seen by their progress."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy import Select, select, update

from crm.extensions import db
from crm.shared.database import insert_new
from crm.shared.due import may_be_taken
from crm.shared.errors import Refused
from crm.shared.models import Job, WorkerBeat

logger = logging.getLogger("crm.worker")

LEASE = timedelta(minutes=5)
BEAT_STEP = timedelta(seconds=20)
BEAT_LIFE = timedelta(minutes=2)
FIRST_WAIT = timedelta(seconds=10)
MAX_ATTEMPTS = 5
LONGEST_WAIT = FIRST_WAIT * 2**MAX_ATTEMPTS

Work = Callable[[Job, datetime], None]
Sweep = Callable[[datetime], None]


class Errand(Protocol):
    """Work with the outside world, which must not happen inside a transaction."""

    def take(self, now: datetime) -> Any | None:
        """Claim one piece of work, or return None; committed by the worker."""

    def carry_out(self, item: Any) -> Any:
        """Do it; no transaction is open."""

    def failure(self, error: Exception) -> Any:
        """Return the result to settle with where `carry_out` raised this."""

    def settle(self, item: Any, result: Any, now: datetime) -> None:
        """Write down what came of it; committed by the worker."""


_works: dict[str, Work] = {}
_sweeps: list[Sweep] = []
_errands: list[Errand] = []
E = TypeVar("E", bound=type)


def errand(kind: E) -> E:
    """Register an errand that the worker runs every round until nothing is left to take."""
    _errands.append(kind())
    return kind


def errands() -> tuple[Errand, ...]:
    """Return the errands of the worker."""
    return tuple(_errands)


def work(kind: str) -> Callable[[Work], Work]:
    """Register the function that does the jobs of a kind; it must not commit."""

    def register(function: Work) -> Work:
        _works[kind] = function
        return function

    return register


def sweep(function: Sweep) -> Sweep:
    """Register a function that the worker calls every round to find and do what fell due; it must not commit."""
    _sweeps.append(function)
    return function


def enqueue(
    kind: str,
    *,
    now: datetime,
    due_at: datetime | None = None,
    unique_key: str | None = None,
    by_id: int | None = None,
    **payload: Any,
) -> Job:
    """Add a job to the open transaction."""
    job = Job(
        kind=kind, payload=payload, due_at=due_at or now, created_at=now, unique_key=unique_key, created_by_id=by_id
    )
    db.session.add(job)
    db.session.flush()
    return job


def enqueue_once(kind: str, *, now: datetime, unique_key: str, due_at: datetime | None = None, **payload: Any) -> None:
    """Add a job to the open transaction unless one with this key was ever added, by whatever worker."""
    if db.session.scalar(select(Job.id).where(Job.unique_key == unique_key)) is None:
        values = {"kind": kind, "payload": payload, "due_at": due_at or now, "created_at": now}
        db.session.execute(insert_new(Job).values(unique_key=unique_key, **values))


def _due(now: datetime) -> Select[Any]:
    is_free = may_be_taken(Job, now, lease=LEASE, longest_wait=LONGEST_WAIT)
    return select(Job.id).where(Job.done_at.is_(None), Job.failed_at.is_(None), is_free)


def is_due(now: datetime) -> bool:
    """Tell whether a job is due that no worker has under a lease."""
    return db.session.scalar(_due(now).limit(1)) is not None


def claim(now: datetime) -> Job | None:
    """Return one due job under a lease of five minutes, or None; two workers never get the same."""
    job_id = db.session.scalar(_due(now).order_by(Job.due_at, Job.id).limit(1).with_for_update(skip_locked=True))
    if job_id is None:
        return None
    job = db.session.get_one(Job, job_id)
    job.leased_until = now + LEASE
    job.attempts += 1
    return job


def finish(job: Job, now: datetime) -> None:
    """Mark a job as done."""
    job.done_at = now
    job.leased_until = None


def postpone(job_id: int, error: Exception, now: datetime) -> None:
    """Put a failed job back with a growing delay, or give it up after too many attempts."""
    job = db.session.get_one(Job, job_id)
    job.error = _without_values(error)
    job.leased_until = None
    if job.attempts >= MAX_ATTEMPTS:
        job.failed_at = now
    else:
        job.due_at = now + FIRST_WAIT * 2**job.attempts


def _without_values(error: Exception) -> str:
    """Return what may be shown of an error: a refusal's sentence, what the system said of a file, else its kind."""
    if isinstance(error, Refused):
        return error.sentence
    kind = type(error).__name__
    return f"{kind}: {str(error)[:200]}" if isinstance(error, OSError) else kind


def do(job: Job, now: datetime) -> None:
    """Do a job with the function registered for its kind."""
    _works[job.kind](job, now)
    finish(job, now)


def sweeps() -> tuple[Sweep, ...]:
    """Return what the worker looks for every round."""
    return tuple(_sweeps)


# The jobs that this process does just now; their leases are kept by the beat.
at_hand: set[int] = set()


def beat(now: datetime) -> None:
    """Show that a worker is alive, and keep the leases of the jobs it has at hand."""
    if at_hand:
        db.session.execute(update(Job).where(Job.id.in_(sorted(at_hand))).values(leased_until=now + LEASE))
    changed = db.session.execute(update(WorkerBeat).where(WorkerBeat.id == 1).values(seen_at=now))
    if not changed.rowcount:  # type: ignore[attr-defined]
        db.session.add(WorkerBeat(id=1, seen_at=now))


def is_worker_alive(now: datetime) -> bool:
    """Tell whether a worker gave a sign of life in the last two minutes."""
    return is_fresh(db.session.scalar(select(WorkerBeat.seen_at).where(WorkerBeat.id == 1)), now)


def is_fresh(seen_at: datetime | None, now: datetime) -> bool:
    """Tell whether a sign of life is recent enough; one from a later time was given before the clock was set back."""
    return seen_at is not None and abs(now - seen_at) < BEAT_LIFE
