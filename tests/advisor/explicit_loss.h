// Each convention's loss, term by term over every pair of embeddings: slow, and free of any algebra.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "advisor/problem.h"

namespace ssem::advisor::test {

struct Embedding {
  std::vector<double> at;
  int label = 0;
  int image = 0;
  int view = 0;
};

inline double cosine(const Embedding& a, const Embedding& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.at.size(); ++i) sum += a.at[i] * b.at[i];
  return sum;
}

// k unit vectors whose pairwise cosine is -1/(k-1), in k coordinates; one image has no spread.
inline std::vector<std::vector<double>> simplex(std::size_t count) {
  std::vector<std::vector<double>> points(count, std::vector<double>(count, 0.0));
  if (count == 1) return points;
  const double n = static_cast<double>(count);
  const double scale = std::sqrt(n / (n - 1));
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j) points[i][j] = scale * ((i == j ? 1.0 : 0.0) - 1 / n);
  }
  return points;
}

// The simplex-to-simplex model: class means on a simplex, the images of a class on one of their own around it, all
// views of an image at one point.
inline std::vector<Embedding> simplex_to_simplex(int classes, int instances, int views, double within_class_variance) {
  const auto means = simplex(static_cast<std::size_t>(classes));
  const auto spread = simplex(static_cast<std::size_t>(instances));
  std::vector<Embedding> result;
  for (int c = 0; c < classes; ++c) {
    for (int i = 0; i < instances; ++i) {
      Embedding e;
      e.label = c;
      e.image = c * instances + i;
      for (const double x : means[static_cast<std::size_t>(c)])
        e.at.push_back(std::sqrt(1 - within_class_variance) * x);
      for (int other = 0; other < classes; ++other) {
        for (const double x : spread[static_cast<std::size_t>(i)]) {
          e.at.push_back(other == c ? std::sqrt(within_class_variance) * x : 0.0);
        }
      }
      for (e.view = 0; e.view < views; ++e.view) result.push_back(e);
    }
  }
  return result;
}

// Whether the anchor is compared with this row at all.
inline bool meets(const Embedding& anchor, const Embedding& row, Convention convention) {
  return convention != Convention::cross_view || anchor.view != row.view;
}

// -log of one pair's softmax share, with the convention's denominator.
inline double pair_loss(const std::vector<Embedding>& all, std::size_t i, std::size_t j, Convention convention,
                        double temperature) {
  double denominator = 0;
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (k == i && convention != Convention::anchor_included) continue;
    if (!meets(all[i], all[k], convention)) continue;
    if (k == j && convention == Convention::dcl) continue;
    if (convention == Convention::negatives_only && k != j && all[k].label == all[i].label) continue;
    denominator += std::exp(cosine(all[i], all[k]) / temperature);
  }
  return std::log(denominator) - cosine(all[i], all[j]) / temperature;
}

inline double explicit_loss(const std::vector<Embedding>& all, Convention convention, double loss_weight,
                            double temperature) {
  double total = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    double own = 0, same = 0, ratio = 0;
    int owns = 0, sames = 0;
    for (std::size_t j = 0; j < all.size(); ++j) {
      if (i == j && convention != Convention::anchor_included) continue;
      if (all[i].label != all[j].label || !meets(all[i], all[j], convention)) continue;
      const double loss = pair_loss(all, i, j, convention, temperature);
      ratio += std::exp(-loss);
      if (all[i].image == all[j].image) {
        own += loss;
        ++owns;
      } else {
        same += loss;
        ++sames;
      }
    }
    switch (convention) {
      case Convention::supcon:
        total += (own + same) / (owns + sames);
        break;
      case Convention::negatives_only: {
        double simclr = 0;
        for (std::size_t j = 0; j < all.size(); ++j) {
          if (j == i || all[i].image != all[j].image) continue;
          simclr += pair_loss(all, i, j, Convention::anchor_excluded, temperature) / owns;
        }
        total += (1 - loss_weight) * (own + same) / (owns + sames) + loss_weight * simclr;
        break;
      }
      case Convention::supcon_in:
        total += loss_weight * own / owns - (1 - loss_weight) * std::log(ratio / (owns + sames));
        break;
      default:
        total += loss_weight * own / owns + (sames > 0 ? (1 - loss_weight) * same / sames : 0.0);
    }
  }
  return total / static_cast<double>(all.size());
}

}  // namespace ssem::advisor::test
