"""What the site costs: ratios against references that are taken in the same run."""
