"""Raw cells: texts, numbers and times in the cells of a block, and the facts that a whole column tells."""
