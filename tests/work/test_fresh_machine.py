"""What an operator meets on a machine where nothing has been written yet."""

from tests.work.processes import manage


def test_the_folder_of_what_is_written_is_made(tmp_path):
    var = tmp_path / "new" / "var"
    run = manage("createcachetable", VAR=str(var), DATABASE_URL=f"sqlite:///{var}/db.sqlite3")
    assert run.returncode == 0, run.stderr
    assert (var / "db.sqlite3").exists()


def test_a_worker_without_a_secret_key_is_one_clear_line(tmp_path):
    run = manage("work", VAR=str(tmp_path), SECRET_KEY="")
    assert run.returncode == 1
    assert run.stderr.strip() == "CommandError: The SECRET_KEY setting must not be empty."


def test_doctor_speaks_in_words_of_a_database_that_does_not_answer(tmp_path):
    run = manage(
        "doctor",
        VAR=str(tmp_path),
        DATABASE_URL="postgres://nobody@127.0.0.1:9/none",
        SECRET_KEY="",
    )
    assert run.returncode == 1
    assert "database" in run.stdout and "SECRET_KEY" in run.stdout
    assert run.stderr == ""
