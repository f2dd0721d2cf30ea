"""Forms of complaints: opening, the steps, the board's filters, the settings of recovery."""
