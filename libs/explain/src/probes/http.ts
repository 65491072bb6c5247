import { request as plainRequest } from 'node:http'
import type { RequestOptions } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { text } from 'node:stream/consumers'

export interface Reply {
  readonly status: number
  readonly body: string
}

/** One question to one address. @throws where there is no answer */
export function ask(
  url: URL,
  options: Pick<RequestOptions, 'host' | 'port' | 'headers' | 'auth' | 'signal'>,
): Promise<Reply> {
  const asked = { path: url.pathname + url.search, agent: false as const, ...options }
  // Whether its certificate can be believed is another question.
  const question =
    url.protocol === 'https:'
      ? tlsRequest({ ...asked, servername: url.hostname, rejectUnauthorized: false })
      : plainRequest(asked)
  return new Promise((resolve, reject) => {
    question.once('error', reject)
    question.once('response', (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject)
    })
    question.end()
  })
}
