import { randomBytes } from 'node:crypto'
import { Transform } from 'node:stream'

/**
 * Reads a script of the length that the first line says, then runs it with the rest of standard input as its own: so neither script nor
 * input is in anybody's process list. Without quotes inside, for the login shell may be any.
 */
const READER = 'read -r n; s=$(dd bs=1 count=$n 2>/dev/null; echo .); eval "${s%.}"'

/** What the login shell is told. */
export const remoteCommand = (root: boolean): string =>
  root
    ? `exec /bin/sh -c 'if [ "$(id -u)" = 0 ]; then exec /bin/sh -c "$0"; fi; exec sudo -n /bin/sh -c "$0"' '${READER}'`
    : `exec /bin/sh -c '${READER}'`

export interface Spoken {
  /** What goes ahead of the script's own input. */
  readonly text: string
  /** What both streams say before the script says anything. */
  readonly marker: string
}

/** A script as it travels. Greetings of the shell and lectures of sudo come before the marker. */
export function speak(script: string): Spoken {
  const marker = `rdc-${randomBytes(12).toString('hex')}`
  const text = `printf '%s\\n' ${marker}; printf '%s\\n' ${marker} >&2\n${script}\n`
  return { text: `${Buffer.byteLength(text)}\n${text}`, marker }
}

/** What came after the marker; nothing if it never came. */
export function answerIn(text: string, marker: string): string | undefined {
  const at = text.indexOf(`${marker}\n`)
  return at === -1 ? undefined : text.slice(at + marker.length + 1)
}

/** Lets through what comes after the marker. */
export function afterMarker(marker: string): Transform & { readonly found: () => boolean } {
  let before = Buffer.alloc(0)
  let found = false
  const transform = new Transform({
    transform(chunk: Buffer, _, done) {
      if (found) {
        done(null, chunk)
        return
      }
      before = Buffer.concat([before, chunk])
      const at = before.indexOf(`${marker}\n`)
      if (at === -1) {
        done()
        return
      }
      found = true
      done(null, before.subarray(at + marker.length + 1))
    },
  })
  return Object.assign(transform, { found: () => found })
}
