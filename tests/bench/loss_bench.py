"""Times the trainer's loss, forward and backward, beside its peers on the same tensors: loss_bench.py BRIDGE [--quick]

BRIDGE is libssem_loss_bridge.so. The torch that runs this must be the one that BRIDGE was built with. Everything runs
twice: with malloc as it is, and tuned so that glibc keeps large blocks (peers allocate many). Rates count 4 N^2 d
floating-point operations; sgemm is torch.mm of two 4096 x 4096 matrices in the same run.
"""

import argparse
import ctypes
import json
import os
import subprocess
import sys
import time

import torch

TEMPERATURE, LOSS_WEIGHT = 0.1, 0.5


def batch(size, columns):
    generator = torch.Generator().manual_seed(1)
    z = torch.nn.functional.normalize(torch.randn(size, columns, generator=generator))
    instances = torch.arange(size) // 2
    return z.contiguous(), (instances % 10).contiguous(), instances.contiguous()


class Ours:
    def __init__(self, path):
        self.call = ctypes.CDLL(path).ssem_supcl_float
        self.call.restype = ctypes.c_double
        pointer, integer, real = ctypes.c_void_p, ctypes.c_int64, ctypes.c_double
        self.call.argtypes = [pointer, pointer, pointer, integer, integer, real, real, pointer]

    def __call__(self, z, classes, instances):
        gradient = torch.empty_like(z)
        loss = self.call(z.data_ptr(), classes.data_ptr(), instances.data_ptr(), z.shape[0], z.shape[1], LOSS_WEIGHT,
                         TEMPERATURE, gradient.data_ptr())
        return loss, gradient


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


def best_seconds(call, budget_s):
    call()
    best, spent, runs = float("inf"), 0.0, 0
    while runs < 3 or (spent < budget_s and runs < 50):
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


def measure(arguments):
    ours = Ours(arguments.bridge)
    sizes = [(1024, 128), (2048, 128)] if arguments.quick else [(1024, 128), (2048, 128), (4096, 128), (8192, 128), (4096, 512)]
    threads = arguments.once
    torch.set_num_threads(threads)
    square = torch.randn(4096, 4096)
    sgemm = 2 * 4096**3 / best_seconds(lambda: square @ square, 2)
    print(f"{threads} thread(s): sgemm {sgemm / 1e9:.1f} GFLOP/s")
    for size, columns in sizes:
        z, classes, instances = batch(size, columns)
        extra = peak_growth_bytes(lambda: ours(z, classes, instances))  # first, while no freed memory is kept
        seconds = best_seconds(lambda: ours(z, classes, instances), 2)
        rate = 4 * size**2 * columns / seconds
        print(f"  N {size} d {columns}: ours {seconds * 1e3:.1f} ms, {rate / sgemm:.0%} of sgemm, "
              f"extra memory {extra / (4 * size * columns):.2f} N d floats")
        truth = with_autograd(authors_imagenet_formula)(z.double(), classes, instances)
        loss, gradient = ours(z, classes, instances)
        error = ((gradient.double() - truth[1]).norm() / truth[1].norm()).item()
        print(f"    gradient against float64: {error:.1e}; loss {loss:.9f} against {truth[0]:.9f}")
        if columns != 128:
            continue
        for name, peer in peers().items():
            peer_seconds = best_seconds(lambda: peer(z, classes, instances), 2)
            print(f"    {name}: {peer_seconds * 1e3:.1f} ms, {peer_seconds / seconds:.1f} x ours")
    if not arguments.quick:
        z, classes, instances = batch(32768, 128)
        start = time.perf_counter()
        extra = peak_growth_bytes(lambda: ours(z, classes, instances))
        print(f"N 32768 d 128: ours {time.perf_counter() - start:.2f} s, extra {extra / (4 * 32768 * 128):.2f} N d floats")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bridge")
    parser.add_argument("--quick", action="store_true", help="only N = 1024 and 2048")
    parser.add_argument("--once", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.once:
        measure(arguments)
        return
    tuned = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "100000000000", "MALLOC_TOP_PAD_": "67108864"}
    for label, environment in (("malloc as it is", {}), ("malloc tuned " + json.dumps(tuned), tuned)):
        for threads in (1, 2):
            print(f"== {label}; torch {torch.__version__}", flush=True)
            # OpenBLAS and MKL take their number of threads from the environment at the start.
            limits = {f"{name}_NUM_THREADS": str(threads) for name in ("OMP", "OPENBLAS", "MKL")}
            subprocess.run([sys.executable, __file__, *sys.argv[1:], "--once", str(threads)],
                           env={**os.environ, **environment, **limits}, check=True)


if __name__ == "__main__":
    main()
