import { stat } from 'node:fs/promises'
import { ArtefactError, type Architecture, type Artefact, type Tell } from './artefact.ts'
import { digestOf } from './digest.ts'
import { OWN, ownProgram } from './own-program.ts'
import { RELEASES } from './pinned.ts'
import { released } from './released.ts'

export interface ProgramOptions {
  /** Where packages are unpacked to, for the next time; absolute. */
  readonly cacheFolder: string
  /** The route server's bundle; absolute. */
  readonly routeServer: { readonly file: string; readonly version: string }
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
  const { cacheFolder, routeServer, without = [], tell = () => undefined } = options
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
  return [...programs, await bundleOf(routeServer)]
}

async function bundleOf({ file, version }: ProgramOptions['routeServer']): Promise<Artefact> {
  try {
    return { name: 'route-server.mjs', file, sha256: await digestOf(file), bytes: (await stat(file)).size, version }
  } catch (cause) {
    throw new ArtefactError(`The route server isn't beside rdc: ${file}. Build both with: npm run build.`, { cause })
  }
}
