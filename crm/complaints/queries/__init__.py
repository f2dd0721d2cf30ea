"""Named reads of complaints, their clocks, the board, and the settings of recovery."""
