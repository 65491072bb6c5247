/** The newest version of Docker's API that this program was written for. */
export const NEWEST_VERSION = '1.51'

/** The oldest that it works with: Docker 1.12. */
export const OLDEST_VERSION = '1.24'

/**
 * The version to speak with a daemon whose newest is `offered`; `undefined` when that is too old. Daemons that don't say are
 * older than the header, and taken for the oldest.
 */
export function negotiate(offered: unknown): string | undefined {
  const version = typeof offered === 'string' && /^1\.\d{1,3}$/.test(offered) ? offered : OLDEST_VERSION
  if (minor(version) < minor(OLDEST_VERSION)) return undefined
  return minor(version) < minor(NEWEST_VERSION) ? version : NEWEST_VERSION
}

function minor(version: string): number {
  return Number(version.slice(2))
}
