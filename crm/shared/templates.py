"""How templates find what every one of them may use, and what a page asks for again and again."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterable, MutableMapping
from functools import lru_cache
from types import FunctionType
from typing import Any

from flask import Flask, g, request
from flask.sansio.app import App
from flask.templating import Environment
from flask_wtf.csrf import generate_csrf
from jinja2 import Template
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr, Node
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

MOST_ADDRESSES = 4096
_find_unsafe = re.compile("[&<>\"']").search


def escaped(value: Any) -> str:
    """Return a value as it may stand in a page.

    As MarkupSafe's `escape`, which makes a new object for each of a page's thousand values; one that is safe as it is
    stays itself here, since it is only joined to the page.
    """
    kind = type(value)
    if kind is Markup or (kind is str and _find_unsafe(value) is None):
        return value
    return escape(value)


class TemplateCode(CodeGenerator):
    """Jinja's compiler, with `escaped` around what a template writes, and each part of a page handed on in one piece.

    Jinja's own parts hand on every value by itself, through the generators of all the parts around them.
    """

    def blockvisit(self, nodes: Iterable[Node], frame: Frame) -> None:
        """Write a part's code; what it puts out is gathered where nothing else gathers it yet."""
        is_gathered = frame.parent is not None or frame.buffer is not None or frame.require_output_check
        if is_gathered:
            super().blockvisit(nodes, frame)
            return
        self.buffer(frame)
        super().blockvisit(nodes, frame)
        self.writeline(f"yield concat({frame.buffer})")

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")


class TemplateContext(Context):
    """Jinja's context, with a shorter way to what a page calls hundreds of times: functions and macros."""

    def call(self, called: Any, /, *args: Any, **values: Any) -> Any:
        """Call something from a template; what asks for the context itself goes Jinja's way."""
        kind = type(called)
        if kind is Macro or (kind is FunctionType and "jinja_pass_arg" not in called.__dict__):
            values.pop("_block_vars", None)
            values.pop("_loop_vars", None)
            return called(self.eval_ctx, *args, **values) if kind is Macro else called(*args, **values)
        return super().call(called, *args, **values)


class TemplateEnvironment(Environment):
    """Flask's environment, with the globals themselves where a template has none of its own.

    Jinja lays an empty map over them for every template, and each include or import of a page looks through both.
    """

    context_class = TemplateContext
    code_generator_class = TemplateCode
    escaped = staticmethod(escaped)

    def __init__(self, app: App, **options: Any) -> None:
        """Begin without a template."""
        super().__init__(app, **options)
        self._loaded: dict[str, Template] = {}

    def get_template(
        self, name: str | Template, parent: str | None = None, globals: MutableMapping[str, Any] | None = None
    ) -> Template:
        """Return a template: each of the thirty parts of a page is asked for by its name, which never changes."""
        if globals or self.auto_reload or type(name) is not str:
            return super().get_template(name, parent, globals)
        found = self._loaded.get(name)
        if found is None:
            found = self._loaded[name] = super().get_template(name, parent, globals)
        return found

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what a template may use beside its context."""
        return ChainMap(d, self.globals) if d else self.globals


def register_templates(app: Flask) -> None:
    """Give templates `url_for` and `csrf_token` that remember: a page asks for thirty addresses and twenty tokens."""

    @lru_cache(maxsize=MOST_ADDRESSES, typed=True)
    def address(_below: str, endpoint: str, /, **values: Any) -> str:
        return app.url_for(endpoint, **values)

    def url_for(endpoint: str, **values: Any) -> str:
        try:
            below = request.script_root
        except RuntimeError:  # the worker, which answers no request
            below = ""
        return address(below, endpoint, **values)

    def csrf_token() -> str:
        token: str | None = g.get("csrf_token")
        return token or generate_csrf()

    app.jinja_env.globals.update(url_for=url_for, csrf_token=csrf_token)
