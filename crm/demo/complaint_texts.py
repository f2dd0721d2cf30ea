"""What made-up customers complain about, and why it had happened."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Trouble:
    """A complaint as it is told: its category, title, the customer's words, and the cause found."""

    category: str
    title: str
    words: str
    cause: str = ""


TROUBLES = (
    Trouble(
        "product-quality",
        "Colour came out wrong",
        "Two tones darker than we agreed, and I have a wedding on Sunday.",
        "An opened tube without a date was used.",
    ),
    Trouble(
        "product-quality",
        "Shampoo burns",
        "My scalp itches since I use the shampoo you sold me.",
        "Sold without asking about allergies.",
    ),
    Trouble(
        "delay",
        "Waited 40 minutes",
        "I had an appointment at ten and sat there until twenty to eleven.",
        "Two bookings on one chair.",
    ),
    Trouble(
        "delay",
        "காத்திருக்க வைத்தார்கள்",
        "முன்பதிவு செய்தும் அரை மணி நேரம் காத்திருந்தேன்.",
        "Two bookings on one chair.",
    ),
    Trouble(
        "price",
        "Charged twice",
        "The card shows the amount two times. Please look today.",
        "The card reader was tried again after a time-out.",
    ),
    Trouble("price", "فاکتور اشتباه بود", "مبلغی که گرفتید با قیمت روی تابلو فرق داشت.", "Old price list at the till."),
    Trouble(
        "staff",
        "Spoken to rudely",
        "I asked a simple question and was told to wait outside.",
        "One person alone on a Saturday.",
    ),
    Trouble("staff", "కఠినంగా మాట్లాడారు", "అడిగిన ప్రశ్నకు సరిగా సమాధానం ఇవ్వలేదు.", "One person alone on a Saturday."),
    Trouble(
        "information",
        "Wrong opening hours online",
        "The website says you are open on Sunday. I came for nothing.",
        "The website was not changed.",
    ),
    Trouble(
        "booking",
        "Appointment was lost",
        "Booked by WhatsApp, confirmed, and nobody knew of it.",
        "Noted on paper, not in the book.",
    ),
    Trouble(
        "booking", "भेटीची वेळ चुकली", "मला सहाची वेळ दिली होती, पण यादीत नाव नव्हते.", "Noted on paper, not in the book."
    ),
    Trouble(
        "returns",
        "Voucher refused",
        "My sister’s voucher was refused although it is valid until December.",
        "New staff did not know vouchers.",
    ),
    Trouble(
        "service-quality",
        "Cut is uneven",
        "One side is longer. I see it each morning in the mirror.",
        "Rushed before closing.",
    ),
    Trouble(
        "service-quality", "Hindi pantay ang gupit", "Mas mahaba ang kaliwa. Pakiayos po.", "Rushed before closing."
    ),
    Trouble(
        "trust",
        "My number was passed on",
        "Another shop calls me since I left my number with you.",
        "A list lay open at the counter.",
    ),
    Trouble("other", "Music too loud", "I could not hear what she asked me."),
)
ANSWERS = (
    "Thank you for telling us. We are looking into it today.",
    "We are sorry. May we call you this afternoon?",
    "I talked with the team; this should not have happened.",
)
FIXES = (
    "Redone with the right colour; she is happy with it.",
    "Money went back to the card; sent the receipt.",
    "Apologised, and moved to the quiet chair next time.",
    "New appointment on Saturday, first in the morning.",
)
PREVENTIONS = (
    "Date every tube when it is opened",
    "One booking book, no paper notes",
    "Second person on Saturdays from ten",
    "New price list at the till on the day it changes",
)
BREACH_NOTES = ("Rota had one person.", "Note went to the wrong person.", "", "The line was down until noon.", "")
EXCUSES = ("Power cut in the whole street; nobody could call.", "The customer asked us to wait until Monday.")
