"""The demonstration: built by the apps, entered by one click, its mails read in the browser."""


def accounts_table(language: str = "en") -> str:
    """Whom a newcomer may be, as a table for a terminal; empty where nobody is there."""
    from lms.demo import accounts

    return accounts.table(language)


def notice(at) -> str:
    """What whoever starts the demonstration should know; empty where it is fresh."""
    from lms.demo import standing

    return standing.STALE if standing.is_stale(at) else ""
