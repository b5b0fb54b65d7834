"""What is known -> what is wanted: `step(snapshot, heard) -> (snapshot, publications)`, pure but for its shell."""
