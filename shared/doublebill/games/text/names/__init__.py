"""Names: letters drawn from n-gram models."""
