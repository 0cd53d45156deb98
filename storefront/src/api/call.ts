/** One request to the API over uni.request: H5 sends its cookie with the CSRF token, other ends a bearer token. */
import { Offline, Refused, SessionExpired } from './errors'
import { languageHeader } from '@/kit/language'
import { forget, token } from './token'

export interface Wish {
  path?: Record<string, string | number>
  query?: Record<string, string | number | boolean | null | undefined>
  body?: unknown
}

const TIMEOUT_MILLISECONDS = 20_000

/** `/orders/{number}` with `{number: 'A/1'}` and `{limit: 5}` → `/api/v1/orders/A%2F1?limit=5`. Nothing empty is sent. */
export function addressOf(template: string, wish: Wish): string {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(wish.path?.[name])))
  const query = Object.entries(wish.query ?? {})
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
  return `${origin()}/api/v1${path}${query.length ? `?${query.join('&')}` : ''}`
}

/** Where the API is: beside the page on H5, the address of the build elsewhere. */
export function origin(): string {
  // #ifdef H5
  return ''
  // #endif
  // #ifndef H5
  return import.meta.env.VITE_TONGBAO_ORIGIN ?? ''
  // #endif
}

function csrfToken(): string {
  if (typeof document === 'undefined') return ''
  return /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? ''
}

export function headers(): Record<string, string> {
  const found: Record<string, string> = { 'Accept-Language': languageHeader(), Accept: 'application/json' }
  const bearer = token()
  if (bearer) found.Authorization = `Bearer ${bearer}`
  else if (csrfToken()) found['X-CSRFToken'] = csrfToken()
  return found
}

/** Ask the API. Throws Offline, SessionExpired or Refused, whose message is for people. */
export function call<T>(method: string, template: string, wish: Wish): Promise<T> {
  return new Promise((resolve, reject) => {
    uni.request({
      url: addressOf(template, wish),
      method: method as 'GET',
      data: wish.body === undefined ? undefined : (wish.body as object),
      header: { ...headers(), ...(wish.body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      timeout: TIMEOUT_MILLISECONDS,
      withCredentials: true,
      success: ({ statusCode, data }) => {
        if (statusCode >= 200 && statusCode < 300) return resolve(data as T)
        if (statusCode === 401) {
          forget()
          return reject(new SessionExpired())
        }
        reject(Refused.from(statusCode, data))
      },
      fail: () => reject(new Offline()),
    })
  })
}
