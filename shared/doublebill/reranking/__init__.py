"""Reranking: the order in which scored items are shown, under limits, promotions and diversity."""
