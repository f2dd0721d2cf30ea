"""Recognition loyalty: levels reached by plain rules, what keeps them, referrals, overdue regulars."""
