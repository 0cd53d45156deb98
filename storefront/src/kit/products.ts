/** A list of products that grows as one scrolls. */
import { ref } from 'vue'
import * as api from '@/api/operations'
import type { Schemas } from '@/api/operations'
import { useAsk } from './ask'

type Query = NonNullable<NonNullable<Parameters<typeof api.getProducts>[0]>['query']>
const PAGE = 20

export function useProducts(wanted: () => Query) {
  const products = ref<Schemas['ProductOut'][]>([])
  const isWhole = ref(false)
  const list = useAsk(
    async () => {
      const found = await api.getProducts({ query: { ...wanted(), offset: products.value.length, limit: PAGE } })
      const known = new Set(products.value.map((one) => one.code))
      products.value = [...products.value, ...found.filter((one) => !known.has(one.code))]
      isWhole.value = found.length < PAGE
      return products.value
    },
    (all) => !all.length,
  )

  /** From the first page on, with what is wanted now. */
  async function begin(): Promise<void> {
    products.value = []
    isWhole.value = false
    list.value.value = null
    await list.run()
  }

  async function more(): Promise<void> {
    if (!isWhole.value && !list.isAsking.value) await list.run()
  }

  return { products, isWhole, state: list.state, said: list.said, isAsking: list.isAsking, begin, more, retry: list.run }
}

export type Products = ReturnType<typeof useProducts>
