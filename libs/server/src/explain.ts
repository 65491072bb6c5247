import { failure, json, text } from './reply.ts'

/** What somebody wants explained. */
export interface ExplainRequest {
  /** As it was typed: `web-1`, `https://app.example.com/api`, `tcp-25`. */
  readonly about: string
  /** A network ID, as it was typed. */
  readonly network?: string
  /** Whether the route server is to look around itself; a program on the machine sees more, and looks itself. */
  readonly looks: boolean
}

/** An explanation, as JSON and as lines for people; or the sentence that says what can't be asked. */
export type Explained = { readonly body: object; readonly page: readonly string[] } | { readonly error: string }

export type Explain = (request: ExplainRequest) => Promise<Explained>

/** What a query of `/explain` may say, each with what it does. */
export const EXPLAIN_PARAMETERS: Readonly<Record<string, string>> = {
  about: 'what to explain: a container, a service, a host, a URL, a router, an entry point',
  network: 'of this network only',
  look: 'no: what the route server knows, without a look at sockets',
  format: 'text: for people',
}

const refuse = (message: string): Response => failure(400, 'PARAMETER_INVALID', message)

/** The answer of `GET /explain`. */
export async function answerExplain(
  explain: Explain,
  query: Readonly<Record<string, readonly string[]>>,
): Promise<Response> {
  const unknown = Object.keys(query).find((name) => !Object.hasOwn(EXPLAIN_PARAMETERS, name))
  if (unknown !== undefined)
    return refuse(
      `There is no parameter ${JSON.stringify(unknown)}; known are ${Object.keys(EXPLAIN_PARAMETERS).join(', ')}.`,
    )
  const [about, network, look, format] = ['about', 'network', 'look', 'format'].map((name) => query[name]?.[0])
  if (about === undefined || about === '')
    return refuse('Say what to explain: /explain?about=app.example.com, a container, a service, a URL or a router.')
  const explained = await explain({ about, looks: look !== 'no', ...(network !== undefined && { network }) })
  if ('error' in explained) return refuse(explained.error)
  return format === 'text' ? text(explained.page.join('\n'), 200) : json(explained.body)
}
