"""Selection: candidate configs compared on validation users within a budget of time; the best one is reported."""
