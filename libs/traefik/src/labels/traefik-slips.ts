import { distance } from '../nearest.ts'
import { quoted } from '../quoted.ts'
import { configuration } from '../schema/configuration.ts'
import { fold } from './fold.ts'
import { isPlainKey, protocolPart, slipOf } from './slips.ts'
import type { LabelFamily, Slip } from './slips.ts'

const PROTOCOLS = ['http', 'tcp', 'udp']
const FIRST = [...Object.keys(configuration.fields), 'enable', 'docker']
const KINDS = ['routers', 'services', 'middlewares']
/** What Traefik 1 had there, beside what is everywhere. */
const TRAEFIK_1 = ['frontend', 'backend', 'port', 'protocol', 'weight']

const isOneOff = (word: string, other: string): boolean => distance(word, other, 1) <= 1
const isLike = (word: string, words: readonly string[]): boolean => words.some((other) => isOneOff(word, other))

const isKind = (word: string | undefined): boolean => word !== undefined && isLike(fold(word), KINDS)

const TRAEFIK: LabelFamily = {
  name: 'traefik',
  isLikely: (rest) =>
    isLike(fold(rest.split('.')[0] ?? ''), [...FIRST, ...KINDS, ...TRAEFIK_1]) ||
    /^(?:http|tcp|udp)|\.(?:routers|services|middlewares|frontend)\./i.test(rest),
  isTelling: (key) => /^(?:http|tcp|udp)\.(?:routers|services|middlewares|serverstransports)(?:\.|$)/i.test(key),
}

interface Placed {
  readonly text: string
  readonly reason: string
  readonly anyProtocol?: true
}

/** A label of Traefik's family with a slip. */
export interface TraefikSlip extends Slip {
  /** Which protocol was meant is anybody's guess; `certain` names one. */
  readonly anyProtocol?: true
}

/** A label whose second part Traefik doesn't know, and so overlooks, at the place that it was meant for. */
function placed(key: string): Placed | undefined {
  const [root = '', second = '', ...rest] = key.split('.')
  const word = fold(second)
  if (FIRST.some((first) => word.startsWith(first))) return undefined
  if (isKind(second))
    return {
      text: [root, 'http', second, ...rest].join('.'),
      reason: `it has no protocol, such as http, behind ${quoted(root)}`,
      anyProtocol: true,
    }
  if (rest.length === 0)
    return isLike(word, ['enable', 'enabled'])
      ? { text: `${root}.enable`, reason: `it says ${quoted(second)}, not "enable"` }
      : undefined
  const protocol = isKind(rest[0]) ? PROTOCOLS.find((name) => isOneOff(word, name)) : undefined
  return protocol === undefined
    ? undefined
    : { text: [root, protocol, ...rest].join('.'), reason: `it says ${quoted(second)}, not "${protocol}"` }
}

function placedSlip(slip: Slip): TraefikSlip {
  const better = placed(slip.meant)
  if (!better) return slip
  const { text, reason, ...more } = better
  const certain = slip.certain === slip.meant ? text : protocolPart(text)
  return { ...slip, ...more, meant: text, certain, reason: `${slip.reason}, and ${reason}` }
}

/** How a label was meant that Traefik would overlook, or read as something else, for a slip in its spelling. */
export function traefikSlipOf(label: string): TraefikSlip | undefined {
  const isTraefiks = /^traefik\./i.test(label)
  const slip = isTraefiks && isPlainKey(label) ? undefined : slipOf(label, TRAEFIK)
  if (slip) return placedSlip(slip)
  const better = label.startsWith('traefik.') ? placed(label) : undefined
  if (!better) return undefined
  const { text, ...more } = better
  return { label, meant: text, certain: text, ...more }
}
