"""Stars: the ratings of interactions and histories, and the verdicts that they are."""
