import { stat } from 'node:fs/promises'
import { ArtefactError, type Architecture, type Artefact, type Tell } from './artefact.ts'
import { digestOf } from './digest.ts'
import { OWN, ownProgram } from './own-program.ts'
import { RELEASES } from './pinned.ts'
import { released } from './released.ts'

export interface ProgramOptions {
  /** Where packages are unpacked to, for the next time; absolute. */
  readonly cacheFolder: string
  /** Our own programs, all of one build; absolute. */
  readonly own: { readonly routeServer: string; readonly renet: string; readonly version: string }
  /** Programs that the operator brought, in place of the released ones; absolute. */
  readonly traefik?: string
  readonly node?: string
  /** Those that the machine has by itself. */
  readonly without?: readonly Artefact['name'][]
  readonly tell?: Tell
}

/**
 * The programs that a machine needs, on this computer.
 *
 * @throws {ArtefactError} where one can't be had
 */
export async function programsFor(architecture: Architecture, options: ProgramOptions): Promise<readonly Artefact[]> {
  const {
    cacheFolder,
    own: { routeServer, renet, version },
    without = [],
    tell = () => undefined,
  } = options
  const programs: Artefact[] = []
  for (const name of ['node', 'traefik'] as const) {
    if (without.includes(name)) continue
    const own = options[name]
    programs.push(
      await (own === undefined
        ? released(RELEASES[name], architecture, cacheFolder, tell)
        : ownProgram(OWN[name], own, architecture)),
    )
  }
  return [
    ...programs,
    await bundleOf('route-server.mjs', routeServer, version),
    await bundleOf('renet.mjs', renet, version),
  ]
}

async function bundleOf(name: 'route-server.mjs' | 'renet.mjs', file: string, version: string): Promise<Artefact> {
  try {
    return { name, file, sha256: await digestOf(file), bytes: (await stat(file)).size, version }
  } catch (cause) {
    throw new ArtefactError(`${name} isn't beside rdc: ${file}. Build them all with: npm run build.`, { cause })
  }
}
