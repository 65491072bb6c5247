import { request as plainRequest } from 'node:http'
import type { IncomingMessage, RequestOptions } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { text } from 'node:stream/consumers'

export interface Reply {
  readonly status: number
  readonly body: string
}

type Options = Pick<RequestOptions, 'host' | 'port' | 'headers' | 'auth' | 'signal'>

/** One question to one address, up to the headers of its answer; whoever doesn't read the body destroys it. @throws where there is no answer */
export function begin(url: URL, options: Options): Promise<IncomingMessage> {
  const asked = { path: url.pathname + url.search, agent: false as const, ...options }
  // Whether its certificate can be believed is another question.
  const question =
    url.protocol === 'https:'
      ? tlsRequest({ ...asked, servername: url.hostname, rejectUnauthorized: false })
      : plainRequest(asked)
  return new Promise((resolve, reject) => {
    question.on('error', reject)
    question.once('response', resolve)
    question.end()
  })
}

/** One question to one address, with the whole answer. @throws where there is none */
export async function ask(url: URL, options: Options): Promise<Reply> {
  const response = await begin(url, options)
  return { status: response.statusCode ?? 0, body: await text(response) }
}
