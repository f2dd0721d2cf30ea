"""Named reads of recognition: levels, what standings are worked out from, members, referrals, the report."""
