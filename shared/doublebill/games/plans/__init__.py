"""Plans: a level as ground, things and regions; every file is written from one, and readers and proofs share it."""
