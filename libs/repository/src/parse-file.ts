import type { NetworkId } from '@route-server/plugin-api'
import { isNetworkId } from '@route-server/plugin-api/network-id'
import { findNodeAtLocation, getNodeValue, parseTree, printParseErrorCode } from 'jsonc-parser'
import type { Node, ParseError } from 'jsonc-parser'
import { LAST_SLOT } from './addresses.ts'
import { placeOf } from './places.ts'
import { RepositoryError } from './repository-error.ts'
import type { Slots } from './slots.ts'

/** What `.rediacc.json` says. */
export interface RepositoryContent {
  /** `networkId`, where it has one. */
  readonly networkId?: NetworkId
  readonly slots: Slots
}

const STRICT = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false }

/**
 * Reads the text of a `.rediacc.json`. Keys that aren't ours are nobody's business here.
 *
 * @throws {RepositoryError} with file, line and column of everything that is wrong
 */
export function parseRepository(file: string, text: string): RepositoryContent {
  const errors: ParseError[] = []
  const root = parseTree(text, errors, STRICT)
  const problems: string[] = []
  const report = (offset: number, message: string): void => {
    problems.push(`${file}:${placeOf(text, offset)}: ${message}`)
  }
  for (const { error, offset } of errors.slice(0, 1))
    report(offset, `this is not valid JSON (${wordsOf(error)}). ${CURE}`)
  if (errors.length === 0 && root?.type !== 'object') report(root?.offset ?? 0, `expected a mapping ({ … }). ${CURE}`)
  if (root === undefined || problems.length > 0) throw new RepositoryError(problems)
  for (const twin of twinsIn(root))
    report(twin.offset, `the key ${JSON.stringify(twin.value)} is here a second time; keep one of them.`)
  const networkId = networkIdIn(root, report)
  const slots = slotsIn(root, report)
  if (problems.length > 0) throw new RepositoryError(problems)
  return { slots, ...(networkId !== undefined && { networkId }) }
}

const CURE = 'Nothing was changed in it; mend it by hand, or take it back from git.'

/** `CloseBraceExpected` as `close brace expected`. */
const wordsOf = (error: ParseError['error']): string =>
  printParseErrorCode(error)
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase()

type Report = (offset: number, message: string) => void

const entriesOf = (node: Node | undefined): readonly { readonly key: Node; readonly value: Node }[] =>
  (node?.type === 'object' ? (node.children ?? []) : []).flatMap(({ children: [key, value] = [] }) =>
    key && value ? [{ key, value }] : [],
  )

/** Keys that stand twice in one of the mappings that we read. */
function twinsIn(root: Node): readonly Node[] {
  const services = findNodeAtLocation(root, ['services'])
  return [root, services, ...entriesOf(services).map(({ value }) => value)].flatMap((node) => {
    const keys = entriesOf(node).map(({ key }) => key)
    return keys.filter((key, index) => keys.slice(0, index).some(({ value }) => value === key.value))
  })
}

function networkIdIn(root: Node, report: Report): NetworkId | undefined {
  const node = findNodeAtLocation(root, ['networkId'])
  if (node === undefined) return undefined
  const value: unknown = getNodeValue(node)
  if (typeof value === 'number' && isNetworkId(value)) return value
  report(node.offset, `networkId: expected a multiple of 64 from 64 to 16777152, got ${shown(node)}.`)
  return undefined
}

function slotsIn(root: Node, report: Report): Slots {
  const services = findNodeAtLocation(root, ['services'])
  if (services !== undefined && services.type !== 'object')
    report(services.offset, `services: expected a mapping, got ${shown(services)}.`)
  const slots = new Map<string, number>()
  const owners = new Map<number, string>()
  for (const { key, value } of entriesOf(services)) {
    const name = String(key.value)
    if (value.type !== 'object') report(value.offset, `services.${name}: expected a mapping, got ${shown(value)}.`)
    const node = findNodeAtLocation(value, ['slot'])
    if (node === undefined) continue
    const slot: unknown = getNodeValue(node)
    if (typeof slot !== 'number' || !Number.isInteger(slot) || slot < 0 || slot > LAST_SLOT) {
      report(
        node.offset,
        `services.${name}.slot: expected a whole number from 0 to ${LAST_SLOT}, got ${shown(node)}. Remove the line for a new slot.`,
      )
      continue
    }
    const other = owners.get(slot)
    if (other !== undefined)
      report(
        node.offset,
        `services.${name}.slot: ${slot} is the slot of \`${other}\`, too. Remove it from the service that came later; it gets a free one.`,
      )
    owners.set(slot, name)
    slots.set(name, slot)
  }
  return slots
}

function shown(node: Node): string {
  if (node.type === 'object') return 'a mapping'
  if (node.type === 'array') return 'a list'
  return JSON.stringify(getNodeValue(node)).slice(0, 80)
}
