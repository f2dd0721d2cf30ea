"""The forms of the settings of opening hours and response times."""
