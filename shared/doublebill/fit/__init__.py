"""The mathematics: from cleaned interactions to a recommender with measurements. scipy and pandas live here."""
