"""The model: catalog, items, neighbours, ratings, popularity, config, and the artifact that holds them."""
