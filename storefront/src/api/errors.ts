/** What can go wrong with a request, as classes that pages decide by. */

export interface FieldProblem {
  field: string
  why: string
}

/** No answer came: no network, or the server is away. */
export class Offline extends Error {
  readonly name = 'Offline'
}

/** Whoever was signed in no longer is. */
export class SessionExpired extends Error {
  readonly name = 'SessionExpired'
}

/** The server refused; nothing was changed. `code` is stable, `message` is for people in their language. */
export class Refused extends Error {
  readonly name = 'Refused'

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string = '',
    readonly fields: FieldProblem[] = [],
  ) {
    super(message)
  }

  /** From an answer's body; whatever isn't ours (a proxy's HTML) becomes `unknown`. */
  static from(status: number, body: unknown): Refused {
    const error = (body as { error?: Record<string, unknown> } | null)?.error
    if (!error || typeof error.code !== 'string') return new Refused(status, 'unknown', '')
    return new Refused(
      status,
      error.code,
      String(error.message ?? ''),
      String(error.request_id ?? ''),
      (error.fields as FieldProblem[] | undefined) ?? [],
    )
  }

  /** What is wrong with this field, or ''. */
  why(field: string): string {
    return this.fields.find((one) => one.field === field || one.field.endsWith(`.${field}`))?.why ?? ''
  }
}
