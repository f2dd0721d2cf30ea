"""The tables of recognition: levels and their rules, each contact's standing, grants, changes, departures."""

from crm.loyalty.models.levels import (
    Departure,
    LevelChange,
    LevelGrant,
    LevelRule,
    LoyaltySettings,
    MemberStanding,
    RecognitionLevel,
)

__all__ = [
    "Departure",
    "LevelChange",
    "LevelGrant",
    "LevelRule",
    "LoyaltySettings",
    "MemberStanding",
    "RecognitionLevel",
]
