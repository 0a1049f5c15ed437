"""This app’s part of the demonstration: designs, and the certificates of 2019."""
