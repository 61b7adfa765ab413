"""Linear models: the gram matrix and the item-item models that are solved from it."""
