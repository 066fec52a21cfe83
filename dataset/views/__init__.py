"""The pages of returns. A view gets, checks, calls, renders; GET changes nothing."""
