"""What the worker calls."""

from enrollment.models import AlumniImport
from enrollment.services.alumni import read_chunk
from enrollment.services.due import sweep_editions
from lms import clock


def task_sweep_editions() -> str:
    """Every minute: what the clock makes due in the editions. Gives what was done, for the log."""
    return report(sweep_editions(clock.now()))


def task_import_alumni(source_id: int) -> str:
    """Read a list of alumni to its end, chunk by chunk; begun again it goes on where it ended."""
    source = AlumniImport.objects.filter(pk=source_id).first()
    while source and source.columns and not source.finished_at:
        source = read_chunk(source, at=clock.now())
    return f"{source.imported} imported, {source.quarantined} set aside" if source else "gone"


def report(done: dict[str, int]) -> str:
    """`2 offers expired, 1 called from the waitlist`."""
    return ", ".join(f"{count} {name}" for name, count in done.items()) or "nothing was due"
