"""Drills: the real program in a temporary folder, and what must hold under faults, load and attack.

Each drill prints its figure and fails when it falls short. The short form runs with the other tests; the
long form by `make drill`, which sets DRILL=long. One number can be set alone, as in DRILL_KILLS=200.
"""
