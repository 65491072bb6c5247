/** Where everything is on a machine. */
export const ROOT = '/opt/rediacc'
/** The version in force: a link that one rename replaces. */
export const CURRENT = `${ROOT}/current`
/** The token of the route document, as push-infra keeps it: root's alone. */
export const TOKEN_FILE = `${CURRENT}/secrets/routes-token`
/** What Traefik has besides the route document; in the version directory. */
export const OPERATORS = 'traefik/dynamic.yml'
/** Secrets that are made once for a machine: root's alone. */
export const KEPT = '/etc/rediacc/kept'
/** What the services keep. */
export const ROUTER_STATE = '/var/lib/rediacc/router'
/** Where the route server answers root and itself, and nobody else. */
export const ROUTER_CONTROL = `${ROUTER_STATE}/control.sock`
export const TRAEFIK_STATE = '/var/lib/rediacc/traefik'

/** What the route server publishes, where it does; below it is what Traefik watches. */
export const LIVE = '/var/lib/rediacc/live'
export const WATCHED = `${LIVE}/watched`

export const ROUTER = 'rediacc-router'
export const TRAEFIK = 'rediacc-traefik'

/** Where the route server answers, and Traefik's own API; on the loopback, which containers share. */
export const ROUTER_ADDRESS = '127.0.0.1:7111'
export const PRIVATE_ADDRESS = '127.0.0.1:8082'
/** Who may ask Traefik's own API. */
export const API_USER = 'rediacc'
/** The entry point of Traefik's own API. */
export const PRIVATE = 'private'

/** The unit of a repository's daemon; its instance is the network ID. */
export const DOCKER = 'rediacc-docker'
/** The unit of that daemon's containerd. */
export const CONTAINERD = 'rediacc-containerd'
/** By network ID, a link to the repository's folder. */
export const NETWORKS = '/var/lib/rediacc/networks'
/** What the operator sets for the daemons of all repositories: registry mirrors, proxies. */
export const DOCKER_SETTINGS = '/etc/rediacc/docker.json'

export const RESOLVER = 'letsencrypt'

/** Where systemd shows a unit's secret to its process, and to nobody else. */
export const credentialOf = (unit: string, name: string): string => `/run/credentials/${unit}.service/${name}`
