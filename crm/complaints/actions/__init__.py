"""What changes complaints: every action writes one event, and the clocks are worked out anew from all of them."""
