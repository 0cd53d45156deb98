/** The calendar of a rights card: what of it is released, what comes next, what is to come, what never will. */
import type { Schemas } from '@/api/operations'

type Card = Pick<Schemas['CardOut'], 'state' | 'calendar'>
type Part = Schemas['CardPartOut']
export type Stand = 'released' | 'next' | 'to_come' | 'taken_back'

export function standOf(card: Card): { parts: (Part & { stand: Stand })[]; next: Part | null } {
  const isRunning = card.state === 'running'
  const next = (isRunning && card.calendar.find((part) => !part.released_at)) || null
  const standing = (part: Part): Stand => {
    if (part.released_at) return 'released'
    if (!isRunning) return 'taken_back'
    return part === next ? 'next' : 'to_come'
  }
  return { parts: card.calendar.map((part) => ({ ...part, stand: standing(part) })), next }
}
