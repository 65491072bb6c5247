import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { absolute } from './absolute-paths.ts'

/** Root's state belongs to the machine; anybody else's to their state folder, as the XDG specification has it. */
export function defaultStateDir(user: { root: boolean; home: string; xdgStateHome?: string | undefined }): string {
  if (user.root) return '/var/lib/rediacc/router'
  const configured = user.xdgStateHome ?? ''
  return join(isAbsolute(configured) ? configured : join(user.home, '.local/state'), 'rediacc/router')
}

/** That of whoever runs this. */
export const ownStateDir = (): string =>
  defaultStateDir({ root: process.getuid?.() === 0, home: homedir(), xdgStateHome: process.env['XDG_STATE_HOME'] })

/** The state directory where no file names one. @param given as a flag has it */
export const stateDirFor = (given: string | undefined): string =>
  given === undefined ? ownStateDir() : absolute(given, process.cwd())
