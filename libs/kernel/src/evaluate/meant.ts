import { nearest } from '@route-server/traefik'

/** What much-copied examples call the things that this machine has under another name. */
const USUAL: Readonly<Record<string, string>> = { http: 'web', https: 'websecure', le: 'letsencrypt' }

/** Which of the names was probably meant. */
export function meantOf(name: string, known: readonly string[]): string | undefined {
  const usual = Object.hasOwn(USUAL, name) ? USUAL[name] : undefined
  if (usual !== undefined && known.includes(usual)) return usual
  return nearest(name, known) ?? (known.length === 1 ? known[0] : undefined)
}
