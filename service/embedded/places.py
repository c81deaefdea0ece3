"""Users, folders, sockets, ports and settings of the embedded servers."""

import functools
import hashlib
import importlib.util
import os
import pwd
import shutil
import socket
import stat
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psutil

SOCKET_PATH_LIMIT = 100  # 107 bytes on Linux, 103 on macOS, less ".lock"
SERVER_USER = "pgserver"  # the name that the package of embedded programs uses too


def package_folder(name: str) -> Path:
    """Returns the folder of an installed package, without importing it (that makes folders)."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{name} is not installed; run ./socai again")
    return Path(spec.origin).parent


@functools.cache
def server_account() -> pwd.struct_passwd | None:
    """The account that PostgreSQL runs under when we are root (it refuses to be root), else None.

    It is made on first need; where accounts cannot be made, the system's `nobody` is used.
    """
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SERVER_USER)
    except KeyError:
        useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
        if useradd:
            subprocess.run(
                [useradd, "--system", "--user-group", "--no-create-home", SERVER_USER],
                capture_output=True,
                check=False,
            )
    try:
        return pwd.getpwnam(SERVER_USER)
    except KeyError:
        return pwd.getpwnam("nobody")


def server_user() -> dict[str, Any]:
    """Keyword arguments for `subprocess` that make a child run under the server's account."""
    account = server_account()
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [], "umask": 0o077}


def server_environment() -> dict[str, str]:
    """Returns an environment without PGHOST, PGDATA and locale of the caller."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


def hand_over(path: Path) -> None:
    """Give `path` (not what is below it) to the server's account."""
    account = server_account()
    if account is not None:
        os.chown(path, account.pw_uid, account.pw_gid)


def let_through(*paths: Path) -> None:
    """As root: let the server's account pass through (not read) the folders above `paths`.

    A clone in /root is closed to other accounts. Only the right to traverse is added, and only
    where it is missing.
    """
    account = server_account()
    if account is None:
        return
    for path in paths:
        for folder in path.parents:
            mode = folder.stat()
            if mode.st_uid == account.pw_uid or mode.st_mode & stat.S_IXOTH:
                continue
            folder.chmod(stat.S_IMODE(mode.st_mode) | stat.S_IXOTH)


def socket_dir(home: Path) -> Path:
    """`home`, or a short folder of the same owner where a socket's path would be too long."""
    if len(os.fsencode(home / ".s.PGSQL.65535")) <= SOCKET_PATH_LIMIT:
        return home
    owner = home.stat()
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"socai-{owner.st_uid}-{name}"
    short.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(short, owner.st_uid, owner.st_gid)
    found = short.lstat()
    if found.st_uid != owner.st_uid or not stat.S_ISDIR(found.st_mode):
        raise PermissionError(f"{short} belongs to another user; remove it")
    return short


def free_port(remembered: Path) -> int:
    """Returns the port noted in that file if it is free, else a new one, which is noted."""
    try:
        wanted = int(remembered.read_text())
    except (FileNotFoundError, ValueError):
        wanted = 0
    for candidate in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            port: int = probe.getsockname()[1]
            break
    remembered.write_text(f"{port}\n")
    return port


def postgres_conf(sockets: Path, port: int, *, durable: bool) -> str:
    """Settings of the cluster, rewritten at each start.

    Values of rows never reach the log: statements, parameters and details stay out of it.
    """
    memory = psutil.virtual_memory().total // 2**20
    shared = max(64, min(1024, memory // 8))
    settings = {
        "listen_addresses": "'127.0.0.1'",
        "port": port,
        "unix_socket_directories": "'" + str(sockets).replace("'", "''") + "'",
        "unix_socket_permissions": "0700",
        "max_connections": 120,
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{max(128, memory // 2)}MB",
        "maintenance_work_mem": f"{max(32, min(256, memory // 32))}MB",
        "work_mem": "16MB",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "10min",
        "autovacuum_naptime": "15s",  # a large list is planned for soon after it was taken in
        "jit": "off",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "log_parameter_max_length_on_error": 0,
        "fsync": "on" if durable else "off",
        "synchronous_commit": "on" if durable else "off",
        "full_page_writes": "on" if durable else "off",
    }
    if _shared_memory_megabytes() < 256:  # containers have 64 MB: too little for parallel queries
        settings["dynamic_shared_memory_type"] = "mmap"
    return "".join(f"{name} = {value}\n" for name, value in settings.items())


def _shared_memory_megabytes() -> int:
    try:
        there = os.statvfs("/dev/shm")  # noqa: S108
    except OSError:
        return 2**20
    return there.f_frsize * there.f_blocks // 2**20
