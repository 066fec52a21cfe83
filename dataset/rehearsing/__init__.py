"""What accepting a candidate would do to the board, worked out before anything is accepted."""
