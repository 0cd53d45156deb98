/** A list that is read page by page, newest first. */
export interface List<Item> {
  items: Item[]
  isWhole: boolean
}

export const begun = <Item>(): List<Item> => ({ items: [], isWhole: false })

/** The list with another page; a page that isn't full is the last, and what was seen already isn't shown twice. */
export function joined<Item extends { review_id: number }>(list: List<Item>, page: Item[], size: number): List<Item> {
  const known = new Set(list.items.map((one) => one.review_id))
  return { items: [...list.items, ...page.filter((one) => !known.has(one.review_id))], isWhole: page.length < size }
}
