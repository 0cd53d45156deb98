import { expect, test } from 'vitest'
import { olderThan } from '@/pages/messages/list'

test('the first page begins with the newest, the next behind the oldest that was seen', () => {
  expect(olderThan([])).toEqual({})
  expect(olderThan([{ message_id: 9 }, { message_id: 4 }])).toEqual({ before: 4 })
})
