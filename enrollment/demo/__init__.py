"""This app's part of the demonstration: programs, editions, people, selection, places."""
