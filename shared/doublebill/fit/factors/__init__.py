"""Factor models: item embeddings trained by gradient descent."""
