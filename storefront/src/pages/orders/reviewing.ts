/** What a buyer may do about the review of a line. */
export type Act = 'write' | 'follow_up' | 'read' | ''

export function acts(line: { standing: string; review: { can_follow_up: boolean } | null }): Act {
  if (line.review) return line.review.can_follow_up ? 'follow_up' : 'read'
  return line.standing === 'open' ? 'write' : ''
}

/** As the server counts characters: one for each, also for those that take two places. */
export const lengthOf = (text: string): number => [...text.trim()].length

/** Where the next page begins of a list of lines that is read newest first. */
export function lastLine(seen: { line_id: number }[]): { before?: number } {
  const oldest = seen[seen.length - 1]
  return oldest ? { before: oldest.line_id } : {}
}
