import { request as plainRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { request as tlsRequest } from 'node:https'

/** Where Traefik's own API answers, and to whom. */
export interface Api {
  /** `http://127.0.0.1:8082` */
  readonly url: string
  readonly user?: string
  readonly password?: string
}

/** @param text `http://user:password@127.0.0.1:8080` */
export function readApi(text: string): Api {
  const { origin, username, password } = new URL(text)
  return {
    url: origin,
    ...(username !== '' && { user: decodeURIComponent(username), password: decodeURIComponent(password) }),
  }
}

export interface Reply {
  readonly status: 200 | 404
  /** As its JSON has it; whoever answers may not be Traefik. */
  readonly body: unknown
  /** The page that follows in a list; the last one names the first. */
  readonly nextPage: number
}

/** Of one answer; a page of a thousand routers is a tenth of it. */
const MOST_BYTES = 16 * 2 ** 20

async function textOf(response: IncomingMessage): Promise<string> {
  const read: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    read.push(chunk)
    size += chunk.length
    // Leaving the loop ends the connection.
    if (size > MOST_BYTES) throw new Error(`Traefik's API answers with more than ${MOST_BYTES} bytes`)
  }
  return Buffer.concat(read).toString('utf8')
}

/** One question. @throws where nobody answers, or not as Traefik's API does */
export async function askApi({ url, user, password = '' }: Api, path: string, signal: AbortSignal): Promise<Reply> {
  const to = new URL(path, url)
  const asked = {
    agent: false as const,
    signal,
    ...(user !== undefined && { auth: `${user}:${password}` }),
  }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    // A password goes to nobody who can't prove the name; without one, that is another question.
    const question =
      to.protocol === 'https:'
        ? tlsRequest(to, { ...asked, rejectUnauthorized: user !== undefined })
        : plainRequest(to, asked)
    question.on('error', reject)
    question.once('response', resolve)
    question.end()
  })
  const { statusCode = 0, headers } = response
  if (statusCode !== 200 && statusCode !== 404) {
    response.destroy()
    throw new Error(`Traefik's API answers ${to.pathname} with ${statusCode}`)
  }
  return { status: statusCode, body: JSON.parse(await textOf(response)), nextPage: Number(headers['x-next-page'] ?? 1) }
}
