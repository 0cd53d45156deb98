/** The key that tells the shop one device from another: made once, kept on the device, never anything about its owner. */
import { keyFor } from '@/kit/key'

export const deviceKey = (): string => keyFor('member_tasks.device')
