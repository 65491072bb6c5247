/**
 * The vocabulary in which the schema is written. A node says what one value of Traefik's dynamic configuration is; the
 * decoder, the check and the TypeScript types all come from it.
 */

/** An integer of up to 64 bits: a number where it fits exactly, else a bigint. */
export type Integer = number | bigint

/** The minor releases of Traefik whose documents this schema knows, oldest first. */
export const TRAEFIK_VERSIONS = ['3.3', '3.4', '3.5', '3.6', '3.7'] as const
export type TraefikVersion = (typeof TRAEFIK_VERSIONS)[number]

/** A section whose entries other entries name: `middlewares: [auth]` refers to `http.middlewares`. */
export type Referable =
  | 'http.routers'
  | 'http.services'
  | 'http.middlewares'
  | 'http.serversTransports'
  | 'tcp.services'
  | 'tcp.middlewares'
  | 'tcp.serversTransports'
  | 'udp.services'
  | 'tls.options'

/** What a value makes Traefik reach for, outside of its document. */
export type Reachable =
  /** It connects to the host of this URL. */
  | 'url'
  /** It connects to this host and port; of several, to whatever further ones these tell it. */
  | 'address'
  /** It asks a server for this, read as a URL below the server's: one with a host of its own leads elsewhere. */
  | 'url-path'
  /** It is put before a server's URL as it is, so that more than a scheme leads elsewhere. */
  | 'url-scheme'
  /** Where true, whoever answers may send Traefik on to anywhere. */
  | 'redirects'
  /** It reads this file of its machine. */
  | 'file'
  /** It reads this file of its machine, unless the text is the content itself, in PEM. */
  | 'file-or-content'
  /** It runs this Traefik plugin. */
  | 'plugin'
  /** The certificates that every router may come to serve. */
  | 'tls-store'
  /** It shows the machine's own SPIFFE identity. */
  | 'spiffe'

/** How a text has to look for Traefik to build what it belongs to. */
export type TextForm =
  | 'basic-user'
  | 'circuit-breaker-expression'
  | 'digest-user'
  | 'http-rule'
  | 'ip-or-range'
  | 'media-type'
  | 'one-of-values'
  | 'regexp'
  | 'retry-expression'
  | 'status-range'
  | 'tcp-rule'
  | 'trimmed-regexp'
  | 'url'

/** What has to hold among the fields of one struct for Traefik to build it. */
export type StructForm =
  | 'basic-auth'
  | 'client-auth'
  | 'client-tls'
  | 'compress'
  | 'error-page'
  | 'headers'
  | 'http-router'
  | 'ip-allow-list'
  | 'ip-strategy'
  | 'one-kind'
  | 'plugin'
  | 'retry'
  | 'some-kind'
  | 'source-criterion'
  | 'tcp-router'

/** A field that Traefik takes and wants to be rid of. */
export interface Obsolete {
  /** `none`: Traefik looks away; `same`: it still does what it did. */
  readonly effect: 'none' | 'same'
  /** What to do instead, as a sentence: "Use …". */
  readonly instead: string
}

/** What has to hold for a field to do what was meant, where Traefik takes it either way. */
export type UseForm = 'basic-hash' | 'digest-hash' | 'replacement'

/** What may be said of any field. */
export interface Marks {
  /** `ignored`: a label may name it, and Traefik looks away. */
  readonly label?: 'ignored'
  /** `ignored`: a document may carry it, and Traefik looks away; only labels set it. */
  readonly document?: 'ignored'
  /** It may be written without content: `tls: {}`; by label, `…tls=true`. Anything else written empty makes Traefik refuse the document. */
  readonly allowEmpty?: true
  /** Unset is something else than zero, so zero has to be written out. Fields with a default are such, too. */
  readonly optional?: true
  /** What Traefik uses where the field is left out. */
  readonly default?: string | number | boolean | readonly string[]
  /** The only values that Traefik knows what to do with. */
  readonly values?: readonly string[]
  /** The form of its text; of a list, of each item. */
  readonly form?: TextForm
  /** Of a struct: what has to hold among its fields. */
  readonly whole?: StructForm
  /** Traefik can't build what this belongs to while it is empty or left out. */
  readonly required?: true
  /** The least and the greatest number that Traefik can build something from; of a duration, nanoseconds. */
  readonly min?: number
  readonly max?: number | bigint
  /** The value (of a list: each value) is the name of an entry in that section. */
  readonly refers?: Referable
  /** What the value (of a list: each value) makes Traefik reach for. */
  readonly reaches?: Reachable
  /** The first release that knows the field; left out where all do. An older one refuses a whole document for it. */
  readonly since?: TraefikVersion
  readonly obsolete?: Obsolete
  /** The form of its text (of a list: of each item) without which it is of no use. */
  readonly use?: UseForm
  /** The label's name where it differs: `servers` is one element called `server`. */
  readonly labelName?: string
}

