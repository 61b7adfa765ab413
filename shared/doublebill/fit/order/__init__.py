"""Order: which items soon follow which in histories with times, and what edges make of it."""
