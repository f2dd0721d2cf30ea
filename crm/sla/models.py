"""Versions of the business calendar, each holding from an instant on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crm.extensions import Model
from crm.shared.types import UtcDateTime


class CalendarVersion(Model):
    """Opening hours and dated exceptions that hold from `valid_from` on; never changed, only succeeded.

    `weekly` maps a weekday ("0" is Monday) to periods ["09:00", "17:00"]; `exceptions` maps a date to
    {"periods": [...], "name": "..."}.
    """

    __tablename__ = "calendar_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    time_zone: Mapped[str]
    weekly: Mapped[dict[str, list[list[str]]]] = mapped_column(JSON)
    exceptions: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class PolicyVersion(Model):
    """Targets that hold from `valid_from` on; never changed, only succeeded.

    `responses` maps a channel and `resolutions` a severity to {"mode", "length", "min_open_time"}, both
    lengths in seconds.
    """

    __tablename__ = "policy_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    responses: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON)
    resolutions: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
