"""Fit: the mathematics of recommending, from events to a chosen, fitted and measured model.

    clean.py      events → a catalog and its interactions
    linear/       kernels from the gram matrix, neighbours, walks, transitions
    factors/      kernels from embeddings trained by gradient descent
    metadata/     edges of cold items
    ratings/      prediction of stars
    fit_model.py  a config → a recommender, through one kernel, cold items and quantisation
    splits/       training, validation and test parts; a new kind of split is a module here
    evaluation/   metrics, their uncertainty, reports
    selection/    the search for a config within a budget of time

A prior, one number per item that is added to every score, is a step of `fit_model` with a module of its own beside
`metadata`. Privacy noise belongs to the gram, whose sum over users is the only thing that linear models are fitted to.
"""
