"""Times the trainer's loss, forward and backward, beside its peers on the same embeddings: loss_bench.py BRIDGE [--quick]

BRIDGE is libssem_loss_bridge.so in a build's bench/. The peers run on every torch at hand (build/torch's, the system's,
--python's); the factor is against the faster one. Each size, each side and each number of threads is a process of its
own, so that memory is what a fresh process needs; the two sides take turns, and the best time counts, because other
programs only ever slow a run down. Rates count 4 N^2 d floating-point operations. The machine's best sgemm is the best
of all torches' and of OpenBLAS with each kernel that suits, of 2048 rows, and of oneDNN where Debian's is there.
OPENBLAS_CORETYPE in the environment holds for OpenBLAS everywhere, as it does for the trainer.
"""

import argparse
import array
import ctypes
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings

try:
    warnings.filterwarnings("ignore", message="Failed to initialize NumPy")  # torch alone is enough
    import torch
except ImportError:  # the trainer's own side needs none
    torch = None

TEMPERATURE, LOSS_WEIGHT = 0.1, 0.5
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def write_batch(path, size, columns):
    """Unit rows, as a file that every side reads."""
    import random

    numbers = random.Random(1)
    values = array.array("f")
    for _ in range(size):
        row = [numbers.gauss(0, 1) for _ in range(columns)]
        norm = sum(x * x for x in row) ** 0.5
        values.extend(x / norm for x in row)
    with open(path, "wb") as file:
        values.tofile(file)


def labels(size):
    instances = [k // 2 for k in range(size)]
    return [k % 10 for k in instances], instances


def with_autograd(loss):
    def call(z, classes, instances):
        leaf = z.clone().requires_grad_()
        value = loss(leaf, classes, instances)
        value.backward()
        return value.item(), leaf.grad
    return call


def supcontrast_formula(z, classes, instances):
    """SupContrast's way: all logits, the row maximum taken off, masks as weights; the mask carries the loss weight."""
    same = (classes[:, None] == classes[None, :]).float()
    own = (instances[:, None] == instances[None, :]).float()
    others_per_own = (same.sum(1) - own.sum(1)) / (own.sum(1) - 1)
    mask = same - own + own * (LOSS_WEIGHT / (1 - LOSS_WEIGHT) * others_per_own)[:, None]
    not_self = 1 - torch.eye(len(z))
    mask = mask * not_self
    logits = z @ z.T / TEMPERATURE
    logits = logits - logits.max(dim=1, keepdim=True).values.detach()
    log_probability = logits - (torch.exp(logits) * not_self).sum(1, keepdim=True).log()
    return -((mask * log_probability).sum(1) / mask.sum(1)).mean()


def authors_imagenet_formula(z, classes, instances):
    """The authors' ImageNet code's way: two masks, two means per anchor, the anchor left out."""
    not_self = 1 - torch.eye(len(z))
    own = (instances[:, None] == instances[None, :]).float() * not_self
    other = (classes[:, None] == classes[None, :]).float() * not_self - own
    logits = z @ z.T / TEMPERATURE
    logits = logits - logits.max(dim=1, keepdim=True).values.detach()
    log_probability = logits - (torch.exp(logits) * not_self).sum(1, keepdim=True).log()
    supervised = (other * log_probability).sum(1) / other.sum(1)
    self_supervised = (own * log_probability).sum(1) / own.sum(1)
    return -((1 - LOSS_WEIGHT) * supervised + LOSS_WEIGHT * self_supervised).mean()


def authors_cifar_formula(z, classes, instances):
    """The authors' CIFAR code's way: softmax over all rows, the anchor too, and boolean selection (another loss)."""
    same = classes[:, None] == classes[None, :]
    own = instances[:, None] == instances[None, :]
    probabilities = torch.softmax(z @ z.T / TEMPERATURE, dim=1)
    negative_logs = -torch.log(probabilities)
    return (1 - LOSS_WEIGHT) * negative_logs[same & ~own].mean() + LOSS_WEIGHT * negative_logs[own].mean()


def peers():
    found = {
        "SupContrast formula": with_autograd(supcontrast_formula),
        "authors' ImageNet formula": with_autograd(authors_imagenet_formula),
        "authors' CIFAR formula": with_autograd(authors_cifar_formula),
    }
    try:
        from pytorch_metric_learning.losses import SupConLoss
    except ImportError:
        return found
    plain = SupConLoss(temperature=TEMPERATURE)
    found["pytorch-metric-learning"] = with_autograd(lambda z, classes, _: plain(z, classes))
    return found


def best_seconds(call, budget_s=1.0, least=2):
    """Of a call that has been made once before."""
    best, spent, runs = float("inf"), 0.0, 0
    while runs < least or (spent < budget_s and runs < 100):
        start = time.perf_counter()
        call()
        took = time.perf_counter() - start
        best, spent, runs = min(best, took), spent + took, runs + 1
    return best


def peak_growth_bytes(call):
    """How far the resident memory rises above where it stood."""
    def status(field):
        with open("/proc/self/status") as lines:
            return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))
    with open("/proc/self/clear_refs", "w") as reset:
        reset.write("5")
    before = status("VmRSS")
    call()
    return status("VmHWM") - before


