"""The icons of the interface as inline SVG, drawn on a 24 by 24 grid."""

from __future__ import annotations

from markupsafe import Markup

_PATHS = {
    "sun": (
        '<circle cx="12" cy="12" r="4"/><path d="M12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.'
        '7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4"/>'
    ),
    "people": (
        '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.6-3.6 3.2-5.5 6.5-5.5s5.9 1.9 6'
        '.5 5.5M16 5a3.5 3.5 0 0 1 0 6.5M18.5 14.8c1.7.8 2.7 2.5 3 5.2"/>'
    ),
    "bell": '<path d="M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4"/>',
    "person": '<circle cx="12" cy="8" r="3.5"/><path d="M5 20c.6-3.6 3.5-5.5 7-5.5s6.4 1.9 7 5.5"/>',
    "building": '<path d="M5 21V4h9v17M14 9h5v12M3 21h18M8.5 8h2M8.5 12h2M8.5 16h2"/>',
    "flag": '<path d="M5 21V4M5 4h12l-2.5 4L17 12H5"/>',
    "heart": ('<path d="M12 20s-7.5-4.6-7.5-10A4.3 4.3 0 0 1 12 7.3 4.3 4.3 0 0 1 19.5 10c0 5.4-7.5 10-7.5 10z"/>'),
    "bars": '<path d="M4 20V10M10 20V4M16 20v-8M22 20H2"/>',
    "gear": (
        '<circle cx="12" cy="12" r="3"/><path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2'
        '.1 2.1M16.3 16.3l2.1 2.1M5.6 18.4l2.1-2.1M16.3 7.7l2.1-2.1"/>'
    ),
    "search": '<circle cx="11" cy="11" r="7"/><path d="m20 20-4-4"/>',
    "phone": (
        '<path d="M6 3h3l1.5 5-2 1.5a12 12 0 0 0 6 6l1.5-2 5 1.5v3a2 2 0 0 1-2 2A17 17 0 0 1 4 5a2 2 0 0 1 2-2z"/>'
    ),
    "message": '<path d="M4 5h16v11H9l-5 4z"/>',
    "mail": '<path d="M3 6h18v12H3zM3 7l9 7 9-7"/>',
    "shop": '<path d="M4 10v10h16V10M3 10l2-6h14l2 6a3 3 0 0 1-6 0 3 3 0 0 1-6 0 3 3 0 0 1-6 0z"/>',
    "gift": ('<path d="M4 11h16v9H4zM3 7h18v4H3zM12 7v13M12 7S10 2.5 7.5 3.5 9 7 12 7s7-2.5 4.5-3.5S12 7 12 7z"/>'),
    "globe": ('<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18"/>'),
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 2"/>',
    "alert": '<path d="M12 3 2.5 20h19L12 3zM12 10v4M12 17.5v.1"/>',
    "check": '<path d="m5 12 5 5 9-10"/>',
    "calendar": '<path d="M4 6h16v14H4zM4 10h16M8 3v5M16 3v5"/>',
    "note": '<path d="M5 4h14v12l-4 4H5zM15 20v-4h4M8 9h8M8 13h5"/>',
    "star": '<path d="m12 3 2.7 5.8 6.3.8-4.6 4.3 1.2 6.2L12 17l-5.6 3.1 1.2-6.2L3 9.6l6.3-.8z"/>',
}


_ICONS = {name: Markup(f'<svg viewBox="0 0 24 24" aria-hidden="true">{path}</svg>') for name, path in _PATHS.items()}


def icon(name: str) -> Markup:
    """Return an icon; it is decoration, so a screen reader passes over it."""
    return _ICONS[name]
