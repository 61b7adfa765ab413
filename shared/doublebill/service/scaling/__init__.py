"""Trainings past one machine: where one runs, and the sums that many machines share."""
