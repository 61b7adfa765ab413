"""Ratings: predictors of the stars a user would give."""
