/** The value below which a share of the values lies. */
export function percentile(values, share) {
  const sorted = Float64Array.from(values.filter((value) => Number.isFinite(value))).sort()
  return sorted.length === 0 ? NaN : sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

export function median(values) {
  return percentile(values, 0.5)
}
