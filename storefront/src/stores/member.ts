/** Who is signed in; nobody is a value too. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import * as api from '@/api/operations'
import type { Schemas } from '@/api/operations'
import { forget, isSignedIn, onChange, remember } from '@/api/token'

export const useMember = defineStore('member', () => {
  const me = ref<Schemas['MeOut'] | null>(null)
  const signedIn = ref(isSignedIn())
  onChange(() => {
    signedIn.value = isSignedIn()
    if (!signedIn.value) me.value = null
  })

  async function load(): Promise<void> {
    if (!isSignedIn()) return
    try {
      me.value = await api.getMe()
    } catch {
      // The page that needs it asks again and says what is wrong.
    }
  }

  async function enter(answer: Schemas['SignedInOut']): Promise<void> {
    remember(answer)
    signedIn.value = true
    await load()
  }

  async function leave(): Promise<void> {
    await api.postLogOut().catch(() => undefined)
    forget()
  }

  return { me, signedIn, load, enter, leave }
})
