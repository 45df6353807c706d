"""What a package brings is contained: whatever it does, it is reported, it ends, and it leaves nothing."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lintian_ml.reproduce import Bubblewrap, confinement
from lintian_ml.reproduce.sandbox import ConfinementError, Limits
from lintian_ml.reproduce.sandbox.enclosing import remedies
from lintian_ml.reproduce.sandbox.holding import Group, Scope, holder
from lintian_ml.reproduce.sandbox.watchdog import standing, watch
from tests.building import run_command
from tests.reproduce.training import (
    NET,
    SYSTEM_PYTHON,
    confined,
    is_running,
    needs_bubblewrap,
    package,
    reproduce,
    stanza,
)

SECONDS = ("--timeout", "20")

needs_python = pytest.mark.skipif(SYSTEM_PYTHON is None, reason="no python3 among the system's programs")


def log_of(tree: Path, *options: str) -> str:
    """Return what the first run of a package said."""
    keep = tree.parent / "kept"
    done = confined(tree, "--keep", str(keep), *options)
    assert done.returncode != 3, done
    return (keep / "run-1" / "training-net.log").read_text("utf-8", "replace")


def mine() -> set[int]:
    """Return the processes that descend from this one."""
    return {number for number in standing(os.getpid()).processes if is_running(number)}


@contextmanager
def nothing_left() -> Iterator[None]:
    """Hold a test to leave no process."""
    before = mine()
    yield
    deadline = time.monotonic() + 5
    while mine() - before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not mine() - before


@needs_bubblewrap
class TestHostileTrainings:
    def test_a_fork_bomb_is_ended(self, tmp_path: Path, trained: bytes) -> None:
        tree = package(tmp_path, trained, stanza("bomb() { bomb | bomb & }; bomb; sleep 60"))
        began = time.monotonic()
        with nothing_left():
            done = confined(tree, *SECONDS, "--processes", "200")
        assert time.monotonic() - began < 100
        assert done.returncode in (1, 2)
        assert "more than 200 processes" in done.stdout or "fork" in done.stdout.lower()

    def test_filling_the_disk_fills_the_build_folder(self, tmp_path: Path, trained: bytes) -> None:
        tree = package(
            tmp_path, trained, stanza("for n in 1 2 3 4; do cat /dev/zero > fill-$n; done; exit 1")
        )
        done = confined(tree, *SECONDS, "--space", "8M")
        assert done.returncode == 2
        assert "net: not decided: run 1: it filled its build folder (--space gives more)\n" in done.stdout
        assert "8 MiB in the build folder" in done.stdout

    @pytest.mark.parametrize("folder", ["/tmp", "/dev/shm", "/var/tmp"])
    def test_no_other_folder_can_be_filled(self, tmp_path: Path, trained: bytes, folder: str) -> None:
        tree = package(tmp_path, trained, stanza(f"head -c 6M /dev/zero > {folder}/fill; ls -s {folder}"))
        assert "No space left" in log_of(tree, *SECONDS, "--space", "16M")

    def test_a_log_without_end_is_cut(self, tmp_path: Path, trained: bytes) -> None:
        tree = package(
            tmp_path, trained, stanza("echo begun; head -c 40M /dev/zero; echo; echo ended; exit 1")
        )
        log = log_of(tree, *SECONDS)
        assert log.startswith("begun")
        assert log.endswith("ended\n")
        assert "of the log were left out here]" in log
        assert len(log) < 17 << 20

    def test_memory_is_bounded(self, tmp_path: Path, trained: bytes) -> None:
        tree = package(tmp_path, trained, stanza("tail -c 512M /dev/zero | tail -c 512M; exit 1"))
        done = confined(tree, *SECONDS, "--memory", "64M")
        assert done.returncode in (1, 2)
        assert "memory exhausted" in done.stdout or "more than 64 MiB of memory" in done.stdout

    def test_memory_is_bounded_over_all_processes(self, tmp_path: Path, trained: bytes) -> None:
        """Each is below the limit of a process, but the watchdog adds them up."""
        one = "perl -e '$x = \"x\" x (40 << 20); sleep 30'"
        tree = package(tmp_path, trained, stanza(f"{one} & {one} & {one} & wait"))
        with nothing_left():
            done = confined(tree, *SECONDS, "--memory", "100M")
        assert "not decided: run 1: it took more than 100 MiB of memory (--memory gives more)" in done.stdout

    def test_what_never_ends_is_ended(self, tmp_path: Path, trained: bytes) -> None:
        command = "trap '' TERM INT HUP; setsid sleep 300 & while :; do sleep 1; done"
        with nothing_left():
            done = confined(package(tmp_path, trained, stanza(command)), "--timeout", "1")
        assert done.returncode == 2
        assert "net: not decided: run 1: it did not end within 1 s (--timeout gives more)\n" in done.stdout

    def test_what_stays_behind_ends_with_the_training(self, tmp_path: Path, trained: bytes) -> None:
        """And holds up nothing."""
        began = time.monotonic()
        with nothing_left():
            tree = package(tmp_path, trained, stanza("setsid nohup sleep 300 > /dev/null 2>&1 & exit 3"))
            done = confined(tree, *SECONDS)
        assert "FTTFS: run 1: the training failed with status 3" in done.stdout
        assert time.monotonic() - began < 100

    @needs_python
    def test_a_port_it_listens_on_is_reached_by_nobody(self, tmp_path: Path, trained: bytes) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
        listen = (
            f"import socket; s = socket.create_server(('0.0.0.0', {port})); print('listening'); s.accept()"
        )
        tree = package(tmp_path, trained, stanza(f'python3 -u -c "{listen}"'))
        words = [sys.executable, "-m", "lintian_ml", "reproduce", "--yes", "--allow-root", "--timeout", "4"]
        with subprocess.Popen([*words, tree], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            reached = 0
            while process.poll() is None:
                with socket.socket() as caller:
                    reached += caller.connect_ex(("127.0.0.1", port)) == 0
                time.sleep(0.1)
            assert process.stdout
            said = process.stdout.read().decode()
        assert not reached
        assert "did not end within 4 s" in said

    @needs_python
    def test_it_reaches_no_network(self, tmp_path: Path, trained: bytes) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            places = (("127.0.0.1", port), ("192.0.2.1", 80), ("deb.debian.org", 80))
            call = "import socket, sys; socket.create_connection(sys.argv[1:], 2)"
            tries = "; ".join(f'python3 -c "{call}" {host} {at} 2>&1 | tail -n 1' for host, at in places)
            log = log_of(package(tmp_path, trained, stanza(f"{tries}; cut -d: -f1 /proc/net/dev")), *SECONDS)
            server.settimeout(0.1)
            with pytest.raises(TimeoutError):
                server.accept()
        assert "Connection refused" in log
        assert "Network is unreachable" in log
        assert "failure in name resolution" in log
        assert log.split()[-1] == "lo"

    def test_it_writes_nowhere_else(self, tmp_path: Path, trained: bytes) -> None:
        targets = (
            "/x",
            "/usr/x",
            "/etc/x",
            "/dev/x",
            "/given/source/x",
            "/given/x",
            "/data/x",
            str(tmp_path / "x"),
        )
        command = f"for path in {' '.join(targets)}; do : > $path; echo $? $path; done"
        said = log_of(package(tmp_path, trained, stanza(command.replace(": >", "touch"))), *SECONDS)
        assert [line for line in said.splitlines() if line.startswith("0 ")] == []
        assert said.count("Read-only file system") >= 6

    def test_it_sees_no_other_process_and_nothing_of_the_user(self, tmp_path: Path, trained: bytes) -> None:
        look = f"ls /home /root {tmp_path}; cat /etc/shadow"
        command = f"pwd; id -u; ls /proc | grep -c '^[0-9]'; kill -0 {os.getpid()}; {look}"
        said = log_of(package(tmp_path, trained, stanza(command)), *SECONDS).splitlines()
        where, user, processes, other, *missing = filter(None, said)
        assert where == "/build/example-1.0"
        assert user == "1000"
        assert int(processes) < 10
        assert other.endswith("No such process")
        assert len(missing) == 4
        assert all("No such file" in line or "Permission denied" in line for line in missing)

    def test_it_gains_no_rights(self, tmp_path: Path, trained: bytes) -> None:
        state = "grep -h -E 'Cap(Eff|Prm|Bnd)|NoNewPrivs' /proc/self/status"
        command = f"{state}; unshare -U true; mount -t tmpfs x /tmp"
        said = log_of(package(tmp_path, trained, stanza(command)), *SECONDS)
        assert said.count("0000000000000000") == 3
        assert "NoNewPrivs:\t1" in said
        assert "unshare failed" in said
        assert "mount:" in said

    @pytest.mark.parametrize(
        "command",
        [
            "kill -9 $PPID",
            "kill -9 -1",
            "rm -rf $MODEL_OUTPUT; exit 0",
            "cd /; rm -rf $MODEL_OUTPUT $OLDPWD $HOME; exit 5",
            f"mkfifo $MODEL_OUTPUT/{NET}",
            f"mkdir $MODEL_OUTPUT/{NET}",
            f"ln -s /etc/passwd $MODEL_OUTPUT/{NET}",
            "rm -r $MODEL_OUTPUT; ln -s /etc $MODEL_OUTPUT",
            f": > $MODEL_OUTPUT/{NET}; chmod 0 $MODEL_OUTPUT/{NET}",
        ],
    )
    def test_what_spoils_its_own_run_makes_nothing(
        self, tmp_path: Path, trained: bytes, command: str
    ) -> None:
        done = confined(package(tmp_path, trained, stanza(command)), *SECONDS)
        assert done.returncode in (1, 2), done
        assert "Traceback" not in done.stderr
        assert "net: met" not in done.stdout

    def test_files_larger_than_the_build_folder_are_not_taken_in(
        self, tmp_path: Path, trained: bytes
    ) -> None:
        command = "for n in 1 2 3; do truncate -s 60M $MODEL_OUTPUT/$n; done; echo made"
        done = confined(package(tmp_path, trained, stanza(command)), *SECONDS, "--space", "64M")
        assert "not decided: run 1: what it made could not be taken in: it is more than" in done.stdout

    def test_names_that_are_no_text_do_no_harm(self, tmp_path: Path, trained: bytes) -> None:
        command = "touch \"$MODEL_OUTPUT/$(printf 'a\\377\\nb')\"; printf '\\377\\033[31m'; exit 1"
        done = confined(package(tmp_path, trained, stanza(command)), *SECONDS)
        assert "FTTFS" in done.stdout
        assert "\x1b" not in done.stdout


@needs_bubblewrap
class TestConfined:
    @needs_python
    def test_a_training_comes_out_the_same(self, tmp_path: Path, trained: bytes) -> None:
        done = confined(package(tmp_path, trained, stanza("python3 train.py plain")))
        assert (done.returncode, "net: met\n" in done.stdout) == (0, True)
        assert done.stdout.startswith("confined by bubblewrap: no network")

    def test_the_report_names_the_limits(self, tmp_path: Path, trained: bytes) -> None:
        tree = package(tmp_path, trained, stanza("true"))
        done = confined(tree, "--timeout", "9", "--memory", "2G", "--space", "100M", "--processes", "77")
        limits = done.stdout.splitlines()[1]
        said = "limits: 9 s a run, 2 GiB of memory, 100 MiB in the build folder, 77 processes, 16 MiB of log"
        assert limits.startswith(f"{said}; held to them by ")

    def test_a_source_that_does_not_fit_is_trouble_of_ours(self, tmp_path: Path, trained: bytes) -> None:
        tree = package(tmp_path, trained, stanza("true"), big_dat=bytes(200_000))
        done = confined(tree, "--space", "100K")
        assert done.returncode == 3
        assert "could not be laid out in the build folder (--space gives more)" in done.stdout

    def test_the_data_is_there_to_be_read(self, tmp_path: Path, trained: bytes) -> None:
        data = "Dataset: leaves\nLicense: CC0-1.0\nAccess: direct-download\n"
        (tmp_path / "given" / "leaves").mkdir(parents=True)
        (tmp_path / "given" / "leaves" / "a.csv").write_text("1,2\n")
        command = "cat $MODEL_DATA/leaves/a.csv; touch $MODEL_DATA/leaves/a.csv"
        tree = package(tmp_path, trained, stanza(command, {"Training-Data": "leaves"}), data)
        log = log_of(tree, "--data", str(tmp_path / "given"))
        assert log.startswith("1,2\n")
        assert "Read-only" in log

    def test_what_needs_an_accelerator_is_not_decided(self, tmp_path: Path, trained: bytes) -> None:
        tree = package(tmp_path, trained, stanza("true", {"Training-Restrictions": "long, needs-gpu"}))
        done = confined(tree)
        assert (done.returncode, "not decided: it needs a GPU" in done.stdout) == (2, True)

    def test_a_chroot_is_the_system_that_is_seen(self, tmp_path: Path, trained: bytes) -> None:
        root = tmp_path / "root"
        (root / "etc").mkdir(parents=True)
        (root / "etc" / "debian_chroot").write_text("tiny\n")
        (root / "var/lib/dpkg").mkdir(parents=True)
        (root / "var/lib/dpkg/status").write_text("")
        for name in ("bin", "sbin", "lib", "lib64", "lib32", "libx32", "usr"):
            if Path("/", name).is_symlink():
                (root / name).symlink_to(Path("/", name).readlink())
            elif Path("/", name).is_dir():
                (root / name).symlink_to(Path("/", name))
        if not (root / "bin").is_symlink() or Path("/bin").readlink() != Path("usr/bin"):
            pytest.skip("/usr is not merged here")
        (root / "usr").unlink()
        (root / "usr").mkdir()
        for name in ("bin", "sbin", "lib", "lib64"):
            if Path("/usr", name).is_dir():
                shutil.copytree(Path("/usr", name), root / "usr" / name, symlinks=True, ignore=only_needed)
        tree = package(tmp_path, trained, stanza("cat /etc/debian_chroot; ls /etc"))
        assert log_of(tree, "--chroot", str(root)) == "tiny\ndebian_chroot\n"
        (tree / "debian" / "control").write_text(
            (tree / "debian" / "control")
            .read_text()
            .replace("Section", "Build-Depends: coreutils\nSection", 1)
        )
        assert "lacks what it needs: unmet build dependencies: coreutils" in " ".join(
            confined(tree, "--chroot", str(root)).stdout.lower().split()
        )

    def test_a_chroot_without_a_system_is_refused(self, tmp_path: Path, trained: bytes) -> None:
        done = confined(package(tmp_path, trained, stanza("true")), "--chroot", str(tmp_path))
        assert (done.returncode, "is no system to run in" in done.stderr) == (3, True)


PROGRAMS = frozenset(
    ("sh", "dash", "cp", "mkdir", "cat", "ls", "tar", "stat", "env", "true", "prlimit", "taskset", "touch")
)


def only_needed(folder: str, names: list[str]) -> list[str]:
    """Leave out all of a system but a few programs, and the libraries that they are linked with."""
    if "/lib" in folder:
        needed = (
            "ld-linux",
            "libc.so",
            "libc-",
            "ld-",
            "libselinux",
            "libacl",
            "libattr",
            "libpcre",
            "libsmartcols",
        )
        return [one for one in names if not (one.startswith(needed) or one.endswith("-linux-gnu"))]
    return [one for one in names if one not in PROGRAMS]


@needs_bubblewrap
def test_it_ends_when_the_linter_is_killed_outright(tmp_path: Path, trained: bytes) -> None:
    tree = package(tmp_path, trained, stanza("exec sleep 301"))
    words = [sys.executable, "-m", "lintian_ml", "reproduce", "--yes", "--allow-root", str(tree)]
    with subprocess.Popen(
        words,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as process:
        deadline = time.monotonic() + 30
        while "sleep" not in names(process.pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        inside = standing(process.pid).processes
        process.kill()
    deadline = time.monotonic() + 10
    while any(map(is_running, inside)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert inside
    assert not any(map(is_running, inside))


def names(ancestor: int) -> set[str]:
    """Return the names of a process's descendants."""
    found = set()
    for number in standing(ancestor).processes:
        try:
            found.add(Path(f"/proc/{number}/comm").read_text().strip())
        except OSError:
            continue
    return found


