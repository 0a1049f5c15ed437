"""This app's part of the demonstration: pages, lessons, questions, discussions, what was learnt."""
