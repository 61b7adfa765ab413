"""Values: what words and numbers mean to several rooms: events and ratings, legends of levels, sizes of responses."""
