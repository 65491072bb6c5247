import { variablesFor } from '@route-server/compose'
import { isNameable } from '@route-server/repository'
import { print, printJson } from '@route-server/terminal'
import { findHere, type WhereFlags } from '../here.ts'

export interface EnvFlags extends WhereFlags {
  readonly json?: boolean
  readonly dotenv?: boolean
  readonly shell?: boolean
}

export function run(flags: EnvFlags): void {
  const here = findHere(flags)
  const variables = {
    DOCKER_HOST: `unix://${here.socket}`,
    REDIACC_NETWORK_ID: String(here.network),
    REDIACC_REPO: here.name,
    ...variablesFor(here.slots, here.network),
  }
  if (flags.json) return printJson(variables)
  const line = flags.dotenv ? dotenvLine : shellLine
  for (const [name, value] of Object.entries(variables))
    print(isNameable(name) ? line(name, value) : `# ${name}: no shell can name it; its value is ${value}`)
}

const dotenvLine = (name: string, value: string): string => `${name}='${value.replaceAll("'", "\\'")}'`
const shellLine = (name: string, value: string): string => `export ${name}='${value.replaceAll("'", "'\\''")}'`
