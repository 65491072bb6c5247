import { isAbsolute, join, resolve } from 'node:path'

/** The folder of the user's machines: `REDIACC_CONFIG_DIR`, else `rediacc` in XDG's folder for configuration. */
export function configFolder(env: Readonly<Record<string, string | undefined>>, home: string): string {
  const chosen = env['REDIACC_CONFIG_DIR']
  if (chosen) return resolve(chosen)
  const xdg = env['XDG_CONFIG_HOME']
  // XDG has relative paths ignored.
  return join(xdg && isAbsolute(xdg) ? xdg : join(home, '.config'), 'rediacc')
}
