import { dirname, relative } from 'node:path'
import type { ServeOptions } from './serve.ts'

const polling = (address: string): string => `http:
        endpoint: ${address}/routes.yaml
        pollInterval: 5s`

const watching = (file: string): string => `providersThrottleDuration: 0s
      file: { directory: ${dirname(file)}, watch: true }`

/** What a newcomer wants to know next: where to look, and how Traefik gets to know. */
export const greet: NonNullable<ServeOptions['greet']> = (address, { publish, stateDir }) => {
  const program = relative(process.cwd(), process.argv[1] ?? '')
  process.stdout.write(`
  To look at           ${address}/
  What Traefik gets    ${publish?.file ?? `${address}/routes.yaml`}
  Every router         ${address}/routes.json
  How it is            ${address}/health
  TCP and UDP ports    ${address}/ports

  To learn why a container, a service, a host or a URL is routed, or isn't, and how the machine is:

    node ${program} explain NAME --state-dir ${stateDir}
    node ${program} doctor --state-dir ${stateDir}

  To point a Traefik at it, give it this static configuration, with the entry points that your routers name:

    providers:
      ${publish ? watching(publish.file) : polling(address)}

  Ctrl-C stops it. Changes appear below as they happen.

`)
}
