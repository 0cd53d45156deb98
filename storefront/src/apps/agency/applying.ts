/** What can be said of an application without asking the server: pure, and tested beside the kit. */
import type { Schemas } from '@/api/operations'

export type Application = Schemas['AgencyApplicationOut']
export type Level = Schemas['AgencyLevelOut']
export type Seat = Schemas['AgencySeatOut']

/** The fee and the rest of what a level costs and gives. */
export const levelOf = (levels: readonly Level[], level: string): Level | undefined => levels.find((one) => one.level === level)

/** A refund that was promised and hasn't arrived: the application ended with a fee that was paid. */
export const feeIsComingBack = (one: Pick<Application, 'state' | 'paid_at' | 'is_fee_back' | 'fee_fen'>): boolean =>
  ['refused', 'withdrawn'].includes(one.state) && Boolean(one.paid_at) && one.fee_fen > 0 && !one.is_fee_back

/** Who holds a seat, now or from a day to come, has something to look at. */
export const hasOffice = (applications: readonly Pick<Application, 'state'>[]): boolean => applications.some((one) => one.state === 'approved')

/** The intention behind an application: another region or another fee is another one. */
export const intentionOf = (region: string, feeFen: number): string => `agency:${region}:${feeFen}`
