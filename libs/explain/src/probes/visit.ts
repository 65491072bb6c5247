import type { IncomingMessage } from 'node:http'
import type { Answer } from '../observed.ts'
import { begin } from './http.ts'

/** Nobody can have it: the last label is reserved for that. */
const NOBODY = 'rediacc-check.invalid'
/** Of a body; Traefik's own 404 has 19 bytes. */
const MOST_BYTES = 65_536

async function beginningOf(response: IncomingMessage): Promise<string> {
  const read: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    read.push(chunk)
    size += chunk.length
    // Leaving the loop ends the connection.
    if (size >= MOST_BYTES) break
  }
  return Buffer.concat(read).toString('latin1', 0, MOST_BYTES)
}

/** Asks an entry point as a visitor asks, with a GET. */
export async function visit(
  url: URL,
  at: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<Answer> {
  const shown = { url: url.href, at: `${at.host}:${at.port}` }
  const asked = (one: URL, host: string): Promise<IncomingMessage> => begin(one, { ...at, headers: { host }, signal })
  const isAnsweredSo = async (response: IncomingMessage): Promise<boolean> => {
    const body = await beginningOf(response)
    return body === (await beginningOf(await asked(new URL(url.href.replace(url.host, NOBODY)), NOBODY)))
  }
  try {
    const response = await asked(url, url.host)
    const { statusCode: status = 0 } = response
    // A body that doesn't come in time isn't Traefik's own.
    if (status === 404) return { ...shown, status, isForNobody: await isAnsweredSo(response).catch(() => false) }
    response.destroy()
    return { ...shown, status }
  } catch (error) {
    return signal.aborted
      ? { ...shown, failure: 'it takes too long', isSlow: true }
      : { ...shown, failure: (error as Error).message }
  }
}
