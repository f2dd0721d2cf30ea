"""The floor of the page benchmark: a bare Flask route, served as the program is."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def bare() -> str:
    """Answer with as little as possible."""
    return "<!doctype html><title>floor</title>"
