import { readFileSync } from 'node:fs'
import { loadConfig } from '@route-server/config'
import type { Flags } from '@route-server/config'
import { parseInspect } from '@route-server/docker'
import { createKernel, diagnosticsOf, rostersOf } from '@route-server/kernel'
import type { Listing } from '@route-server/kernel'
import type { Container } from '@route-server/plugin-api'
import { diagnosticLines } from './diagnostic-line.ts'
import { folderOf, loadPlugins } from './load-plugins.ts'
import { harmless } from './log.ts'
import { policyOf } from './policy.ts'
import { settingsOf } from './settings.ts'

/** A file that can't be rendered; the message is for people. */
export class RenderError extends Error {}

function readContainers(file: string): readonly Container[] {
  const name = file === '-' ? 'standard input' : file
  let text: string
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (cause) {
    throw new RenderError(`${name} can't be read: ${(cause as Error).message}`, { cause })
  }
  try {
    return parseInspect(JSON.parse(text), { daemon: name })
  } catch (cause) {
    throw new RenderError(`${name} isn't the output of docker inspect: ${(cause as Error).message}`, { cause })
  }
}

export interface Rendered {
  readonly document: string
  /** One line each. */
  readonly problems: readonly string[]
}

/** The document for saved `docker inspect` output, without any daemon. */
export async function renderContainers(
  files: readonly string[],
  { file, flags }: { readonly file?: string | undefined; readonly flags: Flags },
): Promise<Rendered> {
  const config = loadConfig({ file, flags })
  const kernel = createKernel(await loadPlugins(config, folderOf(file)), settingsOf(config), policyOf(config))
  const listings = new Map<number, Listing>()
  for (const container of files.flatMap(readContainers)) {
    const { network, daemon } = container
    const known = listings.get(network)?.containers ?? []
    listings.set(network, { network, daemon, containers: [...known, container] })
  }
  const { bytes, networks } = kernel.render({ rosters: rostersOf(listings) })
  const problems = networks.flatMap(diagnosticsOf).flatMap(diagnosticLines).map(harmless)
  return { document: new TextDecoder().decode(bytes), problems }
}
