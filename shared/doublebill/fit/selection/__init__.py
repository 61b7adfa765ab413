"""Selection: candidate configs tried on validation users within a budget."""