declare const valueType: unique symbol
/** Carries a value's type; nothing at run time. */
interface Typed<T> {
  readonly [valueType]?: T
}

/** The type of the values that a node describes. */
export type ValueOf<N> = N extends Typed<infer T> ? T : never

export interface ScalarNode<T = unknown> extends Typed<T> {
  readonly kind: 'string' | 'boolean' | 'integer' | 'duration'
  readonly marks: Marks
}

/** A list of strings; Traefik has no other list of scalars. */
export interface StringsNode extends Typed<readonly string[]> {
  readonly kind: 'strings'
  readonly marks: Marks
}

export interface ListNode<T = unknown> extends Typed<readonly T[]> {
  readonly kind: 'list'
  readonly marks: Marks
  readonly element: StructNode
}

export interface StructNode<T = unknown> extends Typed<T> {
  readonly kind: 'struct'
  readonly marks: Marks
  /** By Traefik's camelCase name. */
  readonly fields: Readonly<Record<string, Node>>
}

/** Entries under names that somebody chose. */
export interface MapNode<T = unknown> extends Typed<Readonly<Record<string, T>>> {
  readonly kind: 'map'
  readonly marks: Marks
  readonly value: Node
}

/** The options of a Traefik plugin: strings, lists and maps, as they come. */
export type Raw = string | readonly Raw[] | { readonly [key: string]: Raw }
export interface RawNode extends Typed<{ readonly [key: string]: Raw }> {
  readonly kind: 'raw'
  readonly marks: Marks
}

/** A field that exists in Traefik and that neither a label nor a document can set. Both may name it, and whatever they like below it. */
export interface InternalNode extends Typed<never> {
  readonly kind: 'internal'
  readonly marks: Marks
}

export type Node = ScalarNode | StringsNode | ListNode | StructNode | MapNode | RawNode | InternalNode

type Fields = Readonly<Record<string, Node>>
type StructValue<F extends Fields> = { readonly [K in keyof F]?: ValueOf<F[K]> | undefined }

export const string = (marks: Marks = {}): ScalarNode<string> => ({ kind: 'string', marks })
export const boolean = (marks: Marks = {}): ScalarNode<boolean> => ({ kind: 'boolean', marks })
export const integer = (marks: Marks = {}): ScalarNode<Integer> => ({ kind: 'integer', marks })
/** As Go writes durations: `1m30s`. */
export const duration = (marks: Marks = {}): ScalarNode<string> => ({ kind: 'duration', marks })
export const strings = (marks: Marks = {}): StringsNode => ({ kind: 'strings', marks })
export const raw = (marks: Marks = {}): RawNode => ({ kind: 'raw', marks })
export const internal = (): InternalNode => ({ kind: 'internal', marks: {} })

export function struct<F extends Fields>(fields: F, marks: Marks = {}): StructNode<StructValue<F>> {
  return { kind: 'struct', fields, marks }
}

export function list<T>(element: StructNode<T>, marks: Marks = {}): ListNode<T> {
  return { kind: 'list', element, marks }
}

export function map<N extends Node>(value: N, marks: Marks = {}): MapNode<ValueOf<N>> {
  return { kind: 'map', value, marks }
}

/** The same node with further marks: one struct, optional here and ignored there. */
export function marked<N extends Node>(node: N, marks: Marks): N {
  return { ...node, marks: { ...node.marks, ...marks } }
}
