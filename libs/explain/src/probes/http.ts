import { request as plainRequest } from 'node:http'
import type { IncomingMessage, RequestOptions } from 'node:http'
import { request as tlsRequest } from 'node:https'

type Options = Pick<RequestOptions, 'host' | 'port' | 'headers' | 'signal'>

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
