"""Reading: what the columns and cells of a file mean, decided once on a sample and then applied to every block."""
