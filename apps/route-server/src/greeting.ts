import type { ServeOptions } from './serve.ts'

/** What a newcomer wants to know next: where to look, and how Traefik gets to know. */
export const greet: NonNullable<ServeOptions['greet']> = (address) => {
  process.stdout.write(`
  What Traefik gets    ${address}/routes.yaml
  Every router         ${address}/routes.json
  How it is            ${address}/health
  TCP and UDP ports    ${address}/ports

  To point a Traefik at it, give it this static configuration, with the entry points that your routers name:

    providers:
      http:
        endpoint: ${address}/routes.yaml
        pollInterval: 5s

  Ctrl-C stops it. Changes appear below as they happen.

`)
}
