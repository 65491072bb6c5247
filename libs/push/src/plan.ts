import { createTwoFilesPatch } from 'diff'
import { ROUTER, TRAEFIK, type Effect, type Installation } from '@route-server/installation'
import { sha256, type Manifest } from './manifest.ts'
import type { Installed } from './survey.ts'

export interface Change {
  /** `traefik/traefik.yml`, `bin/traefik` */
  readonly path: string
  readonly kind: 'added' | 'changed' | 'removed'
  /** Unified, secrets masked; of a secret and of a program a line that says what changes. */
  readonly diff: string
}

/** The least that puts a version in force. */
export interface Restarts {
  readonly router: 'none' | 'reload' | 'restart'
  readonly traefik: 'none' | 'restart'
}

const MASK = '********'
const NOTHING: Restarts = { router: 'none', traefik: 'none' }
const OF_EFFECT: Readonly<Record<Effect, Partial<Restarts>>> = {
  none: {},
  'reload-router': { router: 'reload' },
  'restart-router': { router: 'restart' },
  'restart-traefik': { traefik: 'restart' },
  'restart-both': { router: 'restart', traefik: 'restart' },
}
const OF_PROGRAM: Readonly<Record<string, Effect>> = {
  node: 'restart-router',
  'route-server.mjs': 'restart-router',
  'renet.mjs': 'none',
  traefik: 'restart-traefik',
}

/** What would change on a machine, and what that costs. */
export function compare(
  next: Installation,
  manifest: Manifest,
  installed: Installed | undefined,
): { readonly changes: readonly Change[]; readonly restarts: Restarts } {
  const old = installed?.manifest
  const changes: Change[] = []
  const effects: Effect[] = []
  const note = (change: Change, effect: Effect): void => {
    changes.push(change)
    effects.push(effect)
  }
  for (const { path, text, secret, masked = [], effect } of next.files) {
    const before = installed?.files.get(path)
    const hash = secret === true ? installed?.sealed.get(path) : before === undefined ? undefined : sha256(before)
    if (hash === sha256(text)) continue
    const kind = hash === undefined ? 'added' : 'changed'
    const diff =
      secret === true
        ? `${path}: a secret is ${kind}\n`
        : unified(path, mask(before ?? '', masked), mask(text, masked), kind)
    note({ path, kind, diff }, effect)
  }
  for (const { path, effect } of old?.files ?? []) {
    if (next.files.some((file) => file.path === path)) continue
    const before = installed?.files.get(path)
    const diff = before === undefined ? `${path}: a secret is removed\n` : unified(path, before, '', 'removed')
    note({ path, kind: 'removed', diff }, effect)
  }
  for (const { name, sha256: hash, version } of manifest.programs) {
    const before = old?.programs.find((program) => program.name === name)
    if (before?.sha256 === hash) continue
    const kind = before === undefined ? 'added' : 'changed'
    const from = before === undefined ? '' : `${before.version} → `
    note({ path: `bin/${name}`, kind, diff: `bin/${name}: ${from}${version}\n` }, OF_PROGRAM[name] ?? 'restart-both')
  }
  return { changes, restarts: effects.map((effect) => OF_EFFECT[effect]).reduce<Restarts>(worst, NOTHING) }
}

const ORDER = ['none', 'reload', 'restart']

const worst = (all: Restarts, one: Partial<Restarts>): Restarts => ({
  router: ORDER.indexOf(one.router ?? 'none') > ORDER.indexOf(all.router) ? (one.router ?? 'none') : all.router,
  traefik: one.traefik === 'restart' ? 'restart' : all.traefik,
})

const mask = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), text)

function unified(path: string, before: string, after: string, kind: Change['kind']): string {
  const patch = createTwoFilesPatch(
    kind === 'added' ? '/dev/null' : path,
    kind === 'removed' ? '/dev/null' : path,
    before,
    after,
    undefined,
    undefined,
    { context: 3 },
  )
  // Before that are a title and a rule of equals signs.
  return patch.slice(patch.indexOf('--- '))
}

/** For people: what is restarted. */
export function restartsInWords({ router, traefik }: Restarts): readonly string[] {
  return [
    ...(router === 'none' ? [] : [`${ROUTER}.service is ${router === 'reload' ? 'reloaded' : 'restarted'}`]),
    ...(traefik === 'none' ? [] : [`${TRAEFIK}.service is restarted; connections in use go on`]),
  ]
}