# ---- what a process of its own does; each prints one line of JSON

def ours(arguments, size, columns):
    loss = ctypes.CDLL(arguments.bridge).ssem_supcl_float
    loss.restype = ctypes.c_double
    pointer, integer, real = ctypes.c_void_p, ctypes.c_int64, ctypes.c_double
    loss.argtypes = [pointer, pointer, pointer, integer, integer, real, real, pointer]
    z, gradient = array.array("f"), array.array("f", bytes(4 * size * columns))
    with open(arguments.batch, "rb") as file:
        z.fromfile(file, size * columns)
    classes, instances = (array.array("q", column) for column in labels(size))
    address = [values.buffer_info()[0] for values in (z, classes, instances, gradient)]

    def call():
        return loss(*address[:3], size, columns, LOSS_WEIGHT, TEMPERATURE, address[3])

    extra = peak_growth_bytes(call)  # first, while no freed memory is kept
    seconds = best_seconds(call, least=1 if size > 10000 else 5)
    with open(arguments.batch + ".gradient", "wb") as file:
        gradient.tofile(file)
    return {"seconds": seconds, "extra": extra, "loss": call()}


def matrix_of(path, size, columns):
    with open(path, "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=torch.float32).view(size, columns)


def peer(arguments, size, columns):
    torch.set_num_threads(arguments.threads)
    z = matrix_of(arguments.batch, size, columns)
    classes, instances = (torch.tensor(column) for column in labels(size))
    name = arguments.peer
    call = peers()[name]
    extra = peak_growth_bytes(lambda: call(z, classes, instances))
    return {"seconds": best_seconds(lambda: call(z, classes, instances)), "extra": extra}


def truth(arguments, size, columns):
    """How far our gradient is from the formula's in double precision."""
    z = matrix_of(arguments.batch, size, columns).double()
    gradient = matrix_of(arguments.batch + ".gradient", size, columns).double()
    classes, instances = (torch.tensor(column) for column in labels(size))
    loss, right = with_autograd(authors_imagenet_formula)(z, classes, instances)
    return {"error": ((gradient - right).norm() / right.norm()).item(), "loss": loss}


def about(arguments, *_):
    torch.set_num_threads(arguments.threads)
    config = torch.__config__.show()
    square = torch.randn(2048, 2048)
    square @ square
    return {"torch": torch.__version__, "blas": "MKL" if "Math Kernel Library Version" in config else "the system's BLAS",
            "seconds": best_seconds(lambda: square @ square), "peers": list(peers())}


def library_sgemm(arguments, *_):
    """2048 rows by a shared library: OpenBLAS, or oneDNN's C function."""
    size = 2048
    library = ctypes.CDLL(arguments.library)
    a, b, c = ((ctypes.c_float * (size * size))() for _ in range(3))
    for matrix in (a, b):
        ctypes.memmove(matrix, (ctypes.c_float * 4096)(*[k / 4096 for k in range(4096)]), 4 * 4096)
    n, one, zero = ctypes.c_int(size), ctypes.c_float(1), ctypes.c_float(0)
    letter = ctypes.c_char(b"N")
    if "dnnl" in arguments.library:
        long, real = ctypes.c_int64, ctypes.c_float
        library.dnnl_sgemm.argtypes = [ctypes.c_char, ctypes.c_char, long, long, long, real, ctypes.c_void_p, long,
                                       ctypes.c_void_p, long, real, ctypes.c_void_p, long]

        def call():
            library.dnnl_sgemm(b"N", b"N", size, size, size, 1.0, a, size, b, size, 0.0, c, size)
        call()
        return {"seconds": best_seconds(call), "name": "oneDNN"}
    by = ctypes.byref
    library.openblas_get_corename.restype = ctypes.c_char_p

    def call():
        library.sgemm_(by(letter), by(letter), by(n), by(n), by(n), by(one), a, by(n), b, by(n), by(zero), c, by(n))
    call()
    return {"seconds": best_seconds(call), "name": "OpenBLAS " + library.openblas_get_corename().decode()}


ROLES = {"ours": ours, "peer": peer, "truth": truth, "about": about, "library_sgemm": library_sgemm}


# ---- the measurement

class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        self.batch = ""
        self.sgemm = {}  # threads -> GFLOP/s, role and arguments of the child that reached them
        version = subprocess.run([os.path.join(os.path.dirname(arguments.bridge), "../ssem-train"), "--version"],
                                 capture_output=True, text=True).stdout.strip()
        print(version, flush=True)
        # What the trainer would restart itself with; the bridge is in a process that cannot.
        self.ours_environment = {}
        if "OpenBLAS" in version and "(" in version and "OPENBLAS_CORETYPE" not in os.environ:
            self.ours_environment = {"OPENBLAS_CORETYPE": version.rsplit("(", 1)[1].split(")")[0]}

    def child(self, role, threads, python=sys.executable, size=0, columns=0, environment=None, **more):
        command = [python, os.path.abspath(__file__), self.arguments.bridge, "--role", role, "--threads", str(threads),
                   "--size", str(size), "--columns", str(columns), "--batch", self.batch]
        for flag, value in more.items():
            command += [f"--{flag}", value]
        limits = {f"{name}_NUM_THREADS": str(threads) for name in ("OMP", "OPENBLAS", "MKL")}
        done = subprocess.run(command, env={**os.environ, **limits, **(environment or {})}, capture_output=True, text=True)
        return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None

    def best_sgemm(self, threads, torches):
        """Measures all candidates, and keeps the best one's child for remeasure()."""
        candidates = [("about", {"python": python}) for python in torches]
        with open("/proc/cpuinfo") as lines:
            flags = next((line for line in lines if line.startswith("flags")), "")
        kernels = [{}]
        if "OPENBLAS_CORETYPE" not in os.environ:
            suited = ["SkylakeX"] * ("avx512vl" in flags) + ["Haswell"] * ("avx2" in flags)
            kernels += [{"OPENBLAS_CORETYPE": kernel} for kernel in suited]
        candidates += [("library_sgemm", {"library": "libopenblas.so.0", "environment": kernel}) for kernel in kernels]
        candidates += [("library_sgemm", {"library": "libdnnl.so.2"})]
        rates = {}
        for role, more in candidates:
            told = self.child(role, threads, **more)
            if told is None:
                continue
            own = " (its own choice)" if more.get("environment") == {} else ""
            rate = 2 * 2048**3 / told["seconds"] / 1e9
            rates[f"torch {told['torch']} ({told['blas']})" if role == "about" else told["name"] + own] = rate
            if rate > self.sgemm.get(threads, (0,))[0]:
                self.sgemm[threads] = rate, role, more
        print(f"{threads} thread(s), sgemm of 2048 rows, GFLOP/s: " +
              ", ".join(f"{name} {rate:.0f}" for name, rate in rates.items()), flush=True)

    def remeasure(self, threads):
        """The best sgemm once more: GFLOP/s, the highest so far."""
        rate, role, more = self.sgemm[threads]
        told = self.child(role, threads, **more)
        self.sgemm[threads] = max(rate, 2 * 2048**3 / told["seconds"] / 1e9), role, more
        return self.sgemm[threads][0]

    def compare(self, size, columns, threads, torches, names):
        """Gives the Python whose torch was the fastest."""
        best, other = None, {}
        for _ in range(1 if size > 4096 else 2):  # taking turns
            told = self.child("ours", threads, size=size, columns=columns, environment=self.ours_environment)
            best = told if best is None else {**best, "seconds": min(best["seconds"], told["seconds"])}
            for name in names:
                for python in torches:
                    told = self.child("peer", threads, python, size, columns, peer=name)
                    if told and told["seconds"] < other.get(name, (float("inf"),))[0]:
                        other[name] = told["seconds"], python, told["extra"]
        sgemm = self.remeasure(threads)
        rate = 4 * size**2 * columns / best["seconds"] / 1e9
        print(f"  N {size} d {columns}: ours {best['seconds'] * 1e3:.1f} ms, {rate:.0f} GFLOP/s, {rate / sgemm:.0%} of the best "
              f"sgemm, extra memory {best['extra'] / 1e6:.1f} MB = {best['extra'] / (4 * size * columns):.1f} N d floats",
              flush=True)
        for name, (seconds, python, extra) in other.items():
            print(f"    {name} on torch {torches[python]}: {seconds * 1e3:.1f} ms, {seconds / best['seconds']:.1f} x ours, "
                  f"extra memory {extra / 1e6:.0f} MB", flush=True)
        if threads == 1 and size <= 2048:
            told = self.child("truth", 1, next(iter(torches)), size, columns)
            print(f"    gradient against float64: {told['error']:.1e}; loss {best['loss']:.9f} against {told['loss']:.9f}", flush=True)
        return next(iter(other.values()), (0, None))[1]

    def run(self):
        torches = {}
        for python in self.arguments.python or [os.path.join(ROOT, "build/torch/bin/python"), "/usr/bin/python3", sys.executable]:
            told = self.child("about", 1, python) if os.path.exists(python) else None
            if told and told["torch"] not in torches.values():
                torches[python] = told["torch"]
        if not torches:
            sys.exit("no Python with torch: ./setup --torch pip, or --python")
        sizes = [(2048, 128), (1024, 128)]
        if not self.arguments.quick:
            sizes += [(4096, 128), (8192, 128), (4096, 512)]
        if self.arguments.large:
            sizes += [(32768, 128)]
        for threads in (1, 2):
            self.best_sgemm(threads, torches)
        everyone = self.child("about", 1, next(iter(torches)))["peers"]
        fastest = {}  # larger sizes run on the torch that was the fastest at 2048 rows
        for size, columns in sizes:
            with tempfile.TemporaryDirectory() as folder:
                self.batch = os.path.join(folder, "batch")
                write_batch(self.batch, size, columns)
                for threads in (1, 2):
                    names = everyone if size == 2048 else everyone[:1] if columns == 128 and size < 10000 else []
                    some = {fastest[threads]: torches[fastest[threads]]} if threads in fastest else torches
                    print(f"{threads} thread(s)", flush=True)
                    found = self.compare(size, columns, threads, some, names)
                    fastest.setdefault(threads, found)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bridge")
    parser.add_argument("--quick", action="store_true", help="only N = 1024 and 2048")
    parser.add_argument("--large", action="store_true", help="N = 32768 as well, ours alone")
    parser.add_argument("--python", action="append", help="a Python whose torch the peers run on; again for another")
    for hidden in ("--role", "--batch", "--peer", "--library"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    for hidden in ("--threads", "--size", "--columns"):
        parser.add_argument(hidden, type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.role:
        print(json.dumps(ROLES[arguments.role](arguments, arguments.size, arguments.columns)))
    else:
        Bench(arguments).run()


if __name__ == "__main__":
    main()
