// How good a search is: recall, mean reciprocal rank, and the ceiling of known-item draws.

/** The place of the first right tool among hits, from 1; 0 where none is right. */
export function rankOf(names, accept, operations) {
  return names.findIndex((name) => accept.some((one) => isSame(one, operations.get(name)))) + 1
}

function isSame(accepted, operation) {
  if (operation === undefined) return false
  return ['source', 'method', 'path', 'operationId'].every((key) => accepted[key] === operation[key])
}

/** The share of ranks that are among the first `most`. A rank of 0 is a miss. */
export function recallAt(ranks, most) {
  return mean(ranks.map((rank) => (rank > 0 && rank <= most ? 1 : 0)))
}

/** Mean reciprocal rank: a right tool in the second place counts 1/2, none counts 0. */
export function reciprocalRank(ranks) {
  return mean(ranks.map((rank) => (rank > 0 ? 1 / rank : 0)))
}

/** The recall that any search can reach at most, where `holders` tools hold all words of each query alike. */
export function ceilingOf(holders, most = 10) {
  return mean(holders.map((count) => Math.min(1, most / count)))
}

/** The figures of a list of ranks. */
export function figuresOf(ranks) {
  return {
    requests: ranks.length,
    recall1: recallAt(ranks, 1),
    recall5: recallAt(ranks, 5),
    recall10: recallAt(ranks, 10),
    mrr: reciprocalRank(ranks),
  }
}

/** The mean; NaN of no values. */
export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
