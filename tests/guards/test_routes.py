"""Every route has a permission or is on the public list, a typed kebab-case path, and no verb in a GET."""

from __future__ import annotations

import re

from flask import Flask

from crm.shared.permissions import is_public, required_permission

PUBLIC = {
    "assets.asset",
    "sign_in.sign_in_page",
    "sign_in.sign_in",
    "sign_in.sign_out",
    "sign_in.access_page",
    "sign_in.access",
    "lock.locked",
    "lock.lock",
    "lock.unlock",
    "calendar_feed.calendar_feed",
    "feedback_answers.answer_page",
    "feedback_answers.answer",
    "feedback_answers.refuse",
    "feedback_answers.counter_question",
    "feedback_answers.counter_answer",
    "demo.open_demo",
    "health.healthz",
    "set_up.set_up_page",
    "set_up.set_up",
}
_PART = re.compile(r"^(?:[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)?|<(?:int|path):[a-z_]+>|<[a-z_]+>(?:\.[a-z]+)?)$")


def test_every_route_is_public_by_list_or_has_a_permission(app: Flask) -> None:
    open_routes = {rule.endpoint for rule in app.url_map.iter_rules() if is_public(rule.endpoint, app)}
    assert open_routes == PUBLIC
    closed = {rule.endpoint for rule in app.url_map.iter_rules()} - open_routes
    assert [endpoint for endpoint in closed if required_permission(endpoint, app) is None] == []


def test_paths_are_kebab_case_nouns(app: Flask) -> None:
    odd = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if not all(_PART.match(part) for part in rule.rule.strip("/").split("/") if part)
    ]
    assert odd == []
