"""Printed lines, run as a user runs them: each library's names are there, its loss is the real one or its formula."""
import re
from types import SimpleNamespace

import torch
from loss_by_definition import rows

IMAGENET, CIFAR = "ssem-supcl (ImageNet code)", "ssem-supcl (CIFAR code)"
SOLO, LIGHTLY, SENTENCES = "solo-learn (loss replaced)", "lightly (loss added)", "sentence-transformers (loss added)"
LIBRARIES = ["PyTorch", "SupContrast", "pytorch-metric-learning", SOLO, LIGHTLY, SENTENCES, IMAGENET, CIFAR]


class MaskedSupCon:
    """SupContrast's class by its formula: each anchor's log shares, averaged with its mask's weights, itself left out.

    SupContrast is no package that could be installed. Without a mask the other views of the image are the positives; with
    labels all views of the class. An anchor without positives counts 0, as since December 2023.
    """

    def __init__(self, temperature, base_temperature):
        self.temperature, self.scale = temperature, temperature / base_temperature

    def __call__(self, features, labels=None, mask=None):
        images, views, _ = features.shape
        if labels is not None:
            mask = labels[:, None] == labels
        weights = (torch.eye(images) if mask is None else mask).to(features.dtype)
        z = torch.cat([features[:, view] for view in range(views)])
        anchor = torch.eye(len(z), dtype=torch.bool)
        s = z @ z.T / self.temperature
        log_share = s - s.masked_fill(anchor, -torch.inf).logsumexp(1, keepdim=True)
        weights = weights.tile(views, views).masked_fill(anchor, 0)
        weighted, total = (weights * log_share).sum(1), weights.sum(1)
        return -self.scale * torch.where(total > 0, weighted / total.clamp(min=1e-12), 0).mean()


def imagenet_formula(features, labels, alpha, temperature):
    """Two views. Anchors left out of their sums; each anchor's mean, 0 where it has no positives, over all anchors."""
    z, label_of, image_of = rows(features, labels)
    s = z @ z.T / temperature
    losses = (s.exp().sum(1) - s.diag().exp()).log()[:, None] - s
    own = (image_of[:, None] == image_of).fill_diagonal_(False)
    partner = (label_of[:, None] == label_of) & (image_of[:, None] != image_of)
    self_supervised, supervised = (
        sum(losses[i][positive[i]].mean() for i in range(len(z)) if positive[i].any()) / len(z) for positive in (own, partner)
    )
    return alpha * self_supervised + (1 - alpha) * supervised


def cifar_formula(features, labels, alpha, temperature):
    """Two views. A softmax over everything, the anchor too; the mean over all pairs of an image, and over all of partners."""
    z, label_of, image_of = rows(features, labels)
    losses = -(z @ z.T / temperature).log_softmax(1)
    own = image_of[:, None] == image_of
    partner = (label_of[:, None] == label_of) & ~own
    return alpha * losses[own].mean() + (1 - alpha) * losses[partner].mean()


def flag(command, name):
    return float(re.search(rf" {name} (\S+)", command)[1])


def torch_lines(code, features, labels, **queue):
    z, label_of, image_of = rows(features, labels)
    return executed(code, z=z, labels=label_of, image_ids=image_of, **queue)["loss"]


def sup_contrast(code, features, labels):
    return executed(code, features=features, labels=labels, SupConLoss=MaskedSupCon)["loss"]


def metric_learning(code, features, labels):
    z, label_of, image_of = rows(features, labels)
    return executed(code, embeddings=z, labels=label_of, image_ids=image_of)["loss"]


def imagenet(code, features, labels):
    return imagenet_formula(features, labels, flag(code, "--alpha"), flag(code, "--T"))


def cifar(code, features, labels):
    return cifar_formula(features, labels, flag(code, "--alpha"), flag(code, "--temperature"))


def outputs_of(features):
    """What a model puts out: a tensor for each view, not normalised."""
    return [features[:, view] * (1.5 + view) for view in range(features.shape[1])]


def solo_learn(code, features, labels, **queue):
    outputs = outputs_of(features)
    batch = [torch.randperm(10 * len(labels))[: len(labels)], None, labels]  # indices in the data set, images, labels
    names = executed(code, z=torch.cat(outputs), targets=labels.repeat(len(outputs)), batch=batch, n_augs=len(outputs),
                     gather=lambda tensor: tensor, **queue)
    return names["nce_loss"]


def lightly(code, features, labels, **queue):
    return executed(code, outputs=outputs_of(features), labels=labels, **queue)["loss"]


def sentence_transformers(code, features, labels, **queue):
    columns = [{"output": output} for output in outputs_of(features)]
    model = torch.nn.Module()
    model.forward = lambda column: {"sentence_embedding": column["output"]}
    return executed(code, model=model, **queue)["loss"](columns, labels)


def executed(code, **names):
    scope = {"torch": torch, **names}
    exec(code, scope)  # the very text a user pastes
    return scope


RUNNERS = {"PyTorch": torch_lines, "SupContrast": sup_contrast, "pytorch-metric-learning": metric_learning,
           IMAGENET: imagenet, CIFAR: cifar, SOLO: solo_learn, LIGHTLY: lightly, SENTENCES: sentence_transformers}
PUT_IN_PLACE = {SOLO, LIGHTLY, SENTENCES}


def run_lines(row, features, labels, **queue):
    """The loss, a scalar tensor, that a row of what_to_type computes; `queue`: its keys and their labels."""
    row = SimpleNamespace(**row)
    runner = RUNNERS[row.library] if row.possible or row.library in PUT_IN_PLACE else torch_lines
    return runner(row.code, features, labels, **queue)
