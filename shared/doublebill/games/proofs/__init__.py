"""Proofs for anybody's level: a drawn grid becomes a verdict, one examiner a kind."""
