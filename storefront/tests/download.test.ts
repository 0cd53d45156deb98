import { describe, expect, it, vi } from 'vitest'
import { download } from '@/api/download'
import { Offline, Refused, SessionExpired } from '@/api/errors'
import { isSignedIn, remember } from '@/api/token'

interface Asked {
  url: string
  header: Record<string, string>
  success: (answer: { statusCode: number; tempFilePath: string }) => void
  fail: () => void
}

function answering(statusCode: number | null): Asked[] {
  const asked: Asked[] = []
  Object.assign(uni, {
    downloadFile: vi.fn((wish: Asked) => {
      asked.push(wish)
      if (statusCode === null) wish.fail()
      else wish.success({ statusCode, tempFilePath: 'blob:poster' })
    }),
  })
  return asked
}

const poster = () => download('/me/invitation/poster.png', { query: { language: 'zh-Hant' } })

describe('a file of the API', () => {
  it('is asked for with the token and the language, and answers with its address here', async () => {
    const asked = answering(200)
    remember({ token: 'secret' })
    expect(await poster()).toBe('blob:poster')
    expect(asked[0].url).toBe('/api/v1/me/invitation/poster.png?language=zh-Hant')
    expect(asked[0].header).toMatchObject({ Authorization: 'Bearer secret' })
  })

  it('that is refused is never taken for a picture', async () => {
    answering(429)
    expect(await poster().catch((one) => one)).toBeInstanceOf(Refused)
  })

  it('of an ended session forgets whoever it was', async () => {
    answering(401)
    remember({ token: 'old' })
    expect(await poster().catch((one) => one)).toBeInstanceOf(SessionExpired)
    expect(isSignedIn()).toBe(false)
  })

  it('without a network is offline', async () => {
    answering(null)
    expect(await poster().catch((one) => one)).toBeInstanceOf(Offline)
  })
})
