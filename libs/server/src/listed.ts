/** The body of `/`. */
export interface Index {
  readonly endpoints: readonly {
    readonly path: string
    readonly about: string
    /** Of the query, each with what it does. */
    readonly parameters?: Readonly<Record<string, string>>
  }[]
}
