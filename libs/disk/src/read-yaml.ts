import { LineCounter, parseDocument, visit, type Document } from 'yaml'
import { ConfigError } from './config-error.ts'
import { at, type Source } from './located.ts'
import { readBytes } from './read-bytes.ts'

/** More aliases than this in one value are an attack or an accident. */
const MAX_ALIASES = 100

export interface Read {
  readonly data: unknown
  readonly source: Source
}

/**
 * A YAML file's values, and where each of them stands. An empty file is an empty mapping.
 *
 * @param what the file is, for people: "configuration file"
 * @throws {ConfigError} with its places, where it isn't YAML
 */
export function readYaml(file: string, what: string): Read {
  return parseYaml(file, decode(file, readBytes(file, what)))
}

/** The same for the text that a file has, or shall have. */
export function parseYaml(file: string, text: string): Read {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const faults = [...document.errors, ...document.warnings, ...danglingAliases(document)]
  if (faults.length > 0)
    throw new ConfigError(faults.map((fault) => `${file}:${at(lines, fault.pos[0])}: ${explain(fault, text)}`))
  try {
    return { data: document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {}, source: { file, text, document, lines } }
  } catch (error) {
    throw new ConfigError([`${file}: its aliases (*name) multiply beyond what can be read; write the values out.`], {
      cause: error,
    })
  }
}

function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new ConfigError([`${file}: this is not text in UTF-8; save it as UTF-8.`], { cause: error })
  }
}

/** Something wrong with the text, before it is looked at as a configuration. */
interface Fault {
  readonly code: string
  readonly message: string
  readonly pos: readonly [start: number, ...number[]]
}

/** The library finds these only while it makes values, and then without their place. */
function danglingAliases(document: Document.Parsed): readonly Fault[] {
  const found: Fault[] = []
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) === undefined)
        found.push({ code: 'DANGLING_ALIAS', message: alias.source, pos: alias.range ?? [0] })
    },
  })
  return found
}

const EXPLANATIONS: Readonly<Record<string, (message: string, rest: string) => string>> = {
  DUPLICATE_KEY: (_, rest) => `the key ${rest.replace(/\s*(?::.*)?$/, '')} is here a second time; keep one of them.`,
  DANGLING_ALIAS: (name) => `the alias *${name} has no anchor (&${name}) before it.`,
  MULTIPLE_DOCS: () => 'a second document begins here; keep one.',
}

/** In our words where the library's aren't plain. */
function explain({ code, message, pos }: Fault, text: string): string {
  const [rest = ''] = text.slice(pos[0]).split('\n', 1)
  return EXPLANATIONS[code]?.(message, rest) ?? `not valid YAML: ${message}`
}
