import { InvalidArgumentError } from 'commander'

function readUrl(text: string): string {
  if (URL.canParse(text) && /^https?:/.test(text)) return text
  throw new InvalidArgumentError('expected a URL such as http://127.0.0.1:8080.')
}

/** Where Traefik's own API answers. */
export const TRAEFIK_API = [
  '--traefik-api <url>',
  "where Traefik's own API answers, http://user:password@127.0.0.1:8080 (default: traefikApi of the configuration, else where push-infra puts it)",
  readUrl,
] as const
