"""WHO: the agencies that supply returns, the people who sign in, what each may do, and the trail."""
