"""The advised loss from its definition (theory.md, section 0), pair by pair: slow, and written apart from what is printed."""
import torch


def embeddings(counts, views, dimension=16, seed=7):
    """Unit-norm features [images, views, dimension] and labels of images whose classes have these counts, shuffled."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.cat([torch.full((count,), label) for label, count in enumerate(counts)])
    labels = labels[torch.randperm(len(labels), generator=generator)]
    features = torch.randn(len(labels), views, dimension, dtype=torch.float64, generator=generator)
    return torch.nn.functional.normalize(features, dim=2), labels


def rows(features, labels):
    """One row per view, the views of an image together: embeddings, labels, image ids."""
    views = features.shape[1]
    images = torch.arange(len(labels)).repeat_interleave(views)
    return features.reshape(-1, features.shape[2]), labels.repeat_interleave(views), images


def defined_loss(features, labels, loss_weight, temperature, convention, reduction):
    """A scalar tensor. An anchor without partners has no supervised term and is counted nevertheless."""
    z, label_of, image_of = rows(features, labels)
    count = len(z)
    s = z @ z.T / temperature
    own_losses, same_losses = [], []
    for i in range(count):
        own, same = [], []
        for j in range(count):
            met = [k for k in range(count) if convention != "cross_view" or (i + k) % features.shape[1]]
            if label_of[i] != label_of[j] or j not in met or (i == j and convention != "anchor_included"):
                continue
            left_out = {"anchor_included": set(), "dcl": {i, j}}.get(convention, {i})
            terms = s[i, [k for k in met if k not in left_out]]
            (own if image_of[i] == image_of[j] else same).append(torch.logsumexp(terms, 0) - s[i, j])
        own_losses.append(own)
        same_losses.append(same)
    if reduction == "pair_mean":
        self_supervised, supervised = (mean([loss for row in losses for loss in row]) for losses in (own_losses, same_losses))
    else:
        self_supervised, supervised = (sum(mean(row) for row in losses) / count for losses in (own_losses, same_losses))
    return loss_weight * self_supervised + (1 - loss_weight) * supervised


def mean(losses):
    return torch.stack(losses).mean() if losses else torch.zeros((), dtype=torch.float64)
