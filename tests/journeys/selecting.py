"""What a coordinator does with applications, on the pages of the desk."""

from tests.enrollment.staff.visits import page
from tests.journeys.staff import Colleague


def find(coordinator: Colleague, person) -> int:
    """The number of a person's application, found by the code of the receipt."""
    [row] = coordinator.opens(f"{page('applications')}?q={person.code}").context["object_list"]
    return row.pk


def _act(coordinator: Colleague, person, act: str, outcome: str, reason: str) -> None:
    url = page("application", find(coordinator, person))
    offered = [one.form for one in coordinator.opens(url).context["acts"] if one.form]
    [form] = [form for form in offered if form.prefix == act]
    data = {f"{act}-outcome": outcome, f"{act}-reason": reason}
    coordinator.sends(url, {"act": act, f"{act}-seen": form["seen"].value(), **data})


def settle(coordinator: Colleague, person, outcome: str, reason: str) -> None:
    """Settle the alumni match by hand."""
    _act(coordinator, person, "match", outcome, reason)


def decide(coordinator: Colleague, person, outcome: str, reason: str) -> None:
    """An exception, with its reason."""
    _act(coordinator, person, "decision", outcome, reason)


def propose(coordinator: Colleague, edition) -> dict[str, int]:
    """Write the proposal that the page shows; gives how many of each outcome it says."""
    url = page("selection", edition.pk)
    proposal = coordinator.opens(url).context["proposal"]
    coordinator.sends(url, {"act": "propose", "digest": proposal["digest"]})
    return {str(label): then for label, _now, then in proposal["rows"]}
