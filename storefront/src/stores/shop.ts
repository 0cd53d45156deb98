/** The tenant's shop: name, look, the home page's blocks, the apps that are on. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import * as api from '@/api/operations'
import { language } from '@/kit/language'

export type Shop = Awaited<ReturnType<typeof api.getStorefront>>

/** The look that came within the page itself: a slow line is spared one way and back. Taken once. */
function handedAlong(): Shop | null {
  // #ifdef H5
  const element = document.getElementById('tongbao-shop')
  element?.remove()
  if (element?.textContent) return JSON.parse(element.textContent) as Shop
  // #endif
  return null
}

export const useShop = defineStore('shop', () => {
  const shop = ref<Shop | null>(null)
  const problem = ref<unknown>(null)

  async function load(): Promise<void> {
    try {
      shop.value = handedAlong() ?? (await api.getStorefront())
      problem.value = null
      // #ifdef H5
      document.documentElement.style.setProperty('--brand', shop.value.colour)
      document.querySelector('meta[name=theme-color]')?.setAttribute('content', shop.value.colour)
      // #endif
    } catch (error) {
      problem.value = error
    }
  }

  let first: Promise<void> | null = null

  /** The look, asked for once by whoever comes first; `load` asks anew. */
  const ready = (): Promise<void> => (first ??= load())

  const name = (): string => (shop.value ? (language.value === 'en' && shop.value.name_en) || shop.value.name : '')
  const currency = (): string => shop.value?.currency ?? 'CNY'
  return { shop, problem, load, ready, name, currency }
})
