"""What a disk may hold after a loss of power, from what recorded_writes.cpp noted: only what was synced is sure."""
import os
from dataclasses import dataclass, field

SECTOR = 512


@dataclass
class File:
    """`synced`: as of the last sync; `pending`: (offset, bytes) and (length, None) since then."""

    synced: bytearray = field(default_factory=bytearray)
    pending: list = field(default_factory=list)

    @staticmethod
    def apply(content, change):
        place, written = change
        if written is None:
            del content[place:]
            content.extend(bytes(max(0, place - len(content))))
            return
        content.extend(bytes(max(0, place - len(content))))
        content[place : place + len(written)] = written

    def sync(self):
        for change in self.pending:
            self.apply(self.synced, change)
        self.pending.clear()

    def after_loss(self, source):
        """Any of the changes since the last sync, and of a write any of its sectors."""
        content = bytearray(self.synced)
        share = source.choice([0, 0.3, 0.7, 1])
        for place, written in self.pending:
            if written is None or len(written) <= SECTOR or source.random() < 0.5:
                if source.random() < share:
                    self.apply(content, (place, written))
                continue
            for start in range(0, len(written), SECTOR):
                if source.random() < share:
                    self.apply(content, (place + start, written[start : start + SECTOR]))
        return content


def entries(record):
    """(place in the record, kind, inode, number, first, second) of each change."""
    with open(record, "rb") as stream:
        while line := stream.readline():
            kind, inode, number, first, second = line.split()
            texts = stream.read(int(first)), stream.read(int(second))
            yield stream.tell(), kind.decode(), int(inode), int(number), *texts


class Disk:
    """Files, and folders whose entries are sure once the folder was synced; until then a beginning of its changes is."""

    def __init__(self):
        self.files = {}  # by inode: the file that has it now
        self.names = {}  # as the running system sees them: a file, or None for a folder
        self.kept = {}  # as they are surely on the disk
        self.changes = []  # of names, which their folders have not kept yet

    def take(self, kind, inode, number, first, second):
        if kind == "C":
            self.files[inode] = File()
            self.rename([(first, self.files[inode])])
        elif kind == "M":
            self.rename([(first, None)])
        elif kind == "U":
            self.rename([(first, "gone")])
        elif kind == "R":
            moved = [(name, item) for name, item in self.names.items() if name == first or name.startswith(first + b"/")]
            self.rename([change for name, item in moved for change in ((second + name[len(first) :], item), (name, "gone"))])
        elif inode in self.files or kind == "D":
            self.write(kind, inode, number, first)

    def write(self, kind, inode, number, first):
        if kind == "W":
            self.files[inode].pending.append((number, first))
        elif kind == "T":
            self.files[inode].pending.append((number, None))
        elif kind == "S":
            self.files[inode].sync()
        elif kind == "D":
            for change in [change for change in self.changes if any(os.path.dirname(name) == first for name, _ in change)]:
                self.keep(self.kept, change)
                self.changes.remove(change)

    def rename(self, change):
        """One change, which is there as a whole or not at all."""
        self.keep(self.names, change)
        self.changes.append(change)

    @staticmethod
    def keep(names, change):
        for name, item in change:
            if item == "gone":
                names.pop(name, None)
            else:
                names[name] = item

    def after_loss(self, source, folder, into):
        """Writes what is left of `folder` into the folder `into`."""
        names = dict(self.kept)
        for change in self.changes[: source.randint(0, len(self.changes))]:
            self.keep(names, change)
        folder, into = os.fsencode(folder), os.fsencode(into)
        for name in sorted(names):
            place = into + name[len(folder) :]
            if not os.path.isdir(os.path.dirname(place)):
                continue  # its folder has no name
            if names[name] is None:
                os.mkdir(place)
            elif not name.endswith(b"-shm"):  # which SQLite makes anew
                with open(place, "wb") as stream:
                    stream.write(names[name].after_loss(source))
