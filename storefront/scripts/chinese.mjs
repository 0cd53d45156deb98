// Simplified → traditional Chinese as it is written in Taiwan, for the pages' words and for the server's.
import { ConverterFactory, Locale } from 'opencc-js'

// Words that the tables read wrongly in a shop: 天后 is no queen of heaven but "days later", 发卡 no hairpin but a card given.
const SHOPS_CHARACTERS = [
  ['天后', '天後'], ['发卡', '發卡'], ['只影响', '只影響'], ['中断发', '中斷發'], ['银发', '銀發'], ['额发', '額發'], ['求签', '求簽'],
  ['补扣', '補扣'], ['查看表', '查看表'], ['合并包', '合併包'], ['并包', '並包'],
]

// OpenCC's words of the island are those of programmers: 審核 became 稽覈, 通過 became 透過, and closing an account (註銷)
// became signing out (登出). What a shop means by them is said here; the left side is what the characters alone give.
const SHOPS_WORDS = [
  ...['審核', '通過', '註銷', '權限', '類型', '對象', '聲明', '支持', '更多任務', '程序', '循環', '參數', '進程', '文件', '分區', '批量'],
  ...[['審覈', '審核'], ['發佈', '發布'], ['小程序', '小程式'], ['銷燬', '銷毀'], ['賬', '帳'], ['臺', '台']],
].map((word) => (typeof word === 'string' ? [word, word] : word))

export const traditional = ConverterFactory([...Locale.from.cn, SHOPS_CHARACTERS], [...Locale.to.twp, SHOPS_WORDS])

/** Where the words of a text begin and end, as the converter reads them: at these places it may be cut. */
export function seams(text) {
  const found = new Set([0])
  for (let at = 0; at < text.length; ) {
    let length = Math.min(LONGEST_WORD, text.length - at)
    while (length > 1 && !WORDS.has(text.slice(at, at + length))) length -= 1
    at += length
    found.add(at)
  }
  return found
}

const WORDS = new Set(Locale.from.cn.flatMap((dictionary) => dictionary.split('|').map((entry) => entry.split(' ')[0])))
const LONGEST_WORD = Math.max(...[...WORDS].map((word) => word.length))
