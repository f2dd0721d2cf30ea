"""What must never be found in a database, however the program ended: each query names a fault and finds none."""

from __future__ import annotations

import sqlite3

from tests.drills.shop import Shop

FAULTS = {
    "complaint without its first event": """
        SELECT count(*) FROM complaint c WHERE NOT EXISTS
        (SELECT 1 FROM complaint_event e WHERE e.complaint_id = c.id AND e.kind = 'opened')""",
    "complaint without a clock": """
        SELECT count(*) FROM complaint c WHERE NOT EXISTS
        (SELECT 1 FROM complaint_clock k WHERE k.complaint_id = c.id)""",
    "complaint whose version is not its number of events": """
        SELECT count(*) FROM complaint c WHERE c.version <>
        (SELECT count(*) FROM complaint_event e WHERE e.complaint_id = c.id)""",
    "complaint without its line in the audit trail": """
        SELECT count(*) FROM complaint c WHERE 1 <> (SELECT count(*) FROM audit_event a
        WHERE a.action = 'complaint.opened' AND a.subject_id = c.id)""",
    "clock that another complaint's event started": """
        SELECT count(*) FROM complaint_clock k JOIN complaint_event e ON e.id = k.event_id
        WHERE e.complaint_id <> k.complaint_id""",
    "running clock on a complaint without a due time": """
        SELECT count(*) FROM complaint c JOIN complaint_clock k ON k.complaint_id = c.id
        WHERE k.stopped_at IS NULL AND k.paused_until IS NULL AND c.next_due_at IS NULL""",
    "form that was taken without an answer": "SELECT count(*) FROM submitted_form WHERE answer_url = ''",
    "contact without its line in the audit trail": """
        SELECT count(*) FROM contact c WHERE c.name LIKE 'drill %' AND NOT EXISTS (SELECT 1 FROM audit_event a
        WHERE a.action = 'contact.created' AND a.subject_id = c.id)""",
    "entry without its line in the audit trail": """
        SELECT count(*) FROM interaction i WHERE NOT EXISTS (SELECT 1 FROM audit_event a
        WHERE a.subject_type = 'interaction' AND a.subject_id = i.id)""",
    "contact that search cannot find": """
        SELECT count(*) FROM contact c WHERE NOT EXISTS
        (SELECT 1 FROM contact_search s WHERE s.contact_id = c.id)""",
    "reward issued twice for one cause": """
        SELECT count(*) FROM (SELECT 1 FROM reward GROUP BY contact_id, reason, occurrence HAVING count(*) > 1) r""",
    "reward without its line in the audit trail": """
        SELECT count(*) FROM reward r WHERE 1 <> (SELECT count(*) FROM audit_event a
        WHERE a.action = 'reward.issued' AND a.subject_id = r.id)""",
    "reward not handed over as often as the audit trail says": """
        SELECT count(*) FROM reward r WHERE (CASE WHEN r.handed_over_at IS NULL THEN 0 ELSE 1 END) <>
        (SELECT count(*) FROM audit_event a WHERE a.action = 'reward.handed_over' AND a.subject_id = r.id)""",
    "expired reward that was handed over": """
        SELECT count(*) FROM reward WHERE substr(CAST(handed_over_at AS text), 1, 10) > CAST(expires_on AS text)""",
    "reward handed over or taken back by nobody": """
        SELECT count(*) FROM reward WHERE (handed_over_at IS NOT NULL AND handed_over_by_id IS NULL)
        OR (taken_back_at IS NOT NULL AND taken_back_by_id IS NULL)""",
    "clock that is due before it began": "SELECT count(*) FROM complaint_clock WHERE due_at < started_at",
    "sent mail without its time": "SELECT count(*) FROM outbox_message WHERE (state = 'sent') <> (sent_at IS NOT NULL)",
}


def faults_of(shop: Shop) -> dict[str, int]:
    """Return the faults found in the database of a shop; empty when all is well."""
    engine = shop.engine()
    found = {name: shop.number(statement) for name, statement in FAULTS.items()}
    if engine.dialect.name == "sqlite":
        found |= _file_faults(shop)
    return {name: number for name, number in found.items() if number}


def _file_faults(shop: Shop) -> dict[str, int]:
    connection = sqlite3.connect(shop.program.folder / "regulars.db")
    try:
        said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        connection.close()
    return {"damage in the file": int(said != ["ok"]), "row without the one it points to": len(orphans)}
