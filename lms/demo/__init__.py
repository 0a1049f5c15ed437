"""The demonstration: built by the apps, entered by one click, its mails read in the browser."""
