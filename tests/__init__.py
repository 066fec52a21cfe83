"""The suite. It mirrors the code, room by room."""
