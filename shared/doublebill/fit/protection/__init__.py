"""Protection of users: the limits of what one user, or a few, may change or be seen by in a model."""
