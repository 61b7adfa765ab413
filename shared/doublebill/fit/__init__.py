"""Fit: the mathematics of recommending, from events to a chosen, fitted and measured model.

    clean            turns events into a catalog and its interactions
    linear           kernels from the gram matrix, neighbours, walks, transitions
    factors          kernels from embeddings trained by gradient descent
    metadata         edges of cold items
    priors           recent popularity, from the times of interactions
    ratings          prediction of stars
    fit_recommender  turns a config into a recommender: one kernel, cold items, quantisation
    splits           training, validation and test parts, a module for each kind of split
    evaluation       metrics, their uncertainty, reports
    selection        search for a config within a budget of time

A prior, one number per item added to every score, is a step of `fit_recommender` with a module of its own beside
`metadata`. Privacy noise belongs to the gram, the sum over users that linear models are fitted to.
"""
