"""Private trainings: paid for before noise is drawn, and silent about everything that the noise does not cover."""
