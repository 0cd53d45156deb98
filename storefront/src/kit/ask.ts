/** What a page waits for, as a state that it can show: loading, ready, empty, error, offline, expired. */
import { computed, ref, type Ref } from 'vue'
import { Offline, Refused, SessionExpired } from '@/api/errors'
import { toSignIn } from './go'

export type State = 'loading' | 'ready' | 'empty' | 'error' | 'offline' | 'expired'

export function stateOf(problem: unknown): State {
  if (problem instanceof SessionExpired) return 'expired'
  if (problem instanceof Offline) return 'offline'
  return 'error'
}

/** Words for a problem: the server's own, or nothing (the page then has its own). */
export const saidOf = (problem: unknown): string => (problem instanceof Refused ? problem.message : '')

export function useAsk<T>(ask: () => Promise<T>, isEmpty: (value: T) => boolean = () => false) {
  const value = ref(null) as Ref<T | null>
  const problem = ref<unknown>(null)
  const isAsking = ref(false)
  let turn = 0

  const state = computed<State>(() => {
    if (problem.value) return stateOf(problem.value)
    if (value.value === null) return 'loading'
    return isEmpty(value.value as T) ? 'empty' : 'ready'
  })

  /** Ask (again). What was there stays visible meanwhile; an answer that comes after a newer question is dropped. */
  async function run(): Promise<void> {
    const mine = ++turn
    isAsking.value = true
    try {
      const found = await ask()
      if (mine !== turn) return
      value.value = found
      problem.value = null
    } catch (error) {
      if (mine !== turn) return
      problem.value = error
      if (error instanceof SessionExpired) toSignIn()
    } finally {
      if (mine === turn) isAsking.value = false
    }
  }

  return { value, problem, state, isAsking, run, said: computed(() => saidOf(problem.value)) }
}

/** Something the reader does: busy while it runs, never twice at once, its problem in words. */
export function useAct<Input extends unknown[], Output>(act: (...input: Input) => Promise<Output>) {
  const isBusy = ref(false)
  const problem = ref<unknown>(null)

  async function run(...input: Input): Promise<Output | undefined> {
    if (isBusy.value) return undefined
    isBusy.value = true
    problem.value = null
    try {
      return await act(...input)
    } catch (error) {
      problem.value = error
      if (error instanceof SessionExpired) toSignIn()
      return undefined
    } finally {
      isBusy.value = false
    }
  }

  return { isBusy, problem, run, said: computed(() => saidOf(problem.value)) }
}
