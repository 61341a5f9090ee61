/** @throws RangeError for an empty list */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/**
 * By nearest rank, except that the median of an even number is the mean of the two in the middle.
 * @param share 0..1
 * @throws RangeError for an empty list
 */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('Nothing was measured')
  const sorted = values.toSorted((a, b) => a - b)
  const rank = share * sorted.length
  const upper = sorted[Math.min(Math.max(Math.ceil(rank) - 1, 0), sorted.length - 1)]!
  return share === 0.5 && Number.isInteger(rank) ? (upper + sorted[rank]!) / 2 : upper
}
