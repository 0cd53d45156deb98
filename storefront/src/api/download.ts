/** One file from the API over uni.downloadFile: the address of a copy on this device, to show, save and pass on. */
import { addressOf, headers, type Wish } from './call'
import { Offline, Refused, SessionExpired } from './errors'
import { forget } from './token'

const TIMEOUT_MILLISECONDS = 20_000

/** Throws Offline, SessionExpired or Refused; a refused download has no words of its own (the file's body is not read). */
export function download(template: string, wish: Wish): Promise<string> {
  return new Promise((resolve, reject) => {
    uni.downloadFile({
      url: addressOf(template, wish),
      header: headers(),
      timeout: TIMEOUT_MILLISECONDS,
      success: ({ statusCode, tempFilePath }) => {
        if (statusCode >= 200 && statusCode < 300) return resolve(tempFilePath)
        if (statusCode === 401) {
          forget()
          return reject(new SessionExpired())
        }
        reject(Refused.from(statusCode, null))
      },
      fail: () => reject(new Offline()),
    })
  })
}
