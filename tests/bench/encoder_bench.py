"""Images a second of ssem-train and of the same model, loss and optimizer in plain PyTorch: encoder_bench.py SSEM_TRAIN

Run it with the Python whose torch is to be the peer, such as build/torch/bin/python. Random images of CIFAR's shape, two
views, batches of 256, SGD with momentum, no augmentation on either side; PyTorch's loss is SupContrast's formula. Both
take turns as processes of their own; a step's time is the median over a run without its first steps, the ratio the median
over the rounds. About two minutes on two free cores; --models small_cnn takes half a minute.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
import zipfile

warnings.filterwarnings("ignore", message="Failed to initialize NumPy")  # torch alone is enough

import torch  # noqa: E402

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from loss_bench import LOSS_WEIGHT, TEMPERATURE, supcontrast_formula  # noqa: E402

CLASSES, VIEWS, DIMENSION, RATE = 10, 2, 128, 0.05


def npy(shape, kind, data):
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + data


def write_images(path, count):
    generator = torch.Generator().manual_seed(count)
    images = torch.randint(0, 256, (count, 3, 32, 32), generator=generator, dtype=torch.uint8)
    labels = bytes(k % CLASSES for k in range(count))
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("images.npy", npy((count, 3, 32, 32), "|u1", bytes(images.flatten().tolist())))
        file.writestr("labels.npy", npy((count,), "|u1", labels))


class Block(torch.nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        convolution = torch.nn.Conv2d
        self.conv1, self.bn1 = convolution(inputs, outputs, 3, stride, 1, bias=False), torch.nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = convolution(outputs, outputs, 3, 1, 1, bias=False), torch.nn.BatchNorm2d(outputs)
        self.shortcut = torch.nn.Identity() if stride == 1 and inputs == outputs else torch.nn.Sequential(
            convolution(inputs, outputs, 1, stride, bias=False), torch.nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


def trunk(kind):
    layers, relu = [], torch.nn.ReLU
    if kind == "small_cnn":
        widths = [3, 32, 64, 128]
        for k in range(3):
            layers += [torch.nn.Conv2d(widths[k], widths[k + 1], 3, 1, 1, bias=False), torch.nn.BatchNorm2d(widths[k + 1]), relu()]
            layers += [torch.nn.MaxPool2d(2)] if k < 2 else []
    else:
        layers = [torch.nn.Conv2d(3, 64, 3, 1, 1, bias=False), torch.nn.BatchNorm2d(64), relu()]
        inputs = 64
        for outputs in (64, 128, 256, 512):
            layers += [Block(inputs, outputs, 1 if outputs == 64 else 2), Block(outputs, outputs, 1)]
            inputs = outputs
    return layers + [torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()], 128 if kind == "small_cnn" else 512


def train_peer(kind, batch, steps, threads):
    """Seconds of each step."""
    torch.set_num_threads(threads)
    layers, features = trunk(kind)
    model = torch.nn.Sequential(*layers, torch.nn.Linear(features, features, bias=False), torch.nn.BatchNorm1d(features),
                                torch.nn.ReLU(), torch.nn.Linear(features, DIMENSION))
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=0.9, weight_decay=1e-4)
    images = torch.randint(0, 256, (2 * batch, 3, 32, 32), dtype=torch.uint8)
    instances = torch.arange(batch).repeat_interleave(VIEWS)
    seconds = []
    for _ in range(steps):
        start = time.perf_counter()
        rows = torch.randperm(len(images))[:batch]
        x = (images[rows].repeat_interleave(VIEWS, 0).float() / 255 - 0.5) / 0.29
        z = torch.nn.functional.normalize(model(x))
        loss = supcontrast_formula(z, (rows % CLASSES).repeat_interleave(VIEWS), instances)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss.item()
        seconds.append(time.perf_counter() - start)
    return seconds


def train_ours(program, folder, kind, batch, steps, threads):
    spec = {"mode": "encoder", "problem": {"classes": CLASSES, "batch_size": batch, "dimension": DIMENSION, "sampling": "random"},
            "loss_weight": LOSS_WEIGHT, "temperature": TEMPERATURE, "device": "cpu", "augment": {"enabled": False},
            "dataset": {"kind": "npz", "path": f"{folder}/train.npz", "test_path": f"{folder}/test.npz"},
            "model": {"kind": kind, "projection": DIMENSION}, "optimizer": {"learning_rate": RATE}, "budget": {"steps": steps}}
    done = subprocess.run([program], input=json.dumps(spec), capture_output=True, text=True,
                          env={**os.environ, "OMP_NUM_THREADS": str(threads)})
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode != 0:
        sys.exit(f"ssem-train failed: {done.stdout[-500:]}{done.stderr}")
    times = [line["time_s"] for line in lines if line["event"] == "progress"]
    return [after - before for before, after in zip(times, times[1:])]


def median_step(seconds):
    return statistics.median(seconds[1:])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--models", nargs="+", default=["small_cnn", "resnet18"])
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    print(subprocess.run([arguments.program, "--version"], capture_output=True, text=True).stdout.strip())
    print(f"peer: torch {torch.__version__}; {arguments.threads} threads, batches of {arguments.batch}, {VIEWS} views")
    with tempfile.TemporaryDirectory() as folder:
        write_images(f"{folder}/train.npz", 2 * arguments.batch)
        write_images(f"{folder}/test.npz", 20)
        for kind in arguments.models:
            steps = 12 if kind == "small_cnn" else 4
            ratios, ours, peer = [], [], []
            for _ in range(arguments.rounds):
                common = kind, arguments.batch, steps, arguments.threads
                ours.append(arguments.batch / median_step(train_ours(arguments.program, folder, *common)))
                peer.append(arguments.batch / median_step(train_peer(*common)))
                ratios.append(ours[-1] / peer[-1])
            print(f"{kind}: ours {statistics.median(ours):.0f} images/s, PyTorch {statistics.median(peer):.0f}, "
                  f"ratio {statistics.median(ratios):.2f} ({', '.join(f'{ratio:.2f}' for ratio in ratios)})", flush=True)


if __name__ == "__main__":
    main()
