"""EMR Serverless, where trainings run that do not fit into a function."""
