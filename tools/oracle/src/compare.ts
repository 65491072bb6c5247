import type { Element, Graph } from './graph.ts'

/** One thing that the two graphs don't agree on. Read it as "we lack it", "we have it and Traefik doesn't", "it isn't the same". */
export interface Difference {
  readonly kind: 'missing' | 'extra' | 'different'
  /** Such as `http.routers/web`. */
  readonly path: string
  readonly theirs?: Element
  readonly ours?: Element
  /** Of `different`: where, such as `fields.tls.domains[0].main` or `status`. */
  readonly field?: string
  /** What stands there. */
  readonly values?: readonly [theirs: unknown, ours: unknown]
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The deepest places where two values differ. */
function* valueDifferences(
  theirs: unknown,
  ours: unknown,
  field: string,
): Iterable<Required<Pick<Difference, 'field' | 'values'>>> {
  if (isMap(theirs) && isMap(ours)) {
    for (const key of new Set([...Object.keys(theirs), ...Object.keys(ours)]))
      yield* valueDifferences(theirs[key], ours[key], field === '' ? key : `${field}.${key}`)
  } else if (Array.isArray(theirs) && Array.isArray(ours) && theirs.length === ours.length) {
    for (const [index, item] of theirs.entries()) yield* valueDifferences(item, ours[index], `${field}[${index}]`)
  } else if (JSON.stringify(theirs) !== JSON.stringify(ours)) yield { field, values: [theirs, ours] }
}

/** Everything in which two graphs differ; nothing where they are equal. */
export function compare(theirs: Graph, ours: Graph): Difference[] {
  return [...new Set([...theirs.keys(), ...ours.keys()])].flatMap((path): Difference[] => {
    const [their, our] = [theirs.get(path), ours.get(path)]
    if (!our) return their ? [{ kind: 'missing', path, theirs: their }] : []
    if (!their) return [{ kind: 'extra', path, ours: our }]
    const { status, errors, fields } = their
    const mine = { status: our.status, errors: our.errors, fields: our.fields }
    return [...valueDifferences({ status, errors, fields }, mine, '')].map((difference) => ({
      kind: 'different',
      path,
      theirs: their,
      ours: our,
      ...difference,
    }))
  })
}
