import { describe, expect, it } from 'vitest'
import { traditional } from '../scripts/chinese.mjs'
import { compose, lacking, tableFor } from '../scripts/traditional.mjs'

describe('traditional Chinese', () => {
  it('says what a shop means, not what a programmer does', () => {
    const said = ['审核通过', '注销账户', '发布方案', '权限', '更多任务', '8天后到账', '没有网络', '搜索记录']
    expect(said.map(traditional)).toEqual(['審核通過', '註銷帳戶', '發布方案', '權限', '更多任務', '8天後到帳', '沒有網路', '搜尋記錄'])
  })

  it('gives the server a table of the words that its texts need, and finds those that it lacks', () => {
    const table = tableFor(['用户的关系', '金额发放'], traditional)
    expect(table.words).toEqual({ 用户: '使用者', 关系: '關係' })
    expect(compose('金额发放给用户', table)).toBe('金額發放給使用者')
    expect(lacking(['用户的关系', '短信'], traditional, table)).toEqual(['短信'])
  })
})
