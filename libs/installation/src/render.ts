import type { InstalledFile, RenderInstallation, SharedFolder, SystemUser } from './installation.ts'
import { AFTER_STOP, LAUNCHER } from './launcher.ts'
import { containerdUnit, CONTAINERD_CONFIG, dockerUnit, DOCKER_CONFIG } from './docker-units.ts'
import { CONTAINERD, credentialOf, CURRENT, DOCKER, LIVE, OPERATORS, ROUTER, TRAEFIK, WATCHED } from './paths.ts'
import { entryPointsFile, routerConfig } from './router-config.ts'
import { socketsOf, socketUnit } from './sockets.ts'
import { htpasswd, traefikDynamic } from './traefik-dynamic.ts'
import { traefikStatic } from './traefik-static.ts'
import { routerUnit, traefikUnit } from './units.ts'

const USERS: readonly SystemUser[] = [
  { name: ROUTER, groups: ['docker'] },
  { name: TRAEFIK, groups: [] },
]

const SHARED = { owner: ROUTER, group: TRAEFIK }
/** Documents are written in the first, which nobody watches, and get their name in the second. */
const LIVE_FOLDERS: readonly SharedFolder[] = [
  { ...SHARED, path: LIVE },
  { ...SHARED, path: WATCHED, links: { 'operators.yml': `${CURRENT}/${OPERATORS}` } },
]

/** Everything that stands on a machine, from its description. */
export const renderInstallation: RenderInstallation = (machine, circumstances) => {
  const { secrets, acmeRoot, bind } = circumstances
  const { live } = machine.infra
  const sockets = socketsOf(machine, bind)
  const environment = [
    `CF_DNS_API_TOKEN_FILE=${credentialOf(TRAEFIK, 'cf-dns-token')}`,
    'HOME=/var/lib/rediacc/traefik',
  ]
  const readable = { mode: 0o644 }
  const ofTraefik = { mode: 0o640, group: TRAEFIK, effect: 'restart-traefik' } as const
  const files: readonly InstalledFile[] = [
    { path: 'router/config.yaml', text: routerConfig(machine), ...readable, effect: 'reload-router' },
    { path: 'router/entry-points.yaml', text: entryPointsFile(machine), ...readable, effect: 'reload-router' },
    {
      path: 'traefik/traefik.yml',
      text: traefikStatic(machine, circumstances),
      masked: [secrets.routesToken],
      ...ofTraefik,
    },
    {
      path: OPERATORS,
      text: traefikDynamic(secrets.apiPassword),
      masked: [htpasswd(secrets.apiPassword)],
      ...ofTraefik,
    },
    { path: 'traefik/launch', text: LAUNCHER, mode: 0o755, effect: 'restart-traefik' },
    { path: 'traefik/after-stop', text: AFTER_STOP, mode: 0o755, effect: 'none' },
    ...(acmeRoot === undefined
      ? []
      : [{ path: 'traefik/acme-root.pem', text: acmeRoot, ...readable, effect: 'restart-traefik' } as const]),
    { path: `units/${ROUTER}.service`, text: routerUnit(live ? [LIVE] : []), ...readable, effect: 'restart-router' },
    {
      path: `units/${TRAEFIK}.service`,
      text: traefikUnit(
        sockets.map(({ unit }) => unit),
        environment,
      ),
      ...readable,
      effect: 'restart-traefik',
    },
    { path: `units/${DOCKER}@.service`, text: dockerUnit(), ...readable, effect: 'none' },
    { path: `units/${CONTAINERD}@.service`, text: containerdUnit(), ...readable, effect: 'none' },
    { path: 'docker/containerd.toml', text: CONTAINERD_CONFIG, ...readable, effect: 'none' },
    { path: 'docker/docker.json', text: DOCKER_CONFIG, ...readable, effect: 'none' },
    ...sockets.map((socket): InstalledFile => ({
      path: `units/${socket.unit}`,
      text: socketUnit(socket),
      ...readable,
      effect: 'restart-traefik',
    })),
    secret('cf-dns-token', secrets.cloudflareToken, 'restart-traefik'),
    secret('routes-token', secrets.routesToken, 'restart-both'),
    secret('default.crt', secrets.defaultCertificate.certificate, 'restart-traefik'),
    secret('default.key', secrets.defaultCertificate.key, 'restart-traefik'),
  ]
  return {
    files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    units: files.flatMap(({ path }) => (path.startsWith('units/') ? [path.slice('units/'.length)] : [])).toSorted(),
    users: USERS,
    folders: live ? LIVE_FOLDERS : [],
  }
}

/** systemd alone reads it, and hands it to the unit. */
const secret = (name: string, text: string, effect: InstalledFile['effect']): InstalledFile => ({
  path: `secrets/${name}`,
  text,
  mode: 0o600,
  secret: true,
  effect,
})
