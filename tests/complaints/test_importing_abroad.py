"""Complaint logs of other programs and in other languages, each by its smallest sample."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from crm.complaints.importing.log import open_log, read_log
from crm.complaints.importing.moments import read_moment
from crm.complaints.importing.rows import ComplaintRow
from crm.complaints.importing.settings import Choice
from crm.complaints.importing.words import proposed_channel

NOW = datetime(2026, 6, 12, 11, 0, tzinfo=UTC)


def first_row(text: str, *, home: str = "UTC", region: str = "US") -> ComplaintRow:
    """Read a log of one row with what is proposed for it."""
    log = open_log(text.encode(), filename="log.csv", home=home, region=region)
    parsed = read_log(log, log.settings(Choice()), now=NOW)
    assert parsed.errors == ()
    return parsed.rows[0]


@pytest.mark.parametrize(
    ("region", "header", "cells"),
    [
        (
            "IR",
            "شماره شکایت,نام مشتری,کانال,تاریخ ثبت,مهلت,تاریخ رسیدگی,اولویت,وضعیت",
            "1,A,تلفن,۱۴۰۳/۰۲/۲۳,۱۴۰۳/۰۲/۲۵,۱۴۰۳/۰۲/۲۴,زیاد,حل شد",
        ),
        (
            "IN",
            "புகார் எண்,பெயர்,வழி,புகார் தேதி,கெடு தேதி,முடித்த தேதி,முன்னுரிமை,நிலை",
            "1,A,அழைப்பு,12/05/2024,14/05/2024,13/05/2024,உயர்,முடிந்தது",
        ),
        (
            "IN",
            "ఫిర్యాదు నంబర్,పేరు,మార్గం,ఫిర్యాదు తేదీ,గడువు తేదీ,ముగింపు తేదీ,ప్రాధాన్యత,స్థితి",
            "1,A,ఫోన్,12/05/2024,14/05/2024,13/05/2024,ఎక్కువ,ముగిసింది",
        ),
        (
            "IN",
            "तक्रार क्रमांक,नाव,माध्यम,तक्रार दिनांक,मुदत,निराकरण दिनांक,प्राधान्य,स्थिती",
            "1,A,दूरध्वनी,१२/०५/२०२४,१४/०५/२०२४,१३/०५/२०२४,उच्च,निराकरण झाले",
        ),
        (
            "PH",
            "Numero ng reklamo,Pangalan,Paraan,Petsa ng reklamo,Taning,Petsa ng pagsara,Prayoridad,Katayuan",
            "1,A,tawag,05/12/2024,05/14/2024,05/13/2024,mataas,tapos na",
        ),
        (
            "DE",
            "Beschwerdenummer;Kunde;Kanal;Eingegangen am;Frist;Erledigt am;Priorität;Status",
            "1;A;Anruf;12.05.2024;14.05.2024;13.05.2024;hoch;erledigt",
        ),
        (
            "ES",
            "Folio,Cliente,Canal,Fecha de recepción,Fecha límite,Fecha de cierre,Prioridad,Estado",
            "1,A,Teléfono,12/05/2024,14/05/2024,13/05/2024,alta,resuelto",
        ),
    ],
    ids=["fa", "ta", "te", "mr", "fil", "de", "es"],
)  # fmt: skip
def test_a_log_in_our_users_languages(region: str, header: str, cells: str) -> None:
    row = first_row(f"{header}\n{cells}\n", region=region)
    assert (row.reference in {"1", "۱"}, row.contact_name, row.channel, row.severity) == (True, "A", "phone", "high")
    assert row.due is not None and row.closed is not None
    days = [row.created.day, row.due.day, row.closed.day]
    assert days == [date(2024, 5, 12), date(2024, 5, 14), date(2024, 5, 13)]


@pytest.mark.parametrize(
    ("header", "cells", "channel", "timely"),
    [
        ("case_enquiry_id,open_dt,sla_target_dt,closed_dt,on_time,source", "ONTIME,Constituent Call", "phone", True),
        ("Number,Opened,Due date,Resolved,Made SLA,Contact type", "false,Walk-in", "in-person", False),
        ("Id,Created time,Due by Time,Resolved time,Resolution status,Source", "SLA Violated,Email", "email", False),
        ("SR_NUMBER,CREATED_DATE,Due date,CLOSED_DATE,On time,ORIGIN", ",Mobile Device", "website", None),
    ],
)  # fmt: skip
def test_a_log_of_another_program(header: str, cells: str, channel: str, timely: bool | None) -> None:
    row = first_row(f"{header}\n1,2024-05-12 09:15,2024-05-14 09:15,2024-05-13 09:15,{cells}\n")
    assert (row.reference, row.channel, row.timely) == ("1", channel, timely)
    assert row.due is not None and row.closed is not None
    assert [row.created.day.day, row.due.day.day, row.closed.day.day] == [12, 14, 13]


@pytest.mark.parametrize(
    ("word", "channel"),
    [("Constituent Call", "phone"), ("Mobile/Open311", "website"), ("Phone or email", ""), ("City referral", "")],
)
def test_a_channel_among_other_words(word: str, channel: str) -> None:
    assert proposed_channel(word) == channel


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("1403-05-12", date(2024, 8, 2)), ("14-May-27", date(2027, 5, 14)), ("14/May/2024", date(2024, 5, 14)),
        ("\u200e2024-05-12\u200f", date(2024, 5, 12)), ("45424,5", date(2024, 5, 12)),
    ],
)  # fmt: skip
def test_days_as_logs_write_them(written: str, day: date) -> None:
    moment = read_moment(written, "DMY", ZoneInfo("UTC"))
    assert moment is not None and moment.day == day
