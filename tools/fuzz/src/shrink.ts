import type { LabelSet } from './labels/label-set.ts'

type Fails = (cases: readonly LabelSet[]) => boolean

/** Leaves out as many items as it can, halves first, so that what is left still fails. */
function fewer<T>(items: readonly T[], fails: (items: readonly T[]) => boolean): readonly T[] {
  let kept = items
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < kept.length;) {
      const rest = [...kept.slice(0, at), ...kept.slice(at + size)]
      if (fails(rest)) kept = rest
      else at += size
    }
  return kept
}

/** Shorter and plainer texts that may do as well. */
function shorter(text: string, fails: (text: string) => boolean): string {
  for (const simple of ['', 'x', 'true', '80']) if (text.length > simple.length && fails(simple)) return simple
  return fewer(Array.from(text), (characters) => fails(characters.join(''))).join('')
}

/** How long a text may be to be shortened character by character. */
const SHORT = 2_000

function plainer(labels: LabelSet, fails: (labels: LabelSet) => boolean): LabelSet {
  let best = labels
  for (const key of Object.keys(best)) {
    const value = best[key] ?? ''
    if (value.length < SHORT) best = { ...best, [key]: shorter(value, (text) => fails({ ...best, [key]: text })) }
    const { [key]: kept = '', ...rest } = best
    const under = (name: string): LabelSet => ({ ...rest, [name]: kept })
    if (key.length < SHORT) best = under(shorter(key, (name) => !(name in rest) && fails(under(name))))
  }
  return best
}

/** The least that still fails: few containers, few labels, short texts. */
export function shrink(cases: readonly LabelSet[], fails: Fails): readonly LabelSet[] {
  let kept: readonly LabelSet[] = fewer(cases, fails)
  kept.forEach((_, i) => {
    const replaced = (labels: LabelSet): readonly LabelSet[] => kept.with(i, labels)
    const entries = fewer(Object.entries(kept[i] ?? {}), (some) => fails(replaced(Object.fromEntries(some))))
    kept = replaced(plainer(Object.fromEntries(entries), (labels) => fails(replaced(labels))))
  })
  return kept
}
