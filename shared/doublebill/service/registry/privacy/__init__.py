"""Privacy budgets: what private trainings may spend, and what they have spent."""
