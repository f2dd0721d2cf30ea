"""The part of a contact's story that recognition tells: changes of level; rewards issued, handed over, taken back."""

from __future__ import annotations

from sqlalchemy import case, func

from crm.loyalty.models import LevelChange, RecognitionLevel
from crm.loyalty.models.rewards import Reward
from crm.timeline.told import Told, tell

# What happens at the same instant is told in this order.
_MOMENTS = {
    "reward-1-issued": (Reward.issued_at, Reward.issued_by_id),
    "reward-2-handed-over": (Reward.handed_over_at, Reward.handed_over_by_id),
    "reward-3-taken-back": (Reward.taken_back_at, Reward.taken_back_by_id),
}
# Which way a level changed: 2 the first time, 1 upward, -1 back.
_WAY = case((LevelChange.from_level_id.is_(None), 2), (LevelChange.is_up, 1), else_=-1)

tell(
    *(
        Told(
            what=what,
            template="loyalty/_story_item.html",
            at=at,
            row_id=Reward.id,
            contact_id=Reward.contact_id,
            by_id=by_id,
            shown={"name": Reward.name},
        )
        for what, (at, by_id) in _MOMENTS.items()
    ),
    Told(
        what="level-changed",
        template="loyalty/_level_story.html",
        at=LevelChange.at,
        row_id=LevelChange.id,
        contact_id=LevelChange.contact_id,
        joined=[(RecognitionLevel, RecognitionLevel.id == LevelChange.to_level_id)],
        shown={"name": RecognitionLevel.name, "key": func.coalesce(RecognitionLevel.key, ""), "number": _WAY},
    ),
)
