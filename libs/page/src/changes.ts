import { plainText } from '@route-server/server'

/** Calls back after every change, until the returned function is called. `said`: what changed, for people. */
export type Subscribe = (changed: (said: string) => void) => () => void

/** At most one message in this time to each who listens: what they do about it is to look again. Milliseconds. */
const PAUSE = 500
/** So that whatever is in between doesn't take silence for the end. Milliseconds. */
const BEAT = 15_000
/** Messages that somebody who stopped reading may have before nothing more is kept for him. */
const MOST_UNREAD = 32
/** Who shares the loopback may also hold connections open. */
const MOST_LISTENERS = 50

/**
 * Server-sent events: `data` is what changed, in words, and says "look again". What comes while one was just sent is told with the next.
 *
 * @returns the stream of one who listens; `undefined`: there are too many already
 */
export function createChanges(subscribe: Subscribe) {
  let listeners = 0
  return function listen(): ReadableStream<Uint8Array> | undefined {
    if (listeners >= MOST_LISTENERS) return undefined
    const encoder = new TextEncoder()
    let end: (() => void) | undefined
    function begin(controller: ReadableStreamDefaultController<Uint8Array>): () => void {
      const send = (text: string): void => {
        if ((controller.desiredSize ?? 0) > -MOST_UNREAD) return controller.enqueue(encoder.encode(text))
        stop()
        controller.error(new Error('It was not read for too long.'))
      }
      let waiting: string[] = []
      let timer: NodeJS.Timeout | undefined
      const tell = (): void => {
        timer = undefined
        if (waiting.length === 0) return
        const said = waiting.length > 3 ? `${waiting.length} changes. ${waiting.at(-1) ?? ''}` : waiting.join(' ')
        waiting = []
        timer = setTimeout(tell, PAUSE)
        send(`data: ${plainText(said).replaceAll('\n', ' ')}\n\n`)
      }
      const unsubscribe = subscribe((said) => {
        waiting.push(said)
        if (!timer) tell()
      })
      const beat = setInterval(() => send(': still here\n\n'), BEAT)
      const stop = (): void => {
        unsubscribe()
        clearInterval(beat)
        clearTimeout(timer)
        listeners--
      }
      listeners++
      send('retry: 2000\n\n')
      return stop
    }
    // Begun when it is first read: who only wants the headers doesn't listen.
    return new ReadableStream(
      {
        pull(controller) {
          end ??= begin(controller)
        },
        cancel: () => end?.(),
      },
      { highWaterMark: 0 },
    )
  }
}
