"""What made-up customers did: when they came, what was said, what is still to be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from crm.contacts.rules import Channel
from crm.interactions.rules import Direction, Kind, Outcome

HISTORY = timedelta(days=3 * 365)
PER_CONTACT = 10
OPENS, CLOSES, SUNDAY = 9, 20, 6
_BITS = 24  # room for 16 million contacts beside the minute in one number
Row = dict[str, object]

CANNED = (
    "Wants a call back.",
    "Asked about prices.",
    "Confirmed the appointment.",
    "Moved the appointment.",
    "No answer, left a message.",
    "Very happy with the result.",
)
_NOTES: dict[str, tuple[str, ...]] = {
    Kind.VISIT: (
        "Cut and colour, with Asha. Same shade as last time.",
        "Hair spa and head massage. Asked for the quiet chair by the window.",
        "Bridal trial. Brought photos, chose the second style.",
        "Threading and facial. Skin was sensitive, used the mild cream.",
        "Came with her daughter; both had a trim.",
        "முடி வெட்டு, எண்ணெய் மசாஜ். அடுத்த முறை காலையில் வர விருப்பம்.",
        "కొత్త హెయిర్ కట్ నచ్చింది. వచ్చే నెల మళ్లీ వస్తారు.",
        "केस कापले आणि रंग लावला. पुढच्या वेळी सकाळी यायचे आहे.",
        "کوتاهی مو و رنگ. دفعه بعد همان رنگ را می‌خواهد.",
        "Nagpagupit at nagpakulay. Gusto ang parehong kulay sa susunod.",
        "",
    ),
    Kind.PURCHASE: (
        "Bought the rosemary oil and a wooden comb.",
        "Gift voucher for a sister’s birthday.",
        "Shampoo and conditioner, large bottles.",
        "Package of five facials, paid in full.",
        "",
    ),
    Kind.ENQUIRY: (
        "Asked whether we do keratin, and what it costs.",
        "Wants to know if we are open on Pongal.",
        "Asked for a bridal package in November; sent the list.",
        "Is parking free behind the shop? Told her yes.",
        "விலை பட்டியல் கேட்டார்; வாட்ஸ்அப்பில் அனுப்பினோம்.",
        "درباره قیمت پکیج عروس پرسید.",
    ),
    Kind.COMPLIMENT: (
        "Says nobody has cut her curls this well before.",
        "Thanked us for staying open late before the wedding.",
        "Told two friends about us; both have booked.",
    ),
    Kind.COMPLAINT: (
        "Colour came out darker than agreed. Offered to redo it on Thursday.",
        "Waited 40 minutes although she had an appointment.",
        "Was charged for a treatment she did not have; corrected at once.",
    ),
    Kind.FOLLOW_UP: (
        "Called to ask whether the colour is fine now. It is.",
        "Reminded of the second session of the package.",
        "Asked how the wedding went. Sent us a photo.",
    ),
    Kind.OTHER: ("Left an umbrella; kept behind the counter.", "New address noted.", "Prefers to be called after six."),
}
_KINDS = (Kind.VISIT, Kind.PURCHASE, Kind.ENQUIRY, Kind.FOLLOW_UP, Kind.COMPLIMENT, Kind.COMPLAINT, Kind.OTHER)
_KIND_SHARES = (44, 18, 19, 8, 4, 2, 5)
_REMOTE = (Channel.PHONE, Channel.MESSAGING, Channel.TEXT, Channel.EMAIL, Channel.SOCIAL, Channel.WEBSITE)
_REMOTE_SHARES = (45, 25, 10, 9, 7, 4)
TASKS = (
    "Call back about the bridal package",
    "Ask whether the colour is fine now",
    "Confirm the appointment",
    "Send the price list",
    "Remind of the second session",
    "Order her shampoo",
)


@dataclass(frozen=True)
class Shop:
    """Who works there and what the clock shows; staff by id, the front desk most often."""

    owner_id: int
    staff_ids: tuple[int, ...]
    currency: str
    now: datetime
    utc_offset: timedelta


def moments_of(dice: Random, number: int, shop: Shop) -> list[int]:
    """Return when one contact was in touch, as minutes of the history with the contact's number in the low bits.

    The first is the oldest. People come more often in the last year than three years ago.
    """
    whole = int(HISTORY.total_seconds()) // 60
    joined = int(whole * dice.random() ** 1.4 * 0.97)
    minutes = sorted(joined + int((whole - joined) * dice.random()) for _each in range(PER_CONTACT))
    return [(max(0, _in_opening_hours(minute, dice, shop)) << _BITS) | number for minute in minutes]


def _in_opening_hours(minute: int, dice: Random, shop: Shop) -> int:
    """Move a minute of the history into the nearest hour at which the shop was open."""
    local_now = shop.now + shop.utc_offset
    at = (local_now - HISTORY + timedelta(minutes=minute)).replace(hour=0, minute=0, second=0, microsecond=0)
    at += timedelta(minutes=dice.randrange(OPENS * 60, CLOSES * 60))
    while at > local_now or at.weekday() == SUNDAY:
        at -= timedelta(days=1)
    return int((at - local_now + HISTORY).total_seconds()) // 60


def instant_of(moment: int, shop: Shop) -> datetime:
    """Return the instant of a moment, in UTC."""
    return shop.now - HISTORY + timedelta(minutes=moment >> _BITS)


def number_of(moment: int) -> int:
    """Return the number of the contact of a moment."""
    return moment & ((1 << _BITS) - 1)


def interactions(dice: Random, moments: Sequence[int], first_id: int, shop: Shop) -> Iterator[Row]:
    """Yield an entry for each moment, in the order of time, as a shop writes them."""
    for moment in moments:
        yield _interaction(dice, first_id + number_of(moment), instant_of(moment, shop), shop)


def _interaction(dice: Random, contact_id: int, at: datetime, shop: Shop) -> Row:
    kind = dice.choices(_KINDS, _KIND_SHARES)[0]
    is_here = kind in {Kind.VISIT, Kind.PURCHASE} or dice.random() < 0.1
    channel = Channel.IN_PERSON if is_here else dice.choices(_REMOTE, _REMOTE_SHARES)[0]
    is_ours = kind is Kind.FOLLOW_UP or dice.random() < 0.12
    is_late = dice.random() < 0.04
    logged_at = min(at + timedelta(minutes=dice.randrange(70, 900)), shop.now) if is_late else at
    return {
        "contact_id": contact_id,
        "occurred_at": at,
        "logged_at": logged_at,
        "channel": channel.value,
        "direction": Direction.OUT.value if is_ours and not is_here else Direction.IN.value,
        "kind": kind.value,
        "outcome": _outcome(dice, channel, is_ours),
        "note": dice.choice(_NOTES[kind]),
        "amount": Decimal(dice.randrange(6, 120) * 50) if kind in {Kind.VISIT, Kind.PURCHASE} else None,
        "currency": shop.currency if kind in {Kind.VISIT, Kind.PURCHASE} else "",
        "is_late": logged_at - at > timedelta(minutes=60),
        "staff_id": dice.choice(shop.staff_ids),
        "praised_id": dice.choice(shop.staff_ids) if kind is Kind.COMPLIMENT else None,
        "corrects_id": None,
        "edited_at": None,
        "version": 1,
    }


def _outcome(dice: Random, channel: Channel, is_ours: bool) -> str:
    if channel is not Channel.PHONE:
        return ""
    shares = (70, 22, 8) if is_ours else (100, 0, 0)
    return dice.choices(tuple(Outcome), shares)[0].value


def follow_ups(dice: Random, count: int, first_id: int, shop: Shop) -> Iterator[Row]:
    """Yield what was done, for a quarter of the contacts, and what is open: a handful a day."""
    today = (shop.now + shop.utc_offset).date()
    for _done in range(count // 4):
        row = _follow_up(dice, first_id + dice.randrange(count), shop)
        done_at = shop.now - timedelta(minutes=dice.randrange(600, 500_000))
        by_id = row["assignee_id"] or shop.owner_id
        yield row | {"due_on": done_at.date(), "done_at": done_at, "done_by_id": by_id, "created_at": done_at}
    for _open in range(min(count, 30 + count // 500)):
        row = _follow_up(dice, first_id + dice.randrange(count), shop)
        yield row | {"due_on": today + timedelta(days=dice.choice((-2, -1, 0, 0, 0, 0, 1, 1, 2, 3, 5, 8, 13)))}


def _follow_up(dice: Random, contact_id: int, shop: Shop) -> Row:
    created_at = shop.now - timedelta(days=dice.randrange(3, 20))
    return {
        "contact_id": contact_id,
        "interaction_id": None,
        "task": dice.choice(TASKS),
        "due_time": None,
        "assignee_id": dice.choice((shop.owner_id, shop.owner_id, *shop.staff_ids, None)),
        "created_at": created_at,
        "created_by_id": dice.choice(shop.staff_ids),
        "done_at": None,
        "done_by_id": None,
        "version": 1,
    }
