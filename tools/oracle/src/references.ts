import { referencesOf } from '@route-server/traefik'
import type { SectionName } from '@route-server/traefik'
import type { Element, Graph } from './graph.ts'

/** Paths of everything that it names: its service, its middlewares. Another provider's have an `@` in them. */
export const pathsReferredTo = ({ section, fields }: Element): readonly string[] =>
  referencesOf(section as SectionName, fields).map((reference) => `${reference.section}/${reference.name}`)

/** Paths of what some router leads to, directly or not: only that is built. */
export function usedIn(graph: Graph): ReadonlySet<string> {
  const used = new Set<string>()
  const follow = (element: Element): void => {
    for (const path of pathsReferredTo(element)) {
      const next = graph.get(path)
      if (!next || used.has(path)) continue
      used.add(path)
      follow(next)
    }
  }
  for (const element of graph.values()) if (element.section.endsWith('routers')) follow(element)
  return used
}
