"""This app's part of the demonstration: the certificates of 2019."""
