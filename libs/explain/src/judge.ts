import type { Case, Step } from './case.ts'
import type { Facts } from './facts.ts'
import type { Finding, Verdict } from './finding.ts'
import type { Observed } from './observed.ts'
import { upstreamsOf } from './upstream.ts'
import { diagnosed, noticed } from './steps/diagnostics.ts'
import { certified, dns } from './steps/outside.ts'
import { answered, fetched, listening, path, taken, trusted } from './steps/traefik.ts'
import { upstream } from './steps/upstream.ts'
import { heard, known, starting } from './steps/whereabouts.ts'

/** In the order of the way: what comes first explains what comes after. */
const STEPS: readonly Step[] = [
  starting,
  known,
  diagnosed,
  noticed,
  path,
  listening,
  fetched,
  taken,
  trusted,
  upstream,
  dns,
  certified,
  answered,
  heard,
]

const WORST_FIRST: readonly Verdict[] = ['unknown', 'unrouted', 'unreachable', 'doubtful', 'reachable']

/** Why what was asked can, or can't, be reached. */
export interface Explanation {
  readonly verdict: Verdict
  /** The answer, in one sentence. */
  readonly answer: string
  /** What to do. */
  readonly cure: string
  /** Worst first; of equals, that which explains the others. */
  readonly findings: readonly Finding[]
  readonly facts: Facts
  readonly observed: Observed
}

const OPENINGS: Readonly<Record<Exclude<Verdict, 'reachable'>, string>> = {
  unknown: "isn't known here",
  unrouted: "isn't routed",
  unreachable: "is routed, but can't be reached",
  doubtful: 'is routed',
}

/** The networks in which what was asked is, by ascending ID. */
const networksOf = ({ containers, routers }: Facts): readonly number[] =>
  [...new Set([...containers, ...routers].map(({ network }) => network))].sort((a, b) => a - b)

function reachableAnswer({ facts }: Case): string {
  const { question, routers, containers } = facts
  const to = upstreamsOf(routers, containers).map(({ address, port }) => `${address}:${port}`)
  const isShared = networksOf(facts).length > 1
  const by = containers.map(({ name, network }) => (isShared ? `${name} of network ${network}` : name))
  const where = to.length === 0 ? '' : `, at ${to.slice(0, 3).join(', ')}`
  return `${question.text} is routed${by.length === 0 ? '' : ` to ${by.slice(0, 3).join(', ')}`}${where}, and nothing is in its way.`
}

/** What was asked; of several networks' the one that it is about, and which there are. */
function subjectOf({ network }: Finding, facts: Facts): readonly [subject: string, note: string] {
  const networks = networksOf(facts)
  const { text } = facts.question
  if (networks.length < 2 || network === undefined) return [text, '']
  return [`${text} of network ${network}`, ` (there is ${text} in networks ${networks.join(', ')})`]
}

/** From what is known and what was seen to the answer. Pure. */
export function judge(facts: Facts, observed: Observed): Explanation {
  const one = { facts, observed }
  const findings = STEPS.flatMap((step) => step(one))
    .map((finding, at) => ({ finding, at }))
    .sort((a, b) => WORST_FIRST.indexOf(a.finding.verdict) - WORST_FIRST.indexOf(b.finding.verdict) || a.at - b.at)
    .map(({ finding }) => finding)
  const [worst] = findings
  if (!worst) return { verdict: 'reachable', answer: reachableAnswer(one), cure: 'Nothing.', findings, facts, observed }
  const [subject, note] = subjectOf(worst, facts)
  const opening = `${subject} ${OPENINGS[worst.verdict]}`
  const answer = `${opening}${worst.verdict === 'doubtful' ? ', but' : ':'} ${worst.says}${note}.`
  return { verdict: worst.verdict, answer, cure: worst.cure, findings, facts, observed }
}
