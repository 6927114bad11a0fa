"""A network with nobody else in it.

Where Linux lets us, this process and all it starts move into a network namespace that has a loopback device and nothing
else: no address but those of this machine can be reached, and the kernel counts every attempt.
"""

import ctypes
import os
import socket
import struct
from pathlib import Path

CLONE_NEWNET = 0x40000000
CLONE_NEWUSER = 0x10000000
SIOCSIFFLAGS = 0x8914
IFF_UP = 1

#: Whether nobody else can be reached.
is_alone = False


def leave_the_network() -> None:
    """Moves this process, which must not have threads yet."""
    global is_alone
    try:
        unshare = ctypes.CDLL(None, use_errno=True).unshare
    except (AttributeError, OSError):
        return
    user, group = os.getuid(), os.getgid()
    if unshare(CLONE_NEWNET) != 0:
        if unshare(CLONE_NEWNET | CLONE_NEWUSER) != 0:
            return
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    # There only where namespaces are.
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
    is_alone = True


def attempts() -> dict[str, int]:
    """What was tried since the namespace began: packets without a way, and datagrams, of which names are asked."""
    lines = Path("/proc/self/net/snmp").read_text().splitlines()
    counters = {}
    for names, values in zip(lines[::2], lines[1::2], strict=True):
        protocol, names = names.split(":")
        for name, value in zip(names.split(), values.split(":")[1].split(), strict=True):
            counters[f"{protocol}.{name}"] = int(value)
    return {name: counters[name] for name in ("Ip.OutNoRoutes", "Udp.OutDatagrams")}
