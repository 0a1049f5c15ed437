"""What the worker calls."""

from enrollment.models import AlumniImport, JointAct, RegistrationWindow
from enrollment.services.alumni import read_chunk, rows_of_file
from enrollment.services.due import sweep_editions
from enrollment.services.suspending import tell_resumed
from lms import clock


def task_sweep_editions() -> str:
    """Every minute: what the clock makes due in the editions. Gives what was done, for the log."""
    return report(sweep_editions(clock.now()))


def task_import_alumni(source_id: int) -> str:
    """Read a list of alumni to its end, chunk by chunk; begun again it goes on where it ended."""
    source = AlumniImport.objects.filter(pk=source_id).first()
    rows = rows_of_file(source) if source and source.is_being_read else None
    while source and source.is_being_read:
        source = read_chunk(source, at=clock.now(), rows=rows)
    return f"{source.imported} imported, {source.quarantined} set aside" if source else "gone"


def task_tell_resumed(window_id: int, act_id: int) -> str:
    """Write to whoever the suspension of a window interrupted; begun again it writes the rest."""
    windows = RegistrationWindow.objects.select_related("edition__program", "phase")
    window = windows.filter(pk=window_id).first()
    act = JointAct.objects.filter(pk=act_id).first()
    return f"{tell_resumed(window, act, clock.now())} told" if window and act else "gone"


def report(done: dict[str, int]) -> str:
    """`2 offers expired, 1 called from the waitlist`."""
    return ", ".join(f"{count} {name}" for name, count in done.items()) or "nothing was due"
