import type { Answer } from '../observed.ts'
import { ask } from './http.ts'

/** Nobody can have it: the last label is reserved for that. */
const NOBODY = 'rediacc-check.invalid'

/** Asks an entry point as a visitor asks, with a GET. */
export async function visit(
  url: URL,
  at: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<Answer> {
  const shown = { url: url.href, at: `${at.host}:${at.port}` }
  try {
    const { status, body } = await ask(url, { ...at, headers: { host: url.host }, signal })
    if (status !== 404) return { ...shown, status }
    const nobody = new URL(url.href.replace(url.host, NOBODY))
    const stranger = await ask(nobody, { ...at, headers: { host: NOBODY }, signal })
    return { ...shown, status, isForNobody: stranger.body === body }
  } catch (error) {
    return { ...shown, failure: signal.aborted ? 'it takes too long' : (error as Error).message }
  }
}
