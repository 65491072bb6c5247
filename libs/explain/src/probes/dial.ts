import { connect } from 'node:net'
import type { Dialled } from '../observed.ts'

const OUTCOMES: Readonly<Record<string, Dialled['outcome']>> = { ECONNREFUSED: 'refused', ETIMEDOUT: 'silent' }

/** Connects, sends nothing, and goes. */
export function dial(host: string, port: number, signal: AbortSignal): Promise<Dialled> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal })
    const end = (outcome: Dialled['outcome']): void => {
      socket.destroy()
      resolve({ address: `${host}:${port}`, outcome })
    }
    socket.once('connect', () => end('open'))
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(signal.aborted ? 'silent' : (OUTCOMES[error.code ?? ''] ?? 'unreachable')),
    )
  })
}
