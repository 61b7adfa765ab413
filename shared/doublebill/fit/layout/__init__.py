"""Layout: items in two dimensions, those that lead to each other near each other."""
