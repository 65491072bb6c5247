import { spawn } from 'node:child_process'

/** What systemd wants to hear of a service (`Type=notify`, `WatchdogSec=`). Says nothing where nobody listens. */
export interface ServiceManager {
  /** It serves. `status` is one line for `systemctl status`. */
  ready(status: string): Promise<void>
  reloading(): Promise<void>
  stopping(): Promise<void>
  /** Says regularly that the event loop turns, and how things are. @returns what ends that */
  live(status: () => string): () => void
}

type Environment = Readonly<Record<string, string | undefined>>

/** Node has no datagram sockets of the unix kind, so systemd's own program speaks; it comes with systemd. */
function tell(env: Environment, states: readonly string[]): Promise<void> {
  if (env['NOTIFY_SOCKET'] === undefined) return Promise.resolve()
  return new Promise((told) => {
    const child = spawn('systemd-notify', states, { stdio: 'ignore', env })
    // Without it, systemd says that it waited in vain: clearer than anything that could be said here.
    child.once('error', () => told())
    child.once('close', () => told())
  })
}

export function serviceManager(env: Environment = process.env): ServiceManager {
  const patience = Number(env['WATCHDOG_USEC'] ?? 0) / 1000
  return {
    ready: (status) => tell(env, ['READY=1', `STATUS=${status}`]),
    reloading: () => tell(env, ['RELOADING=1']),
    stopping: () => tell(env, ['STOPPING=1']),
    live(status) {
      if (!(patience > 0)) return () => undefined
      const timer = setInterval(() => void tell(env, ['WATCHDOG=1', `STATUS=${status()}`]), patience / 2)
      timer.unref()
      return () => clearInterval(timer)
    },
  }
}
