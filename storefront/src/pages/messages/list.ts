/** Where the next page of a list begins that is read newest first. */
export function olderThan(seen: { message_id: number }[]): { before?: number } {
  const oldest = seen[seen.length - 1]
  return oldest ? { before: oldest.message_id } : {}
}
