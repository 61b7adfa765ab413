"""The report: one HTML file about a version of a catalog, or about a kind of game content."""
