import type { ServerResponse } from 'node:http'

/** One answer on its way out: what endpoints write to and faults stand in front of. */
export interface Outgoing {
  readonly head: (status: number, headers: Readonly<Record<string, string>>) => void
  readonly write: (chunk: string | Buffer) => void
  readonly end: () => void
}

export function outgoing(response: ServerResponse): Outgoing {
  return {
    head: (status, headers) => {
      const { socket } = response
      // The head leaves without waiting for a body, but together with one that is written now.
      socket?.cork()
      process.nextTick(() => socket?.uncork())
      response.writeHead(status, headers)
      response.flushHeaders()
    },
    write: (chunk) => response.write(chunk),
    end: () => response.end(),
  }
}
