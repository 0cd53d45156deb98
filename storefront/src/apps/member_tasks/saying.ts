/** What the page says beforehand about what is left, as the name of a sentence and its amount in units. */

export interface Left {
  left_this_month: number
  left_in_pool: number
}

export function leftSaid(today: Left): { name: 'left' | 'left_pool' | 'none_left' | 'none_in_pool'; units: number } {
  if (today.left_in_pool <= 0) return { name: 'none_in_pool', units: 0 }
  if (today.left_this_month <= 0) return { name: 'none_left', units: 0 }
  return today.left_in_pool <= today.left_this_month
    ? { name: 'left_pool', units: today.left_in_pool }
    : { name: 'left', units: today.left_this_month }
}

/** The day of the streak that the first of the seven shown is. */
export const firstDay = (streak: number, checkedIn: boolean): number => {
  const today = checkedIn ? streak : streak + 1
  return Math.floor((today - 1) / 7) * 7 + 1
}
