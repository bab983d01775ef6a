// The mean logarithm of an anchor's denominator while embeddings are still random (theory.md, section 5).
#pragma once

namespace ssem::advisor {

// E log X in nats, X = sum of e^{t_j / temperature} over `count` independent cosines t_j of uniformly random unit
// vectors in `dimension` dimensions with one anchor, each with density proportional to (1 - t^2)^{(dimension-3)/2}.
// `with_anchor` adds the anchor's own e^{1/temperature} to X. count >= 0; 0 for an empty sum.
//
// Where X hardly varies, the expansion of the logarithm about E X to fourth order. Elsewhere (low temperatures, where
// the largest cosine rules the sum: the freezing of the random energy model, Derrida 1981) by
// E log X = E max_j(t_j/temperature + G_j) - 0.5772..., G_j standard Gumbel: the maximum has the distribution
// (1 - K(v))^count with K one smoothed tail of t/temperature, summed on two to six grids of fixed size. Against Monte
// Carlo, dimensions 1 to 2048, temperatures 1e-4 to 10, 3 to 8191 cosines: within 0.001, or 0.1 % of a larger value,
// and three standard errors; in two to four dimensions within 5e-4 of an integral over angles for temperatures from
// 0.01 on. 0.1 to 40 microseconds, more where the maximum lies at the pole; there and in up to four dimensions, where K
// is a mean over angles, up to some milliseconds at temperature 0.01.
double mean_log_sum(double count, double dimension, double temperature, bool with_anchor = false);

}  // namespace ssem::advisor
