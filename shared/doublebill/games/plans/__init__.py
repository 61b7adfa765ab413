"""Plans: a level as ground and things; every file of a level is written from one."""
