"""A contact and what identifies and describes it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.extensions import Model
from crm.shared.types import UtcDateTime, index_where_null


class Contact(Model):
    """A person or organisation that the business serves."""

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("kind IN ('person', 'organisation')", name="kind"),
        Index("ix_contact_list", "archived_at", "sort_name", "id"),
        index_where_null("ix_contact_present", "archived_at", "sort_name", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), default="person")
    name: Mapped[str] = mapped_column(String(240))
    sort_name: Mapped[str] = mapped_column(String(240))
    given_name: Mapped[str] = mapped_column(String(120), default="")
    family_name: Mapped[str] = mapped_column(String(120), default="")
    other_names: Mapped[str] = mapped_column(String(240), default="")
    organisation: Mapped[str] = mapped_column(String(200), default="")
    job_title: Mapped[str] = mapped_column(String(120), default="")
    preferences: Mapped[str] = mapped_column(Text, default="")
    notes: Mapped[str] = mapped_column(Text, default="")
    preferred_channel: Mapped[str] = mapped_column(String(20), default="")
    language: Mapped[str] = mapped_column(String(10), default="")
    source: Mapped[str] = mapped_column(String(80), default="")
    referred_by_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    blocked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    phones: Mapped[list[Phone]] = relationship(cascade="all, delete-orphan", order_by="Phone.position, Phone.id")
    emails: Mapped[list[Email]] = relationship(cascade="all, delete-orphan", order_by="Email.position, Email.id")
    addresses: Mapped[list[Address]] = relationship(
        cascade="all, delete-orphan", order_by="Address.position, Address.id"
    )
    links: Mapped[list[Link]] = relationship(cascade="all, delete-orphan", order_by="Link.position, Link.id")
    tags: Mapped[list[Tag]] = relationship(secondary="contact_tag", order_by="Tag.name")
    field_values: Mapped[list[ContactFieldValue]] = relationship(cascade="all, delete-orphan")
    referred_by: Mapped[Contact | None] = relationship(remote_side="Contact.id", foreign_keys="Contact.referred_by_id")

    @property
    def is_archived(self) -> bool:
        """Tell whether the contact is out of the daily lists."""
        return self.archived_at is not None

    @property
    def is_blocked(self) -> bool:
        """Tell whether the contact waits for its erasure or is erased."""
        return self.blocked_at is not None


class Phone(Model):
    """A telephone number as it was typed, and in E.164 where it is one."""

    __tablename__ = "contact_phone"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    raw: Mapped[str] = mapped_column(String(80))
    e164: Mapped[str | None] = mapped_column(String(20), index=True)
    kind: Mapped[str] = mapped_column(String(30), default="")
    position: Mapped[int] = mapped_column(default=0)


class Email(Model):
    """An email address as it was typed, and folded for comparison."""

    __tablename__ = "contact_email"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    address: Mapped[str] = mapped_column(String(254))
    folded: Mapped[str] = mapped_column(String(254), index=True)
    kind: Mapped[str] = mapped_column(String(30), default="")
    position: Mapped[int] = mapped_column(default=0)


class Address(Model):
    """A postal address."""

    __tablename__ = "contact_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    street: Mapped[str] = mapped_column(Text, default="")
    locality: Mapped[str] = mapped_column(String(120), default="")
    region: Mapped[str] = mapped_column(String(120), default="")
    postcode: Mapped[str] = mapped_column(String(20), default="")
    country: Mapped[str] = mapped_column(String(80), default="")
    kind: Mapped[str] = mapped_column(String(30), default="")
    position: Mapped[int] = mapped_column(default=0)


class Link(Model):
    """A web page or profile; only http and https addresses."""

    __tablename__ = "contact_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    url: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(default=0)


class Tag(Model):
    """A word that groups contacts."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    folded: Mapped[str] = mapped_column(String(60), unique=True)


class ContactTag(Model):
    """A tag on a contact."""

    __tablename__ = "contact_tag"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True, index=True)


class Tie(Model):
    """Two contacts who belong together: a household, or a person and a company."""

    __tablename__ = "contact_tie"
    __table_args__ = (UniqueConstraint("contact_id", "other_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    contact: Mapped[Contact] = relationship(foreign_keys=[contact_id])
    other: Mapped[Contact] = relationship(foreign_keys=[other_id])


class Consent(Model):
    """What a contact allowed or refused, per channel and purpose; the latest line holds, none is changed."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_latest", "contact_id", "channel", "purpose", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    channel: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(20))
    is_given: Mapped[bool]
    text_version: Mapped[str] = mapped_column(String(60), default="")
    source: Mapped[str] = mapped_column(String(120), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ContactField(Model):
    """An own field that the owner defined: text, number, date, yes/no or choice."""

    __tablename__ = "contact_field"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    choices: Mapped[list[str]] = mapped_column(JSON, default=list)
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ContactFieldValue(Model):
    """The value of an own field for a contact, as text in a fixed form."""

    __tablename__ = "contact_field_value"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    field_id: Mapped[int] = mapped_column(ForeignKey("contact_field.id"), primary_key=True)
    value: Mapped[str] = mapped_column(Text)

    field: Mapped[ContactField] = relationship(lazy="joined", innerjoin=True)
