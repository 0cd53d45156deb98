/** What is wrong with a proof: a code that the pages have a sentence for. */
export class Wrong extends Error {
  readonly name = 'Wrong'

  constructor(readonly code: string) {
    super(code)
  }
}

export function demand(isRight: unknown, code: string): asserts isRight {
  if (!isRight) throw new Wrong(code)
}
