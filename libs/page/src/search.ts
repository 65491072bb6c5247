import { setImmediate as others } from 'node:timers/promises'
import type { NetworkView, RouterView, RouteView } from '@route-server/kernel'
import type { Diagnostic } from '@route-server/plugin-api'
import { plainText } from '@route-server/server'

type Field = string | number | undefined

const routerFields = (router: RouterView): readonly Field[] => {
  const { protocol, name, network, rule, entryPoints, middlewares, service, servers, origins } = router
  const makers = origins.flatMap(({ container, compose }) => [container, compose?.project, compose?.service])
  return [name, protocol, network, rule, service, ...entryPoints, ...middlewares, ...servers, ...makers]
}

const diagnosticFields = ({ code, level, message, label, suggestion, origin }: Diagnostic): readonly Field[] => {
  const { container, network, daemon, compose } = origin
  return [code, level, message, label, suggestion, container, network, daemon, compose?.project, compose?.service]
}

/** The text by which something is found: what the page shows of it, so that nobody can guess a secret by searching. Lower case. */
const searchable = (fields: readonly Field[]): string =>
  fields
    .filter((field) => field !== undefined)
    .map((field) => plainText(String(field)))
    .join('\n')
    .toLowerCase()

/** Whether all of the words are in the text. */
const matches = (text: string, words: readonly string[]): boolean => words.every((word) => text.includes(word))

/** The same of what isn't kept: most of it is known not to match before anything secret has to be taken out. */
export const isFound = (fields: readonly Field[], words: readonly string[]): boolean =>
  words.length === 0 || (matches(fields.join('\n').toLowerCase(), words) && matches(searchable(fields), words))

/** A function of objects that change by becoming other objects. */
function remembered<T extends object>(make: (item: T) => string): (item: T) => string {
  const known = new WeakMap<T, string>()
  return (item) => {
    const text = known.get(item) ?? make(item)
    known.set(item, text)
    return text
  }
}

/** Milliseconds of work before others, such as Traefik's poll, have their turn. */
const SLICE = 8
/** The clock isn't asked more often than once in so many rows. */
const ROWS = 50

export interface Search {
  /** Works out what isn't known yet of each network, and by `words` also the texts to find it by; a little at a time. */
  prepare(by?: 'words'): Promise<void>
  /** All that have the words in them. */
  routers(words: readonly string[]): readonly RouterView[]
  diagnostics(words: readonly string[]): readonly Diagnostic[]
}

async function inSlices(work: Generator): Promise<void> {
  let began = performance.now()
  for (let rows = 1; !work.next().done; rows++) {
    if (rows % ROWS > 0 || performance.now() - began < SLICE) continue
    await others()
    began = performance.now()
  }
}

/** Goes through each network once, until it is another. */
function createPreparation(view: RouteView, work: (network: NetworkView) => Generator): () => Generator {
  const done = new WeakSet<NetworkView>()
  return function* () {
    for (const network of view.networks()) {
      if (done.has(network)) continue
      yield* work(network)
      done.add(network)
    }
  }
}

/** Searches in everything at once; a text is made when it is first asked for, and again when what it is about has changed. */
export function createSearch(view: RouteView): Search {
  const routerText = remembered<RouterView>((router) => searchable(routerFields(router)))
  const diagnosticText = remembered<Diagnostic>((diagnostic) => searchable(diagnosticFields(diagnostic)))

  function* networkRows(network: NetworkView): Generator {
    const rows = network.routers().length + network.diagnostics().length
    for (let row = 0; row < rows; row++) yield
  }
  function* networkTexts(network: NetworkView): Generator {
    for (const router of network.routers()) yield routerText(router)
    for (const diagnostic of network.diagnostics()) yield diagnosticText(diagnostic)
  }
  const networks = createPreparation(view, networkRows)
  const texts = createPreparation(view, networkTexts)
  const found = <T>(items: readonly T[], text: (item: T) => string, words: readonly string[]): readonly T[] =>
    words.length === 0 ? items : items.filter((item) => matches(text(item), words))

  return {
    async prepare(by) {
      await inSlices(networks())
      if (by === 'words') await inSlices(texts())
    },
    routers: (words) => found(view.routers(), routerText, words),
    diagnostics: (words) => found(view.diagnostics(), diagnosticText, words),
  }
}
