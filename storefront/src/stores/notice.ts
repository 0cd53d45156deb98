/** One sentence that appears for a moment and is read aloud. */
import { defineStore } from 'pinia'
import { ref } from 'vue'

const SHOWN_MILLISECONDS = 3_000

export const useNotice = defineStore('notice', () => {
  const text = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined

  function say(sentence: string): void {
    text.value = sentence
    clearTimeout(timer)
    timer = setTimeout(() => (text.value = ''), SHOWN_MILLISECONDS)
  }

  return { text, say }
})
