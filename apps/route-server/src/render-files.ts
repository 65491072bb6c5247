import { readFileSync } from 'node:fs'
import { loadConfig } from '@route-server/config'
import type { Flags } from '@route-server/config'
import { parseInspect } from '@route-server/docker'
import type { Container } from '@route-server/plugin-api'
import { diagnosticLines } from './diagnostic-line.ts'
import { folderOf, renderContainers } from '@route-server/assembly'
import { harmless } from './log.ts'

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
export async function renderFiles(
  files: readonly string[],
  { file, flags }: { readonly file?: string | undefined; readonly flags: Flags },
): Promise<Rendered> {
  const config = loadConfig({ file, flags })
  const { bytes, diagnostics } = await renderContainers(files.flatMap(readContainers), config, folderOf(file))
  return {
    document: new TextDecoder().decode(bytes),
    problems: diagnostics.flatMap(diagnosticLines).map(harmless),
  }
}
