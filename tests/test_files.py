"""Written files are whole, and keep what the named path is: a link, a pipe, an open output."""

import csv
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from running import environment

from bookrec.files import replacing, write_json, writing

posix = pytest.mark.skipif(sys.platform == "win32", reason="no such files")


def _write_half(file):
    (file.write_text if isinstance(file, Path) else file.write)("half")
    raise KeyboardInterrupt


def test_an_error_while_writing_keeps_the_old_file(tmp_path):
    target = tmp_path / "model.json"
    write_json(target, {"alpha": 1})
    with pytest.raises(KeyboardInterrupt), replacing(target) as temporary:
        _write_half(temporary)
    assert target.read_text() == '{\n  "alpha": 1\n}\n'
    assert [p.name for p in tmp_path.iterdir()] == ["model.json"]


def test_nan_is_refused_in_json_and_the_old_file_kept(tmp_path):
    target = tmp_path / "model.json"
    write_json(target, {"alpha": 1})
    with pytest.raises(ValueError, match="JSON"):
        write_json(target, {"alpha": float("nan")})
    assert "1" in target.read_text()


def test_a_new_file_has_the_usual_permissions(tmp_path):
    (tmp_path / "plain").write_text("")
    write_json(tmp_path / "ours", {})
    with writing(tmp_path / "named") as file:
        file.write("x")
    modes = {path.stat().st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1


# --- a path that a reader has named -----------------------------------------------------------


def write(path, text="new"):
    with writing(path) as file:
        file.write(text)


def test_a_named_file_is_replaced_as_a_whole_and_keeps_its_permissions(tmp_path):
    target = tmp_path / "out.csv"
    target.write_text("old")
    target.chmod(0o640)
    with pytest.raises(KeyboardInterrupt), writing(target) as file:
        _write_half(file)
    assert target.read_text() == "old"
    write(target)
    assert target.read_text() == "new"
    assert target.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]


@posix
def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "there").mkdir()
    real, link = tmp_path / "there" / "real.csv", tmp_path / "out.csv"
    link.symlink_to(real)
    for text in ("first", "second"):  # a link to nothing, and one to a file
        write(link, text)
        assert link.is_symlink()
        assert real.read_text() == text


@posix
def test_a_pipe_is_written_into(tmp_path):
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write(pipe, "through")
    reader.join(timeout=10)
    assert read == ["through"]
    assert pipe.is_fifo()


@posix
def test_writing_to_the_commands_own_output_does_not_truncate_it(tmp_path):
    code = (
        "import sys; from pathlib import Path; from bookrec.files import writing\n"
        "print('before')\n"
        "with writing(Path(sys.argv[1])) as file: file.write('between\\n')\n"
        "print('after')"
    )
    stdout = tmp_path / "stdout"  # like /dev/stdout
    stdout.symlink_to("/dev/fd/1")
    with (tmp_path / "all.txt").open("w") as out:
        command = [sys.executable, "-c", code, stdout]
        subprocess.run(command, stdout=out, env=environment(), check=True)
    assert (tmp_path / "all.txt").read_text() == "before\nbetween\nafter\n"


@posix
@pytest.mark.slow
def test_unmatched_rows_and_a_report_leave_other_files_alone(bookrec, copied, tmp_path):
    out, kept = tmp_path / "out.csv", tmp_path / "there.csv"
    out.symlink_to(kept)
    beside = [tmp_path / "out.csv.meta.json", tmp_path / "page" / "index.html.meta.json"]
    (tmp_path / "page").mkdir()
    for path in beside:
        path.write_text("a reader's own")
    history = "title,author,rating\nKelp,Ida Brandt,5\nA Book of Another World,Nobody,4\n"
    args = ("--data-dir", copied.root)
    done = bookrec("recommend", "-H", "-", "--unmatched", out, *args, stdin=history)
    assert done.returncode == 0, done.stderr
    with kept.open(newline="") as file:
        assert [row["title"] for row in csv.DictReader(file)] == ["A Book of Another World"]
    assert out.is_symlink()
    done = bookrec("evaluate", "--report", tmp_path / "page", *args)
    assert done.returncode == 0, done.stderr
    assert [path.read_text() for path in beside] == ["a reader's own"] * 2
