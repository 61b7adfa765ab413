"""People: everything that is stored of a user is exported, and erased for good with a receipt."""