class TestFindingOut:
    def test_without_bubblewrap_it_refuses_unless_walls_are_waived(
        self, tmp_path: Path, trained: bytes
    ) -> None:
        marker = tmp_path / "ran"
        tree = package(tmp_path, trained, stanza(f"touch {marker}"))
        (tmp_path / "empty").mkdir()
        done = run_command("reproduce", "--yes", "--allow-root", tree, PATH=str(tmp_path / "empty"))
        assert done.returncode == 3
        assert "install bubblewrap" in done.stderr
        assert "--unconfined" in done.stderr
        assert not marker.exists()

    def test_a_bubblewrap_that_may_not_confine_is_refused_too(self, tmp_path: Path) -> None:
        program(tmp_path / "bwrap", "echo bwrap: no namespaces for you >&2; exit 1")
        with pytest.raises(ConfinementError, match=r"no namespaces for you.*user namespaces"):
            confinement(waived=False, environment={"PATH": str(tmp_path)}, settings=tmp_path)

    @pytest.mark.parametrize(
        ("setting", "value", "remedy"),
        [
            ("kernel/unprivileged_userns_clone", "0\n", "kernel.unprivileged_userns_clone=1"),
            ("user/max_user_namespaces", "0\n", "user.max_user_namespaces="),
            ("kernel/apparmor_restrict_unprivileged_userns", "1\n", "AppArmor profile"),
            ("kernel/apparmor_restrict_unprivileged_userns", "0\n", "--security-opt"),
        ],
    )
    def test_it_says_how_to_get_user_namespaces(
        self, tmp_path: Path, setting: str, value: str, remedy: str
    ) -> None:
        (tmp_path / setting).parent.mkdir()
        (tmp_path / setting).write_text(value)
        (said,) = remedies(tmp_path)
        assert remedy in said

    def test_a_user_manager_holds_all_processes_together(self, tmp_path: Path) -> None:
        program(tmp_path / "bwrap", "exit 0")
        program(tmp_path / "systemd-run", f'echo "$@" >> {tmp_path}/asked')
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "XDG_RUNTIME_DIR": str(tmp_path)}
        found = confinement(waived=False, environment=environment)
        assert isinstance(found, Bubblewrap)
        assert found.holder == Scope(str(tmp_path / "systemd-run"))
        assert found.held.startswith("a scope of systemd")
        asked = (tmp_path / "asked").read_text()
        assert asked.startswith("--user --scope --quiet --collect -p MemoryMax=")
        assert "-p MemorySwapMax=0 -p TasksMax=1040 -- true" in asked

    def test_a_user_manager_that_does_not_answer_is_done_without(self, tmp_path: Path) -> None:
        if os.geteuid() == 0 and holder({}, root=True) is None:
            pytest.skip("root is bounded by nothing here")
        program(tmp_path / "bwrap", "exit 0")
        program(tmp_path / "systemd-run", "echo Failed to connect to bus >&2; exit 1")
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "XDG_RUNTIME_DIR": str(tmp_path)}
        found = confinement(waived=False, environment=environment)
        assert isinstance(found, Bubblewrap)
        assert not isinstance(found.holder, Scope)
        assert "rlimits of each process" in found.held

    @pytest.mark.skipif(os.geteuid() != 0, reason="not root")
    def test_root_is_bounded_by_something_or_refused(self, tmp_path: Path) -> None:
        """RLIMIT_NPROC binds users, but not root: a fork bomb would fill the table of the whole machine."""
        program(tmp_path / "bwrap", "exit 0")
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
        try:
            found = confinement(waived=False, environment=environment)
        except ConfinementError as error:
            assert "run it as a user" in str(error)
        else:
            assert found.holder

    def test_a_group_ends_with_its_run(self) -> None:
        if not isinstance(group := holder({}, root=True), Group):
            pytest.skip("no control group can be made here")
        with group.hold(Limits(processes=1)) as words:
            many = "for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sleep 0.2 & done; wait"
            done = subprocess.run([*words, "/bin/sh", "-c", many], capture_output=True, text=True)
            assert list(group.parent.glob(f"lintian-ml-{os.getpid()}-*"))
        assert "Cannot fork" in done.stderr
        assert not list(group.parent.glob(f"lintian-ml-{os.getpid()}-*"))


def program(path: Path, text: str) -> None:
    """Write a program in the shell's language."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_the_watchdog_ends_the_children_too() -> None:
    words = ["/bin/sh", "-c", "sleep 300 & sleep 300 & sleep 300 & wait"]
    process = subprocess.Popen(words, start_new_session=True)
    assert "more than 2 processes" in watch(process, Limits(processes=2))
    assert process.poll() is not None


def test_without_walls_the_limits_hold_too(tmp_path: Path, trained: bytes) -> None:
    tree = package(tmp_path, trained, stanza("sleep 300 & sleep 300 & sleep 300 & sleep 300 & wait"))
    done = reproduce(tree, "--processes", "3")
    assert "more than 3 processes" in done.stdout or "fork" in done.stdout
    assert "not confined: it may use the network" in done.stdout
