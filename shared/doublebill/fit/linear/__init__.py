"""Linear models: item-item similarities from the gram matrix, from neighbours and walks."""
