import { isAbsolute, join } from 'node:path'

/** Root's state belongs to the machine; anybody else's to their state folder, as the XDG specification has it. */
export function defaultStateDir(user: { root: boolean; home: string; xdgStateHome?: string | undefined }): string {
  if (user.root) return '/var/lib/rediacc/router'
  const configured = user.xdgStateHome ?? ''
  return join(isAbsolute(configured) ? configured : join(user.home, '.local/state'), 'rediacc/router')
}
