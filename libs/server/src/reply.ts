import { plainJson, plainText } from './plain-text.ts'

export type Headers = Readonly<Record<string, string>>

/** What every error's body is. */
export interface ErrorBody {
  readonly error: {
    /** SCREAMING_SNAKE, stable. */
    readonly code: string
    /** For people. */
    readonly message: string
  }
}

/** On every answer. */
export const COMMON_HEADERS: Headers = { 'Cache-Control': 'no-cache', 'X-Content-Type-Options': 'nosniff' }

/** JSON for people as much as for programs: indented, printable, and without credentials. */
export function json(body: object, status = 200, headers: Headers = {}): Response {
  const printable = `${plainJson(body)}\n`
  return new Response(printable, {
    status,
    headers: { ...COMMON_HEADERS, 'Content-Type': 'application/json', ...headers },
  })
}

export function text(body: string, status: number, headers: Headers = {}): Response {
  const printable = `${plainText(body)}\n`
  return new Response(printable, {
    status,
    headers: { ...COMMON_HEADERS, 'Content-Type': 'text/plain; charset=utf-8', ...headers },
  })
}

export function failure(status: number, code: string, message: string, headers?: Headers): Response {
  const body: ErrorBody = { error: { code, message } }
  return json(body, status, headers)
}
