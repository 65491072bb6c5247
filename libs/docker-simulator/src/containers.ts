import { containerFilter } from './container-filter.ts'
import { listItem, type ListItem, listItemText } from './container-json.ts'
import type { Container } from './container.ts'
import { EngineError } from './engine-error.ts'
import type { Filters } from './filters.ts'

/** All containers of one daemon. A listing of 10,000 joins cached text; `changed` forgets one container's. */
export class Containers {
  readonly #byId = new Map<string, Container>()
  readonly #byName = new Map<string, Container>()
  readonly #items = new Map<Container, ListItem>()
  #newestFirst: readonly Container[] | undefined

  add(container: Container): void {
    this.#claimName(container.name)
    this.#byId.set(container.id, container)
    this.#byName.set(container.name, container)
    this.#newestFirst = undefined
  }

  delete(container: Container): void {
    this.#byId.delete(container.id)
    this.#byName.delete(container.name)
    this.#items.delete(container)
    this.#newestFirst = undefined
  }

  rename(container: Container, name: string): void {
    this.#claimName(name)
    this.#byName.delete(container.name)
    this.#byName.set(name, container)
    container.name = name
    this.changed(container)
  }

  changed(container: Container): void {
    this.#items.delete(container)
  }

  /** By full ID, name, or a prefix of one ID; throws what dockerd answers. */
  get(reference: string): Container {
    const name = reference.replace(/^\//, '')
    const container = this.#byId.get(reference) ?? this.#byName.get(name) ?? this.#byPrefix(reference)
    if (!container) throw new EngineError(404, `No such container: ${reference}`)
    return container
  }

  /** Newest first, as `GET /containers/json` lists them. */
  all(): readonly Container[] {
    this.#newestFirst ??= [...this.#byId.values()].reverse().sort((a, b) => b.created - a.created)
    return this.#newestFirst
  }

  /** The answer to `GET /containers/json`. A limit above 0 counts stopped containers too. */
  list(filters: Filters, all: boolean, limit: number, now: number): string {
    const shows = containerFilter(filters, all || limit > 0)
    const shown = this.#candidates(filters.get('id') ?? []).filter(shows)
    const items = limit > 0 ? shown.slice(0, limit) : shown
    return `[${items.map((container) => listItemText(this.#item(container), container, now)).join(',')}]\n`
  }

  #item(container: Container): ListItem {
    let item = this.#items.get(container)
    if (!item) this.#items.set(container, (item = listItem(container)))
    return item
  }

  #candidates(ids: readonly string[]): readonly Container[] {
    if (ids.length === 0) return this.all()
    const found = new Set(ids.map((id) => this.#byId.get(id) ?? this.#byPrefix(id)))
    // One ID is the common question, and must not cost a sort of all containers.
    if (found.size === 1) return [...found].filter((container) => container !== undefined)
    return this.all().filter((container) => found.has(container))
  }

  /** Undefined too where several containers' IDs start so: Docker then finds none. */
  #byPrefix(prefix: string): Container | undefined {
    if (prefix === '') return undefined
    const found = [...this.#byId.values()].filter(({ id }) => id.startsWith(prefix))
    return found.length === 1 ? found[0] : undefined
  }

  #claimName(name: string): void {
    const owner = this.#byName.get(name)
    if (!owner) return
    throw new EngineError(
      409,
      `Conflict. The container name "/${name}" is already in use by container "${owner.id}". ` +
        'You have to remove (or rename) that container to be able to reuse that name.',
    )
  }
}
