"""Every decision about recognition, pure: levels in `levels`, habits and absence in `gaps`."""
